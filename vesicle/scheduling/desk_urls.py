"""The staff's side of appointments: money, cancelling, results of visits before a treatment."""

from django.urls import URLPattern, URLResolver, path

from vesicle.scheduling import message_views, money_views

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
    path("<int:appointment_id>/cancel/", money_views.cancel, name="cancel"),
    path("<int:appointment_id>/result/", money_views.result, name="result"),
]
