"""What the pages of a jury share: who may come in, posting an act, the path back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from fanal.appels.models import Appel, MembreJury, Seance
from fanal.appels.queries.jury_espace import siege
from fanal.appels.queries.portee import un_appel
from fanal.appels.views.commun import contexte_appel, fil_appel
from fanal.comptes.acces import INVISIBLE, compte, perimetre_de
from fanal.interface import actes
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

GERER, NOTER = "jury.gerer", "jury.noter"
FORMULAIRE = "appels/jury/formulaire.html"
PROPOSITIONS = {
    "retenir": ("Retenir", "decide"),
    "complementaire": ("Liste complémentaire", "attente"),
    "ecarter": ("Ne pas retenir", "refus"),
}
RUBRIQUES = (
    ("jury_conduite", "Lectures"),
    ("jury_composition", "Membres et intérêts"),
    ("jury_notation", "Notation"),
    ("jury_classement", "Séances et classement"),
)


def appel_du_jury(request: HttpRequest, code: str) -> Appel:
    """A call whose jury the account runs. Raises Introuvable (not seen) or Interdit."""
    return un_appel(request, code, GERER)


def seance_conduite(request: HttpRequest, numero: int) -> Seance:
    """A sitting that the account runs. Raises Introuvable or Interdit."""
    seance = Seance.objects.filter(pk=numero).select_related("appel__campagne").first()
    if seance is None:
        raise Introuvable(INVISIBLE)
    seance.appel = appel_du_jury(request, seance.appel.campagne.code)
    return seance


def mes_sieges(request: HttpRequest) -> list[MembreJury]:
    """The juries where the account sits and still holds the role."""
    tenus = perimetre_de(request, NOTER)
    return [m for m in siege(compte(request)) if tenus.contient(Noeud.de(m.appel))]


def mon_siege(request: HttpRequest, code: str) -> MembreJury:
    """The seat of the account in the jury of a call. Raises Introuvable where it has none."""
    for membre in mes_sieges(request):
        if membre.appel.campagne.code == code:
            return membre
    raise Introuvable(INVISIBLE)


def contexte_conduite(request: HttpRequest, appel: Appel, ici: str) -> dict[str, Any]:
    """What the organiser's pages show above: the tabs of the call, those of its jury."""
    code = appel.campagne.code
    return contexte_appel(request, appel) | {
        "fil": [*fil_appel(appel), ("Jury", reverse("appels:jury_conduite", args=[code]))][
            : None if ici != "jury_conduite" else -1
        ],
        "rubriques": [(titre, reverse(f"appels:{nom}", args=[code]), nom == ici) for nom, titre in RUBRIQUES],
    }


def fil_conduite(appel: Appel) -> list[tuple[str, str]]:
    """The path back from an act of the organiser."""
    return [*fil_appel(appel), ("Jury", reverse("appels:jury_conduite", args=[appel.campagne.code]))]


def fil_jure(membre: MembreJury | None = None) -> list[tuple[str, str]]:
    """The path back from the pages of a juror."""
    fil = [("Espace jury", reverse("appels:jury"))]
    if membre is not None:
        campagne = membre.appel.campagne
        fil.append((campagne.titre, reverse("appels:jury_appel", args=[campagne.code])))
    return fil


def page_acte(
    request: HttpRequest,
    form: forms.Form,
    agir: Callable[[dict[str, Any]], HttpResponse],
    contexte: dict[str, Any],
    modele: str = FORMULAIRE,
) -> HttpResponse:
    """`interface.actes.page_acte` on the plain form of these pages."""
    return actes.page_acte(request, form, agir, contexte, modele)


def refuser(request: HttpRequest, refus: Refus) -> None:
    """A refusal on the next page; what hides or forbids goes up."""
    if refus.statut_http in {403, 404}:
        raise refus
    messages.error(request, refus.phrase)
