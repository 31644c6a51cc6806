"""Addresses of SESAME; its dossiers are those of calls."""

from django.urls import URLPattern, URLResolver, path

from fanal.sesame.views import contexte

app_name = "sesame"
urlpatterns: list[URLPattern | URLResolver] = [
    path("contexte/", contexte.contexte, name="contexte"),
    path("contexte/<slug:code>/", contexte.contexte_appel, name="contexte_appel"),
]
