from django.urls import URLPattern, URLResolver, path

from fanal.campagnes.views import (
    avis,
    campagnes,
    correction,
    dossiers,
    etapes,
    publications,
    reglages,
    textes,
    versions,
)

app_name = "campagnes"
V = "dossiers/<int:dossier>/versions/<int:numero>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", campagnes.liste, name="liste"),
    path("ouvrir/", reglages.ouvrir, name="ouvrir"),
    path("avis/", avis.liste, name="avis"),
    path("avis/favorables/", avis.favorables, name="avis_favorables"),
    path("avis/textes/", textes.liste, name="textes"),
    path("avis/textes/nouveau/", textes.nouveau, name="texte_nouveau"),
    path("avis/textes/<int:numero>/", textes.modifier, name="texte"),
    path("publications/", publications.liste, name="publications"),
    path("publications/comparer/", publications.comparaison, name="comparaison"),
    path("publications/<int:numero>/", publications.publication, name="publiee"),
    path("publications/<int:numero>/verifier/", publications.verification, name="verifier_publication"),
    path("publications/<int:numero>/fichier.<str:genre>", publications.fichier, name="fichier_publication"),
    path("dossiers/<int:numero>/", dossiers.dossier, name="dossier"),
    path("avis/<int:numero>/", avis.avis, name="rendre_avis"),
    path("dossiers/<int:numero>/etapes/<slug:code>/", dossiers.franchir, name="franchir"),
    path("dossiers/<int:numero>/observations/<int:observation>/", dossiers.repondre, name="repondre"),
    path(V, versions.version, name="version"),
    path(f"{V}original/", versions.original, name="original"),
    path(f"{V}annote/", versions.annote, name="annote"),
    path(f"{V}decisions/", versions.trame, name="trame"),
    path(f"{V}fichier/", versions.hors_ligne, name="hors_ligne"),
    path(f"{V}lignes/<int:ligne>/", versions.ligne, name="ligne"),
    path(f"{V}lignes/<int:ligne>/verifier/", correction.verifier, name="verifier"),
    path(f"{V}corriger/", correction.corriger, name="corriger"),
    path("<slug:code>/", campagnes.campagne, name="campagne"),
    path("<slug:code>/etapes/", etapes.etapes, name="etapes"),
    path("<slug:code>/etapes/passer/", etapes.passer, name="passer"),
    path("<slug:code>/publication/", publications.publier, name="publication"),
    path("<slug:code>/reglages/", reglages.reglages, name="reglages"),
    path("<slug:code>/inviter/", reglages.inviter, name="inviter"),
    path("<slug:code>/relancer/", reglages.relancer, name="relancer"),
]
