"""Addresses of the matching desk and of the reference catalogue."""

from django.urls import path

from fanal.depenses.views import rapprochement, referentiel

urlpatterns = [
    path("rapprochement/", rapprochement.page, name="rapprochement"),
    path("rapprochement/<str:ght>/groupe/", rapprochement.groupe, name="rapprochement_groupe"),
    path("rapprochement/<str:ght>/lot/", rapprochement.lot, name="rapprochement_lot"),
    path("rapprochement/<str:ght>/decisions/", rapprochement.decisions, name="rapprochement_decisions"),
    path("rapprochement/referentiel/", referentiel.referentiel, name="referentiel"),
]
