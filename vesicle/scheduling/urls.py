"""Booking. ``key`` is a private link's token, or an appointment's number when signed in."""

from django.urls import path

from vesicle.scheduling import (
    appointment_views,
    booking_views,
    course_views,
    open_views,
    payment_views,
    visit_views,
    waiting_views,
)

app_name = "scheduling"
urlpatterns = [
    path("", booking_views.start, name="start"),
    path("times/", booking_views.times, name="times"),
    path("hold/<str:token>/", booking_views.details, name="details"),
    path("hold/<str:token>/keep/", booking_views.keep, name="keep"),
    path("hold/<str:token>/pay/", payment_views.pay_hold, name="pay_hold"),
    path("hold/<str:token>/back/", booking_views.give_back, name="give_back"),
    path("wait/", waiting_views.join, name="join"),
    path("wait/<int:entry_id>/leave/", waiting_views.leave, name="leave"),
    path("offer/<str:token>/", waiting_views.answer, name="offer"),
    path("a/<str:key>/", appointment_views.appointment, name="appointment"),
    path("a/<str:key>/calendar.ics", appointment_views.calendar, name="calendar"),
    path("a/<str:key>/answers/", appointment_views.health_answers, name="answers"),
    path("a/<str:key>/move/", appointment_views.move, name="move"),
    path("a/<str:key>/confirm/", appointment_views.confirm, name="confirm"),
    path("a/<str:key>/cancel/", appointment_views.cancel, name="cancel"),
    path("hold/<str:token>/course/", course_views.plan, name="course_plan"),
    path("hold/<str:token>/course/<int:position>/", course_views.change, name="course_change"),
    path("a/<str:key>/course/", course_views.course, name="course"),
    path("a/<str:key>/course/cancel/", course_views.cancel, name="course_cancel"),
    path("a/<str:key>/course/<int:number>/move/", course_views.move, name="course_move"),
    path("a/<str:key>/course/<int:number>/shift/", course_views.shift, name="course_shift"),
    path("together/", visit_views.book, name="together"),
    path("a/<str:key>/visit/move/", visit_views.move, name="visit_move"),
    path("a/<str:key>/visit/cancel/", visit_views.cancel, name="visit_cancel"),
    path("a/<str:key>/pay/", payment_views.pay, name="pay"),
    path("paid/<str:token>/", payment_views.paid, name="paid"),
    path("visits/", open_views.choose, name="visits"),
    path("visits/<slug:slug>/", open_views.times, name="visit"),
    path("stripe/", payment_views.stripe_notice, name="stripe"),
]
