"""The patient's plan and check-ins."""

from django.urls import URLPattern, URLResolver

app_name = "aftercare"
urlpatterns: list[URLPattern | URLResolver] = []
