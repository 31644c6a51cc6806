"""The whole plan: territory, the closed campaigns of 2020 and 2021, and the open one of 2022."""

from functools import lru_cache

from fanal.achats.resultats_publies import table
from fanal.demonstration.plan import cibles as but
from fanal.demonstration.plan import lignes_2020, lignes_2021
from fanal.demonstration.plan.declarations import Contrats, declare, forecast, number_lines, total_2020
from fanal.demonstration.plan.lignes_2022 import build_lines as build_2022
from fanal.demonstration.plan.marches.ensemble import GHT as GHT_MARCHES
from fanal.demonstration.plan.marches.ensemble import plan_contracts
from fanal.demonstration.plan.modele import GhtFictif, Ligne, Objectif, Plan, PlanCampagne
from fanal.demonstration.plan.territoire import build_territory
from fanal.moteurs.partage import repartir

FIN, MI = "fin-annee", "mi-annee"
NATIONAL = "FR"


@lru_cache(maxsize=1)
def planifier() -> Plan:
    """Compute the demonstration. The same on every machine; a few seconds."""
    ghts = build_territory()
    cibles = but.cibles()
    de_2020 = lignes_2020.build_lines(ghts)
    for groupe in de_2020.values():
        _identify(groupe)
    de_2021 = lignes_2021.build_lines(ghts, de_2020)
    for groupe in de_2021.values():
        _identify(groupe)
    toutes_2020 = [ligne for groupe in de_2020.values() for ligne in groupe]
    toutes_2021 = [ligne for groupe in de_2021.values() for ligne in groupe]
    contrats = Contrats()
    number_lines(contrats, toutes_2020, 2020)
    number_lines(contrats, toutes_2021, 2021)
    campagnes = {
        2020: PlanCampagne(
            2020,
            de_2020,
            declare(contrats, ghts, toutes_2020, 2020, total=total_2020(toutes_2020), repris=but.REPRIS_2020),
            _purchases(ghts, cibles, 2020),
            _objectives_2020(cibles),
        ),
        2021: PlanCampagne(
            2021,
            de_2021,
            declare(
                contrats,
                ghts,
                toutes_2020 + toutes_2021,
                2021,
                total=cibles.declare_operateurs_nationaux,
                repris=cibles.repris,
            ),
            _purchases(ghts, cibles, 2021),
            _objectives_2021(cibles),
        ),
    }
    campagnes[2022] = PlanCampagne(
        2022,
        build_2022(ghts),
        {"UniHA": forecast(contrats, ghts, 2022)},
        {},
        _objectives_2022(),
    )
    return Plan(ghts, campagnes, plan_contracts(ghts[GHT_MARCHES]))


def _identify(lignes: list[Ligne]) -> None:
    """Number the lines of a workbook; an action sent again keeps the number it had."""
    for rang, ligne in enumerate(lignes, start=1):
        ligne.identifiant = ligne.identifiant or f"{ligne.ght}-{ligne.annee}-{rang:03d}"


def _purchases(ghts: dict[str, GhtFictif], cibles: but.Cibles, annee: int) -> dict[str, int]:
    """Yearly purchases by establishment of the GHT that answer; Guyane's are known for 2020 without an
    answer.
    """
    achats: dict[str, int] = {}
    for region, montant in cibles.achats[annee].items():
        ici = [g for g in ghts.values() if g.region == region and (annee in g.repond or region == "GUYANE")]
        beneficiaires = [(e.finess, g.poids * e.poids) for g in ici for e in g.etablissements]
        parts = repartir(montant, [round(1_000_000 * p) + 1 for _, p in beneficiaires])
        achats |= {finess: p for (finess, _), p in zip(beneficiaires, parts, strict=True)}
    return achats


def _objectives_2020(cibles: but.Cibles) -> list[Objectif]:
    """Only ARA's objective of 2020 is published: the others keep its ratio to 2021."""
    ara = round(but.millions(table("historique_ara").valeur("2020", "objectif_meur")) * but.MILLION)
    regions = {
        r: ara if r == "ARA" else round(o * but.TAUX_ARA_2020 / 1_000_000) * 1_000_000
        for r, o in cibles.objectif.items()
    }
    return _by_region(2020, FIN, regions, revision=0)


def _objectives_2021(cibles: but.Cibles) -> list[Objectif]:
    """The initial national objective, then the one cut by half, by région."""
    initial = round(
        but.millions(table("objectif_initial_2021").valeur("national", "objectif_meur")) * but.MILLION
    )
    return [
        Objectif(2021, FIN, "national", NATIONAL, initial, 0),
        *_by_region(2021, FIN, cibles.objectif, revision=1),
    ]


def _objectives_2022() -> list[Objectif]:
    """The revised objectives of 2022, for both periods; the national one as printed, 0.1 M€ above the sum."""
    publies = table("objectifs_2022")
    regions = {r: round(but.millions(v["objectif_meur"]) * but.MILLION) for r, v in publies.lignes.items()}
    national = round(but.millions((publies.total or {})["objectif_meur"]) * but.MILLION)
    return [
        objectif
        for periode in (MI, FIN)
        for objectif in _by_region(2022, periode, regions, revision=1, national=national)
    ]


def _by_region(
    annee: int, periode: str, regions: dict[str, int], *, revision: int, national: int | None = None
) -> list[Objectif]:
    total = sum(regions.values()) if national is None else national
    return [
        Objectif(annee, periode, "national", NATIONAL, total, revision),
        *(Objectif(annee, periode, "region", r, montant, revision) for r, montant in regions.items()),
    ]
