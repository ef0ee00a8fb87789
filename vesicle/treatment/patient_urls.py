"""A patient's own visits and photographs."""

from django.urls import path

from vesicle.treatment import views

app_name = "treatment_own"
urlpatterns = [
    path("visits/<int:encounter_id>/", views.own_visit, name="visit"),
    path("photos/<int:photo_id>/", views.own_picture, name="picture"),
]
