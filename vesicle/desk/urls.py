"""The staff's day."""

from django.urls import path

from vesicle.desk import clearance_views, views, waiting_views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("appointments/<int:appointment_id>/change/", views.change, name="change"),
    path("patients/", views.patients, name="patients"),
    path("patients/new/", views.new_patient, name="new_patient"),
    path("patients/<int:patient_id>/", views.patient, name="patient"),
    path("patients/<int:patient_id>/book/", views.book, name="book"),
    path("clearances/", clearance_views.lapsing, name="lapsing"),
    path("patients/<int:patient_id>/wait/", waiting_views.add, name="wait"),
    path("waiting/", waiting_views.waiting, name="waiting"),
    path("waiting/<int:entry_id>/leave/", waiting_views.leave, name="leave-waiting"),
    path("offers/<int:offer_id>/", waiting_views.answer, name="answer-offer"),
    path("disruptions/", waiting_views.disrupted, name="disruptions"),
    path("disruptions/<int:appointment_id>/", waiting_views.settle, name="settle"),
    path("audit/", views.audit_trail, name="audit"),
]
