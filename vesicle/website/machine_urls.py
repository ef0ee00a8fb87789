"""What only machines ask for: there is one of each, whatever the language."""

from django.urls import path

from vesicle.website import views

app_name = "machines"
urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("favicon.ico", views.favicon, name="favicon"),
]
