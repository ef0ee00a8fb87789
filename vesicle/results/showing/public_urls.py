"""Pictures of shown pairs, for everybody who looks at a treatment's page."""

from django.urls import path

from vesicle.results.showing import public_views

app_name = "shown"
urlpatterns = [path("<slug:token>/<str:file>", public_views.picture, name="picture")]
