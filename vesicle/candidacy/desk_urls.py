"""The provider's review."""

from django.urls import URLPattern, URLResolver

app_name = "candidacy_desk"
urlpatterns: list[URLPattern | URLResolver] = []
