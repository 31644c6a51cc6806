"""The door of the pages of filling in: each kind of campaign registers how an account reaches its dossiers.

Questionnaires know no call: who sees a dossier, which form it should answer and where it is handed in are
said by the domain that opened the campaign.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from fanal.campagnes.models import Dossier
from fanal.comptes.acces import INVISIBLE
from fanal.questionnaires.models import VersionFormulaire
from fanal.refus import Introuvable

Ouvrir = Callable[[HttpRequest, int, str], Dossier]
SAISIR = "candidature.saisir"


@dataclass(frozen=True)
class Porte:
    """`ouvrir(request, numero, permission)` gives the dossier or raises Introuvable, Interdit; `formulaire`
    the version of the form that its campaign asks now; `adresse` its own page; `depot` where it is handed in.
    """

    ouvrir: Ouvrir
    formulaire: Callable[[Dossier], VersionFormulaire | None]
    adresse: Callable[[Dossier], str]
    depot: Callable[[Dossier], str]


_portes: dict[str, Porte] = {}


def enregistrer_porte(type_campagne: str, porte: Porte) -> None:
    """Register the door of the dossiers of a type of campaign. Raises ValueError when there is another."""
    if _portes.setdefault(type_campagne, porte) is not porte:
        raise ValueError(f"The type {type_campagne!r} has a door already.")


def porte_de(dossier: Dossier) -> Porte:
    """The door of a dossier. Raises Introuvable when its campaign is not answered by a form."""
    porte = _portes.get(dossier.campagne.type_campagne)
    if porte is None:
        raise Introuvable(INVISIBLE)
    return porte


def dossier_de(request: HttpRequest, numero: int, permission: str = "") -> Dossier:
    """The dossier, as its domain lets the account of *request* reach it; with *permission*, to act on it.

    Raises Introuvable (404), Interdit (403).
    """
    trouve = Dossier.objects.select_related("campagne").filter(pk=numero).first()
    if trouve is None:
        raise Introuvable(INVISIBLE)
    return porte_de(trouve).ouvrir(request, numero, permission)
