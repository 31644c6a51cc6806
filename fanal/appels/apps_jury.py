"""What the jury hangs on other pages: home tasks, the tab of a call, the panel of a dossier, its words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from fanal.appels import onglets, volets
from fanal.appels.models import Appel
from fanal.appels.onglets import Onglet
from fanal.appels.queries.jury_espace import assise_de, lectures_visibles, siege
from fanal.appels.queries.portee import organise
from fanal.appels.volets import Volet
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.interface import accueil, menu
from fanal.interface.accueil import Tache
from fanal.journal.libelles import enregistrer_libelles
from fanal.territoires.noeuds import Noeud

GERER, NOTER = "jury.gerer", "jury.noter"
LIBELLES = {
    "jury.nommer": "Membre du jury nommé",
    "jury.presider": "Présidence du jury confiée",
    "jury.quitter": "Membre du jury retiré",
    "jury.declarer": "Intérêts déclarés",
    "jury.interet.declarer": "Intérêt déclaré",
    "jury.interet.lever": "Intérêt levé",
    "jury.repartir": "Lectures réparties",
    "jury.lecture.confier": "Lecture confiée",
    "jury.lecture.reattribuer": "Lecture confiée à un autre membre",
    "jury.lecture.retirer": "Lecture retirée",
    "jury.lecture.rendre": "Lecture rendue",
    "jury.seance.ouvrir": "Séance du jury ouverte",
    "jury.seance.presences": "Présences notées",
    "jury.seance.clore": "Séance du jury close",
    "jury.seance.abandonner": "Séance du jury abandonnée",
    "jury.deliberer": "Délibération enregistrée",
    "jury.deliberation.reprendre": "Délibération reprise",
}


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """What a juror has to do: declare, read, sit."""
    tenus = perimetre(user, NOTER, today)
    if tenus.vide:
        return
    for membre in siege(user):
        if tenus.contient(Noeud.de(membre.appel)):
            campagne = membre.appel.campagne
            code, titre = campagne.code, campagne.titre
            if membre.declaration_le is None:
                yield Tache(
                    f"Déclarer mes intérêts : {titre}",
                    "Aucun dossier ne s'ouvre avant cette déclaration, même si vous n'avez aucun intérêt.",
                    reverse("appels:jury_interets", args=[code]),
                )
                continue
            dues = [
                lecture
                for lecture in lectures_visibles(membre)
                if lecture.rendue_le is None and lecture.dossier.etape == "recevable"
            ]
            if dues:
                pluriel = "s" if len(dues) > 1 else ""
                yield Tache(
                    f"Lire et noter : {titre}",
                    f"{len(dues)} lecture{pluriel} à rendre.",
                    reverse("appels:jury_appel", args=[code]),
                )
            assise = assise_de(membre)
            if assise is not None:
                yield Tache(
                    f"Suivre la séance : {titre}",
                    "Une séance du jury est ouverte et vous y êtes présent.",
                    reverse("appels:jury_seance", args=[assise.seance.pk]),
                )


def _voit_le_jury(request: HttpRequest, appel: Appel) -> bool:
    user: Any = request.user
    return organise(request, appel, GERER) or siege(user).filter(appel=appel).exists()


def contexte_volet(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """Where the readings of a dossier stand, for who runs its jury only: nobody else learns of them here."""
    from fanal.appels.queries.jury import EXAMINES, classement, situation_de
    from fanal.appels.views.jury_commun import PROPOSITIONS
    from fanal.appels.views.jury_conduite import ETATS, etat_de

    appel = dossier.campagne.appel
    if dossier.etape not in EXAMINES or not organise(request, appel, GERER):
        return None
    etat = situation_de(appel, dossier)
    if not etat.lectures and not etat.grille.criteres:
        return None
    rang = next((r for r in classement(appel) if r.dossier.pk == dossier.pk), None)
    return {
        "etat": ETATS[etat_de(etat)],
        "rendues": len(etat.rendues),
        "attendues": max(etat.prevues, len(etat.lectures)),
        "moyenne": etat.moyenne,
        "ecart": etat.ecart,
        "rang": rang,
        "proposition": PROPOSITIONS[rang.proposition] if rang else None,
        "url": reverse("appels:jury_lecteurs", args=[appel.campagne.code, dossier.pk]),
    }


ONGLET = Onglet("jury", "Jury", 40, "appels:jury_appel", f"{GERER} {NOTER}", _voit_le_jury)
VOLET = Volet("jury", "Jury", 40, contexte_volet, "appels/jury/_volet.html")


def brancher() -> None:
    """Called once by `AppelsConfig.ready()`."""
    onglets.enregistrer(ONGLET)
    volets.enregistrer(VOLET)
    accueil.enregistrer(taches)
    menu.enregistrer(menu.Entree("Espace jury", "appels:jury", "clipboard-check", NOTER, ordre=26))
    enregistrer_libelles(LIBELLES)
