"""Staff pages on the words about team and locations."""

from django.urls import path

from vesicle.website.profiles import views
from vesicle.website.speaking.views import translate

app_name = "profiles"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("check/", views.check, name="check"),
    path("languages/<slug:language>/", translate, name="translate"),
    path("people/<int:staff_id>/", views.person, name="person"),
    path("locations/<int:location_id>/", views.place, name="place"),
]
