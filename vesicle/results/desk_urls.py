"""Results as the staff see them."""

from django.urls import path

from vesicle.results import desk_views
from vesicle.results.rating import views as rating

app_name = "results_desk"
urlpatterns = [
    path("", desk_views.due, name="due"),
    path("ratings/", rating.rounds, name="rating_rounds"),
    path("ratings/<int:round_id>/", rating.rating_round, name="rating_round"),
    path("ratings/<int:round_id>/close/", rating.close, name="rating_close"),
    path("ratings/<int:round_id>/<int:position>/", rating.pair, name="rating_pair"),
    path("ratings/<int:round_id>/<int:position>/<slug:side>.jpg", rating.picture, name="rating_picture"),
    path("<int:encounter_id>/", desk_views.result, name="result"),
    path("<int:encounter_id>/result.pdf", desk_views.result_pdf, name="pdf"),
    path("<int:encounter_id>/photo/", desk_views.photo, name="photo"),
]
