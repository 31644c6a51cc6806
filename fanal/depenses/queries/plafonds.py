"""Contracts ordered beyond their maximum, as the order lines show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from fanal.comptes.perimetre import Perimetre
from fanal.depenses.queries.lac import codes_etablissements
from fanal.depenses.queries.source import contexte
from fanal.marches.models import Marche
from fanal.marches.queries.hors_marche import NON_NOTIFIES
from fanal.marches.queries.portee import marches_visibles
from fanal.marches.queries.registre import perimetre_du_noeud
from fanal.marches.queries.situation import maximums_ht
from fanal.marches.rules.rattachement import cle_numero
from fanal.memoire import Memoire
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

# The engine takes a second to load: it waits for the first question.
if TYPE_CHECKING:
    from fanal.moteurs.consolidation.requetes.maximum import Depassement


@dataclass(frozen=True)
class Depasse:
    """A contract beyond its maximum; `numeros`: its number as lines write it."""

    marche: Marche
    calcul: "Depassement"
    numeros: tuple[str, ...]


_depasses: Memoire[tuple[list[Depasse], int]] = Memoire(12)


def maximums(voir: Perimetre, noeud: Noeud, le: date) -> dict[int, Decimal]:
    """The maximum excl. VAT, amendments included, of the contracts that an account sees on a territory.

    Contracts of operators are left out: their maximum is that of all who joined, not of one territory.
    """
    rows = marches_visibles(voir).filter(niveau__in=[Niveau.GHT, Niveau.ETABLISSEMENT])
    place = perimetre_du_noeud(noeud, le)
    if not place.national:
        rows = rows.filter(pk__in=marches_visibles(place).order_by().values("pk"))
    wanted = rows.exclude(etat__in=NON_NOTIFIES).exclude(maximum_ht=None)
    return maximums_ht(wanted.distinct().only("montant", "maximum_ht", "maximum_quantite"))


def contrats_depasses(
    voir: Perimetre, noeud: Noeud, finess: frozenset[str] | None, le: date
) -> tuple[list[Depasse], int]:
    """The contracts ordered beyond their maximum, the furthest first, and how many have a known maximum.

    Every order of the lines counts, whatever its year: a maximum is for the whole contract. *finess*: the
    establishments whose sums the account reads.
    """
    key = (voir, noeud.niveau, noeud.code, finess, le)
    return _depasses.lire(key, contexte().etat, lambda: _lire(voir, noeud, finess, le))


def _lire(
    voir: Perimetre, noeud: Noeud, finess: frozenset[str] | None, le: date
) -> tuple[list[Depasse], int]:
    from fanal.moteurs.consolidation.requetes.maximum import depassements

    known: Mapping[int, Decimal] = maximums(voir, noeud, le)
    codes = None if finess is None else frozenset(codes_etablissements(finess).values())
    found = depassements(contexte(), known, codes=codes) if known else []
    rows = Marche.objects.in_bulk([d.contrat for d in found])
    written: dict[str, list[str]] = {}
    if found:
        for text in contexte().dimensions["marche"].valeurs.to_pylist():
            written.setdefault(cle_numero(text), []).append(text)
    return [
        Depasse(m, d, tuple(written.get(cle_numero(m.identifiant), (m.identifiant,))))
        for d in found
        if (m := rows.get(d.contrat))
    ], len(known)
