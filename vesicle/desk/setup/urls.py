"""Addresses of the set-up, below the desk's."""

from django.urls import path

from vesicle.desk.setup import calendar_views, resource_views, views

urlpatterns = [
    path("", views.home, name="setup"),
    path("travel/", views.travel, name="setup-travel"),
    path("rules/", views.rules, name="setup-rules"),
    path("services/new/", views.add_service, name="setup-add-service"),
    path("services/<int:service_id>/", views.change_service, name="setup-service"),
    path("locations/new/", views.add_location, name="setup-add-location"),
    path("locations/<int:location_id>/", views.location, name="setup-location"),
    path("locations/<int:location_id>/change/", views.change_location, name="setup-change-location"),
    path("locations/<int:location_id>/hours/", calendar_views.hours, name="setup-hours"),
    path("locations/<int:location_id>/hours/withdraw/", calendar_views.withdraw_hours, name="setup-withdraw-hours"),
    path("locations/<int:location_id>/close/", calendar_views.close_location, name="setup-close-location"),
    path("locations/<int:location_id>/holidays/", calendar_views.close_on_holidays, name="setup-holidays"),
    path("locations/<int:location_id>/rooms/new/", resource_views.add_room, name="setup-add-room"),
    path("locations/<int:location_id>/devices/new/", resource_views.add_device, name="setup-add-device"),
    path("providers/new/", resource_views.add_provider, name="setup-add-provider"),
    path("resources/<int:resource_id>/", resource_views.resource, name="setup-resource"),
    path("resources/<int:resource_id>/change/", resource_views.change_resource, name="setup-change-resource"),
    path(
        "resources/<int:resource_id>/hours/<int:location_id>/",
        calendar_views.hours,
        name="setup-provider-hours",
    ),
    path(
        "resources/<int:resource_id>/hours/<int:location_id>/withdraw/",
        calendar_views.withdraw_hours,
        name="setup-withdraw-provider-hours",
    ),
    path("resources/<int:resource_id>/close/", calendar_views.close_resource, name="setup-close-resource"),
    path("resources/<int:resource_id>/retire/", resource_views.retire, name="setup-retire"),
    path("resources/<int:resource_id>/restore/", resource_views.restore, name="setup-restore"),
    path("closures/<int:closure_id>/reopen/", calendar_views.reopen, name="setup-reopen"),
]
