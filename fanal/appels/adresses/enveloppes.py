"""Envelopes, simulations, decisions, letters."""

from django.urls import URLPattern, URLResolver, path

from fanal.appels.views import attributions, courriers, decisions, enveloppes, simulations, simulations_lues

urlpatterns: list[URLPattern | URLResolver] = [
    path("enveloppes/<int:numero>/", enveloppes.enveloppe, name="enveloppe"),
    path("enveloppes/<int:numero>/modifier/", enveloppes.modifier, name="modifier_enveloppe"),
    path("enveloppes/<int:numero>/suivant/", enveloppes.promouvoir, name="promouvoir"),
    path("enveloppes/<int:numero>/finaliser/", enveloppes.finaliser, name="finaliser"),
    path("enveloppes/<int:numero>/courriers/", courriers.lot, name="courriers"),
    path("enveloppes/<int:numero>/simuler/", simulations.simuler, name="simuler"),
    path("enveloppes/<int:numero>/garder/", simulations.garder, name="garder_simulation"),
    path("enveloppes/<int:numero>/comparer/", simulations_lues.comparaison, name="comparer_simulations"),
    path("simulations/<int:numero>/", simulations.simulation, name="simulation"),
    path("simulations/<int:numero>/retenir/", simulations.retenir, name="retenir_simulation"),
    path("simulations/<int:numero>/reprendre/", simulations.rouvrir, name="rouvrir_simulation"),
    path("simulations/<int:numero>/supprimer/", simulations.supprimer, name="supprimer_simulation"),
    path("simulations/<int:numero>/variantes/", simulations_lues.variantes_de, name="variantes"),
    path("simulations/<int:numero>/dossiers/<int:dossier>/", simulations_lues.explication, name="expliquer"),
    path("simulations/<int:numero>/question.json", simulations_lues.question_json, name="question_json"),
    path("simulations/<int:numero>/reponse.json", simulations_lues.reponse_json, name="reponse_json"),
    path("simulations/<int:numero>/repartition.xlsx", simulations_lues.classeur, name="classeur_simulation"),
    path("attributions/<int:numero>/", attributions.attribution, name="attribution"),
    path("attributions/<int:numero>/<slug:acte>/", attributions.acte_attribution, name="acte_attribution"),
    path("courriers/<int:numero>.pdf", courriers.fichier, name="courrier"),
    path("dossiers/<int:numero>/courriers/<int:courrier>.pdf", courriers.recu, name="courrier_recu"),
    path("<slug:code>/decisions/", decisions.bureau, name="decisions"),
    path("<slug:code>/decisions/geste/", decisions.geste, name="decisions_geste"),
    path("<slug:code>/decisions/suivant/", decisions.suivant, name="decisions_suivant"),
    path("<slug:code>/enveloppes/", enveloppes.liste, name="enveloppes"),
    path("<slug:code>/enveloppes/nouvelle/", enveloppes.nouvelle, name="nouvelle_enveloppe"),
]
