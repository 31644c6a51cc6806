"""Ending a role, standing in for its holder: by an administrator, or by the holder."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.comptes import actions
from fanal.comptes.acces import INVISIBLE, perimetre_de
from fanal.comptes.forms import FormulaireFin, FormulaireSuppleance
from fanal.comptes.models import Affectation
from fanal.comptes.rules import check_permission
from fanal.comptes.views.commun import GERER, RACINE, affectation_of, form_page, sent
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud


@require_http_methods(["GET", "POST"])
def suppleer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give an absent person's role to somebody else between two days."""
    row = affectation_of(pk)
    retour = _back(request, row, holder=row.utilisateur_id)

    def act(data: dict[str, Any]) -> str:
        given = actions.suppleer(
            affectation=row,
            suppleant=data["email"],
            debut=data["debut"],
            fin=data["fin"],
            motif=data["motif"],
            by=request.user,  # type: ignore[arg-type]  # signed in
            instant=timezone.now(),
        )
        return f"{given.utilisateur} supplée ce rôle du {given.debut:%d/%m/%Y} au {given.fin:%d/%m/%Y}."

    return form_page(
        request,
        FormulaireSuppleance(sent(request)),
        titre=f"Suppléer {row.utilisateur}",
        phrase=f"Le suppléant reçoit le rôle « {row} » entre ces deux jours inclus.",
        verbe="Désigner le suppléant",
        retour=retour,
        fil=_trail(retour),
        act=act,
    )


@require_http_methods(["GET", "POST"])
def terminer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say which day a role or a stand-in ends."""
    row = affectation_of(pk)
    retour = _back(request, row, holder=row.supplee.utilisateur_id if row.supplee else None)

    def act(data: dict[str, Any]) -> str:
        ended = actions.terminer(affectation=row, by=request.user, instant=timezone.now(), **data)  # type: ignore[arg-type]  # signed in
        return f"Le rôle « {ended} » prend fin le {ended.fin:%d/%m/%Y}."

    return form_page(
        request,
        FormulaireFin(sent(request), initial={"fin": timezone.localdate()}),
        titre=f"Mettre fin au rôle de {row.utilisateur}",
        phrase=str(row),
        verbe="Mettre fin au rôle",
        retour=retour,
        fil=_trail(retour),
        act=act,
        danger=True,
    )


def _trail(retour: str) -> list[tuple[str, str]]:
    """The way back: those who administer nothing cannot open the list of accounts."""
    return [("Mon compte", retour)] if retour == reverse("comptes:mon_compte") else [RACINE]


def _back(request: HttpRequest, row: Affectation, holder: int | None) -> str:
    """Where to return: one's own account, or the account administered. Anybody else sees nothing here."""
    if holder == request.user.pk:
        return reverse("comptes:mon_compte")
    held, noeud = perimetre_de(request, GERER), Noeud.de(row)
    if not held.contient(noeud):
        if row.utilisateur_id != request.user.pk:
            raise Introuvable(INVISIBLE)
        check_permission(held, noeud, GERER)
    return reverse("comptes:compte", args=[row.utilisateur_id])
