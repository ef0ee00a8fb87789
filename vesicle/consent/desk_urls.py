"""Consents as the staff see them."""

from django.urls import path

from vesicle.consent import desk_views, previews

app_name = "consent_desk"
urlpatterns = [
    path("<int:consent_id>/", desk_views.signed, name="signed"),
    path("preview/<int:edition_id>/<slug:modality>/", previews.document, name="preview"),
]
