"""The provider's review, and where each patient stands."""

from django.urls import URLPattern, URLResolver, path

from vesicle.candidacy import desk_views, previews

app_name = "candidacy_desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk_views.queue, name="queue"),
    path("<int:review_id>/", desk_views.review, name="review"),
    path("patients/<int:patient_id>/", desk_views.patient, name="patient"),
    path("patients/<int:patient_id>/ask/", desk_views.ask, name="ask"),
    path("patients/<int:patient_id>/confirm/", desk_views.confirm, name="confirm"),
    path("patients/<int:patient_id>/review/", desk_views.request_review, name="request-review"),
    path("patients/<int:patient_id>/withdraw/", desk_views.withdraw, name="withdraw"),
    path("preview/<int:edition_id>/", previews.questions, name="preview"),
]
