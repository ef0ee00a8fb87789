"""Alerts and adverse events."""

from django.urls import path

from vesicle.aftercare import desk_views, previews

app_name = "aftercare_desk"
urlpatterns = [
    path("", desk_views.alerts, name="alerts"),
    path("alerts/<int:alert_id>/", desk_views.alert, name="alert"),
    path("events/", desk_views.events, name="events"),
    path("events/<int:event_id>/", desk_views.event, name="event"),
    path("events/new/<int:encounter_id>/", desk_views.new_event, name="new_event"),
    path("preview/<int:edition_id>/<slug:modality>/", previews.plan, name="preview"),
]
