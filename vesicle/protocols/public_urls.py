"""The clinic's pictures, for everybody."""

from django.urls import path, register_converter

from vesicle.protocols.views import pictures


class Checksum:
    """A SHA-256 in hexadecimal."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """Return the text as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return the text as it is."""
        return value


register_converter(Checksum, "sha256")

app_name = "pictures"
urlpatterns = [path("<sha256:sha>/", pictures.picture, name="picture")]
