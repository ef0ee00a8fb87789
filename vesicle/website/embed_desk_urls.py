"""The desk's page on frames for the clinic's own site."""

from django.urls import path

from vesicle.website import embed_desk_views

app_name = "embed_desk"
urlpatterns = [
    path("", embed_desk_views.embeds, name="embeds"),
    path("remove/", embed_desk_views.remove, name="remove"),
]
