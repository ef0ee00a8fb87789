"""Staff pages of the interop room."""

from django.urls import path

from vesicle.interop import views

app_name = "interop_desk"
urlpatterns = [
    path("", views.keys, name="keys"),
    path("<int:key_id>/revoke/", views.revoke, name="revoke"),
]
