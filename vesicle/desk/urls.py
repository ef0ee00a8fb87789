"""The staff's day."""

from django.urls import include, path

from vesicle.desk import (
    block_views,
    board_views,
    booking_views,
    clearance_views,
    late_views,
    move_views,
    print_views,
    views,
    waiting_views,
    walk_in_views,
)
from vesicle.desk.figures import views as figures

app_name = "desk"
urlpatterns = [
    path("", board_views.home, name="home"),
    path("board/", board_views.board, name="board"),
    path("appointments/<int:appointment_id>/panel/", board_views.panel, name="panel"),
    path("appointments/<int:appointment_id>/change/", board_views.change, name="change"),
    path("appointments/<int:appointment_id>/step/", board_views.step, name="step"),
    path("appointments/<int:appointment_id>/move/", move_views.move, name="move"),
    path("appointments/<int:appointment_id>/move/ask/", move_views.ask, name="ask_move"),
    path("late/<int:resource_id>/", late_views.late, name="late"),
    path("block/", block_views.block, name="block"),
    path("closures/<int:closure_id>/reopen/", block_views.reopen, name="reopen"),
    path("walk-in/", walk_in_views.walk_in, name="walk_in"),
    path("print/", print_views.print_day, name="print"),
    path("search/", views.search, name="search"),
    path("patients/", views.patients, name="patients"),
    path("patients/new/", views.new_patient, name="new_patient"),
    path("patients/<int:patient_id>/", views.patient, name="patient"),
    path("patients/<int:patient_id>/book/", booking_views.book, name="book"),
    path("clearances/", clearance_views.lapsing, name="lapsing"),
    path("patients/<int:patient_id>/wait/", waiting_views.add, name="wait"),
    path("waiting/", waiting_views.waiting, name="waiting"),
    path("waiting/<int:entry_id>/leave/", waiting_views.leave, name="leave-waiting"),
    path("offers/<int:offer_id>/", waiting_views.answer, name="answer-offer"),
    path("disruptions/", waiting_views.disrupted, name="disruptions"),
    path("disruptions/<int:appointment_id>/", waiting_views.settle, name="settle"),
    path("setup/", include("vesicle.desk.setup.urls")),
    path("figures/", figures.figures, name="figures"),
    path("figures/table.csv", figures.table, name="figures-table"),
    path("audit/", views.audit_trail, name="audit"),
]
