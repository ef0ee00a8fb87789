"""The programming interface."""

from django.urls import path

from vesicle.interop.api import api

app_name = "interop"
urlpatterns = [path("", api.urls)]
