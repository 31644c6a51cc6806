from django.urls import URLPattern, path

from fanal.fournisseurs.views import fiche, gestes, liste

app_name = "fournisseurs"
urlpatterns: list[URLPattern] = [
    path("", liste.fournisseurs, name="fournisseurs"),
    path("etats/", liste.etats, name="etats"),
    path("rapprochements/", liste.rapprochements, name="rapprochements"),
    path("rapprochements/<int:pk>/", liste.decider, name="decider"),
    path("incidents/<int:pk>/clore/", gestes.clore, name="clore"),
    path("<int:pk>/", fiche.fiche, name="fiche"),
    path("<int:pk>/incident/", gestes.incident, name="incident"),
    path("<int:pk>/evaluation/", gestes.evaluation, name="evaluation"),
    path("<int:pk>/compte/", gestes.compte_bancaire, name="compte"),
    path("<int:pk>/rapprocher/", gestes.rapprocher, name="rapprocher"),
    path("<int:pk>/separer/", gestes.separation, name="separer"),
]
