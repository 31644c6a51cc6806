"""The jury: the readers' desk, the organiser's, the sittings."""

from django.urls import URLPattern, URLResolver, path

from fanal.appels.views import (
    jury_composition,
    jury_conduite,
    jury_deliberation,
    jury_espace,
    jury_lecture,
    jury_repartition,
    jury_seance,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("jury/", jury_espace.espace, name="jury"),
    path("jury/lectures/<int:numero>/", jury_lecture.lecture, name="jury_lecture"),
    path("jury/lectures/<int:numero>/interet/", jury_espace.interet_du_dossier, name="jury_lecture_interet"),
    path("jury/dossiers/<int:numero>/", jury_lecture.dossier, name="jury_dossier"),
    path("jury/dossiers/<int:numero>/pieces/<int:piece>/", jury_lecture.piece, name="jury_piece"),
    path("jury/membres/<int:numero>/presider/", jury_composition.presider, name="jury_presider"),
    path("jury/membres/<int:numero>/retirer/", jury_composition.retirer, name="jury_membre_retirer"),
    path("jury/interets/<int:numero>/lever/", jury_composition.lever, name="jury_lever"),
    path("jury/seances/<int:numero>/", jury_seance.seance, name="jury_seance"),
    path("jury/seances/<int:numero>/presences/", jury_seance.presences, name="jury_presences"),
    path("jury/seances/<int:numero>/clore/", jury_seance.clore, name="jury_clore"),
    path("jury/seances/<int:numero>/abandonner/", jury_seance.abandonner, name="jury_abandonner"),
    path("jury/seances/<int:numero>/proces-verbal.pdf", jury_seance.proces_verbal, name="jury_proces_verbal"),
    path(
        "jury/seances/<int:numero>/dossiers/<int:dossier>/",
        jury_deliberation.deliberer,
        name="jury_deliberer",
    ),
    path(
        "jury/seances/<int:numero>/dossiers/<int:dossier>/reprendre/",
        jury_deliberation.reprendre,
        name="jury_reprendre",
    ),
    path("jury/<slug:code>/", jury_espace.appel, name="jury_appel"),
    path("jury/<slug:code>/interets/", jury_espace.interets, name="jury_interets"),
    path("jury/<slug:code>/conduite/", jury_conduite.conduite, name="jury_conduite"),
    path("jury/<slug:code>/composition/", jury_composition.composition, name="jury_composition"),
    path("jury/<slug:code>/repartition/", jury_repartition.repartition, name="jury_repartition"),
    path("jury/<slug:code>/dossiers/<int:numero>/", jury_repartition.lecteurs, name="jury_lecteurs"),
    path(
        "jury/<slug:code>/lectures/<int:numero>/retirer/",
        jury_repartition.retirer,
        name="jury_lecture_retirer",
    ),
    path("jury/<slug:code>/notation/", jury_conduite.notation, name="jury_notation"),
    path("jury/<slug:code>/classement/", jury_conduite.classement, name="jury_classement"),
    path("jury/<slug:code>/seances/ouvrir/", jury_seance.ouvrir, name="jury_ouvrir"),
]
