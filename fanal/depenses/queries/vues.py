"""Saved views: those of an account, and those shared where it works."""

from datetime import date

from django.db.models import Q, QuerySet

from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.depenses.models import VueEnregistree
from fanal.refus import Introuvable
from fanal.territoires.models import Appartenance, Ght

VOIR = "depense.voir"


def vues_visibles(user: Utilisateur, le: date) -> QuerySet[VueEnregistree]:
    """The views of *user*, and those shared on a territory that it sees or works in."""
    mine = Q(auteur=user)
    shared = Q(partagee=True) & (_au_dessus(perimetre(user, VOIR, le), le))
    return VueEnregistree.objects.filter(mine | shared).select_related(
        "auteur", "region", "ght", "etablissement"
    )


def _au_dessus(held: Perimetre, le: date) -> Q:
    """The nodes that a perimeter covers, and those that lie above it: a GHT shares with its hospitals."""
    if held.vide:
        return Q(pk__in=[])
    members = Appartenance.objects.en_vigueur(le).filter(etablissement__in=held.etablissements)
    ghts = set(held.ghts) | set(members.values_list("ght", flat=True))
    regions = set(held.regions) | set(Ght.objects.filter(pk__in=ghts).values_list("region", flat=True))
    above = Q(niveau="national") | Q(ght__in=ghts) | Q(region__in=regions)
    return held.dossiers_q() | above


def vues_de(user: Utilisateur, le: date, page: str) -> list[VueEnregistree]:
    """The views of one page, one's own first."""
    rows = vues_visibles(user, le).filter(page=page)
    return sorted(rows, key=lambda v: (v.auteur_id != user.pk, v.nom.casefold()))


def une_vue(user: Utilisateur, le: date, numero: int) -> VueEnregistree:
    """A view that the account may open. Raises `Introuvable`."""
    found = vues_visibles(user, le).filter(pk=numero).first()
    if found is None:
        raise Introuvable("Cette vue n'existe pas, ou n'est plus partagée. Revenez à l'explorateur.")
    return found
