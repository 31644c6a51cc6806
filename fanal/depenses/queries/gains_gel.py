"""The references that are ready to be frozen without anybody, and what the others wait for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from fanal.depenses.compute.gains_gel import dire_attente, mois_a_recevoir
from fanal.depenses.compute.gains_statut import A_VENIR
from fanal.depenses.compute.gains_valeurs import Produit
from fanal.depenses.models import ReferenceGain
from fanal.depenses.queries.gains import ActionProuvee
from fanal.depenses.queries.gains_actions import ActionLue, regles
from fanal.depots.noms import normaliser
from fanal.marches.models import Marche

NOTIFIES = (Marche.Etat.NOTIFIE, Marche.Etat.RESILIE, Marche.Etat.SOLDE)
NOTIFIEE = "notifiee"
Cle = tuple[int, int, str]


@dataclass(frozen=True)
class Attente:
    """The products whose reference may be frozen now; `phrase`: what the others wait for, empty if none."""

    prets: tuple[Produit, ...]
    phrase: str


def notifiee(read: ActionLue, le: date) -> bool:
    """Whether one of its contracts is notified on day *le*, or the plan says that the action is."""
    if normaliser(read.action.statut) == NOTIFIEE:
        return True
    return any(
        m.etat in NOTIFIES and (m.date_notification is None or m.date_notification <= le)
        for m in read.marches
    )


def attente(found: ActionProuvee, le: date) -> Attente:
    """What can be frozen of an action on day *le*. An action that cannot be measured waits for nothing."""
    if set(found.lue.blocages) - {A_VENIR}:
        return Attente((), "")
    left = [p for p in found.candidats if p.reference is None or not p.reference.gelee]
    done = len(left) < len(found.candidats)
    if done and all(p.reference is None for p in left):
        # Those left were never bought before: the remarks of the proof say it.
        return Attente((), "")
    start, told = found.vu.debut, notifiee(found.lue, le)
    missing: tuple[date, ...] = ()
    if start is not None:
        months = regles(found.lue.annee).reference_mois
        missing = mois_a_recevoir(start, mois=months, le=le, deposes=found.vu.deposes)
    known = tuple(p for p in left if p.reference is not None)
    said = dire_attente(debut=start, notifiee=told, le=le, absents=missing, neuf=not known)
    ready = start is not None and start < le and told and not missing
    return Attente(known if ready else (), said)


def verrous(actions: Iterable[ActionLue]) -> dict[Cle, str]:
    """The lock of each action (see `actions.references.verrou`), in one query."""
    listed = list(actions)
    rows = (
        ReferenceGain.objects.filter(ght__in={a.ght.pk for a in listed}, annee__in={a.annee for a in listed})
        .order_by()
        .values_list("ght", "annee", "identifiant")
        .annotate(derniere=Max("pk"))
    )
    known: dict[Cle, str] = {(owner, year, name): str(last) for owner, year, name, last in rows}
    return {cle(a): known.get(cle(a), "0") for a in listed}


def cle(read: ActionLue) -> Cle:
    """What tells an action from another in the references."""
    return read.ght.pk, read.annee, read.action.identifiant
