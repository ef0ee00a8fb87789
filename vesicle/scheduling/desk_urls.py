"""The staff's side of appointments."""

from django.urls import URLPattern, URLResolver, path

from vesicle.scheduling import message_views

app_name = "scheduling_desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("messages/", message_views.message_rules, name="messages"),
    path("replies/", message_views.replies_list, name="replies"),
    path("replies/<int:reply_id>/close/", message_views.close_reply, name="close_reply"),
    path("calendars/", message_views.calendars, name="calendars"),
    path("calendars/<int:feed_id>/renew/", message_views.renew_calendar, name="renew_calendar"),
    path("calendars/<int:feed_id>/revoke/", message_views.revoke_calendar, name="revoke_calendar"),
]
