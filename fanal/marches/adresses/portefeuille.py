"""Portfolio and indicators."""

from django.urls import URLPattern, path

from fanal.marches.views import portefeuille

urlpatterns: list[URLPattern] = [
    path("", portefeuille.portefeuille_page, name="portefeuille"),
]
