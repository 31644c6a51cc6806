"""Reads of a call: its rules, the amounts of an answer, where it stands in time, who may answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from fanal.appels.models import Appel
from fanal.appels.rules.lecture_regles import lire_regles
from fanal.appels.rules.regles import Regles
from fanal.campagnes.models import Version
from fanal.campagnes.rules import is_after
from fanal.campagnes.temps import to_second

CENTIME = Decimal("0.01")
A_VENIR, OUVERT, CLOS, PERMANENT, RETIRE, PREPARATION = (
    "a_venir",
    "ouvert",
    "clos",
    "permanent",
    "retire",
    "preparation",
)
ETATS: dict[str, tuple[str, str]] = {
    OUVERT: ("Ouvert", "decide"),
    PERMANENT: ("Ouvert en permanence", "decide"),
    A_VENIR: ("À venir", "information"),
    CLOS: ("Clos", "neutre"),
    RETIRE: ("Retiré", "attention"),
    PREPARATION: ("En préparation", "neutre"),
}


def regles_de(appel: Appel) -> Regles:
    """The rules of a call, read once for each content of its file. Raises Inutilisable."""
    return _lues(json.dumps(appel.regles, sort_keys=True))


@lru_cache(maxsize=256)
def _lues(document: str) -> Regles:
    return lire_regles(json.loads(document))


def etat_appel(appel: Appel, instant: datetime) -> str:
    """Where the call stands at *instant*: a key of `ETATS`."""
    if appel.etat == Appel.Etat.RETIRE:
        return RETIRE
    if appel.etat == Appel.Etat.PREPARATION or appel.publie_le is None or appel.publie_le > instant:
        return PREPARATION
    if to_second(instant) < appel.campagne.ouverture:
        return A_VENIR
    if regles_de(appel).dossiers.permanente:
        return PERMANENT
    return CLOS if is_after(appel.campagne.cloture, instant) else OUVERT


def appels_publics(instant: datetime) -> QuerySet[Appel]:
    """The calls that anybody reads, signed in or not; a withdrawn one stays, marked as such."""
    tous = Appel.objects.select_related("campagne", "formulaire", "region")
    publie = Q(etat__in=[Appel.Etat.OUVERT, Appel.Etat.RETIRE], publie_le__lte=instant)
    return tous.filter(publie, public=True).order_by("campagne__cloture", "campagne__titre")


@dataclass(frozen=True)
class MontantsLus:
    """The amounts of an answer in euros, None when not asked or not answered. `maximum` is what the dossier
    can get: min(asked, highest rate × eligible, cap).
    """

    eligible: Decimal | None = None
    demande: Decimal | None = None
    maximum: Decimal | None = None
    minimum: Decimal | None = None


def montants_de(version: Version) -> MontantsLus:
    """The amounts that a handed in version declares, by the questions its call names."""
    regles = regles_de(version.dossier.campagne.appel)
    return montants_lus(regles, version.reponse.reponses)


def montants_lus(regles: Regles, reponses: Mapping[str, Any]) -> MontantsLus:
    """The same from answers."""
    m = regles.montants
    eligible, demande = lire_montant(reponses.get(m.eligible)), lire_montant(reponses.get(m.demande))
    bornes = [b for b in (demande, m.plafond) if b is not None]
    if eligible is not None and m.taux_max is not None:
        bornes.append((m.taux_max * eligible).quantize(CENTIME, ROUND_DOWN))
    connu = demande is not None or eligible is not None
    maximum = max(Decimal(0), min(bornes)) if bornes and connu else None
    return MontantsLus(eligible, demande, maximum, lire_montant(reponses.get(m.minimum)))


def lire_montant(valeur: Any) -> Decimal | None:
    """An amount as a form holds it, to the cent; None for a blank or what is not a finite number."""
    if valeur in (None, ""):
        return None
    try:
        lu = Decimal(str(valeur))
    except InvalidOperation:
        return None
    return lu.quantize(CENTIME, ROUND_HALF_UP) if lu.is_finite() else None
