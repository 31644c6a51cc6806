from django.urls import URLPattern, URLResolver, path

from fanal.molecules.views import analyse, bilan, demandes, gestes, listes

app_name = "molecules"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", demandes.demandes, name="demandes"),
    path("appels/<slug:code>/", demandes.appel, name="appel"),
    path("analyse/", analyse.analyse, name="analyse"),
    path("recurrences/", analyse.recurrences, name="recurrences"),
    path("bilan/", bilan.bilan, name="bilan"),
    path("bilan/document/", bilan.document, name="bilan_document"),
    path("listes/", listes.listes, name="listes"),
    path("listes/importer/", listes.importer, name="importer"),
    path("listes/importations/<int:numero>/", listes.importation, name="importation"),
    path("demandes/<int:numero>/", demandes.demande, name="demande"),
    path("demandes/<int:numero>/proposition/", gestes.proposition, name="proposition"),
    path("demandes/<int:numero>/decision/", gestes.decision, name="decision"),
    path("rapprochements/<int:numero>/", gestes.rapprochement, name="rapprochement"),
]
