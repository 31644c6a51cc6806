from django.urls import URLPattern, URLResolver, path

from fanal.territoires import views

app_name = "territoires"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.arbre, name="arbre"),
    path("importer/", views.importation, name="importer"),
    path("regions/<str:code>/", views.region, name="region"),
    path("ght/<str:code>/", views.ght, name="ght"),
    path("ght/<str:code>/rattacher/", views.ajouter, name="ajouter"),
    path("appartenances/<int:pk>/terminer/", views.terminer, name="terminer"),
    path("etablissements/<str:finess>/", views.etablissement, name="etablissement"),
]
