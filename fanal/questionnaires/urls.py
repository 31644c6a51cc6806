"""Addresses of forms (officers) and of filling in (applicants)."""

from django.urls import URLPattern, URLResolver, path

from fanal.questionnaires.views import fichiers, formulaires, remplir, reprises, section

D = "dossiers/<int:numero>/"
app_name = "questionnaires"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", formulaires.formulaires, name="formulaires"),
    path("<int:pk>/", formulaires.formulaire, name="formulaire"),
    path("versions/<int:pk>/apercu/", formulaires.apercu, name="apercu"),
    path("versions/<int:pk>/formulaire.xlsx", formulaires.telecharger, name="telecharger"),
    path(D, remplir.remplir, name="remplir"),
    path(f"{D}commencer/", remplir.commencer, name="commencer"),
    path(f"{D}nouvelle-version/", remplir.suivre_version, name="suivre_version"),
    path(f"{D}confier/", remplir.confier, name="confier"),
    path(f"{D}terminer/", remplir.terminer, name="terminer"),
    path(f"{D}vers/", reprises.vers, name="vers"),
    path(f"{D}sections/<str:section>/", section.section, name="section"),
    path(f"{D}pieces/<int:piece>/", fichiers.fichier, name="fichier"),
    path(f"{D}dossier.pdf", fichiers.imprimer, name="pdf"),
    path(f"{D}versions/<int:version>/", fichiers.lecture, name="lecture"),
    path(f"{D}classeur.xlsx", fichiers.classeur, name="classeur"),
    path(f"{D}classeur/", fichiers.deposer_classeur, name="deposer_classeur"),
    path(f"{D}reprendre/", reprises.reprises, name="reprises"),
    path(f"{D}reprendre/<int:reponse>/", reprises.reprendre, name="reprendre"),
]
