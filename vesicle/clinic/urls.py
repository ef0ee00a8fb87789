"""Products, lots and recall."""

from django.urls import URLPattern, URLResolver, path

from vesicle.clinic import views

app_name = "clinic"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.overview, name="stock"),
    path("scan/", views.scan, name="scan"),
    path("receive/", views.receive, name="receive"),
    path("recall/", views.recall, name="recall"),
    path("lots/<int:lot_id>/", views.lot, name="lot"),
    path("products/", views.products, name="products"),
    path("products/new/", views.add_product, name="add-product"),
    path("products/<int:product_id>/", views.product, name="product"),
    path("categories/", views.categories, name="categories"),
    path("categories/<slug:category_id>/", views.decide, name="decide"),
]
