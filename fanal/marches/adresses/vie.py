"""The page of a contract and what can be done there."""

from django.urls import URLPattern, path

from fanal.marches.views import acte, alertes, documents, operateurs, saisie, vie

urlpatterns: list[URLPattern] = [
    path("nouveau/", saisie.nouveau, name="nouveau"),
    path("alertes/", alertes.alertes_page, name="alertes"),
    path("conservation/", documents.conservation, name="conservation"),
    path("<int:pk>/", vie.marche, name="marche"),
    path("operateurs/", operateurs.operateurs, name="operateurs"),
    path("<int:pk>/adherer/", operateurs.adherer, name="adherer"),
    path("<int:pk>/corriger/", saisie.corriger, name="corriger"),
    path("<int:pk>/documents/", documents.joindre, name="joindre"),
    path("<int:pk>/documents/<int:version>/", documents.document, name="document"),
    path("<int:pk>/actions/<int:lien>/delier/", saisie.delier, name="delier"),
    path("<int:pk>/eliminer/<slug:dossier>/", documents.eliminer, name="eliminer"),
    path("<int:pk>/actes/<slug:code>/", acte.acte, name="acte"),
]
