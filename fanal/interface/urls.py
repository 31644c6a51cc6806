from django.urls import URLPattern, URLResolver, path

from fanal.interface.views import accueil, guide, preferences, textes

app_name = "interface"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", accueil.accueil, name="accueil"),
    path("recherche/", accueil.recherche, name="recherche"),
    path("territoire/", preferences.territoire, name="territoire"),
    path("territoire/choisir/", preferences.choisir, name="choisir"),
    path("apparence/", preferences.apparence, name="apparence"),
    path("aide/", textes.aide, name="aide"),
    path("aide/<slug:page>/", textes.aide, name="aide_page"),
    path("mentions-legales/", textes.mentions_legales, name="mentions_legales"),
    path("accessibilite/", textes.accessibilite, name="accessibilite"),
    path("guide-de-style/", guide.guide, name="guide"),
    path("guide-de-style/detail/<str:code>/", guide.detail, name="guide_detail"),
]
