"""Consumption and orders without a contract."""

from django.urls import URLPattern, path

from fanal.marches.views import consommations, hors_marche

urlpatterns: list[URLPattern] = [
    path("hors-marche/", hors_marche.worklist, name="hors_marche"),
    path("hors-marche/apercu/", hors_marche.preview, name="hors_marche_apercu"),
    path("consommations/", consommations.lots, name="consommations"),
    path("consommations/<int:pk>/", consommations.lot, name="consommation_lot"),
    path("<int:pk>/consommations/", consommations.du_marche, name="marche_consommations"),
]
