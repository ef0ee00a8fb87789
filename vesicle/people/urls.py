"""The patient's own pages: sign-in by link or code, and the way in."""

from django.urls import URLPattern, URLResolver, path

from vesicle.people import views

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("sign-in/", views.ask_for_code, name="sign-in"),
    path("sign-in/code/", views.enter_code, name="sign-in-code"),
    path("sign-in/<str:token>/", views.use_link, name="sign-in-link"),
    path("sign-out/", views.leave, name="sign-out"),
    path("details/", views.details, name="details"),
    path("data/", views.data, name="data"),
]
