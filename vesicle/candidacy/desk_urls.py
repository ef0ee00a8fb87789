"""The provider's review, and where each patient stands."""

from django.urls import URLPattern, URLResolver, path

from vesicle.candidacy import desk_views, director_views, exam_views, previews, rescreening_views

app_name = "candidacy_desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk_views.queue, name="queue"),
    path("rule-changes/", rescreening_views.rule_changes, name="rule-changes"),
    path("rule-changes/<int:change_id>/close/", rescreening_views.close, name="close-rule-change"),
    path("metrics/", director_views.metrics, name="metrics"),
    path("limits/", director_views.limits, name="limits"),
    path("limits/<int:limit_id>/lift/", director_views.lift_limit, name="lift-limit"),
    path("decisions/<int:decision_id>/", exam_views.decision, name="decision"),
    path("conditions/<int:condition_id>/", exam_views.condition, name="condition"),
    path("<int:review_id>/", desk_views.review, name="review"),
    path("patients/<int:patient_id>/", desk_views.patient, name="patient"),
    path("patients/<int:patient_id>/ask/", desk_views.ask, name="ask"),
    path("patients/<int:patient_id>/confirm/", desk_views.confirm, name="confirm"),
    path("patients/<int:patient_id>/review/", desk_views.request_review, name="request-review"),
    path("patients/<int:patient_id>/withdraw/", desk_views.withdraw, name="withdraw"),
    path("preview/<int:edition_id>/", previews.questions, name="preview"),
    path("preview/<int:edition_id>/asked/", previews.as_asked, name="preview_asked"),
]
