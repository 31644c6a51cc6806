"""Addresses of the deposits, under /depots/: they belong to the campaigns, which know what a deposit is
for.
"""

from django.urls import URLPattern, URLResolver, path

from fanal.campagnes.views import colonnes, envois

app_name = "depots_envois"
urlpatterns: list[URLPattern | URLResolver] = [
    path("nouveau/", envois.nouveau, name="nouveau"),
    path("envois/<int:numero>/", envois.envoi, name="envoi"),
    path("envois/<int:numero>/reprendre/", envois.reprendre, name="reprendre"),
    path("envois/<int:numero>/colonnes/", colonnes.colonnes, name="colonnes"),
    path("envois/<int:numero>/codes/<int:correspondance>/", colonnes.codes, name="codes"),
]
