"""The staff's side of appointments: money, cancelling, results of visits before a treatment."""

from django.urls import URLPattern, URLResolver, path

from vesicle.scheduling import course_desk_views, message_views, money_views, visit_views

app_name = "scheduling_desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("messages/", message_views.message_rules, name="messages"),
    path("replies/", message_views.replies_list, name="replies"),
    path("replies/<int:reply_id>/close/", message_views.close_reply, name="close_reply"),
    path("calendars/", message_views.calendars, name="calendars"),
    path("calendars/<int:feed_id>/renew/", message_views.renew_calendar, name="renew_calendar"),
    path("calendars/<int:feed_id>/revoke/", message_views.revoke_calendar, name="revoke_calendar"),
    path("policy/", money_views.policies, name="policies"),
    path("policy/new/", money_views.write_policy, name="write_policy"),
    path("fees/", money_views.fees, name="fees"),
    path("fees/<int:fee_id>/", money_views.fee, name="fee"),
    path("deposits/<int:deposit_id>/", money_views.deposit, name="deposit"),
    path("patients/<int:patient_id>/course/", course_desk_views.plan, name="course_plan"),
    path("patients/<int:patient_id>/visit/", visit_views.desk_book, name="visit"),
    path("series/<int:series_id>/", course_desk_views.series, name="series"),
    path("series/<int:series_id>/<int:number>/move/", course_desk_views.move, name="series_move"),
    path("series/<int:series_id>/<int:number>/shift/", course_desk_views.shift, name="series_shift"),
    path("<int:appointment_id>/cancel/", money_views.cancel, name="cancel"),
    path("<int:appointment_id>/result/", money_views.result, name="result"),
]
