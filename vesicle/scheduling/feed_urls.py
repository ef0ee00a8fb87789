"""Addresses that programs use: private calendars, and text messages from their provider."""

from django.urls import path

from vesicle.scheduling import message_views

app_name = "scheduling_programs"
urlpatterns = [
    path("feeds/<str:token>.ics", message_views.calendar_feed, name="feed"),
    path("messages/text/", message_views.text_message, name="text"),
]
