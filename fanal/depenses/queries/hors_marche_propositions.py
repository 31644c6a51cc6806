"""The contract that purchases off contract should perhaps have been made on, and why it is proposed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from fanal.comptes.perimetre import Perimetre
from fanal.depots.noms import normaliser
from fanal.marches.models import Marche
from fanal.marches.queries.hors_marche import candidats
from fanal.marches.queries.portee import marches_visibles
from fanal.marches.rules.rattachement import Candidat, siren_de
from fanal.memoire import stable
from fanal.territoires.models import Etablissement

if TYPE_CHECKING:
    from fanal.depenses.queries.hors_marche import Cle

AU_GHT = "GHT"


@dataclass(frozen=True)
class Proposition:
    """`marche`: the primary key of the contract proposed, None when none is; `raison` says why."""

    raison: str
    motif: str = ""
    marche: int | None = None
    numero: str = ""
    porteur: str = ""

    @property
    def texte(self) -> str:
        """« M-2021-04 (Resah) : même fournisseur »."""
        return f"{self.numero} ({self.porteur}) : {self.motif}" if self.marche else ""


class Rayon:
    """Contracts in the order they are proposed in, looked through by dates and by establishment."""

    def __init__(self, candidats: Iterable[Candidat], ordre: Callable[[Candidat], Any]) -> None:
        import numpy as np

        self.candidats = sorted(candidats, key=ordre)
        self.du = np.array([(c.debut or date.min).toordinal() for c in self.candidats])
        self.au = np.array([(c.fin or date.max).toordinal() for c in self.candidats])
        self.par_lieu: dict[int, list[int]] = defaultdict(list)
        for rank, one in enumerate(self.candidats):
            for place in one.etablissements:
                self.par_lieu[place].append(rank)

    def choisir(self, first: date, last: date, place: int) -> tuple[Candidat | None, int]:
        """The contract to propose for orders between two days, and how many are in force on both.

        One that the establishment executes comes before the others.
        """
        held = (self.du <= first.toordinal()) & (self.au >= last.toordinal())
        count = int(held.sum())
        if not count:
            return None, 0
        mine = next((rank for rank in self.par_lieu.get(place, ()) if held[rank]), None)
        return self.candidats[int(held.argmax()) if mine is None else mine], count


@dataclass(frozen=True)
class Offre:
    """The contracts that an account sees: by supplier (SIREN), by family, and who carries each."""

    par_siren: Mapping[str, Rayon]
    par_famille: Mapping[str, Rayon]
    porteurs: Mapping[int, str]


def offre(voir: Perimetre) -> Offre:
    """What may be proposed to an account that sees contracts there."""
    return stable(("depenses.offre", voir), lambda: _offre(voir), lourd=True)


def _offre(voir: Perimetre) -> Offre:
    known = candidats(voir)
    fields = ("pk", "famille", "operateur__nom", "operateur_acheteur__nom")
    families: dict[int, str] = {}
    carriers: dict[int, str] = {}
    for pk, family, own, buyer in marches_visibles(voir).order_by().values_list(*fields):
        families[pk], carriers[pk] = normaliser(family), own or buyer or AU_GHT
    by_family: dict[str, list[Candidat]] = defaultdict(list)
    for one in known.candidats:
        if families.get(one.pk):
            by_family[families[one.pk]].append(one)
    return Offre(
        {siren: Rayon(found, _du_fournisseur) for siren, found in known.par_siren.items()},
        {family: Rayon(found, _de_la_famille) for family, found in by_family.items()},
        carriers,
    )


def _du_fournisseur(one: Candidat) -> tuple[object, ...]:
    """One whose dates are unknown comes last; then the first to end."""
    return (one.debut is None or one.fin is None, *_de_la_famille(one))


def _de_la_famille(one: Candidat) -> tuple[object, ...]:
    return (one.fin or date.max, one.pk)


def proposer(groupes: "Iterable[tuple[Cle, date, date]]", voir: Perimetre) -> "dict[Cle, Proposition]":
    """For each group (key, first and last day of order), the contract proposed or why none is."""
    known = offre(voir)
    places = dict(Etablissement.objects.values_list("finess", "pk"))
    return {key: _proposer(known, key, first, last, places) for key, first, last in groupes}


def _proposer(known: Offre, key: "Cle", first: date, last: date, places: Mapping[str, int]) -> Proposition:
    place, siren = places.get(key.finess, 0), siren_de(key.siret)
    chosen, count = _choisir(known.par_siren.get(siren) if siren else None, first, last, place)
    if chosen:
        more = f", parmi {count} : vérifiez" if count > 1 else ""
        return _dire(
            known, chosen, f"Marché du même fournisseur en cours à ces dates{more}.", "même fournisseur"
        )
    chosen, count = _choisir(known.par_famille.get(normaliser(key.famille)), first, last, place)
    if chosen:
        more = f", parmi {count}" if count > 1 else ""
        reason = f"Marché de la même famille, d'un autre fournisseur{more}."
        return _dire(known, chosen, reason, "même famille")
    if not siren:
        return Proposition(
            "Le fournisseur n'est pas indiqué, et aucun marché de cette famille n'est en cours."
        )
    return Proposition("Aucun marché de ce fournisseur ni de cette famille n'est en cours à ces dates.")


def _dire(known: Offre, one: Candidat, reason: str, short: str) -> Proposition:
    return Proposition(reason, short, one.pk, one.numero, known.porteurs.get(one.pk, AU_GHT))


def _choisir(rayon: Rayon | None, first: date, last: date, place: int) -> tuple[Candidat | None, int]:
    return rayon.choisir(first, last, place) if rayon else (None, 0)


def par_numero(numero: str, voir: Perimetre) -> tuple[Candidat | None, str]:
    """The contract that a person named, or the sentence why it cannot be taken."""
    return candidats(voir).resoudre(numero, "", 0)


def dates_de(marches: Iterable[int]) -> dict[int, tuple[str, date | None, date | None]]:
    """The number, first and last day of contracts."""
    fields = ("pk", "identifiant", "date_debut", "date_notification", "fin_anticipee_le", "date_fin_totale")
    rows = Marche.objects.filter(pk__in=set(marches)).order_by().values_list(*fields)
    return {pk: (number, start or told, early or end) for pk, number, start, told, early, end in rows}
