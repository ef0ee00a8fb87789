"""Consents as the staff see them."""

from django.urls import URLPattern, URLResolver

app_name = "consent_desk"
urlpatterns: list[URLPattern | URLResolver] = []
