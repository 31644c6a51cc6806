"""Addresses of the deposits of order lines."""

from django.urls import path

from fanal.depenses.views import depots, depots_apercu, depots_ecartees

urlpatterns = [
    path("depots/", depots.liste, name="depots"),
    path("depots/nouveau/", depots.nouveau, name="depot_nouveau"),
    path("depots/<int:pk>/", depots.page, name="depot"),
    path("depots/<int:pk>/apercu/", depots_apercu.page, name="depot_apercu"),
    path("depots/<int:pk>/abandonner/", depots.abandonner, name="depot_abandonner"),
    path("depots/<int:pk>/relancer/", depots.relancer, name="depot_relancer"),
    path("depots/<int:pk>/original/", depots.original, name="depot_original"),
    path("depots/<int:pk>/ecartees/", depots_ecartees.liste, name="depot_ecartees"),
    path("depots/<int:pk>/ecartees/fichier/", depots_ecartees.fichier, name="depot_ecartees_fichier"),
    path("depots/<int:pk>/ecartees/<int:ligne>/", depots_ecartees.corriger, name="depot_ecartee"),
]
