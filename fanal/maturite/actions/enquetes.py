"""Opening a survey of maturity, and entering it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from fanal.campagnes.actions import campagnes, dossiers
from fanal.campagnes.models import Campagne, Dossier, Repondant
from fanal.comptes.models import Utilisateur
from fanal.maturite.models import Grille, Profil
from fanal.maturite.types_campagne import FORMAT, TYPE
from fanal.refus import Introuvable
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud

ORGANISATEUR = ("appel.gerer", NATIONAL)


@transaction.atomic
def ouvrir(
    *,
    annee: int,
    grille: Grille,
    ouverture: datetime,
    cloture: datetime,
    correction_jusqu_au: datetime,
    by: Utilisateur | None,
    instant: datetime,
    demonstration: bool = False,
) -> Campagne:
    """Open the survey of a year on a grid. Raises Refus (it exists, dates in disorder), Interdit."""
    return campagnes.ouvrir(
        type_campagne=TYPE,
        annee=annee,
        periode="",
        ouverture=ouverture,
        cloture=cloture,
        correction_jusqu_au=correction_jusqu_au,
        by=by,
        instant=instant,
        demonstration=demonstration,
        organisateur=ORGANISATEUR,
        grille=grille.code,
    )


@transaction.atomic
def inviter(
    *, campagne: Campagne, ghts: Iterable[Ght], by: Utilisateur | None, instant: datetime
) -> list[Repondant]:
    """Expect an answer from each GHT; reminders go to those invited."""
    return campagnes.inviter(
        campagne=campagne,
        format=FORMAT,
        noeuds=[Noeud("ght", ght) for ght in ghts],
        by=by,
        instant=instant,
        organisateur=ORGANISATEUR,
    )


def grille_de(campagne: Campagne) -> Grille:
    """The grid of a survey. Raises Introuvable when it was removed from the base."""
    grille = Grille.objects.filter(code=campagne.reglages.get("grille", "")).first()
    if grille is None:
        raise Introuvable("La grille de cette enquête n'est plus dans la base. Importez-la de nouveau.")
    return grille


@transaction.atomic
def commencer(*, campagne: Campagne, ght: Ght, by: Utilisateur | None, instant: datetime) -> Dossier:
    """The dossier of a GHT in a survey, opened if needed with its profile. Raises Interdit."""
    dossier = dossiers.ouvrir(
        campagne=campagne, format=FORMAT, noeud=Noeud("ght", ght), instant=instant, by=by
    )
    Profil.objects.get_or_create(dossier=dossier, defaults={"grille": grille_de(campagne)})
    return dossier
