"""The programming interface."""

from django.urls import path

from vesicle.interop.api import api

# No name of its own: the interface brings one, and its description is looked up under it.
urlpatterns = [path("", api.urls)]
