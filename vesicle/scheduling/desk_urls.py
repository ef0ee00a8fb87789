"""The staff's side of appointments."""

from django.urls import URLPattern, URLResolver

app_name = "scheduling_desk"
urlpatterns: list[URLPattern | URLResolver] = []
