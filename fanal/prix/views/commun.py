"""What the pages of prices share: the contract and the right, the path back, sentences."""

from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from fanal.comptes.acces import exiger, perimetre_de
from fanal.marches.models import Marche
from fanal.marches.queries.portee import un_marche
from fanal.prix.models import ClauseRevision
from fanal.refus import Interdit, Introuvable
from fanal.territoires.noeuds import Noeud

VOIR, GERER = "prix.voir", "prix.gerer"
LECTURE_SEULE = (
    "Votre compte consulte ces prix sans les modifier. Le service acheteur du marché tient le bordereau."
)


def marche_vu(request: HttpRequest, pk: int) -> Marche:
    """A contract whose unit prices the account may see. Raises Interdit, Introuvable."""
    exiger(request, VOIR)
    return un_marche(pk, perimetre_de(request, VOIR))


def peut_gerer(request: HttpRequest, marche: Marche) -> bool:
    """Whether the account keeps the prices of this contract."""
    return perimetre_de(request, GERER).contient(Noeud.de(marche))


def marche_gere(request: HttpRequest, pk: int) -> Marche:
    """A contract whose prices the account may change. Raises Introuvable when unseen, Interdit otherwise."""
    marche = marche_vu(request, pk)
    if not peut_gerer(request, marche):
        raise Interdit(LECTURE_SEULE)
    return marche


def clause_vue(request: HttpRequest, pk: int) -> ClauseRevision:
    """A clause of a contract whose prices the account may see."""
    exiger(request, VOIR)
    clause = ClauseRevision.objects.filter(pk=pk).first()
    if clause is None:
        raise Introuvable("Cette clause n'existe pas, ou votre compte n'y a pas accès.")
    clause.marche = marche_vu(request, clause.marche_id)
    return clause


def fil(marche: Marche, *suite: tuple[str, str]) -> list[tuple[str, str]]:
    """The path back: portfolio, contract, its prices."""
    return [
        ("Marchés", reverse("marches:portefeuille")),
        (marche.identifiant, reverse("marches:marche", args=[marche.pk])),
        *suite,
    ]


def fil_prix(marche: Marche, *suite: tuple[str, str]) -> list[tuple[str, str]]:
    """The path back through the page of prices."""
    return fil(marche, ("Prix", reverse("prix:bpu", args=[marche.pk])), *suite)


def lire_verrou(request: HttpRequest, marche: Marche) -> int:
    """The version of the contract that the person read; the present one when the form says none."""
    said = request.POST.get("verrou", "")
    return int(said) if said.isdecimal() and len(said) < 10 else marche.verrou


def lire_jour(texte: str, defaut: date) -> date:
    """The date of an address, or the default when there is none that can be read."""
    try:
        return date.fromisoformat(texte)
    except ValueError:
        return defaut
