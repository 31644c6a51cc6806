"""Importing contracts and completing them."""

from django.urls import URLPattern, path

from fanal.marches.views import a_completer, import_colonnes, importations

urlpatterns: list[URLPattern] = [
    path("importer/", importations.importer, name="importer"),
    path("importer/<int:numero>/", importations.importation, name="importation"),
    path("importer/<int:numero>/colonnes/", import_colonnes.colonnes, name="importation_colonnes"),
    path("importer/<int:numero>/enregistrer/", importations.enregistrer, name="importation_enregistrer"),
    path("importer/<int:numero>/abandonner/", importations.abandonner, name="importation_abandonner"),
    path("importer/<int:numero>/relancer/", importations.relancer, name="importation_relancer"),
    path("a-completer/", a_completer.a_completer, name="a_completer"),
    path("a-completer/notifications/", a_completer.notifications, name="notifications"),
    path("a-completer/<slug:code>/", a_completer.liste, name="a_completer_liste"),
    path("<int:pk>/completer/", a_completer.completer_marche, name="completer"),
]
