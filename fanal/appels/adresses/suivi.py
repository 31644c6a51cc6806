"""After the decision, and results."""

from django.urls import URLPattern, URLResolver, path

from fanal.appels.views import declaration, projet, projet_actes, rapport_suivi, resultats, suivi

urlpatterns: list[URLPattern | URLResolver] = [
    path("mes-projets/", projet.mes_projets, name="mes_projets"),
    path("projets/<int:numero>/", projet.page, name="projet"),
    path("projets/<int:numero>/convention.pdf", projet.papier, name="convention"),
    path("projets/<int:numero>/indicateurs.xlsx", declaration.classeur, name="classeur_releves"),
    path("projets/<int:numero>/indicateurs/fichier/", declaration.fichier, name="declarer_fichier"),
    path("projets/<int:numero>/indicateurs/<int:jalon>/", declaration.declaration, name="declarer"),
    path("projets/<int:numero>/<slug:code>/", projet_actes.acte, name="projet_acte"),
    path("projets/<int:numero>/<slug:code>/<int:objet>/", projet_actes.acte_sur, name="projet_acte_sur"),
    path("<slug:code>/suivi/", suivi.bureau, name="suivi"),
    path("<slug:code>/suivi/comparaison/", suivi.comparaison, name="comparaison"),
    path("<slug:code>/suivi/rapport.pdf", rapport_suivi.rapport, name="retour_experience"),
    path("<slug:code>/suivi/donnees.<slug:genre>", rapport_suivi.donnees, name="suivi_donnees"),
    path("<slug:code>/resultats/", resultats.resultats, name="resultats"),
    path("<slug:code>/resultats/publier/", resultats.publier, name="publier_resultats"),
]
