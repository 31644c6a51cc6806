"""Addresses of data health."""

from django.urls import path

from fanal.depenses.views import qualite

urlpatterns = [
    path("qualite/", qualite.page, name="qualite"),
    path("qualite/<str:finess>/", qualite.etablissement, name="qualite_etablissement"),
]
