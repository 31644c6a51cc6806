"""Where the page stands, and which segment and start its address asks for."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.acces import exiger, perimetre_de
from fanal.convergence.queries.propositions import propositions, requete_de
from fanal.convergence.queries.propositions import segment as lire_segment
from fanal.convergence.rules.segments import Segment
from fanal.interface import ici
from fanal.interface.nombres import ecrire_nombre
from fanal.moteurs.convergence import ajouter_mois, mois_suivant
from fanal.refus import Introuvable, Inutilisable
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import Noeud

VOIR, PRIX, DECIDER = "marche.voir", "prix.voir", "convergence.decider"
LOINTAIN_MOIS = 120
SANS_GHT = (
    "La convergence se regarde au niveau d'un GHT, là où les besoins s'additionnent. Choisissez le vôtre "
    "dans la barre du haut."
)


@dataclass(frozen=True)
class Lieu:
    """The GHT of the page, and what the account may see and do there."""

    ght: Ght
    le: date
    avec_prix: bool
    peut_decider: bool

    @property
    def parametre(self) -> str:
        return f"ght:{self.ght.code}"


def lieu(request: HttpRequest) -> Lieu | None:
    """The GHT of the top bar, or the only one where the account sees contracts; None: one must be chosen.

    Raises Interdit or Introuvable where the account sees no contract of that GHT.
    """
    today = timezone.localdate()
    held = exiger(request, VOIR)
    place = ici.ici(request, today)
    if place.noeud.niveau == Niveau.GHT:
        exiger(request, VOIR, place.noeud)
        ght: Ght = place.noeud.objet  # type: ignore[assignment]  # the level was checked
    else:
        known = list(Ght.objects.filter(held.ghts_q()).select_related("region")[:2])
        if len(known) != 1 or (place.noeud.niveau == Niveau.NATIONAL and held.national):
            return None
        ght = known[0]
    noeud = Noeud(Niveau.GHT, ght)
    return Lieu(
        ght,
        today,
        perimetre_de(request, PRIX).contient(noeud),
        perimetre_de(request, DECIDER).contient(noeud),
    )


def lieu_exige(request: HttpRequest) -> Lieu:
    """The GHT of the page. Raises Introuvable when none is chosen."""
    found = lieu(request)
    if found is None:
        raise Introuvable(SANS_GHT)
    return found


def segment_demande(request: HttpRequest, place: Lieu) -> Segment:
    """The segment that the address names. Raises Inutilisable or Introuvable."""
    return lire_segment(place.ght, place.le, request.GET.get("segment", ""), avec_prix=place.avec_prix)


def premier_depart(segment: Segment) -> date:
    """The first start that leaves the time to prepare it."""
    regles = requete_de(segment).regles
    return ajouter_mois(mois_suivant(segment.le), regles.delai_preparation_mois)


def depart_demande(request: HttpRequest, segment: Segment) -> date:
    """The start that the address asks for (`depart`, or `rang` months after the first), else the cheapest.

    Raises Inutilisable for what is no date, or a date that is past or beyond ten years.
    """
    premier = premier_depart(segment)
    rang, texte = request.GET.get("rang", ""), request.GET.get("depart", "")
    if rang.isdecimal() and len(rang) < 4:
        return ajouter_mois(premier, min(int(rang), LOINTAIN_MOIS))
    if not texte:
        best = propositions(segment).meilleure
        return best.depart if best else premier
    try:
        jour = date.fromisoformat(texte)
    except ValueError:
        raise Inutilisable(f"« {texte} » n'est pas une date. Choisissez le premier jour d'un mois.") from None
    limite = ajouter_mois(mois_suivant(segment.le), LOINTAIN_MOIS)
    if not segment.le <= jour <= limite:
        raise Inutilisable(
            f"Un départ commun se choisit entre aujourd'hui et le {limite:%d/%m/%Y} : corrigez la date."
        )
    return mois_suivant(jour)


def lien(nom: str, place: Lieu, segment: Segment, depart: date | None = None, **plus: str) -> str:
    """An address that keeps the GHT, the segment and the start."""
    query = {"territoire": place.parametre, "segment": segment.cle}
    if depart is not None:
        query["depart"] = depart.isoformat()
    return f"{reverse(f'convergence:{nom}')}?{urlencode(query | plus)}"


def compter(nombre: int, un: str, plusieurs: str) -> str:
    """`1 marché`, `12 marchés`, `aucun marché` for none."""
    if nombre == 0:
        return f"aucun {un}"
    return f"{ecrire_nombre(nombre)} {un if nombre == 1 else plusieurs}"
