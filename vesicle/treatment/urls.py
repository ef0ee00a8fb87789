"""The visit, as the staff chart it."""

from django.urls import path

from vesicle.treatment import views

app_name = "treatment"
urlpatterns = [
    path("start/<int:appointment_id>/", views.start, name="start"),
    path("recall/", views.recall, name="recall"),
    path("photos/<int:photo_id>/", views.picture, name="picture"),
    path("<int:encounter_id>/", views.visit, name="visit"),
    path("<int:encounter_id>/steps/<str:step_id>/", views.step, name="step"),
    path("<int:encounter_id>/steps/<str:step_id>/products/<str:need_id>/", views.product, name="product"),
    path("<int:encounter_id>/steps/<str:step_id>/photo/", views.photo, name="photo"),
    path("<int:encounter_id>/uses/<int:use_id>/void/", views.void, name="void"),
    path("<int:encounter_id>/finish/", views.finish, name="finish"),
    path("<int:encounter_id>/chart/", views.chart, name="chart"),
]
