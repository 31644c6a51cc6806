"""Whom a call invites: the nodes of a filter, or those whose codes are given."""

from fanal.refus import Introuvable, Refus
from fanal.territoires import queries as territoires
from fanal.territoires.models import Etablissement, Ght, Region
from fanal.territoires.noeuds import Noeud

INVITES_MAX = 5000


def noeuds_du_filtre(niveau: str, region: str, codes: str) -> list[Noeud]:
    """The nodes of a level, in a région (its sigle; empty: all), or those of *codes* (one by line).

    Raises Introuvable for a code that names nothing, Refus when the filter gives nobody.
    """
    voulus = [c.strip() for c in codes.replace(",", "\n").replace(";", "\n").splitlines() if c.strip()]
    noeuds = [_un(niveau, c) for c in voulus] if voulus else _tous(niveau, region)
    hors = [n for n in noeuds if voulus and region and _region(n) != region]
    if hors:
        raise Refus(f"« {hors[0]} » n'est pas dans la région choisie. Corrigez la liste ou la région.")
    if not noeuds:
        raise Refus("Ce filtre ne désigne personne. Changez le niveau, la région ou les codes.")
    return noeuds


def _un(niveau: str, code: str) -> Noeud:
    match niveau:
        case "region":
            return Noeud(niveau, territoires.region(code))
        case "ght":
            return Noeud(niveau, territoires.ght(code))
        case "etablissement":
            return Noeud(niveau, territoires.etablissement(code))
    raise Introuvable(f"Le niveau « {niveau} » n'existe pas.")


def _tous(niveau: str, region: str) -> list[Noeud]:
    if niveau == "region":
        regions = Region.objects.filter(sigle=region) if region else Region.objects.all()
        return [Noeud(niveau, r) for r in regions.order_by("nom")]
    if niveau == "ght":
        ghts = Ght.objects.select_related("region")
        ghts = ghts.filter(region__sigle=region) if region else ghts
        return [Noeud(niveau, g) for g in ghts.order_by("code")[:INVITES_MAX]]
    etablissements = Etablissement.objects.select_related("departement__region")
    if region:
        etablissements = etablissements.filter(departement__region__sigle=region)
    return [Noeud(niveau, e) for e in etablissements.order_by("finess")[:INVITES_MAX]]


def _region(noeud: Noeud) -> str:
    from fanal.appels.queries.candidatures import region_du_noeud

    return region_du_noeud(noeud)
