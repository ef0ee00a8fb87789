"""Addresses of the script and of frames. Those of pages are answered by the pages themselves (``FrameGate``)."""

from django.urls import path

from vesicle.website import embed_views

app_name = "embed"
urlpatterns = [
    path("v1.js", embed_views.script, name="script"),
    path("v1/<path:path>", embed_views.onward, name="onward"),
]
