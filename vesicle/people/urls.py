"""The patient's own pages: sign-in by link or code, and the way in."""

from django.urls import URLPattern, URLResolver

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = []
