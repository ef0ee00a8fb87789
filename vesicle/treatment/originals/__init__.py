"""Pictures as cameras make them: kept bit for bit, rid of what they say about the person.

A file holds the picture's data and, beside them, metadata: place, owner, serial numbers, a thumbnail of what was cut
away. `receive` takes the metadata out by rewriting the file's own structure; the picture's data are copied, never
decoded and written anew. What is needed to see the picture rightly stays: the colour profile and which side is up.
"""

from vesicle.treatment.originals.receiving import FORMATS, Original, Unusable, receive, shown

__all__ = ["FORMATS", "Original", "Unusable", "receive", "shown"]
