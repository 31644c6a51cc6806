"""The whole plan of contracts, and the establishments that join the GHT for it."""

from fanal.demonstration.plan.marches.consommation import build_consumption, build_price_lists
from fanal.demonstration.plan.marches.contrats import build_contracts, siret
from fanal.demonstration.plan.marches.modele import PlanMarches
from fanal.demonstration.plan.modele import EtablissementFictif, GhtFictif

GHT = "BRE-D01"
LETTRES = "DEFGH"
BORDEREAUX = 40


def plan_contracts(ght: GhtFictif) -> PlanMarches:
    """The contracts of one GHT of eight establishments: its own, and those that join on 1 January 2024.

    The campaigns of performance before that day do not know the newcomers.
    """
    support = ght.support
    place = support.nom.split(", ", 1)[1]
    newcomers = tuple(
        EtablissementFictif(
            finess=f"{support.departement}0991{rank:03d}",
            nom=f"Hôpital de démonstration {letter}, {place}",
            role="partie",
            departement=support.departement,
            poids=0.1,
        )
        for rank, letter in enumerate(LETTRES[: 8 - len(ght.etablissements)], start=1)
    )
    members = (*ght.etablissements, *newcomers)
    sirets = {e.finess: siret(99_900_000 + rank, 1) for rank, e in enumerate(members)}
    contracts = build_contracts(members, sirets)
    lists = build_price_lists(contracts)
    kept = sorted(lists, key=lambda key: (key.split("/")[1][2:4], key))[:: max(1, len(lists) // BORDEREAUX)]
    return PlanMarches(
        ght=ght.code,
        nouveaux=newcomers,
        sirets=sirets,
        contrats=contracts,
        consommations=build_consumption(contracts),
        bordereaux={key: lists[key] for key in kept},
    )
