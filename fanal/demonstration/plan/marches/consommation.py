"""What establishments ordered: month by month, some contracts too fast, some orders without a contract."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from dateutil.relativedelta import relativedelta

from fanal.demonstration.lignes.produits import current
from fanal.demonstration.lignes.vocabulaire import shelf_of_cpv
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.catalogue import MEDICAMENTS
from fanal.demonstration.plan.marches.contrats import REPERE
from fanal.demonstration.plan.marches.modele import ConsommationFictive, ContratFictif, PrixFictif
from fanal.demonstration.plan.marches.segments import DISPOSITIFS

DEPUIS = date(2024, 11, 1)
TROP_VITE = 0.06  # share of the contracts whose orders pass their maximum before the end
HORS_MARCHE = 90
PAR_BOITE = 0.3  # share of the prices given for a box


def build_consumption(contracts: tuple[ContratFictif, ...]) -> tuple[ConsommationFictive, ...]:
    """Two years of orders, one row per contract, establishment and quarter."""
    rows = [row for contract in contracts if contract.debut for row in _of(contract)]
    return tuple(sorted([*rows, *_without_contract(contracts)], key=lambda r: (r.le, r.cle)))


def _of(contract: ContratFictif) -> Iterator[ConsommationFictive]:
    assert contract.debut is not None  # noqa: S101 - the caller keeps the dated ones
    alea = Alea("consommation", contract.identifiant, contract.acheteur_siret)
    end = min(REPERE, contract.debut + relativedelta(months=contract.mois))
    late = alea.unite() < 0.03  # still ordered on after its end
    month = max(DEPUIS, contract.debut.replace(day=1))
    pace = alea.entre(0.75, 1.1)
    if contract.maximum and alea.unite() < TROP_VITE:
        pace = 1.25 * contract.maximum / (contract.annuel * contract.mois / 12)
    stop = min(REPERE, end + relativedelta(months=4)) if late else end
    before = _already(contract, month, pace)
    for rank, finess in enumerate(contract.beneficiaires):
        share = pace / len(contract.beneficiaires)
        if before:
            yield _row(contract, finess, month, round(before / len(contract.beneficiaires)), "cumul")
        day = month
        while day < stop:
            cents = round(contract.annuel * 25 * share * alea.entre(0.6, 1.4))
            yield _row(contract, finess, day + relativedelta(days=9 + rank), cents, f"{day:%Y%m}")
            day += relativedelta(months=3)


def _already(contract: ContratFictif, month: date, pace: float) -> int:
    """What had been ordered before the first month kept, in cents."""
    assert contract.debut is not None  # noqa: S101 - planned with a date
    elapsed = (month.year - contract.debut.year) * 12 + month.month - contract.debut.month
    return round(contract.annuel * 100 * pace * max(0, elapsed) / 12)


def _row(contract: ContratFictif, finess: str, le: date, cents: int, key: str) -> ConsommationFictive:
    return ConsommationFictive(
        cle=f"{contract.acheteur_siret[-5:]}-{contract.identifiant}-{key}",
        finess=finess,
        numero_marche=contract.identifiant,
        le=le,
        centimes=cents,
        siret_fournisseur=contract.titulaires[0].siret,
        libelle=contract.objet,
        siret_acheteur=contract.acheteur_siret,
    )


def _without_contract(contracts: tuple[ContratFictif, ...]) -> Iterator[ConsommationFictive]:
    """Orders that carry no number, or one that nobody knows: "achats hors marché"."""
    alea = Alea("hors-marche")
    dated = [c for c in contracts if c.debut and c.debut > date(2024, 1, 1)]
    for rank in range(HORS_MARCHE):
        near = alea.parmi(dated)
        yield ConsommationFictive(
            cle=f"HM-{rank:03d}",
            finess=alea.parmi(near.beneficiaires),
            numero_marche="" if alea.unite() < 0.6 else f"X{alea.entier(100, 999)}",
            le=date(2026, alea.entier(1, 10), alea.entier(1, 28)),
            centimes=alea.entier(8_000, 900_000),
            siret_fournisseur=near.titulaires[0].siret,
            libelle=f"Commande sans marché, {near.objet}",
        )


def build_price_lists(contracts: tuple[ContratFictif, ...]) -> dict[str, tuple[PrixFictif, ...]]:
    """Price lists of the running drug and device contracts, by buyer and number: the same products cost
    differently from one establishment to the next.
    """
    lists = {}
    for contract in contracts:
        running = contract.debut and contract.debut + relativedelta(months=contract.mois) > REPERE
        if running and contract.famille in (MEDICAMENTS, DISPOSITIFS):
            lists[f"{contract.acheteur_siret}/{contract.identifiant}"] = price_list(contract)
    return lists


@cache
def price_list(contract: ContratFictif) -> tuple[PrixFictif, ...]:
    """The products of a contract: they are those of the shared catalogue, at the price of this contract."""
    alea = Alea("prix", contract.identifiant, contract.acheteur_siret)
    shelf = current(shelf_of_cpv(contract.cpv, contract.famille))
    lines: dict[str, PrixFictif] = {}
    for rank in range(alea.entier(2, 5)):
        product = alea.parmi(shelf)
        # The price is that of a piece, or of a whole box: contracts differ.
        pack = product.unites if alea.unite() < PAR_BOITE else 1
        lines[product.libelle] = PrixFictif(
            numero=str(rank + 1),
            type_code="GTIN" if product.code else "",
            code=product.code,
            libelle=product.libelle,
            unite=f"boîte de {pack}" if pack > 1 else product.unite,
            conditionnement=pack,
            centimes=max(2, round(product.prix * 100 * pack * alea.entre(0.85, 1.2))),
            tva=product.tva,
            quantite=alea.entier(50, 8_000),
        )
    return tuple(lines.values())
