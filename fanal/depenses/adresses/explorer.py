"""Addresses of the spend explorer, of the lines behind its figures and of its saved views."""

from django.urls import path

from fanal.depenses.views import explorer, lignes, vues

urlpatterns = [
    path("", explorer.page, name="explorer"),
    path("lignes/", lignes.liste, name="lignes"),
    path("lignes/<int:ident>/", lignes.une_ligne, name="ligne"),
    path("vues/", vues.liste, name="vues"),
    path("vues/enregistrer/", vues.enregistrer, name="vue_enregistrer"),
    path("vues/<int:numero>/", vues.ouvrir, name="vue"),
    path("vues/<int:numero>/renommer/", vues.renommer, name="vue_renommer"),
    path("vues/<int:numero>/supprimer/", vues.supprimer, name="vue_supprimer"),
]
