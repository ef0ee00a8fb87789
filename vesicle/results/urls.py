"""The patient's result and follow-ups. ``key`` is a private link's token, or a visit's number when signed in."""

from django.urls import path

from vesicle.results import views
from vesicle.results.capture import views as capture

app_name = "results"
urlpatterns = [
    path("results/<str:key>/", views.result, name="result"),
    path("results/<str:key>/result.pdf", views.result_pdf, name="pdf"),
    path("results/<str:key>/photos/<int:photo_id>/", views.picture, name="photo"),
    path("results/<str:key>/week/<int:week>/", views.follow_up, name="follow_up"),
    path("results/<str:key>/week/<int:week>/photographs/", capture.captures, name="captures"),
    path("results/<str:key>/week/<int:week>/photographs/<str:shot>/", capture.capture, name="capture"),
    path("results/<str:key>/week/<int:week>/photographs/<str:shot>/look/", capture.look, name="look"),
]
