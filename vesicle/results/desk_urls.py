"""Results as the staff see them."""

from django.urls import URLPattern, URLResolver

app_name = "results_desk"
urlpatterns: list[URLPattern | URLResolver] = []
