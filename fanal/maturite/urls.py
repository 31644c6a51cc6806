from django.urls import URLPattern, URLResolver, path

from fanal.maturite.views import dossier, enquetes, evaluation, progres

app_name = "maturite"
D = "dossiers/<int:numero>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", enquetes.enquetes, name="enquetes"),
    path("ouvrir/", enquetes.ouvrir, name="ouvrir"),
    path("enquetes/<slug:code>/", enquetes.enquete, name="enquete"),
    path("enquetes/<slug:code>/commencer/<str:ght>/", enquetes.commencer, name="commencer"),
    path("grilles/importer/", enquetes.importer_grille, name="importer_grille"),
    path("grilles/<slug:code>/", enquetes.grille, name="grille"),
    path("actions/", progres.liste, name="actions"),
    path("actions/nouvelle/", progres.nouvelle, name="action_nouvelle"),
    path("actions/<int:numero>/", progres.action, name="action"),
    path(D, dossier.dossier, name="dossier"),
    path(f"{D}profil/", dossier.profil, name="profil"),
    path(f"{D}inviter/", dossier.inviter, name="inviter"),
    path(f"{D}personnes/<int:personne>/retirer/", dossier.retirer, name="retirer"),
    path(f"{D}transmettre/", dossier.transmettre, name="transmettre"),
    path(f"{D}corriger/", dossier.reprendre, name="corriger"),
    path(f"{D}mon-evaluation/", evaluation.mienne, name="mienne"),
    path(f"{D}niveaux/<int:niveau>/prouver/", evaluation.prouver, name="prouver"),
    path(f"{D}preuves/<int:preuve>/piece/", evaluation.piece, name="piece"),
    path(f"{D}preuves/<int:preuve>/retirer/", evaluation.retirer_preuve, name="retirer_preuve"),
    path(f"{D}sujets/<int:sujet>/action/", progres.du_sujet, name="du_sujet"),
]
