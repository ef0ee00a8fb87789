"""Sign-in of staff, by django-allauth."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.account.urls")), path("mfa/", include("allauth.mfa.urls"))]
