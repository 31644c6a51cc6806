"""Whose order lines an account may read. Everything that reads the lake for a person goes through here."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from fanal.comptes.acces import INVISIBLE, exiger, perimetre_de
from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.depenses.queries.lac import codes_etablissements
from fanal.refus import Introuvable
from fanal.territoires.models import Etablissement, Niveau
from fanal.territoires.noeuds import Noeud

VOIR = "depense.voir"
PRIX = "prix.voir"


@dataclass(frozen=True)
class Portee:
    """The establishments whose lines an account reads. `finess`, `codes`: `None` means all of them.

    `prix`: those whose unit prices and lines it may open; elsewhere it reads sums only, and prices as
    quartiles over enough buyers.
    """

    finess: frozenset[str] | None
    prix: frozenset[str] | None

    @property
    def codes(self) -> frozenset[int] | None:
        return None if self.finess is None else frozenset(codes_etablissements(self.finess).values())

    @property
    def codes_prix(self) -> frozenset[int] | None:
        return None if self.prix is None else frozenset(codes_etablissements(self.prix).values())

    def ouverte(self) -> "Portee":
        """The part of it whose lines may be opened."""
        if self.prix is None:
            return self
        return Portee(self.prix if self.finess is None else self.finess & self.prix, self.prix)

    def voit(self, finess: str) -> bool:
        """Whether the sums of an establishment may be read."""
        return self.finess is None or finess in self.finess

    def voit_prix(self, finess: str) -> bool:
        """Whether the lines and unit prices of an establishment may be read."""
        return self.prix is None or finess in self.prix


def portee(request: HttpRequest) -> Portee:
    """What the account of *request* may read. Raises `Interdit` when it may see no spend at all."""
    exiger(request, VOIR)
    return Portee(_finess(request, VOIR), _finess(request, PRIX))


def portee_du_compte(user: Utilisateur, le: date) -> Portee | None:
    """What an account may read on day *le*, without a request; None when it sees no spend at all."""
    held = perimetre(user, VOIR, le)
    return None if held.vide else Portee(finess_de(held), finess_de(perimetre(user, PRIX, le)))


def _finess(request: HttpRequest, permission: str) -> frozenset[str] | None:
    return finess_de(perimetre_de(request, permission))


def finess_de(held: Perimetre) -> frozenset[str] | None:
    """The FINESS of the establishments of a perimeter; None for all of them."""
    if held.national:
        return None
    rows = Etablissement.objects.filter(held.etablissements_q())
    return frozenset(rows.values_list("finess", flat=True))


def exiger_etablissement(request: HttpRequest, finess: str, permission: str = VOIR) -> Etablissement:
    """The establishment, if the account holds *permission* there. Raises `Introuvable`, `Interdit`."""
    found = Etablissement.objects.filter(finess=finess).first()
    if found is None:
        raise Introuvable(INVISIBLE)
    exiger(request, permission, Noeud(Niveau.ETABLISSEMENT, found))
    return found
