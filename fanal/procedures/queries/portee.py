"""Which procedures an account sees: those of its GHT, and those that ask its establishments for needs."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from fanal.comptes.acces import INVISIBLE
from fanal.comptes.perimetre import Perimetre
from fanal.procedures.models import Procedure, ReponseRecensement
from fanal.refus import Introuvable
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud


def procedures_visibles(perimetre: Perimetre) -> QuerySet[Procedure]:
    """Procedures of a covered GHT, or whose survey asks a covered establishment."""
    if perimetre.national:
        return Procedure.objects.all()
    asked = ReponseRecensement.objects.filter(
        recensement__procedure=OuterRef("pk"), etablissement__in=perimetre.etablissements
    )
    return Procedure.objects.filter(Q(ght__in=perimetre.ghts) | Q(Exists(asked)))


def une_procedure(pk: int, perimetre: Perimetre) -> Procedure:
    """One procedure of the perimeter. Raises Introuvable: another GHT's does not exist here."""
    trouvee = procedures_visibles(perimetre).select_related("ght__region").filter(pk=pk).first()
    if trouvee is None:
        raise Introuvable(INVISIBLE)
    return trouvee


def procedures_sous(noeud: Noeud) -> Q:
    """The filter for the procedures of a node and those below it; an establishment has those that ask it."""
    if noeud.objet is None:
        return Q()
    pk = noeud.objet.pk
    match noeud.niveau:
        case Niveau.REGION:
            return Q(ght__region=pk)
        case Niveau.GHT:
            return Q(ght=pk)
        case Niveau.ETABLISSEMENT:
            asked = ReponseRecensement.objects.filter(recensement__procedure=OuterRef("pk"), etablissement=pk)
            return Q(Exists(asked))
    return Q(pk__in=[])
