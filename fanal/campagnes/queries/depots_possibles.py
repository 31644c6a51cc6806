"""What an account may deposit: which format, for which node, in which campaign."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fanal.campagnes import registre
from fanal.campagnes.models import Campagne
from fanal.campagnes.queries.campagnes import toutes
from fanal.comptes.perimetre import Perimetre
from fanal.depots import formats
from fanal.memoire import stable
from fanal.refus import Introuvable
from fanal.territoires.models import Etablissement, Ght, Niveau, OperateurAchat, Region
from fanal.territoires.noeuds import NATIONAL, Noeud

MODELES = {
    Niveau.REGION: (Region, "regions"),
    Niveau.GHT: (Ght, "ghts"),
    Niveau.ETABLISSEMENT: (Etablissement, "etablissements"),
    Niveau.OPERATEUR: (OperateurAchat, "operateurs"),
}


@dataclass(frozen=True)
class DepotPossible:
    """A format that may be deposited for a node. `code` is its value in a form."""

    format: str
    noeud: Noeud

    @property
    def code(self) -> str:
        return f"{self.format}@{self.noeud.niveau}:{self.noeud.code}"

    @property
    def titre(self) -> str:
        nom = formats.charger(self.format).titre
        return nom if self.noeud == NATIONAL else f"{nom} · {self.noeud}"


def depots_possibles(perimetre: Callable[[str], Perimetre]) -> list[DepotPossible]:
    """Every format and node that the account may deposit; *perimetre* gives where it holds a permission."""
    receptions = [r for genre in registre.a_classeurs() for r in genre.receptions.values()]
    ouverts = tuple((r.format, tuple(r.niveaux), perimetre(r.permission)) for r in receptions)
    return list(stable(("campagnes.depots_possibles", ouverts), lambda: _depots(ouverts)))


def _depots(ouverts: Iterable[tuple[str, tuple[str, ...], Perimetre]]) -> list[DepotPossible]:
    """What may be deposited, from each format, the levels it is deposited at and where it may be."""
    trouves = [
        DepotPossible(code, noeud)
        for code, niveaux, perimetre in ouverts
        for noeud in _noeuds(perimetre, niveaux)
    ]
    return list(dict.fromkeys(trouves))


def _noeuds(perimetre: Perimetre, niveaux: Iterable[str]) -> Iterable[Noeud]:
    for niveau in niveaux:
        if niveau == Niveau.NATIONAL:
            if perimetre.national:
                yield NATIONAL
            continue
        modele, champ = MODELES[Niveau(niveau)]
        objets = modele._default_manager.all()
        if not perimetre.national:
            objets = objets.filter(pk__in=getattr(perimetre, champ))
        for objet in objets:
            trouve: Any = objet
            yield Noeud(niveau, trouve)


def campagnes_ouvertes_a(formats_possibles: Iterable[str]) -> list[Campagne]:
    """The campaigns that receive one of these formats, the latest first."""
    voulus = set(formats_possibles)
    types = {t.code for t in registre.a_classeurs() if voulus & set(t.receptions)}
    return [c for c in toutes() if c.type_campagne in types]


def trouver(possibles: Iterable[DepotPossible], code: str) -> DepotPossible:
    """The choice of that code. Raises `Introuvable`."""
    for possible in possibles:
        if possible.code == code:
            return possible
    raise Introuvable("Ce dépôt n'est pas proposé à votre compte. Choisissez-le dans la liste.")
