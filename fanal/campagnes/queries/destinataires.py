"""Who gets the e-mails of a campaign: the accounts that can act for a node."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from fanal.campagnes.registre import Reception
from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.roles import ROLES
from fanal.territoires.models import SurNoeud
from fanal.territoires.noeuds import Noeud


def droits_du_declarant(reception: Reception) -> set[str]:
    """The permissions that bring an answer in: depositing, and leaving the steps of preparation."""
    preparation = {e.code for e in reception.etapes if e.preparation}
    sorties = {t.permission for t in reception.transitions if preparation & set(t.de)}
    return {reception.permission} | sorties


def comptes_du_noeud(ligne: SurNoeud, permissions: Collection[str], le: date) -> list[Utilisateur]:
    """The active accounts holding one of *permissions* on the very node of *ligne*, by address; those of its
    GHT for an establishment that has none of its own.
    """
    roles = [code for code, role in ROLES.items() if role.permissions & set(permissions)]
    tenues = Affectation.objects.en_vigueur(le).filter(role__in=roles)
    siens = _comptes(tenues.filter(**Noeud.de(ligne).champs()))
    if siens or ligne.etablissement_id is None:
        return siens
    return _comptes(tenues.filter(niveau="ght", ght__appartenances__etablissement=ligne.etablissement_id))


def _comptes(affectations: "QuerySet[Affectation]") -> list[Utilisateur]:
    comptes = Utilisateur.objects.filter(is_active=True, affectations__in=affectations)
    return list(comptes.distinct().order_by("email"))
