"""Which contracts an establishment may order on, by number: coverage and maxima stand on it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
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
    """(number, FINESS) → the contracts that bear the number, each as this establishment may order on it.

    Those named as executing may order, in their dates, and those of a GHT that joined; where nobody is named,
    the establishments of the GHT that made the contract, or everybody on an operator's.
    """
    places = dict(Etablissement.objects.values_list("finess", "pk"))
    access, kept = _acces(), {}

    def read(numero: str, finess: str) -> "Sequence[Contrat]":
        key = (cle_numero(numero), finess)
        if key not in kept:
            found = registre.par_numero.get(key[0], ())
            kept[key] = tuple(c for one in found for c in _contrats(one, places.get(finess, 0), access))
        return kept[key]

    return read


def _contrats(one: Candidat, place: int, access: dict[int, Acces]) -> "Iterable[Contrat]":
    from fanal.moteurs.consolidation.faits import Contrat

    whole = Contrat(one.pk, one.debut, one.fin)
    if one.pk not in access:
        yield whole
        return
    periods = access[one.pk].get(place, [])
    for start, end in periods:
        yield replace(
            whole,
            du=max((d for d in (start, one.debut) if d is not None), default=None),
            au=min((d for d in (end, one.fin) if d is not None), default=None),
        )
    if not periods:
        yield replace(whole, couvre=False)


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
