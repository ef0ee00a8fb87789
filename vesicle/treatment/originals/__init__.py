"""Pictures as cameras make them: not one pixel altered, rid of what the file says about the person.

A file holds the picture and, beside it, metadata: place, owner, serial numbers, a thumbnail of what was cut away.
A JPEG, which nearly every camera and phone sends, keeps its compressed data bit for bit: only the segments that
describe are left out. Every other kind is unpacked once and kept as PNG, which loses nothing either; four more
readers of file structure would be more code than the pictures they save. What is needed to see the picture rightly
stays: the colour profile and which side is up.
"""

from vesicle.treatment.originals.receiving import FORMATS, Original, Unusable, receive, rendition

__all__ = ["FORMATS", "Original", "Unusable", "receive", "rendition"]
