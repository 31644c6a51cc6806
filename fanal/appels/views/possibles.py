"""What the reader of a call can do now, as buttons; one that cannot act keeps its reason."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from fanal.appels.models import Appel
from fanal.appels.queries.appels import A_VENIR, OUVERT, PERMANENT
from fanal.appels.queries.declarants import declarants_possibles
from fanal.appels.queries.portee import candidatures
from fanal.campagnes.temps import instant_fr
from fanal.comptes.acces import perimetre_de


@dataclass(frozen=True)
class Possible:
    """A button: where it leads, and why it cannot act when it cannot."""

    titre: str
    url: str
    icone: str
    possible: bool = True
    phrase: str = ""
    principal: bool = False


def possibles(request: HttpRequest, appel: Appel, etat: str, instant: datetime) -> list[Possible]:
    """The buttons of the page of *appel* for the visitor."""
    if not request.user.is_authenticated:
        return _visiteur(appel, etat)
    return [*_repondre(request, appel, etat), *_dossiers(request, appel)]


def _visiteur(appel: Appel, etat: str) -> list[Possible]:
    if etat not in (OUVERT, PERMANENT):
        return []
    suite = reverse("appels:commencer", args=[appel.campagne.code])
    return [
        Possible(
            "Se connecter pour répondre",
            f"{reverse('account_login')}?next={suite}",
            "box-arrow-in-right",
            principal=True,
        )
    ]


def _repondre(request: HttpRequest, appel: Appel, etat: str) -> list[Possible]:
    if perimetre_de(request, "candidature.saisir").vide or appel.etat != Appel.Etat.OUVERT:
        return []
    phrase = ""
    if etat == A_VENIR:
        phrase = f"L'appel ouvre le {instant_fr(appel.campagne.ouverture)}."
    elif not declarants_possibles(request, appel):
        phrase = "Aucun des déclarants de votre compte ne peut répondre à cet appel."
    titre = "Répondre à cet appel" if etat in (OUVERT, PERMANENT, A_VENIR) else "Déposer en retard"
    url = reverse("appels:commencer", args=[appel.campagne.code])
    return [Possible(titre, url, "pencil-square", not phrase, phrase, etat in (OUVERT, PERMANENT))]


def _dossiers(request: HttpRequest, appel: Appel) -> list[Possible]:
    """The dossiers of the account's own side on this call."""
    siens = perimetre_de(request, "candidature.voir")
    if siens.vide:
        return []
    ouverts = (
        candidatures(request).filter(siens.dossiers_q(), campagne=appel.campagne).exclude(etape="abandonne")
    )
    return [
        Possible(
            f"Ouvrir le dossier de {d.nom_noeud}{f' ({d.reference})' if d.reference else ''}",
            reverse("appels:dossier", args=[d.pk]),
            "folder2-open",
        )
        for d in ouverts.order_by("pk")[:5]
    ]
