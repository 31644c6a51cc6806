"""The life of a contract: its periods, its ends, its notice date, and where it stands on a given day.

Sources: R2112-4 CCP (renewal is tacit unless the contract says otherwise, the holder cannot refuse it).
`date_fin_totale` is the last day on which the contract may run as it is known now: an avenant, a refused
renewal or a termination moves it; `duree_mois` stays the initial one (DECP, renewals included).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from fanal.marches.compute.dates import fin_apres

PREVUE, INITIALE, REFUSEE = "prevue", "initiale", "refusee"
UN_JOUR = timedelta(days=1)

INCONNUE, A_VENIR, EN_COURS = "inconnue", "a_venir", "en_cours"
EXPIRE, EXPIRE_UTILISE, RESILIE = "expire", "expire_utilise", "resilie"
ETATS_TEMPS: dict[str, tuple[str, str]] = {
    INCONNUE: ("Échéance inconnue", "attention"),
    A_VENIR: ("À venir", "attente"),
    EN_COURS: ("En cours", "decide"),
    EXPIRE: ("Expiré", "neutre"),
    EXPIRE_UTILISE: ("Expiré, encore utilisé", "refus"),
    RESILIE: ("Résilié", "neutre"),
}


@dataclass(frozen=True)
class Decision:
    """What was recorded about one renewal: `sens` is "tacite", "expresse" or "refusee"."""

    numero: int
    sens: str
    debut: date
    fin: date


@dataclass(frozen=True)
class DonneesVie:
    """The dates of a contract; None is unknown. `date_fin` is the end, included, of the current period."""

    date_debut: date | None = None
    date_notification: date | None = None
    date_fin: date | None = None
    date_fin_totale: date | None = None
    duree_mois: int | None = None
    reconductions_prevues: int = 0
    reconduction_mois: int | None = None
    reconduction_tacite: bool = True
    preavis_mois: int | None = None
    fin_anticipee_le: date | None = None
    decisions: tuple[Decision, ...] = field(default_factory=tuple)
    derniere_commande: date | None = None


@dataclass(frozen=True)
class Periode:
    """One period, both days included: "initiale", "tacite", "expresse", or "prevue" when nobody decided."""

    numero: int
    debut: date | None
    fin: date
    sens: str


@dataclass(frozen=True)
class Vie:
    """Where a contract stands on a day.

    `fin`: last day of the period in force (of the last one when it is over); `fin_totale`: last day it may
    run, renewals included; `prochaine`: first day of the next renewal, if one can still come; `preavis_le`:
    last day to say that it will not be renewed. None: unknown, or no renewal left.
    """

    debut: date | None
    fin: date | None
    fin_totale: date | None
    etat_temps: str
    periodes: tuple[Periode, ...] = ()
    prochaine: Periode | None = None
    preavis_le: date | None = None

    def reste_jours(self, le: date) -> int | None:
        """Days left, *le* included, until the end of the period in force; 0 when it is over."""
        return None if self.fin is None else max(0, (self.fin - le).days + 1)


def calculer(donnees: DonneesVie, le: date) -> Vie:
    """The life of a contract seen on day *le*."""
    debut = donnees.date_debut or donnees.date_notification
    totale = fin_totale(donnees)
    periodes = tuple(_periodes(donnees, debut, totale))
    courante, prochaine = _en_vigueur(donnees, periodes, le)
    fin = courante.fin if courante else totale
    return Vie(
        debut=debut,
        fin=fin,
        fin_totale=totale,
        etat_temps=_etat(donnees, debut, fin, le),
        periodes=periodes,
        prochaine=prochaine,
        preavis_le=_preavis(donnees, courante, prochaine),
    )


def fin_totale(donnees: DonneesVie) -> date | None:
    """The last day on which the contract may run; None when nothing tells it."""
    fin = donnees.date_fin_totale
    refusee = next((d for d in donnees.decisions if d.sens == REFUSEE), None)
    if fin is None and refusee is not None:
        fin = refusee.debut - UN_JOUR
    debut = donnees.date_debut or donnees.date_notification
    if fin is None and debut is not None and donnees.duree_mois:
        try:
            fin = fin_apres(debut, donnees.duree_mois)
        except OverflowError:
            fin = None
    if donnees.fin_anticipee_le is not None:
        fin = donnees.fin_anticipee_le if fin is None else min(fin, donnees.fin_anticipee_le)
    return fin


def _premiere_fin(donnees: DonneesVie, debut: date | None, totale: date) -> date:
    """The end of the initial period."""
    premiere = min(donnees.decisions, key=lambda d: d.numero, default=None)
    if premiere is not None:
        return premiere.debut - UN_JOUR
    if donnees.reconductions_prevues == 0:
        return totale
    if donnees.date_fin is not None:
        return donnees.date_fin
    rest = (donnees.duree_mois or 0) - donnees.reconductions_prevues * (donnees.reconduction_mois or 0)
    if debut is not None and donnees.reconduction_mois and rest > 0:
        return fin_apres(debut, rest)
    return totale


def _periodes(donnees: DonneesVie, debut: date | None, totale: date | None) -> Iterator[Periode]:
    """The periods that were and those that can come, none beyond the total end."""
    if totale is None:
        return
    listed = list(_sans_prolongation(donnees, debut, totale))
    if listed and listed[-1].fin < totale:
        # An avenant moved the end past the last renewal: that renewal runs until then.
        last = listed[-1]
        listed[-1] = Periode(last.numero, last.debut, totale, last.sens)
    yield from listed


def _sans_prolongation(donnees: DonneesVie, debut: date | None, totale: date) -> Iterator[Periode]:
    fin = min(_premiere_fin(donnees, debut, totale), totale)
    yield Periode(0, debut, fin, INITIALE)
    kept = sorted((d for d in donnees.decisions if d.sens != REFUSEE), key=lambda d: d.numero)
    for decision in kept:
        if decision.debut > totale:
            return
        fin = min(decision.fin, totale)
        yield Periode(decision.numero, decision.debut, fin, decision.sens)
    refused = any(d.sens == REFUSEE for d in donnees.decisions)
    if refused or not donnees.reconduction_mois:
        return
    for numero in range(len(kept) + 1, donnees.reconductions_prevues + 1):
        start = fin + UN_JOUR
        if start > totale:
            return
        try:
            fin = min(fin_apres(start, donnees.reconduction_mois), totale)
        except OverflowError:
            fin = totale
        yield Periode(numero, start, fin, PREVUE)


def _en_vigueur(
    donnees: DonneesVie, periodes: tuple[Periode, ...], le: date
) -> tuple[Periode | None, Periode | None]:
    """The period in force on day *le*, and the renewal that can follow it.

    A tacit renewal that nobody refused has happened by law, recorded here or not; an express one has not
    until somebody decides it.
    """
    if not periodes:
        return None, None
    courante = periodes[0]
    for before, after in pairwise(periodes):
        if le <= before.fin or (after.sens == PREVUE and not donnees.reconduction_tacite):
            return before, after
        courante = after
    return courante, None


def _preavis(donnees: DonneesVie, courante: Periode | None, prochaine: Periode | None) -> date | None:
    if courante is None or prochaine is None or prochaine.sens != PREVUE or donnees.preavis_mois is None:
        return None
    try:
        return courante.fin + UN_JOUR - relativedelta(months=donnees.preavis_mois) - UN_JOUR
    except (OverflowError, ValueError):
        return None


def _etat(donnees: DonneesVie, debut: date | None, fin: date | None, le: date) -> str:
    if donnees.fin_anticipee_le is not None and donnees.fin_anticipee_le < le:
        return RESILIE
    if fin is None:
        return INCONNUE
    if debut is not None and le < debut:
        return A_VENIR
    if le <= fin:
        return EN_COURS
    used = donnees.derniere_commande is not None and donnees.derniere_commande > fin
    return EXPIRE_UTILISE if used else EXPIRE
