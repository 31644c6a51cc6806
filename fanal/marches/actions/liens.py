"""The actions of the purchase plan that a contract serves."""

from datetime import datetime

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.marches.actions.commun import ecrire, prendre
from fanal.marches.models import LienAction, Marche
from fanal.marches.queries.liens import action_connue
from fanal.marches.rules.liens import check_action
from fanal.refus import Introuvable
from fanal.territoires.models import Ght


@transaction.atomic
def lier(
    *,
    marche: Marche,
    ght: Ght,
    annee: int,
    identifiant: str,
    by: Utilisateur | None,
    instant: datetime,
) -> LienAction:
    """Link an action of the plan of *ght* to the contract. Raises Refus when it is unknown or linked."""
    locked, _ = prendre(marche, by=by, instant=instant)
    identifiant = identifiant.strip()
    where = {"marche": locked, "ght": ght, "annee": annee, "identifiant_action": identifiant}
    check_action(
        action_connue(ght, annee, identifiant),
        identifiant,
        annee,
        LienAction.objects.filter(**where).exists(),
    )
    link = LienAction.objects.create(**where, auteur=by, created_at=instant)
    ecrire(
        locked,
        action="marche.lier_action",
        by=by,
        instant=instant,
        donnees={"ght": ght.code, "annee": annee, "action": identifiant},
    )
    return link


@transaction.atomic
def delier(*, marche: Marche, lien: int, by: Utilisateur | None, instant: datetime) -> None:
    """Remove a link of the contract. Raises Introuvable."""
    locked, _ = prendre(marche, by=by, instant=instant)
    link = LienAction.objects.filter(marche=locked, pk=lien).select_related("ght").first()
    if link is None:
        raise Introuvable("Ce lien n'existe plus. Rechargez la page.")
    data = {"ght": link.ght.code, "annee": link.annee, "action": link.identifiant_action}
    link.delete()
    ecrire(locked, action="marche.delier_action", by=by, instant=instant, donnees=data)
