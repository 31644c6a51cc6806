"""Where one stands: the territory and the year that the top bar shows and the address carries.

`?territoire=ght:BRE-01&annee=2021` in the address wins, then the last choice of the session, then the
widest node on which the account holds a role and the latest year of a campaign.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest

from fanal.campagnes.queries.campagnes import toutes
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import affectations_en_vigueur, perimetre
from fanal.comptes.roles import ROLES
from fanal.memoire import stable
from fanal.refus import Introuvable
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

ORDRE = {niveau: rang for rang, niveau in enumerate(Niveau.values)}


@dataclass(frozen=True)
class Ici:
    """The node and the year of the page; `annees` are the years one may choose, the latest first."""

    noeud: Noeud
    annee: int
    annees: tuple[int, ...]
    parametre: str


@dataclass(frozen=True)
class Droits:
    """What an account holds on a day: its permissions anywhere, and the nodes it stands on."""

    permissions: frozenset[str]
    noeuds: tuple[Noeud, ...]
    roles: tuple[str, ...] = ()


def droits(user: Utilisateur | AnonymousUser, le: date) -> Droits:
    """The permissions and nodes of *user* on day *le*, the widest node first; one query."""
    if not isinstance(user, Utilisateur):
        return Droits(frozenset(), ())
    lignes = affectations_en_vigueur(user, le)
    codes = {ligne.role for ligne in lignes}
    if user.is_active and user.is_superuser:
        codes.add("administrateur")
    permissions = frozenset().union(*(ROLES[code].permissions for code in codes if code in ROLES))
    noeuds = {Noeud.de(ligne): None for ligne in lignes}
    roles = tuple(str(ligne) for ligne in lignes)
    return Droits(permissions, tuple(sorted(noeuds, key=lambda noeud: ORDRE[noeud.niveau])), roles)


def parametre(noeud: Noeud) -> str:
    """The node as the address carries it: `national`, `region:BRE`, `ght:BRE-01`, `etablissement:FINESS`."""
    return noeud.niveau if noeud.objet is None else f"{noeud.niveau}:{noeud.code}"


def noeud_de(texte: str) -> Noeud:
    """The node that *texte* names. Raises `Introuvable`."""
    return stable(("noeud", texte), lambda: _noeud_de(texte))


def _noeud_de(texte: str) -> Noeud:
    niveau, _, code = texte.partition(":")
    match niveau:
        case Niveau.NATIONAL:
            return NATIONAL
        case Niveau.REGION if code:
            return Noeud(niveau, territoires.region(code))
        case Niveau.GHT if code:
            return Noeud(niveau, territoires.ght(code))
        case Niveau.ETABLISSEMENT if code:
            return Noeud(niveau, territoires.etablissement(code))
        case Niveau.OPERATEUR if code:
            return Noeud(niveau, territoires.operateur(code))
    raise Introuvable(f"« {texte} » ne désigne aucun territoire. Choisissez-le dans la liste.")


def ici(request: HttpRequest, le: date) -> Ici:
    """The territory and year of this request; `Http404` for a node that the account cannot see."""
    deja = getattr(request, "_fanal_ici", None)
    if deja is None:
        deja = _lire(request, le)
        request._fanal_ici = deja  # type: ignore[attr-defined]  # set here
    return deja


def droits_de(request: HttpRequest, le: date) -> Droits:
    """`droits` of the account of *request*, read once."""
    deja = getattr(request, "_fanal_droits", None)
    if deja is None:
        deja = droits(request.user, le)
        request._fanal_droits = deja  # type: ignore[attr-defined]  # set here
    return deja


def _lire(request: HttpRequest, le: date) -> Ici:
    annees = annees_proposees(le)
    noeud = _noeud(request, le)
    demandee = request.GET.get("annee") or str(request.session.get("annee", ""))
    annee = int(demandee) if demandee.isdecimal() and 2000 <= int(demandee) <= 2100 else annees[0]
    return Ici(noeud, annee, annees, parametre(noeud))


def _noeud(request: HttpRequest, le: date) -> Noeud:
    demande = request.GET.get("territoire", "")
    if demande:
        try:
            noeud = noeud_de(demande)
        except Introuvable as refus:
            raise Http404(refus.phrase) from refus
        if not visible(request, noeud, le):
            raise Http404("Ce territoire n'est pas visible avec votre compte.")
        return noeud
    garde = request.session.get("territoire", "")
    if garde:
        with suppress(Introuvable):
            noeud = noeud_de(garde)
            if visible(request, noeud, le):
                return noeud
    noeuds = droits_de(request, le).noeuds
    return noeuds[0] if noeuds else NATIONAL


def visible(request: HttpRequest, noeud: Noeud, le: date) -> bool:
    """Whether the account of *request* may see the results of *noeud* on day *le*."""
    if not isinstance(request.user, Utilisateur):
        return False
    return perimetre(request.user, "campagne.voir", le).contient(noeud)


def annees_proposees(le: date) -> tuple[int, ...]:
    """The years that the top bar offers, the latest first; the first one is shown unless another is asked."""
    annees = [campagne.annee for campagne in toutes()] or [le.year]
    return tuple(range(max(annees), min(annees) - 1, -1))
