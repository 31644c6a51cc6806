"""Portfolio and indicators."""

from django.urls import URLPattern, path

from fanal.marches.views import indicateurs, portefeuille

urlpatterns: list[URLPattern] = [
    path("", portefeuille.portefeuille_page, name="portefeuille"),
    path("indicateurs/", indicateurs.indicateurs_page, name="indicateurs"),
]
