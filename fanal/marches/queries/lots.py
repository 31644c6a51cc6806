"""Batches of consumption, as accounts see them."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Consommation, LotConsommation
from fanal.territoires.models import Ght


def ghts_servis(perimetre: Perimetre) -> list[Ght]:
    """The GHT that an account may send consumption for: its own, or that of its establishments."""
    if perimetre.national:
        return list(Ght.objects.all())
    mine = Q(pk__in=perimetre.ghts) | Q(appartenances__etablissement__in=perimetre.etablissements)
    return list(Ght.objects.filter(mine).distinct())


def lots_visibles(perimetre: Perimetre) -> QuerySet[LotConsommation]:
    """The batches of covered GHT, or with a line of a covered establishment; the last first."""
    rows = LotConsommation.objects.select_related("ght").order_by("-recu_le", "-pk")
    if perimetre.national:
        return rows
    inside = Consommation.objects.filter(lot=OuterRef("pk"), etablissement__in=perimetre.etablissements)
    return rows.filter(Q(ght__in=perimetre.ghts) | Exists(inside))


def lignes_du_lot(lot: LotConsommation, perimetre: Perimetre) -> QuerySet[Consommation]:
    """The lines of a batch that the account may read, past a maximum first."""
    rows = Consommation.objects.filter(lot=lot).select_related("marche", "etablissement")
    return rows.filter(perimetre.etablissements_q("etablissement__")).order_by("-depasse", "le", "pk")
