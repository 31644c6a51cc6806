"""Addresses of calls: one module of `adresses` per desk."""

from django.urls import URLPattern, URLResolver

from fanal.appels.adresses import avis, candidatures, enveloppes, gestion, jury, publics, suivi

app_name = "appels"
urlpatterns: list[URLPattern | URLResolver] = [
    *gestion.urlpatterns,
    *candidatures.urlpatterns,
    *avis.urlpatterns,
    *jury.urlpatterns,
    *enveloppes.urlpatterns,
    *suivi.urlpatterns,
    *publics.urlpatterns,  # last: its addresses hold the code of a call
]
