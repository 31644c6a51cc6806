from django.urls import URLPattern, URLResolver, path

from fanal.depots import views

app_name = "depots"
urlpatterns: list[URLPattern | URLResolver] = [
    path("correspondances/", views.correspondances, name="correspondances"),
    path("correspondances/<int:numero>/renommer/", views.renommer, name="correspondance_renommer"),
    path("correspondances/<int:numero>/supprimer/", views.supprimer, name="correspondance_supprimer"),
    path("modeles/<slug:nom>.xlsx", views.modele, name="modele"),
]
