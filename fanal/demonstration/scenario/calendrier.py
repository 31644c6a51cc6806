"""Who does what, and when: pure. Every gesture has an instant of the past, so that two runs write the same
journal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fanal.demonstration.classeurs.ensemble import (
    ACHATS,
    BROUILLON_2022,
    NOMENCLATURE,
    OBJECTIFS,
    OPERATEUR,
    PAAT,
    PREMIERS_ENVOIS,
    Fichier,
)
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.lignes_2022 import COMMENCES
from fanal.demonstration.plan.marches.contrats import REPERE
from fanal.demonstration.plan.modele import Ligne, Plan

PARIS = ZoneInfo("Europe/Paris")
# This GHT corrects its workbook after the agency's opinion: the page shows the difference since.
CORRIGE_APRES_AVIS = "NOR-D02"
EN_RETARD = frozenset({"HF-D04", "OCC-D11", "IDF-D09", "GE-D08", "PACA-D05"})
# What is done about contracts, a day after the other.
MARCHES = ("marches", "commandes", "indices", "bordereaux", "avenants", "procedures", "fournisseurs")
# Calls, a day after the other, once contracts are there.
APPELS = ("appels_ouverts", "molecules", "maturite", "sesame")
# The campaign left open for whoever tries the platform: it does not close before this day.
FIN_2022, FIN_CORRECTIONS_2022 = date(2035, 12, 31), date(2036, 3, 31)
FIN_CONTRATS = REPERE + timedelta(days=len(MARCHES))


@dataclass(frozen=True)
class Geste:
    """One gesture: `nature` names what is done, `annee` the campaign, `code` the node, `fichier` what is
    sent.
    """

    instant: datetime
    nature: str
    annee: int = 0
    code: str = ""
    fichier: Fichier | None = None

    @property
    def cle(self) -> str:
        """The stable name under which the gesture is recorded as done."""
        return "/".join(filter(None, [self.nature, str(self.annee or ""), self.code, self._envoi]))

    @property
    def _envoi(self) -> str:
        return f"{self.fichier.format}-{self.fichier.envoi}" if self.fichier else ""


@dataclass(frozen=True)
class Dates:
    """The days of a campaign."""

    ouverture: date
    cloture: date
    corrections: date
    publication: date | None


def dates(annee: int) -> Dates:
    """Closed campaigns run at the beginning of the next year; that of 2022 is open at mid-year."""
    if annee == 2022:
        return Dates(date(2022, 6, 1), FIN_2022, FIN_CORRECTIONS_2022, None)
    suite = annee + 1
    return Dates(date(suite, 1, 4), date(suite, 2, 26), date(suite, 4, 15), date(suite, 5, 20))


def at(jour: date, heure: int, minute: int = 0) -> datetime:
    """An instant in legal time."""
    return datetime.combine(jour, time(heure, minute), tzinfo=PARIS)


def schedule(plan: Plan, fichiers: list[Fichier]) -> list[Geste]:
    """Every gesture in the order of time."""
    gestes = [Geste(at(date(2021, 1, 2), 8), "territoire"), Geste(at(date(2021, 1, 2), 9), "comptes")]
    for annee in sorted(plan.campagnes):
        siens = [f for f in fichiers if f.annee == annee]
        gestes += _opening(annee, siens)
        gestes += _current(plan, siens) if annee == 2022 else _closed(plan, annee, siens)
    gestes += _contracts(plan)
    gestes += _calls()
    rangs = {id(g): rang for rang, g in enumerate(gestes)}
    return sorted(gestes, key=lambda g: (g.instant, rangs[id(g)]))


def _contracts(plan: Plan) -> Iterator[Geste]:
    """The contracts of one GHT, brought in around the day its demonstration stands on."""
    if plan.marches is None:
        return
    yield Geste(at(date(2024, 1, 1), 9), "rejoindre", code=plan.marches.ght)
    for rank, nature in enumerate(MARCHES):
        yield Geste(at(REPERE + timedelta(days=1 + rank), 9), nature, code=plan.marches.ght)


def _calls() -> Iterator[Geste]:
    """The calls are played last, whole ones: each bears dates of its own."""
    for rank, nature in enumerate(APPELS):
        yield Geste(at(FIN_CONTRATS + timedelta(days=1 + rank), 9), nature)


def _opening(annee: int, fichiers: list[Fichier]) -> Iterator[Geste]:
    jour = dates(annee).ouverture
    yield Geste(at(jour, 8), "ouvrir", annee)
    yield Geste(at(jour, 8, 5), "inviter", annee)
    for minute, fichier in enumerate(f for f in fichiers if f.format in (OBJECTIFS, NOMENCLATURE)):
        yield Geste(at(jour, 9, minute), "deposer", annee, fichier.code, fichier)
    for rang, fichier in enumerate(f for f in fichiers if f.format == OPERATEUR):
        depot = at(jour + timedelta(days=14 + rang), 11)
        yield Geste(depot, "deposer", annee, fichier.code, fichier)
        yield Geste(depot + timedelta(minutes=40), "transmettre_operateur", annee, fichier.code)
    for rang, fichier in enumerate(f for f in fichiers if f.format == ACHATS):
        yield Geste(at(jour + timedelta(days=20), 10, rang), "deposer", annee, fichier.code, fichier)


def _closed(plan: Plan, annee: int, fichiers: list[Fichier]) -> Iterator[Geste]:
    jours = dates(annee)
    trames = [f for f in fichiers if f.format == PAAT]
    for fichier in trames:
        yield from _declaration(annee, fichier, jours)
    for rang, (code, lignes) in enumerate(plan.campagnes[annee].lignes.items()):
        yield from _control(annee, code, lignes, jours, rang)
    assert jours.publication is not None  # noqa: S101 - the closed campaigns are published
    for fichier in fichiers:
        if fichier.format == OPERATEUR:
            yield Geste(at(jours.publication - timedelta(days=20), 15), "reprendre", annee, fichier.code)
    yield Geste(at(jours.publication, 10), "publier", annee)


def _declaration(annee: int, fichier: Fichier, jours: Dates) -> Iterator[Geste]:
    """Sending, validation, transmission: most at the last minute, some after it."""
    alea = Alea("calendrier", annee, fichier.code)
    code = fichier.code
    if code == CORRIGE_APRES_AVIS and fichier.envoi == 2:
        yield Geste(at(jours.cloture + timedelta(days=16), 10), "deposer", annee, code, fichier)
        yield Geste(at(jours.cloture + timedelta(days=17), 10), "avis_apres_correction", annee, code)
        return
    depot = _moment(alea, code, jours)
    if fichier.envoi == 1 and _a_second(annee, code):
        depot -= timedelta(days=8)
    yield Geste(depot, "deposer", annee, code, fichier)
    if fichier.envoi == 2 or not _a_second(annee, code) or code == CORRIGE_APRES_AVIS:
        valide = depot + timedelta(minutes=alea.entier(3, 55))
        yield Geste(valide, "valider", annee, code)
        yield Geste(valide + timedelta(minutes=alea.entier(1, 20)), "transmettre", annee, code)


def _a_second(annee: int, code: str) -> bool:
    return annee == 2021 and code in PREMIERS_ENVOIS


def _moment(alea: Alea, code: str, jours: Dates) -> datetime:
    if code in EN_RETARD:
        return at(jours.cloture + timedelta(days=alea.entier(1, 5)), alea.entier(8, 18), alea.entier(0, 59))
    u = alea.unite()
    if u < 0.1:
        return at(
            jours.ouverture + timedelta(days=alea.entier(3, 25)), alea.entier(8, 18), alea.entier(0, 59)
        )
    if u < 0.4:
        return at(jours.cloture - timedelta(days=alea.entier(4, 15)), alea.entier(8, 18), alea.entier(0, 59))
    if u < 0.75:
        return at(jours.cloture - timedelta(days=alea.entier(0, 2)), alea.entier(9, 19), alea.entier(0, 59))
    return at(jours.cloture, alea.entier(20, 23), alea.entier(0, 39))


def _control(annee: int, code: str, lignes: list[Ligne], jours: Dates, rang: int) -> Iterator[Geste]:
    """Opinion of the agency, control, right of reply, decisions."""
    controle = jours.cloture + timedelta(days=20)
    demandes = any(ligne.observation for ligne in lignes)
    yield Geste(at(jours.cloture + timedelta(days=10 + rang % 4), 9, rang % 60), "avis", annee, code)
    yield Geste(at(controle, 8, rang % 60), "controler", annee, code)
    if demandes:
        yield Geste(at(controle + timedelta(days=1), 8, rang % 60), "demander", annee, code)
        if any(ligne.reponse for ligne in lignes):
            yield Geste(at(controle + timedelta(days=5 + rang % 9), 14, rang % 60), "repondre", annee, code)
    yield Geste(at(controle + timedelta(days=20 + rang % 6), 10, rang % 60), "decider", annee, code)


def _current(plan: Plan, fichiers: list[Fichier]) -> Iterator[Geste]:
    """The three GHT that have begun: a draft, a workbook awaiting its opinion, one under control."""
    jour = dates(2022).ouverture + timedelta(days=19)
    for rang, fichier in enumerate(f for f in fichiers if f.format == PAAT):
        depot = at(jour + timedelta(days=rang), 16, 12)
        yield Geste(depot, "deposer", 2022, fichier.code, fichier)
        if fichier.code == BROUILLON_2022:
            continue
        yield Geste(depot + timedelta(minutes=10), "valider", 2022, fichier.code)
        yield Geste(depot + timedelta(minutes=25), "transmettre", 2022, fichier.code)
        if fichier.code == COMMENCES[-1]:
            yield Geste(depot + timedelta(days=2), "avis", 2022, fichier.code)
            yield Geste(depot + timedelta(days=3), "controler", 2022, fichier.code)
            yield Geste(depot + timedelta(days=4), "demander", 2022, fichier.code)
