"""Consents as the staff see them."""

from django.urls import path

from vesicle.consent import desk_views

app_name = "consent_desk"
urlpatterns = [path("<int:consent_id>/", desk_views.signed, name="signed")]
