"""Staff pages on the clinic's own sentences."""

from django.urls import path

from vesicle.website import statement_views as views

app_name = "statements"
urlpatterns = [
    path("<int:edition_id>/", views.edition, name="edition"),
    path("<int:edition_id>/check/", views.check, name="check"),
]
