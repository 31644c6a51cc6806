"""Which contracts an account sees: those of its nodes, and those that its establishments execute."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from fanal.comptes.acces import INVISIBLE
from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Adhesion, Beneficiaire, Marche
from fanal.refus import Introuvable


def marches_visibles(perimetre: Perimetre) -> QuerySet[Marche]:
    """Contracts on a covered node, executed by a covered establishment, or joined by a covered GHT."""
    if perimetre.national:
        return Marche.objects.all()
    executed = Beneficiaire.objects.filter(
        marche=OuterRef("pk"), etablissement_id__in=perimetre.etablissements
    )
    joined = Adhesion.objects.filter(marche=OuterRef("pk"), ght_id__in=perimetre.ghts)
    return Marche.objects.filter(perimetre.dossiers_q() | Q(Exists(executed)) | Q(Exists(joined)))


def un_marche(pk: int, perimetre: Perimetre) -> Marche:
    """One contract of the perimeter. Raises `Introuvable`: another GHT's contract does not exist here."""
    marche = marches_visibles(perimetre).filter(pk=pk).first()
    if marche is None:
        raise Introuvable(INVISIBLE)
    return marche
