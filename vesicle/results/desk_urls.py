"""Results as the staff see them."""

from django.urls import path

from vesicle.results import desk_views
from vesicle.results.capture import desk_views as capture
from vesicle.results.maintenance import views as maintenance
from vesicle.results.measuring import views as measuring
from vesicle.results.outcomes import views as outcomes
from vesicle.results.rating import views as rating
from vesicle.results.showing import views as showing

app_name = "results_desk"
urlpatterns = [
    path("", desk_views.due, name="due"),
    path("cameras/", measuring.cameras, name="cameras"),
    path("cameras/settle/", measuring.settle, name="settle_retest"),
    path("cameras/<int:retest_id>/", measuring.retest, name="retest"),
    path("ratings/", rating.rounds, name="rating_rounds"),
    path("ratings/<int:round_id>/", rating.rating_round, name="rating_round"),
    path("ratings/<int:round_id>/close/", rating.close, name="rating_close"),
    path("ratings/<int:round_id>/<int:position>/", rating.pair, name="rating_pair"),
    path("ratings/<int:round_id>/<int:position>/<slug:side>.jpg", rating.picture, name="rating_picture"),
    path("maintenance/", maintenance.reminders, name="maintenance_reminders"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("outcomes/export/", outcomes.take_out, name="outcomes_export"),
    path("outcomes/switch/", outcomes.switch, name="outcomes_switch"),
    path("shown/", showing.pairs, name="pairs"),
    path("shown/choose/<int:before_id>/<int:after_id>/", showing.choose, name="pair_choose"),
    path("shown/choose/<int:before_id>/<int:after_id>/<slug:which>.webp", showing.preview, name="pair_preview"),
    path("shown/<int:pair_id>/down/", showing.take_down, name="pair_down"),
    path("shown/<int:pair_id>/noted/", showing.note, name="pair_note"),
    path("<int:encounter_id>/", desk_views.result, name="result"),
    path("<int:encounter_id>/result.pdf", desk_views.result_pdf, name="pdf"),
    path("<int:encounter_id>/maintenance/", maintenance.reminder, name="maintenance"),
    path("<int:encounter_id>/photo/", desk_views.photo, name="photo"),
    path("<int:encounter_id>/photographs/", capture.captures, name="captures"),
    path("<int:encounter_id>/photographs/<str:shot>/", capture.capture, name="capture"),
    path("<int:encounter_id>/photographs/<str:shot>/look/", capture.look, name="look"),
]
