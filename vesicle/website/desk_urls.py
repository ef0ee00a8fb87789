"""Staff pages of the website room."""

from django.urls import path

from vesicle.website import desk_views

app_name = "website_desk"
urlpatterns = [path("", desk_views.import_page, name="import"), path("draft/", desk_views.begin, name="import_draft")]
