"""The staff's day."""

from django.urls import include, path

from vesicle.desk import clearance_views, views
from vesicle.desk.figures import views as figures

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
    path("setup/", include("vesicle.desk.setup.urls")),
    path("figures/", figures.figures, name="figures"),
    path("figures/table.csv", figures.table, name="figures-table"),
    path("audit/", views.audit_trail, name="audit"),
]
