"""Keeping, renaming and removing saved views."""

from datetime import datetime

from django.db import IntegrityError, transaction

from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.depenses.models import VueEnregistree
from fanal.depenses.rules.vues import check_auteur, check_nom, check_partage, check_requete
from fanal.journal.actions import inscrire
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

VOIR = "depense.voir"


def enregistrer_vue(
    *, nom: str, page: str, requete: str, noeud: Noeud, partagee: bool, by: Utilisateur, instant: datetime
) -> VueEnregistree:
    """Keep an address under a name, for oneself or for the node. Raises `Refus`."""
    if partagee:
        check_partage(perimetre(by, VOIR, instant.date()).contient(noeud))
    query = check_requete(page, requete)
    with transaction.atomic():
        kept = VueEnregistree(
            nom=check_nom(nom, _noms(by)),
            page=page,
            requete=query,
            auteur=by,
            partagee=partagee,
            created_at=instant,
            **noeud.champs(),
        )
        _save(kept)
        inscrire(action="vue.enregistrer", objet=kept, by=by, instant=instant, donnees={"partagee": partagee})
    return kept


def renommer_vue(*, vue: VueEnregistree, nom: str, by: Utilisateur, instant: datetime) -> VueEnregistree:
    """Give a view of one's own another name. Raises `Refus`."""
    check_auteur(vue.auteur_id, by.pk)
    with transaction.atomic():
        vue.nom = check_nom(nom, _noms(by) - {vue.nom})
        _save(vue)
        inscrire(action="vue.renommer", objet=vue, by=by, instant=instant)
    return vue


def supprimer_vue(*, vue: VueEnregistree, by: Utilisateur, instant: datetime) -> None:
    """Remove a view of one's own. Raises `Refus`."""
    check_auteur(vue.auteur_id, by.pk)
    with transaction.atomic():
        inscrire(action="vue.supprimer", objet=vue, by=by, instant=instant)
        vue.delete()


def _noms(by: Utilisateur) -> frozenset[str]:
    return frozenset(VueEnregistree.objects.filter(auteur=by).values_list("nom", flat=True))


def _save(vue: VueEnregistree) -> None:
    try:
        with transaction.atomic():
            vue.save()
    except IntegrityError as error:  # the same name kept from another tab meanwhile
        raise Refus(f"Vous avez déjà une vue nommée « {vue.nom} ». Choisissez un autre nom.") from error
