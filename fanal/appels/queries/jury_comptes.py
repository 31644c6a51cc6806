"""The accounts that may be named in a jury."""

from datetime import date

from fanal.appels.models import Appel
from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.queries import perimetre
from fanal.comptes.roles import ROLES
from fanal.territoires.noeuds import Noeud

NOTER = "jury.noter"
ROLES_DU_JURY = [code for code, role in ROLES.items() if NOTER in role.permissions]


def nommables(appel: Appel, le: date) -> list[Utilisateur]:
    """The open accounts that hold the role of juror on the organiser's node and do not sit yet, by name."""
    noeud = Noeud.de(appel)
    assis = appel.jury.filter(retire_le=None).values("utilisateur")
    roles = Affectation.objects.en_vigueur(le).filter(role__in=ROLES_DU_JURY)
    comptes = Utilisateur.objects.filter(is_active=True, pk__in=roles.values("utilisateur"))
    comptes = comptes.exclude(pk__in=assis).order_by("nom", "email")
    return [u for u in comptes if perimetre(u, NOTER, le).contient(noeud)]
