"""PDF documents from our own HTML: nothing is fetched, and nothing else in the process changes."""

from typing import Any

from PIL import ImageFile

from vesicle.core.errors import VesicleError


class CannotDraw(VesicleError):
    """The libraries that draw PDF documents are missing on this machine."""

    status = 503
    code = "no-pdf"


def weasyprint() -> Any:
    """Return the library that draws; it is imported here because that needs the system's Pango.

    Raises ``OSError`` where Pango is missing.
    """
    import weasyprint as library

    # It tells Pillow to take damaged pictures for whole ones, in the whole process; photographs must not be.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return library


def as_pdf(html: str, style: str) -> bytes:
    """Return a document as PDF bytes. What it shows is inside it (``data:``): no address in it is followed.

    Raises ``CannotDraw`` where Pango is missing; the page can be printed instead.
    """
    try:
        library = weasyprint()
    except OSError as error:
        raise CannotDraw("The PDF cannot be made on this machine. Print the page instead.") from error
    inside = library.URLFetcher(allowed_protocols=["data"])
    return bytes(library.HTML(string=html, url_fetcher=inside).write_pdf(stylesheets=[library.CSS(string=style)]))
