"""A small part of the plan, whole in its way: enough to play every kind of gesture in seconds."""

from dataclasses import replace

from fanal.demonstration.plan.marches.modele import PlanMarches
from fanal.demonstration.plan.modele import Plan, PlanAppels, PlanCampagne

GHTS = ("BRE-D01", "BRE-D02", "BRE-D03", "BRE-D04", "GE-D03", "MART-D01", "NOR-D02", "GUY-D01")


def reduce(plan: Plan) -> Plan:
    """The same plan for a few GHT only."""
    ghts = {code: plan.ghts[code] for code in GHTS}
    finess = {e.finess for g in ghts.values() for e in g.etablissements}
    campagnes = {annee: _campaign(c, finess) for annee, c in plan.campagnes.items()}
    return Plan(ghts, campagnes, _contracts(plan.marches), PlanAppels(12, 3, molecules=False))


def _contracts(plan: PlanMarches | None) -> PlanMarches | None:
    """One contract in twenty, with its orders and its price lists."""
    if plan is None:
        return None
    contracts = plan.contrats[::20]
    kept = {(c.acheteur_siret, c.identifiant) for c in contracts}
    return replace(
        plan,
        contrats=contracts,
        consommations=tuple(
            c
            for c in plan.consommations
            if (c.siret_acheteur, c.numero_marche) in kept or not c.siret_acheteur
        ),
        bordereaux={k: v for k, v in plan.bordereaux.items() if tuple(k.split("/")) in kept},
    )


def _campaign(campagne: PlanCampagne, finess: set[str]) -> PlanCampagne:
    return PlanCampagne(
        campagne.annee,
        {code: lignes for code, lignes in campagne.lignes.items() if code in GHTS},
        {o: [d for d in ds if d.finess in finess] for o, ds in campagne.declarations.items()},
        {f: m for f, m in campagne.achats.items() if f in finess},
        campagne.objectifs,
    )
