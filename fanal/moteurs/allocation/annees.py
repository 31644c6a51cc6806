"""A firm year and the forecast ones after it: several envelopes, requests with an amount by year.

The firm year is shared as the rule says. A forecast year is then shared among those served so far (a project
refused this year has no next year), and binds nobody. Indivisible projects are chosen for all their years
together: a project that no forecast envelope could carry to its end is not begun.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN
from typing import Any

from fanal.moteurs.allocation.demandes import amount, lire_partage
from fanal.moteurs.allocation.modele import Partage, Resultat
from fanal.moteurs.allocation.optimal import Capacite
from fanal.moteurs.allocation.repartition import repartir_enveloppe
from fanal.refus import Inutilisable

ANNEES_MAX = 10


@dataclass(frozen=True)
class Prevision:
    """A forecast year: its envelope and what each request may receive of it, in cents."""

    annee: str
    enveloppe: int
    maximums: Mapping[str, int]


@dataclass(frozen=True)
class Pluriannuel:
    """The firm year and the forecast ones, in order."""

    ferme: Partage
    previsions: tuple[Prevision, ...] = ()


@dataclass(frozen=True)
class ResultatPluriannuel:
    """The answer of each year; `empreinte` seals them all."""

    ferme: Resultat
    previsions: tuple[tuple[str, Resultat], ...]
    empreinte: str


def lire_annees(document: Any) -> Pluriannuel:
    """The question of a document that adds `previsions`: at the top a list of {"annee", "enveloppe"}, on each
    request a table year → amount asked that year.

    `taux_max` × eligible and `plafond` bound all the years of a request together. Raises Inutilisable.
    """
    if not isinstance(document, Mapping):
        return Pluriannuel(lire_partage(document))
    raw = document.get("previsions") or []
    rows = document.get("demandes")
    simple = {k: v for k, v in document.items() if k != "previsions"}
    if isinstance(rows, Sequence) and not isinstance(rows, str):
        simple["demandes"] = [_without_years(row) for row in rows]
    else:
        rows = []
    firm = lire_partage(simple)
    years = _years(raw)
    asked = {str(row["id"]): _asked(row, years) for row in rows}
    rooms = {str(row["id"]): _room(firm, row) for row in rows}
    left = {r.id: None if (room := rooms[r.id]) is None else room - r.maximum for r in firm.demandes}
    previsions = []
    for year, envelope in years.items():
        most = {}
        for name, wanted in asked.items():
            room = left[name]
            most[name] = wanted.get(year, 0) if room is None else min(room, wanted.get(year, 0))
            left[name] = None if room is None else room - most[name]
        previsions.append(Prevision(year, envelope, most))
    return Pluriannuel(firm, tuple(previsions))


def repartir_annees(question: Pluriannuel) -> ResultatPluriannuel:
    """Share every year; never more than a year's envelope, nor than a request's maximum of that year."""
    firm = question.ferme
    others = tuple(Capacite(p.enveloppe, p.maximums) for p in question.previsions)
    first = repartir_enveloppe(firm, others)
    gone = {a.id for a in first.attributions if a.maximum and not a.attribue}
    if firm.regle == "optimal":
        gone = {a.id for a in first.attributions if not a.attribue}
    answers = []
    for year in question.previsions:
        found = repartir_enveloppe(_of_year(firm, year, gone))
        gone |= {a.id for a in found.attributions if a.maximum and not a.attribue}
        answers.append((year.annee, found))
    whole = "\n".join([first.empreinte, *(f"{y} {r.empreinte}" for y, r in answers)])
    return ResultatPluriannuel(first, tuple(answers), hashlib.sha256(whole.encode()).hexdigest())


def _of_year(firm: Partage, year: Prevision, gone: set[str]) -> Partage:
    """The same rule on the amounts of a forecast year; what was refused before asks for nothing."""
    rows = tuple(
        replace(r, maximum=0 if r.id in gone else year.maximums.get(r.id, 0), limite="demande", minimum=0)
        for r in firm.demandes
    )
    # The projects were chosen for all their years: what is left to do is to serve them.
    rule = "ordre_score" if firm.regle == "optimal" else firm.regle
    return replace(firm, enveloppe=year.enveloppe, demandes=rows, regle=rule)


def _without_years(row: Any) -> Any:
    return {k: v for k, v in row.items() if k != "previsions"} if isinstance(row, Mapping) else row


def _years(raw: Any) -> dict[str, int]:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) > ANNEES_MAX:
        raise Inutilisable(f"previsions : une liste de {ANNEES_MAX} années au plus est attendue.")
    years: dict[str, int] = {}
    for item in raw:
        if not isinstance(item, Mapping) or set(item) != {"annee", "enveloppe"}:
            raise Inutilisable("previsions : chaque année a deux clés, annee et enveloppe.")
        year = str(item["annee"])
        if year in years:
            raise Inutilisable(f"previsions : l'année {year} est donnée deux fois.")
        years[year] = amount(item["enveloppe"], f"previsions, {year}")
    return years


def _asked(row: Mapping[str, Any], years: Mapping[str, int]) -> dict[str, int]:
    where = f"Demande {row['id']}, previsions"
    table = row.get("previsions") or {}
    if not isinstance(table, Mapping):
        raise Inutilisable(f"{where} : une table année → montant est attendue.")
    strange = sorted(set(map(str, table)) - set(years))
    if strange:
        raise Inutilisable(f"{where} : l'année {strange[0]} n'a pas d'enveloppe.")
    return {str(k): amount(v, f"{where}, {k}") for k, v in table.items()}


def _room(firm: Partage, row: Mapping[str, Any]) -> int | None:
    """What all the years of a request may come to; None when nothing bounds it."""
    bounds = [] if firm.plafond is None else [firm.plafond]
    if firm.taux_max is not None:
        eligible = amount(row.get("montant_eligible"), f"Demande {row['id']}, montant_eligible")
        bounds.append(int((firm.taux_max * eligible).to_integral_value(ROUND_DOWN)))
    return min(bounds, default=None)


def need(question: Pluriannuel, found: ResultatPluriannuel) -> dict[str, tuple[int, int]]:
    """By forecast year: what those served would need, and what the year's envelope leaves uncovered."""
    table = {}
    for year, (name, answer) in zip(question.previsions, found.previsions, strict=True):
        wanted = sum(a.maximum for a in answer.attributions)
        table[name] = (wanted, max(0, wanted - year.enveloppe))
    return table
