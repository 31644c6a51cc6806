"""What the pages of maturity share: who sees which answer, the path back, posting an act."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.acces import INVISIBLE, exiger, perimetre_de
from fanal.maturite.types_campagne import TYPE
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud

VOIR, SAISIR, TRANSMETTRE, INSTRUIRE, GERER = (
    "candidature.voir",
    "candidature.saisir",
    "candidature.deposer",
    "instruction.voir",
    "appel.gerer",
)
RELIES = ("campagne", "ght__region", "profil_maturite__grille", "version_courante")


def dossiers_vus(request: HttpRequest) -> Any:
    """The answers the account sees: those of its GHT, and those handed in where it instructs."""
    own = perimetre_de(request, VOIR).dossiers_q()
    handed_in = perimetre_de(request, INSTRUIRE).dossiers_q() & Q(version_courante__isnull=False)
    found = Dossier.objects.filter(own | handed_in, campagne__type_campagne=TYPE)
    return found.select_related(*RELIES)


def dossier_de(request: HttpRequest, numero: int, permission: str = "") -> Dossier:
    """An answer the account sees; with *permission*, one it may act upon. Raises Introuvable, Interdit."""
    dossier = dossiers_vus(request).filter(pk=numero).first()
    if dossier is None:
        raise Introuvable(INVISIBLE)
    if permission:
        exiger(request, permission, Noeud.de(dossier))
    found: Dossier = dossier
    return found


def du_ght(request: HttpRequest, dossier: Dossier) -> bool:
    """Whether the account looks at the answer from inside its GHT."""
    return perimetre_de(request, VOIR).contient(Noeud.de(dossier))


def peut(request: HttpRequest, permission: str, dossier: Dossier) -> bool:
    return perimetre_de(request, permission).contient(Noeud.de(dossier))


def enquete_de(request: HttpRequest, code: str, permission: str = "") -> Campagne:
    """A survey, for those who see calls; with *permission*, for those who hold it for the whole country."""
    exiger(request, "appel.voir")
    campagne = Campagne.objects.filter(type_campagne=TYPE, code=code).first()
    if campagne is None:
        raise Introuvable(INVISIBLE)
    if permission:
        exiger(request, permission, NATIONAL)
    return campagne


def ghts_de(request: HttpRequest, permission: str = VOIR) -> list[Ght]:
    """The GHT of the account: those where it holds *permission*, none for a role that covers the country."""
    held = perimetre_de(request, permission)
    return [] if held.national else list(Ght.objects.filter(pk__in=held.ghts).order_by("code"))


def fil(dossier: Dossier | None = None) -> list[tuple[str, str]]:
    """The path back."""
    path = [("Maturité", reverse("maturite:enquetes"))]
    if dossier is not None:
        path.append((f"{dossier.ght}", reverse("maturite:dossier", args=[dossier.pk])))
    return path


def faire(request: HttpRequest, act: Callable[[], object], said: str) -> bool:
    """Run an act and say what came of it; a refusal is shown as its sentence."""
    try:
        act()
    except Refus as refus:
        messages.error(request, refus.phrase)
        return False
    messages.success(request, said)
    return True
