"""Addresses of purchases off contract, of maxima passed and of the concentration of suppliers."""

from django.urls import URLPattern, path

from fanal.depenses.views import concentration, hors_marche, hors_marche_apercu, plafonds

urlpatterns: list[URLPattern] = [
    path("hors-marche/", hors_marche.worklist, name="hors_marche"),
    path("hors-marche/apercu/", hors_marche_apercu.apercu, name="hors_marche_apercu"),
    path("hors-marche/maximums/", plafonds.liste, name="plafonds"),
    path("hors-marche/suivi/<int:pk>/", hors_marche.suivi, name="hors_marche_suivi"),
    path("concentration/", concentration.page, name="concentration"),
]
