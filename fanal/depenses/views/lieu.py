"""Where a page of spend stands: the establishments and the year that it tells of."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils import timezone

from fanal.depenses.queries.lac import codes_etablissements, manifeste
from fanal.depenses.queries.portee import Portee, portee
from fanal.interface import ici
from fanal.marches.queries.registre import perimetre_du_noeud
from fanal.territoires.models import Etablissement, Niveau
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class Lieu:
    """What the account reads on the territory of the top bar.

    `finess`: its establishments, None for all. `premier`, `dernier`: months (12 × year + month − 1) between
    which it has lines, 0 when it has none. `annee`: the year of the top bar, or the last with lines when the
    address asks for none and that one is empty.
    """

    portee: Portee
    noeud: Noeud
    finess: frozenset[str] | None
    annee: int
    premier: int
    dernier: int

    @property
    def vide(self) -> bool:
        """Whether not one line may be read here."""
        return not self.dernier

    @property
    def prix(self) -> bool:
        """Whether every line of these establishments may be opened, with its price."""
        if self.portee.prix is None:
            return True
        return self.finess is not None and self.finess <= self.portee.prix

    @property
    def portee_ici(self) -> Portee:
        """What the account reads, narrowed to the territory."""
        return Portee(self.finess, self.portee.prix)

    @property
    def nom(self) -> str:
        """The territory as a sentence names it."""
        return "l'ensemble des établissements" if self.noeud.objet is None else str(self.noeud)

    @property
    def phrase_vide(self) -> str:
        """What a page says when there is not one line here."""
        return f"Aucune ligne de commande n'a encore été reçue pour {self.nom}."


def lieu(request: HttpRequest) -> Lieu:
    """Where the page of *request* stands. Raises `Interdit` when the account sees no spend at all."""
    today = timezone.localdate()
    held, place = portee(request), ici.ici(request, today)
    finess = _finess(held, place.noeud, today)
    first, last = bornes(finess)
    asked = request.GET.get("annee", "").isdecimal()
    year = place.annee if asked else annee_des_lignes(place.annee, first, last)
    return Lieu(held, place.noeud, finess, year, first, last)


def annee_des_lignes(annee: int, premier: int, dernier: int) -> int:
    """The year of a page whose address asks for none: *annee*, or the last with lines when it has none."""
    return dernier // 12 if dernier and not premier // 12 <= annee <= dernier // 12 else annee


def _finess(held: Portee, noeud: Noeud, le: date) -> frozenset[str] | None:
    if noeud.niveau == Niveau.NATIONAL:
        return held.finess
    rows = Etablissement.objects.filter(perimetre_du_noeud(noeud, le).etablissements_q())
    here = frozenset(rows.values_list("finess", flat=True))
    return here if held.finess is None else here & held.finess


def bornes(finess: frozenset[str] | None) -> tuple[int, int]:
    """The first and the last month of the files that hold lines of these establishments."""
    files = manifeste().lignes
    if finess is not None:
        codes = frozenset(codes_etablissements(finess).values())
        files = tuple(f for f in files if f.etablissements & codes)
    if not files:
        return 0, 0
    return min(f.mois_min for f in files), max(f.mois_max for f in files)
