"""Public pages. Each is there once in every language, under the prefix of the language (``config.urls``)."""

from django.urls import path

from vesicle.website import views

app_name = "website"
urlpatterns = [
    path("", views.home, name="home"),
    path("treatments/", views.treatments, name="treatments"),
    path("treatments/<slug:treatment_id>/", views.treatment_page, name="treatment"),
    path("compare/", views.compare, name="compare"),
    path("concerns/", views.concerns, name="concerns"),
    path("concerns/<slug:concern_id>/", views.concern, name="concern"),
    path("locations/", views.locations, name="locations"),
    path("share/<slug:picture_name>-<slug:picture_version>.png", views.share_picture, name="share"),
]
