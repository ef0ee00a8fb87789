"""Results as the staff see them."""

from django.urls import path

from vesicle.results import desk_views
from vesicle.results.outcomes import views as outcomes

app_name = "results_desk"
urlpatterns = [
    path("", desk_views.due, name="due"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("outcomes/export/", outcomes.take_out, name="outcomes_export"),
    path("outcomes/switch/", outcomes.switch, name="outcomes_switch"),
    path("<int:encounter_id>/", desk_views.result, name="result"),
    path("<int:encounter_id>/photo/", desk_views.photo, name="photo"),
]
