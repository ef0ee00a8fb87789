"""Reading and signing. ``key`` is a private link's token, or an appointment's number when signed in."""

from django.urls import path

from vesicle.consent import views

app_name = "consent"
urlpatterns = [
    path("<str:key>/", views.sign, name="sign"),
    path("<str:key>/copy.pdf", views.copy, name="copy"),
    path("<str:key>/photos/", views.photos, name="photos"),
    path("<str:key>/withdraw/", views.withdraw, name="withdraw"),
]
