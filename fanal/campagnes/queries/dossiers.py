"""What pages and rules need to know of one dossier: its state, the transitions it may take, its opinions."""

from dataclasses import dataclass
from datetime import date, datetime

from fanal.campagnes import registre, rules
from fanal.campagnes.models import Avis, Dossier, Version
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.queries.lignes import (
    Ecarts,
    decisions_du_dossier,
    ecarts,
    lignes_courantes,
    observations_ouvertes,
)
from fanal.campagnes.registre import Reception, Transition
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.memoire import stable
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud


def reception_de(dossier: Dossier) -> Reception:
    """How the dossier's format is received in its campaign."""
    return registre.obtenir(dossier.campagne.type_campagne).reception(dossier.format)


def etat_dossier(dossier: Dossier, instant: datetime) -> rules.EtatDossier:
    """The state of *dossier* at *instant*; it changes with the day only."""
    jour = local_day(instant)
    return stable(("campagnes.etat", dossier.pk, jour), lambda: _etat_dossier(dossier, jour))


def _etat_dossier(dossier: Dossier, jour: date) -> rules.EtatDossier:
    reception = reception_de(dossier)
    lignes = lignes_courantes(dossier)
    ouvertes = observations_ouvertes(dossier, jour)
    version = dossier.version_courante
    return rules.EtatDossier(
        declarant=rules.DECLARANTS[dossier.niveau],
        etape=reception.etape(dossier.etape),
        version=version.numero if version else 0,
        lignes=len(lignes),
        a_decider=len(lignes) - len(decisions_du_dossier(dossier)) if reception.decidable else 0,
        bloquants=version.controles.filter(bloquant=True).count() if version else 0,
        observations_ouvertes=len(ouvertes),
        echeance=max((o.echeance for o in ouvertes), default=None),
        cloture=dossier.campagne.cloture,
    )


@dataclass(frozen=True)
class ActionPossible:
    """A transition as a button: `phrase` says why it cannot act now."""

    transition: Transition
    possible: bool
    phrase: str = ""


def actions_possibles(dossier: Dossier, user: Utilisateur | None, instant: datetime) -> list[ActionPossible]:
    """The transitions leaving the dossier's step, each with the sentence of its refusal.

    Those that *user* may not take at all here (permission) come with the sentence too, so that the page can
    hide them or say who may.
    """
    etat = etat_dossier(dossier, instant)
    return [
        _action(dossier, transition, etat, user, instant)
        for transition in reception_de(dossier).transitions
        if dossier.etape in transition.de
    ]


def _action(
    dossier: Dossier,
    transition: Transition,
    etat: rules.EtatDossier,
    user: Utilisateur | None,
    instant: datetime,
) -> ActionPossible:
    try:
        check_franchir(dossier, transition, etat, user, instant, motif=None)
    except Refus as refus:
        return ActionPossible(transition, False, refus.phrase)
    return ActionPossible(transition, True)


def check_franchir(
    dossier: Dossier,
    transition: Transition,
    etat: rules.EtatDossier,
    by: Utilisateur | None,
    instant: datetime,
    motif: str | None,
) -> None:
    """All that a transition asks: the right, the step, the engine's conditions, then the domain's own."""
    check_droit(by, transition.permission, Noeud.de(dossier), instant)
    rules.check_transition(transition, etat, instant=instant, motif=motif)
    if transition.garde is not None:
        transition.garde(dossier, local_day(instant))


@dataclass(frozen=True)
class AvisRendu:
    """An opinion, and what has changed since the version it was given on."""

    avis: Avis
    ecarts: Ecarts


def avis_du_dossier(dossier: Dossier) -> list[AvisRendu]:
    """The opinions given on a dossier, the latest first, each with the difference since."""

    def read() -> list[AvisRendu]:
        rendus = dossier.avis.select_related("version", "auteur").order_by("-rendu_le", "-id")
        return [AvisRendu(a, ecarts(a.version, dossier.version_courante)) for a in rendus]

    return stable(("campagnes.avis", dossier.pk), read, lourd=True)


def versions_du_dossier(dossier: Dossier) -> list[Version]:
    """The versions of a dossier with their author and their file, the latest first."""

    def read() -> list[Version]:
        return list(dossier.versions.select_related("auteur", "depot").order_by("-numero"))

    return stable(("campagnes.versions", dossier.pk), read, lourd=True)
