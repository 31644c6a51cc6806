"""Whose order lines an account may read. Everything that reads the lake for a person goes through here."""

from dataclasses import dataclass

from django.http import HttpRequest

from fanal.comptes.acces import INVISIBLE, exiger, perimetre_de
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


def _finess(request: HttpRequest, permission: str) -> frozenset[str] | None:
    held = perimetre_de(request, permission)
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
