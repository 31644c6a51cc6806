"""Contracts of the demonstration GHT: chains renewed since 2019, overlapping ones, some with defects."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.catalogue import MEDICAMENTS, TRAVAUX
from fanal.demonstration.plan.marches.modele import ContratFictif, FournisseurFictif
from fanal.demonstration.plan.marches.segments import DISPOSITIFS, LABORATOIRE, SEGMENTS, Segment
from fanal.demonstration.plan.modele import EtablissementFictif

# The demonstration stands still around this day: orders stop there, contracts go on for years after.
REPERE = date(2026, 11, 1)
DEPUIS = date(2019, 3, 1)
CONVERGENCE = date(2023, 1, 1)  # since then the support buys for all, except what `eclate` says
RACINES = (
    "Alizé", "Basalte", "Cobalt", "Dune", "Écume", "Fusain", "Granit", "Hêtre", "Iris", "Jade", "Karité",
    "Lierre", "Mistral", "Nacre", "Ocre", "Pivoine", "Quartz", "Roseau", "Sillage", "Tilleul", "Vermeil",
)  # fmt: skip
METIERS = {
    MEDICAMENTS: ("Laboratoires {}", "{} Pharma", "{} Génériques"),
    DISPOSITIFS: ("{} Médical", "{} Implants", "{} Santé"),
    LABORATOIRE: ("{} Diagnostic", "{} Réactifs"),
    TRAVAUX: ("{} Énergies", "{} Bâtiment", "Entreprise {}"),
}
AUTRES = ("{} Services", "Société {}", "{} Distribution")
FONCTIONS = {
    MEDICAMENTS: "Acheteur médicaments",
    DISPOSITIFS: "Acheteur dispositifs médicaux",
    TRAVAUX: "Acheteur travaux et énergies",
}
FONCTION = "Acheteur généraliste"


def siret(siren8: int, etablissement: int) -> str:
    """A SIRET whose SIREN and whole both pass the Luhn check, in the range 99x."""
    siren = _luhn(f"{siren8:08d}")
    return _luhn(f"{siren}{etablissement:04d}")


def _luhn(digits: str) -> str:
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if rank % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def suppliers(famille: str) -> tuple[FournisseurFictif, ...]:
    """The invented suppliers of a family, always the same."""
    titles = METIERS.get(famille, AUTRES)
    alea = Alea("fournisseurs", famille)
    rank = sum(map(ord, famille)) % 400
    roots = alea.prendre(RACINES, 12)
    return tuple(
        FournisseurFictif(
            siret(99_100_000 + 1000 * rank + 7 * i, 1),
            titles[i % len(titles)].format(root) + " (démonstration)",
        )
        for i, root in enumerate(roots)
    )


def build_contracts(
    establishments: tuple[EtablissementFictif, ...], sirets: dict[str, str]
) -> tuple[ContratFictif, ...]:
    """Every contract, oldest first within a segment. The first establishment is the support."""
    found: list[ContratFictif] = []
    for segment in SEGMENTS:
        found += _chain(segment, establishments, sirets)
        found += _own(segment, establishments, sirets)
    return tuple(found)


def _chain(
    segment: Segment, establishments: tuple[EtablissementFictif, ...], sirets: dict[str, str]
) -> Iterator[ContratFictif]:
    """The support's consultations one after the other, each with its lots."""
    support = establishments[0]
    apart = {e.finess for e in _apart(segment, establishments)}
    served = tuple(e.finess for e in establishments if e.finess not in apart)
    alea = Alea("marches", segment.cpv)
    debut = DEPUIS + relativedelta(months=alea.entier(0, segment.mois - 1))
    generation = 1
    while debut < REPERE:
        for lot in range(1, segment.lots + 1):
            share = segment.annuel_ht * (len(served) / len(establishments)) / segment.lots
            yield _contract(
                segment,
                support,
                sirets,
                served,
                debut,
                share,
                f"{generation}{lot:02d}",
                Alea(segment.cpv, debut, lot),
            )
        debut = debut + relativedelta(months=segment.mois + (1 if alea.unite() < 0.3 else 0))
        generation += 1


def _own(
    segment: Segment, establishments: tuple[EtablissementFictif, ...], sirets: dict[str, str]
) -> Iterator[ContratFictif]:
    """Contracts that establishments passed for themselves: other dates, other prices."""
    for rank, owner in enumerate(_apart(segment, establishments)):
        alea = Alea("propres", segment.cpv, owner.finess)
        count = max(1, segment.lots // 8)
        debut = DEPUIS + relativedelta(months=alea.entier(0, 47))
        while debut < REPERE:
            for lot in range(1, count + 1):
                share = segment.annuel_ht / len(establishments) / count
                number = f"P{rank + 1}{debut.year % 100}{lot:02d}"
                yield _contract(
                    segment,
                    owner,
                    sirets,
                    (owner.finess,),
                    debut,
                    share,
                    number,
                    Alea(number, segment.cpv, debut),
                )
            debut = debut + relativedelta(months=alea.parmi((24, 36, 48)))


def _apart(
    segment: Segment, establishments: tuple[EtablissementFictif, ...]
) -> tuple[EtablissementFictif, ...]:
    """The establishments that still buy this segment for themselves."""
    return tuple(Alea("eclate", segment.cpv).prendre(establishments[1:], segment.eclate))


def _contract(
    segment: Segment,
    buyer: EtablissementFictif,
    sirets: dict[str, str],
    served: tuple[str, ...],
    debut: date,
    annual: float,
    number: str,
    alea: Alea,
) -> ContratFictif:
    yearly = max(2_000, round(annual * alea.entre(0.45, 1.7) / 100) * 100)
    total = round(yearly * segment.mois / 12)
    unknown = alea.unite() < 0.03
    framework = segment.nature != "travaux" and segment.lettre not in ("RX", "AS")
    renewals = 1 if segment.mois in (24, 36) and alea.unite() < 0.5 else 0
    durable = alea.unite() < 0.18 + 0.09 * max(0, debut.year - 2019)
    choices = suppliers(segment.famille)
    holders = tuple(alea.prendre(choices, 2 if alea.unite() < 0.04 else 1))
    return ContratFictif(
        identifiant=f"{debut.year % 100}{segment.lettre}{number}",
        acheteur_siret=sirets[buyer.finess],
        acheteur_nom=buyer.nom,
        objet=f"{_object(segment)}, lot {number[-2:].lstrip('0')}",
        famille=segment.famille,
        cpv="" if alea.unite() < 0.01 else segment.cpv,
        nature=segment.nature,
        procedure=_procedure(total, alea),
        debut=None if unknown else debut,
        mois=segment.mois,
        reconductions=renewals,
        montant=1 if alea.unite() < 0.01 else total,
        maximum=_maximum(total, debut, alea) if framework else None,
        titulaires=holders,
        beneficiaires=served,
        offres=None
        if alea.unite() < 0.06
        else alea.pondere(((1, 0.28), (2, 0.25), (3, 0.22), (4, 0.15), (7, 0.1))),
        environnement="Critère environnemental" if durable else "Pas de considération environnementale",
        social="Clause sociale" if alea.unite() < 0.12 else "Pas de considération sociale",
        innovant=alea.unite() < 0.01,
        acheteur_fonction=FONCTIONS.get(segment.famille, FONCTION),
        publie=None if alea.unite() < 0.2 else debut + relativedelta(days=alea.entier(5, 80)),
        annuel=yearly,
        complet=alea.unite() < 0.8,
    )


def successors(contracts: tuple[ContratFictif, ...]) -> dict[tuple[str, str], str]:
    """(SIRET of the buyer, number) of each contract that renews another → the number it renews."""
    chains: dict[tuple[str, str, str], list[ContratFictif]] = {}
    for contract in contracts:
        if contract.debut:
            key = (contract.acheteur_siret, contract.cpv or contract.objet, contract.objet)
            chains.setdefault(key, []).append(contract)
    return {
        (after.acheteur_siret, after.identifiant): before.identifiant
        for chain in chains.values()
        for before, after in pairwise(sorted(chain, key=lambda c: (c.debut, c.identifiant)))
    }


def _object(segment: Segment) -> str:
    verbs = {"fournitures": "Fourniture", "services": "Prestation", "travaux": "Travaux"}
    return f"{verbs[segment.nature]} : {segment.libelle} (démonstration)"


def _procedure(total: int, alea: Alea) -> str:
    if total >= 216_000:
        return "Appel d'offres ouvert" if alea.unite() < 0.9 else "Procédure avec négociation"
    if total >= 40_000:
        return "Procédure adaptée"
    return "Marché passé sans publicité ni mise en concurrence préalable"


def _maximum(total: int, debut: date, alea: Alea) -> int | None:
    """Frameworks carry a maximum since 2022; a few old ones have none."""
    if debut < date(2022, 1, 1) and alea.unite() < 0.5:
        return None
    return round(total * alea.parmi((1.2, 1.5, 2.0)))
