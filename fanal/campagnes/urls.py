from django.urls import URLPattern, URLResolver, path

from fanal.campagnes.views import campagnes, correction, dossiers, reglages, versions

app_name = "campagnes"
V = "dossiers/<int:dossier>/versions/<int:numero>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", campagnes.liste, name="liste"),
    path("ouvrir/", reglages.ouvrir, name="ouvrir"),
    path("dossiers/<int:numero>/", dossiers.dossier, name="dossier"),
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
    path("<slug:code>/reglages/", reglages.reglages, name="reglages"),
    path("<slug:code>/inviter/", reglages.inviter, name="inviter"),
    path("<slug:code>/relancer/", reglages.relancer, name="relancer"),
]
