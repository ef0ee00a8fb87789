"""Staff pages on the import of an old page."""

from django.urls import path

from vesicle.website import import_views

app_name = "website_desk"
urlpatterns = [
    path("", import_views.import_page, name="import"),
    path("draft/", import_views.begin, name="import_draft"),
]
