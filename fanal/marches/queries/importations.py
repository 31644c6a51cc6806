"""Imports sent through the pages: which an account sees, for which nodes it may send one."""

from django.db.models import QuerySet

from fanal.comptes.acces import INVISIBLE
from fanal.comptes.perimetre import Perimetre
from fanal.depots.models import Correspondance
from fanal.marches.lecture.lecteurs import TABLEAUX
from fanal.marches.models import Importation
from fanal.refus import Introuvable
from fanal.territoires.models import Etablissement, Ght, Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

NOEUDS_MAX = 200


def importations(perimetre: Perimetre) -> QuerySet[Importation]:
    """The imports of the nodes that the account manages, the latest first."""
    relies = ("original", "auteur", "correspondance", "ght", "etablissement", "region", "operateur", "depot")
    return Importation.objects.filter(perimetre.dossiers_q()).select_related(*relies)


def une_importation(pk: int, perimetre: Perimetre) -> Importation:
    """One of them. Raises `Introuvable`."""
    trouvee = importations(perimetre).filter(pk=pk).first()
    if trouvee is None:
        raise Introuvable(INVISIBLE)
    return trouvee


def noeuds_possibles(perimetre: Perimetre) -> list[Noeud]:
    """The nodes that the account may import for: the nation, its GHT, else its establishments."""
    noeuds = [NATIONAL] if perimetre.national else []
    ghts = Ght.objects.filter(perimetre.ghts_q()).order_by("code")[:NOEUDS_MAX]
    noeuds += [Noeud(Niveau.GHT, g) for g in ghts]
    if not noeuds:
        siens = Etablissement.objects.filter(perimetre.etablissements_q())[:NOEUDS_MAX]
        noeuds = [Noeud(Niveau.ETABLISSEMENT, e) for e in siens]
    return noeuds


def correspondances(noeuds: list[Noeud]) -> list[Correspondance]:
    """The mappings of tables kept for these nodes or for the nation."""
    siennes = Correspondance.objects.filter(format__in=TABLEAUX, niveau="national")
    for noeud in noeuds[:50]:
        siennes |= Correspondance.objects.filter(format__in=TABLEAUX, **noeud.champs())
    return list(siennes.select_related("ght", "etablissement", "region", "operateur").order_by("nom"))
