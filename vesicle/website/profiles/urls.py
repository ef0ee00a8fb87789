"""Staff pages on the words about team and locations."""

from django.urls import path

from vesicle.website.profiles import views

app_name = "profiles"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("check/", views.check, name="check"),
    path("people/<int:staff_id>/", views.person, name="person"),
    path("locations/<int:location_id>/", views.place, name="place"),
]
