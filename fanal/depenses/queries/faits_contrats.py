"""Which contracts an establishment may order on, by number: coverage and maxima stand on it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from fanal.marches.models import Adhesion, Beneficiaire, Marche
from fanal.marches.rules.rattachement import Candidat, Registre, cle_numero
from fanal.territoires.models import Appartenance, Etablissement, Niveau

if TYPE_CHECKING:
    from fanal.moteurs.consolidation.faits import Contrat

Periode = tuple[date | None, date | None]
Acces = dict[int, list[Periode]]  # establishment → periods in which it may order


def contrats(registre: Registre) -> "Callable[[str, str], Sequence[Contrat]]":
    """(number, FINESS) → the contracts that bear the number and that this establishment may order on.

    When there is none, all that bear the number, as contracts that do not cover it. Those named as executing
    may order, in their dates, and those of a GHT that joined; where nobody is named, the establishments of
    the GHT that made the contract, or everybody on an operator's.
    """
    places = dict(Etablissement.objects.values_list("finess", "pk"))
    access = _acces()
    # A nation writes the same number on hundreds of contracts: each number is gone through once.
    numeros: dict[str, _Numero] = {}

    def read(numero: str, finess: str) -> "Sequence[Contrat]":
        if numero not in numeros:
            numeros[numero] = _numero(registre.par_numero.get(cle_numero(numero), ()), access)
        return numeros[numero].pour(places.get(finess, 0))

    return read


@dataclass(frozen=True)
class _Numero:
    """The contracts of a number: those of everybody, those of each establishment, all as not covering."""

    ouverts: "tuple[Contrat, ...]"
    par_lieu: "dict[int, tuple[Contrat, ...]]"
    fermes: "tuple[Contrat, ...]"

    def pour(self, place: int) -> "tuple[Contrat, ...]":
        return self.par_lieu.get(place) or self.ouverts or self.fermes


def _numero(candidats: Iterable[Candidat], access: dict[int, Acces]) -> _Numero:
    from fanal.moteurs.consolidation.faits import Contrat

    listed = list(candidats)
    whole = {one.pk: Contrat(one.pk, one.debut, one.fin) for one in listed}
    opened = tuple(whole[one.pk] for one in listed if one.pk not in access)
    mine: dict[int, list[Contrat]] = defaultdict(lambda: list(opened))
    for one in listed:
        for place, periods in access.get(one.pk, {}).items():
            mine[place] += [_pendant(whole[one.pk], *period) for period in periods]
    closed = tuple(replace(c, couvre=False) for c in whole.values())
    return _Numero(opened, {place: tuple(found) for place, found in mine.items()}, closed)


def _pendant(whole: "Contrat", start: date | None, end: date | None) -> "Contrat":
    """A contract narrowed to the days that an establishment may order on it."""
    return replace(
        whole,
        du=max((d for d in (start, whole.du) if d is not None), default=None),
        au=min((d for d in (end, whole.au) if d is not None), default=None),
    )


def _acces() -> dict[int, Acces]:
    """Who may order on each contract; one that says nothing and belongs to nobody here is absent."""
    found: dict[int, Acces] = defaultdict(lambda: defaultdict(list))
    members = _membres()
    rows = Beneficiaire.objects.order_by().values_list("marche", "etablissement", "entree", "sortie")
    for pk, place, start, end in rows:
        found[pk][place].append((start, end))
    joined = Adhesion.objects.order_by().values_list("marche", "ght", "debut", "fin")
    for pk, ght, start, end in joined:
        for place in members.get(ght, ()):
            found[pk][place].append((start, end))
    fields = ("pk", "niveau", "ght", "acheteur", "etablissement")
    for pk, level, ght, buyer, owner in Marche.objects.order_by().values_list(*fields):
        if pk not in found and level == Niveau.GHT:
            for place in members.get(ght, ()):
                found[pk][place].append((None, None))
        if pk in found or level == Niveau.ETABLISSEMENT:
            for place in {buyer, owner} - {None}:
                if not found[pk][place]:
                    found[pk][place].append((None, None))
    return {pk: dict(access) for pk, access in found.items()}


def _membres() -> dict[int, set[int]]:
    """Every establishment that is or was of a GHT: late lines come after a change of membership."""
    found: dict[int, set[int]] = defaultdict(set)
    for ght, place in Appartenance.objects.order_by().values_list("ght", "etablissement"):
        found[ght].add(place)
    return found
