"""Alerts and adverse events."""

from django.urls import URLPattern, URLResolver

app_name = "aftercare_desk"
urlpatterns: list[URLPattern | URLResolver] = []
