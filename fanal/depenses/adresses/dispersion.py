"""Addresses of the comparison of prices."""

from django.urls import URLPattern, path

from fanal.depenses.views import dispersion, dispersion_produit

urlpatterns: list[URLPattern] = [
    path("prix/", dispersion.liste, name="dispersion"),
    path("prix/<str:code>/", dispersion_produit.produit, name="dispersion_produit"),
]
