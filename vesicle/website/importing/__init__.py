"""Import: what an old treatment page says, in the protocols' own terms. Plain Python, without Django.

Bytes become text (`source`), a text a tree (`tree`), a tree blocks of content without what every page of a site carries
(`content`, `furniture`), and blocks are read: whose treatment it is (`recognition`), which section a block belongs to
(`headings`), what its figures mean (`quantities`, `figures`), who is told not to have it (`exclusions`). `reading` puts
a page together, `contradictions` holds it against the protocol. Nothing is invented: what a page does not say is empty.
"""

from vesicle.website.importing.imported import ImportedPage
from vesicle.website.importing.reading import read_page
from vesicle.website.importing.source import Unreadable

__all__ = ["ImportedPage", "Unreadable", "read_page"]
