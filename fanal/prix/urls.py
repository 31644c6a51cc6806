from django.urls import path

from fanal.prix.views import bpu, clauses, ecarts, indices, ligne, produits, propositions, revisions

app_name = "prix"
urlpatterns = [
    path("revisions/", revisions.revisions, name="revisions"),
    path("ecarts/", ecarts.ecarts, name="ecarts"),
    path("produits-en-marche/", produits.produits, name="produits"),
    path("indices/", indices.indices, name="indices"),
    path("indices/importer/", indices.importer, name="indices_importer"),
    path("indices/lire/", indices.lire, name="indices_lire"),
    path("indices/colonnes/", indices.colonnes, name="indices_colonnes"),
    path("indices/series/<path:code>/", indices.indice, name="indice"),
    path("marches/<int:pk>/", bpu.bpu, name="bpu"),
    path("marches/<int:pk>/deposer/", bpu.deposer, name="deposer"),
    path("marches/<int:pk>/colonnes/", bpu.colonnes, name="colonnes"),
    path("marches/<int:pk>/apercu/", bpu.apercu, name="apercu"),
    path("marches/<int:pk>/versions/<int:numero>/", bpu.version, name="version"),
    path("marches/<int:pk>/lignes/<int:ligne>/", ligne.ligne, name="ligne"),
    path("marches/<int:pk>/clause/", clauses.nouvelle, name="clause_nouvelle"),
    path("marches/<int:pk>/clause/essai/", clauses.essai, name="essai"),
    path("marches/<int:pk>/propositions/", propositions.deposer, name="proposition_deposer"),
    path("marches/<int:pk>/propositions/lire/", propositions.lire, name="proposition_lire"),
    path("marches/<int:pk>/propositions/colonnes/", propositions.colonnes, name="proposition_colonnes"),
    path("propositions/<int:pk>/", propositions.proposition, name="proposition"),
    path("clauses/<int:pk>/", clauses.clause, name="clause"),
    path("clauses/<int:pk>/modifier/", clauses.modifier, name="clause_modifier"),
    path("clauses/<int:pk>/retirer/", clauses.retirer, name="clause_retirer"),
    path("clauses/<int:pk>/reviser/", revisions.reviser, name="reviser"),
]
