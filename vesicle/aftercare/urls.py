"""The patient's plan and check-ins. ``key`` is a private link's token, or a visit's number when signed in."""

from django.urls import path

from vesicle.aftercare import views

app_name = "aftercare"
urlpatterns = [
    path("aftercare/<str:key>/", views.plan, name="plan"),
    path("aftercare/<str:key>/day/<int:day>/", views.check_in, name="check_in"),
]
