"""Decisions on lines, of one dossier or of many, all or none, with a preview that writes nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from fanal.campagnes.actions import decisions as actions
from fanal.campagnes.api.acces import dossier_de
from fanal.campagnes.api.dossiers import DecisionDite, amount, decision
from fanal.campagnes.models import Decision, Dossier
from fanal.campagnes.queries.decisions import Apercu, previsualiser
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.lignes import decisions_du_dossier
from fanal.campagnes.registre import Choix
from fanal.comptes.acces import compte
from fanal.interface.api import REFUS, SANS_NUL, Numero, Refusee, Texte

router = Router(tags=["Décisions"])
CHOIX_MAX = 20_000


class ChoixVoulu(Schema):
    cle: Annotated[str, Field(min_length=1, max_length=120, pattern=SANS_NUL)] = Field(
        examples=["BFC03-2021-001"]
    )
    sens: Annotated[str, Field(max_length=20, pattern=SANS_NUL)] = Field(
        examples=["retenu"], description="retenu, moindre, retire ; repris pour une ligne d'opérateur."
    )
    montant: Annotated[Decimal, Field(max_digits=16, decimal_places=2)] | None = Field(
        None, description="Montant annuel retenu en euros, pour « moindre » et « repris » seulement."
    )
    motif: Texte = Field("", description="Obligatoire sauf pour « retenu ».")
    commentaire: Annotated[str, Field(max_length=200, pattern=SANS_NUL)] = Field(
        "", description="Commentaire DGOS, rendu dans la trame."
    )


class Decider(Schema):
    choix: Annotated[list[ChoixVoulu], Field(min_length=1, max_length=CHOIX_MAX)]


class ChoixDeDossier(ChoixVoulu):
    dossier: Numero


class DeciderLot(Schema):
    choix: Annotated[list[ChoixDeDossier], Field(min_length=1, max_length=CHOIX_MAX)]


class DecisionDeLigne(DecisionDite):
    dossier: int
    cle: str


class EffetDit(Schema):
    dossier: int
    cle: str
    sens: str
    montant: str | None
    avant: DecisionDite | None


class RefusDit(Schema):
    dossier: int
    cle: str = Field(description="Vide quand c'est le dossier entier qui est refusé.")
    phrase: str


class ApercuDit(Schema):
    """Ce que la demande changerait. `inchanges` compte les lignes déjà décidées ainsi."""

    phrase: str
    effets: list[EffetDit]
    refus: list[RefusDit]
    inchanges: int


class Decidees(Schema):
    """Les décisions écrites ; celles qui étaient déjà prises ainsi n'y sont pas."""

    decisions: list[DecisionDeLigne]


def _choix(c: ChoixVoulu) -> Choix:
    return Choix(c.cle, c.sens, c.montant, c.motif, c.commentaire)


def _by_dossier(request: HttpRequest, choix: Sequence[ChoixDeDossier]) -> dict[Dossier, list[Choix]]:
    """The choices by dossier. Raises 404 or 403 for a dossier that the account may not decide."""
    groups: dict[int, list[Choix]] = {}
    for c in choix:
        groups.setdefault(c.dossier, []).append(_choix(c))
    return {_decidable(request, numero): some for numero, some in groups.items()}


def _decidable(request: HttpRequest, numero: int) -> Dossier:
    found = dossier_de(request, numero)
    return dossier_de(request, numero, reception_de(found).permission_decision)


def _dite(d: Decision) -> dict[str, Any]:
    return decision(d) | {"dossier": d.dossier_id, "cle": d.cle}


def _apercu(apercu: Apercu) -> dict[str, Any]:
    return {
        "phrase": apercu.phrase,
        "inchanges": apercu.inchanges,
        "effets": [
            {
                "dossier": e.dossier.pk,
                "cle": e.cle,
                "sens": e.choix.sens,
                "montant": amount(e.choix.montant),
                "avant": decision(e.avant) if e.avant else None,
            }
            for e in apercu.effets
        ],
        "refus": [{"dossier": r.dossier.pk, "cle": r.cle, "phrase": r.phrase} for r in apercu.refus],
    }


@router.get(
    "/dossiers/{numero}/decisions",
    response={200: list[DecisionDeLigne], REFUS: Refusee},
    summary="Les décisions qui tiennent sur un dossier",
)
def decisions(request: HttpRequest, numero: Numero) -> Any:
    """Celles qui portent sur le contenu actuel des lignes : une ligne corrigée est à décider de nouveau."""
    return [_dite(d) for d in decisions_du_dossier(dossier_de(request, numero)).values()]


@router.post(
    "/dossiers/{numero}/decisions",
    response={200: Decidees, REFUS: Refusee},
    summary="Décider des lignes d'un dossier",
)
def decider(request: HttpRequest, numero: Numero, demande: Decider) -> Any:
    """Toutes les lignes demandées, ou aucune. Retirer ou réduire suppose que le déclarant ait pu répondre."""
    faites = actions.decider(
        dossier=_decidable(request, numero),
        choix=[_choix(c) for c in demande.choix],
        by=compte(request),
        instant=timezone.now(),
    )
    return {"decisions": [_dite(d) for d in faites]}


@router.post(
    "/decisions/apercu",
    response={200: ApercuDit, REFUS: Refusee},
    summary="Ce qu'un lot de décisions changerait",
)
def apercu(request: HttpRequest, demande: DeciderLot) -> Any:
    """N'écrit rien : dit quelles lignes seraient décidées, et pourquoi d'autres ne le peuvent pas."""
    choix = _by_dossier(request, demande.choix)
    return _apercu(previsualiser(choix=choix, by=compte(request), instant=timezone.now()))


@router.post(
    "/decisions", response={200: Decidees, REFUS: Refusee}, summary="Décider des lignes de plusieurs dossiers"
)
def decider_lot(request: HttpRequest, demande: DeciderLot) -> Any:
    """Toutes les lignes demandées, ou aucune. Demandez d'abord l'aperçu."""
    choix = _by_dossier(request, demande.choix)
    faites = actions.decider_lot(choix=choix, by=compte(request), instant=timezone.now())
    return {"decisions": [_dite(d) for d in faites]}
