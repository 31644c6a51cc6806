"""The page of a contract and what can be done there."""

from django.urls import URLPattern, path

from fanal.marches.views import vie

urlpatterns: list[URLPattern] = [
    path("<int:pk>/", vie.marche, name="marche"),
]
