"""The same question answered by trying everything: no dominance, no solver, exact dates by dateutil.

Written from the rules in French, not from the engine: an act is a plain dictionary.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any

from dateutil.relativedelta import relativedelta

from fanal.moteurs.convergence import Contrat, Regles, Requete

JOUR = timedelta(days=1)


def cents(euros: Decimal) -> int:
    return int((euros * 100).to_integral_value(ROUND_HALF_UP))


def months_until(start: date, end: date) -> int:
    count = 0
    while start + relativedelta(months=count) < end:
        count += 1
    return count


def first_of_month(day: date) -> date:
    while day.day != 1:
        day += JOUR
    return day


def price(codes: list[str], amount: int, regles: Regles) -> int:
    """Risk and administration of the codes that an act bears, in cents."""
    total = 0
    for code in codes:
        total += cents(regles.administratif.get(code, Decimal(0)))
        total += cents(regles.risque.get(code, Decimal(0)))
        total += cents(Decimal(amount) / 100 * regles.risque_taux.get(code, Decimal(0)))
    return total


def acts(contract: Contrat, start: date, le: date, regles: Regles) -> list[dict[str, Any]]:
    """Every lawful thing to do with one contract: its cost, the short amount it engages and of what kind."""
    origin = first_of_month(le)
    spend = contract.depense_mensuelle
    if contract.ecart_mensuel is not None:
        loss = cents(contract.ecart_mensuel)
    else:
        loss = cents((spend or Decimal(0)) * regles.taux_gain)
    express_fee = cents(regles.administratif["reconduction_expresse"])
    found: list[dict[str, Any]] = []

    def add(kind: str, cost: int, entry: date | None, short: int = 0) -> None:
        waited = months_until(origin, entry or start + relativedelta(months=regles.duree_commune_mois))
        found.append({"kind": kind, "cost": cost + loss * waited, "entry": entry, "short": short})

    express = 0
    for rank, way_out in enumerate(contract.sorties):
        last = rank == len(contract.sorties) - 1
        tacit = way_out.genre == "tacite"
        fees = express * express_fee
        open_ = True
        if tacit and not contract.modifiable:
            open_ = False
        if way_out.preavis_le is not None and way_out.preavis_le < le:
            open_ = False
        if open_:
            next_day = way_out.fin + JOUR
            refusal = ["non_reconduction"] if tacit else []
            if next_day == start:
                add("fin", price(refusal or ["terme"], 0, regles) + fees, start)
            elif next_day > start:
                if months_until(start, next_day) <= regles.entree_maximum_mois:
                    add("plus tard", price([*refusal, "entree_differee"], 0, regles) + fees, next_day)
            else:
                gap = months_until(next_day, start)
                if spend is not None and gap <= regles.pont_maximum_mois:
                    engaged = cents(spend) * gap
                    if last and contract.modifiable:
                        limit = contract.avenant_jusqu_au
                        for margin in contract.marges:
                            if margin.montant is None or (limit is not None and start - JOUR > limit):
                                continue
                            left = cents(margin.montant)
                            if engaged < left or (engaged == left and not margin.stricte):
                                codes = ["avenant", f"avenant:{margin.motif}"]
                                add("avenant", price(codes, engaged, regles) + fees, start)
                    for kind, threshold, delay in (
                        ("marche_court", regles.seuil_marche_court, regles.delai_marche_court_mois),
                        (
                            "marche_court_adapte",
                            regles.seuil_marche_court_adapte,
                            regles.delai_marche_court_adapte_mois,
                        ),
                    ):
                        in_time = le + relativedelta(months=delay) <= next_day
                        if threshold is not None and in_time:
                            add(kind, price([kind, *refusal], engaged, regles) + fees, start, engaged)
        if way_out.genre == "expresse":
            express += 1
    later = [w for w in contract.sorties if w.fin >= start]
    if later and contract.modifiable and spend is not None:
        sure = next(w for w in later if w.preavis_le is None or w.preavis_le >= le)
        left = cents(spend) * months_until(start, sure.fin + JOUR)
        before = contract.sorties[: contract.sorties.index(later[0])]
        fees = express_fee * sum(w.genre == "expresse" for w in before)
        indemnity = cents(Decimal(left) / 100 * regles.taux_indemnite)
        add("resiliation", price(["resiliation"], left, regles) + fees + indemnity, start)
    add("hors", price(["hors"], 0, regles), None)
    return found


def minimum(requete: Requete, start: date) -> int:
    """The least cost in cents over every combination of lawful acts."""
    regles = requete.regles
    best = None
    for choice in product(*(acts(c, start, requete.le, regles) for c in requete.contrats)):
        plain = sum(a["short"] for a in choice if a["kind"] == "marche_court")
        adapted = sum(a["short"] for a in choice if a["kind"] == "marche_court_adapte")
        kinds = {a["kind"] for a in choice}
        if {"marche_court", "marche_court_adapte"} <= kinds:
            continue
        if "marche_court" in kinds and plain >= cents(regles.seuil_marche_court or Decimal(0)):
            continue
        if "marche_court_adapte" in kinds and adapted >= cents(
            regles.seuil_marche_court_adapte or Decimal(0)
        ):
            continue
        cost = sum(a["cost"] for a in choice)
        if "marche_court_adapte" in kinds:
            cost += cents(regles.administratif["consultation"])
        best = cost if best is None else min(best, cost)
    assert best is not None
    return best
