"""Writing, opening and settling a call."""

from django.urls import URLPattern, URLResolver, path

from fanal.appels.views import gestion, reglages

urlpatterns: list[URLPattern | URLResolver] = [
    path("gestion/", gestion.gestion, name="gestion"),
    path("gestion/nouveau/", gestion.nouveau, name="nouveau"),
    path("<slug:code>/reglages/", gestion.reglages, name="reglages"),
    path("<slug:code>/reglages/textes/", gestion.textes, name="textes"),
    path("<slug:code>/reglages/dates/", gestion.dates, name="dates"),
    path("<slug:code>/reglages/publier/", gestion.publier, name="publier"),
    path("<slug:code>/reglages/retirer/", gestion.retirer, name="retirer"),
    path("<slug:code>/reglages/formulaire/", reglages.deposer_formulaire, name="deposer_formulaire"),
    path("<slug:code>/reglages/formulaire.xlsx", reglages.classeur, name="classeur"),
    path("<slug:code>/reglages/regles/", reglages.regles, name="regles"),
    path("<slug:code>/reglages/regles/fichier/", reglages.deposer_regles, name="deposer_regles"),
    path("<slug:code>/reglages/regles.yaml", reglages.regles_yaml, name="regles_yaml"),
    path("<slug:code>/reglages/documents/", reglages.joindre, name="joindre"),
    path("<slug:code>/reglages/documents/<int:numero>/", reglages.retirer_document, name="retirer_document"),
    path("<slug:code>/reglages/invites/", reglages.invites, name="invites"),
    path("<slug:code>/formulaire/", reglages.formulaire, name="formulaire"),
]
