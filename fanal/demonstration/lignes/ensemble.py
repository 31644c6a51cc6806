"""The order lines of one GHT before they are drawn: its actions, its contracts, its everyday orders."""

from fanal.demonstration.lignes import contrats as passes
from fanal.demonstration.lignes import execution
from fanal.demonstration.lignes.actions import follow
from fanal.demonstration.lignes.modele import PlanLignes
from fanal.demonstration.plan.marches.contrats import siret
from fanal.demonstration.plan.modele import GhtFictif, Plan

# The GHT shown, then a few more of other régions; those of the rest of the territory come with volume.
PREMIERS = ("BRE-D01", "BRE-D02", "NOR-D02", "GE-D03", "PDL-D02", "OCC-D03")
ANNEES = (2020, 2021)


def order(plan: Plan) -> list[str]:
    """The GHT in the order in which they get order lines."""
    first = [code for code in PREMIERS if code in plan.ghts]
    return first + [code for code in plan.ghts if code not in first]


def support_siret(plan: Plan, ght: GhtFictif) -> str:
    """The SIRET under which the support of a GHT buys."""
    if plan.marches is not None and plan.marches.ght == ght.code:
        return plan.marches.sirets[ght.support.finess]
    return siret(99_700_000 + list(plan.ghts).index(ght.code), 1)


def plan_lines(plan: Plan, code: str) -> PlanLignes:
    """All that the lines of one GHT are drawn from; the contracts are those that its register lacks."""
    ght = plan.ghts[code]
    rang = order(plan).index(code) + 1
    acheteur = support_siret(plan, ght)
    lignes = [
        ligne for annee in ANNEES if annee in plan.campagnes
        for ligne in plan.campagnes[annee].lignes.get(code, [])
    ]  # fmt: skip
    suivies = follow(lignes, rang, acheteur)
    courants = passes.everyday(code, ght.etablissements, acheteur)
    marches = plan.marches if plan.marches is not None and plan.marches.ght == code else None
    return PlanLignes(
        ght=code,
        rang=rang,
        siret=acheteur,
        finess=tuple(e.finess for e in (*ght.etablissements, *(marches.nouveaux if marches else ()))),
        suivies=suivies,
        contrats=passes.merged(
            [*(c for s in suivies for c in (s.ancien, s.contrat) if c is not None), *courants]
        ),
        execution=execution.of_contracts(marches) if marches else (),
        courants=execution.everyday(ght.etablissements, courants),
    )
