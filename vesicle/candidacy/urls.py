"""The questionnaire and its verdicts."""

from django.urls import URLPattern, URLResolver

app_name = "candidacy"
urlpatterns: list[URLPattern | URLResolver] = []
