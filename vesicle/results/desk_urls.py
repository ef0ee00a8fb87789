"""Results as the staff see them."""

from django.urls import path

from vesicle.results import desk_views

app_name = "results_desk"
urlpatterns = [
    path("", desk_views.due, name="due"),
    path("<int:encounter_id>/", desk_views.result, name="result"),
    path("<int:encounter_id>/photo/", desk_views.photo, name="photo"),
]
