"""The convergence workbench and its decisions."""

from django.urls import path

from fanal.convergence import views

app_name = "convergence"
urlpatterns = [
    path("", views.atelier, name="atelier"),
    path("marche/", views.marche, name="marche"),
    path("retenir/", views.retenir, name="retenir"),
    path("ecarter/", views.ecarter, name="ecarter"),
    path("propositions/", views.propositions, name="propositions"),
    path("propositions/<int:pk>/", views.proposition, name="proposition"),
    path("propositions/<int:pk>/inscrire/", views.inscrire, name="inscrire"),
]
