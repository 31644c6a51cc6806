"""Who an account may answer for: the nodes of its perimeter that a call takes."""

from django.db.models import Q
from django.http import HttpRequest

from fanal.appels.models import Appel
from fanal.appels.queries.appels import regles_de
from fanal.appels.types_campagne import SAISIR
from fanal.comptes.acces import perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.territoires.models import Etablissement, Ght, Region
from fanal.territoires.noeuds import Noeud

NOEUDS_MAX = 500


def declarants_possibles(request: HttpRequest, appel: Appel) -> list[Noeud]:
    """The nodes for which the account may begin a dossier, by level then name; those invited only where the
    call is on invitation.
    """
    perimetre = perimetre_de(request, SAISIR)
    if perimetre.vide:
        return []
    regles = regles_de(appel)
    noeuds: list[Noeud] = []
    for niveau in regles.declarants.niveaux:
        noeuds += _noeuds(niveau, perimetre, appel)
    if regles.declarants.sur_invitation:
        invites = {(r.niveau, r.noeud.pk if r.noeud else 0) for r in appel.campagne.repondants.all()}
        noeuds = [n for n in noeuds if (n.niveau, n.objet.pk if n.objet else 0) in invites]
    return noeuds


def _noeuds(niveau: str, perimetre: Perimetre, appel: Appel) -> list[Noeud]:
    region = appel.region_id
    if niveau == "region":
        regions = Region.objects.filter(Q() if perimetre.national else Q(pk__in=perimetre.regions))
        regions = regions.filter(pk=region) if region else regions
        return [Noeud(niveau, r) for r in regions.order_by("nom")[:NOEUDS_MAX]]
    if niveau == "ght":
        ghts = Ght.objects.filter(perimetre.ghts_q()).select_related("region")
        ghts = ghts.filter(region=region) if region else ghts
        return [Noeud(niveau, g) for g in ghts.order_by("nom")[:NOEUDS_MAX]]
    etablissements = Etablissement.objects.filter(perimetre.etablissements_q())
    if region:
        etablissements = etablissements.filter(departement__region=region)
    etablissements = etablissements.select_related("departement__region").order_by("nom")
    return [Noeud(niveau, e) for e in etablissements[:NOEUDS_MAX]]
