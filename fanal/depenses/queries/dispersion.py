"""What the same product is paid: by establishment, against the contracts, elsewhere as quartiles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import F

from fanal.depenses.compute.comparaison import Contexte as Situation
from fanal.depenses.queries.dispersion_prix import (
    AUCUN_TARIF,
    Conditionnements,
    TarifsGht,
    conditionnements,
    tarifs_du_ght,
)
from fanal.depenses.queries.lac import codes_etablissements
from fanal.depenses.queries.source import contexte
from fanal.memoire import Memoire
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.parametres.catalogue import valeur
from fanal.territoires.models import Appartenance, Ght

# The engine takes a second to load: it waits for the first question.
if TYPE_CHECKING:
    from fanal.moteurs.consolidation.requetes.dispersion import Dispersion, QuartilesAilleurs
    from fanal.moteurs.consolidation.requetes.prix import Achats

Cle = tuple[str, str]
ACHATS = ("commande", "avoir")
NON_ECRITE = "unité non écrite"


@dataclass(frozen=True)
class Comparaison:
    """The products whose prices may be compared, the largest potential first.

    `unites`: the units written on the lines of each (product, unit compared). `montant_ht`: what they cost.
    """

    produits: "tuple[Dispersion, ...]"
    libelles: Mapping[str, str] = field(default_factory=dict)
    unites: Mapping[Cle, tuple[str, ...]] = field(default_factory=dict)
    montant_ht: Decimal = Decimal("0.00")

    def libelle(self, produit: str) -> str:
        """The words of a product, its code when no line says any."""
        return self.libelles.get(produit, produit)


_comparaisons: Memoire[Comparaison] = Memoire(24)


def comparer(filtres: Filtres, finess: frozenset[str] | None, tarifs: TarifsGht = AUCUN_TARIF) -> Comparaison:
    """Compare what the establishments *finess* paid for each product over the lines that *filtres* keep.

    The caller has checked that the account reads their prices. Products bought by one establishment alone are
    kept only when a contract's price says something of them.
    """
    ctx, sizes = contexte(), conditionnements()
    codes = _codes(finess)
    state = (*ctx.etat, sizes, tarifs)
    return _comparaisons.lire((filtres, codes), state, lambda: _comparer(filtres, codes, tarifs, sizes))


def _comparer(
    filtres: Filtres, codes: frozenset[int] | None, tarifs: TarifsGht, sizes: Conditionnements
) -> Comparaison:
    from fanal.moteurs.consolidation.requetes.dispersion import disperser
    from fanal.moteurs.consolidation.requetes.prix import achats_par_etablissement, en_pieces

    raw = achats_par_etablissement(contexte(), filtres, codes=codes)
    every = disperser(en_pieces(raw, sizes), tarifs.prix, minimum=1)
    kept = [d for d in every if len(d.prix) > 1 or d.potentiel_marche]
    wanted = {d.produit for d in kept}
    return Comparaison(
        tuple(kept),
        _libelles(filtres, codes) if wanted else {},
        unites_ecrites(raw, sizes),
        sum((d.montant_ht for d in kept), Decimal("0.00")),
    )


def _ghts() -> dict[str, str]:
    """The last GHT of each establishment. A membership without a beginning is the oldest, on every base."""
    rows = Appartenance.objects.order_by(F("debut").asc(nulls_first=True), "pk")
    return dict(rows.values_list("etablissement__finess", "ght__code"))


def _codes(finess: frozenset[str] | None) -> frozenset[int] | None:
    return None if finess is None else frozenset(codes_etablissements(finess).values())


def unites_ecrites(achats: "Iterable[Achats]", sizes: Conditionnements) -> dict[Cle, tuple[str, ...]]:
    """The units written on the lines, by product and by the unit that they are compared in."""
    from fanal.moteurs.consolidation.requetes.prix import en_pieces

    found: dict[Cle, set[str]] = {}
    for bought in achats:
        for moved in en_pieces([bought], sizes):
            found.setdefault((moved.produit, moved.unite or ""), set()).add(bought.unite or "")
    return {key: tuple(sorted(units)) for key, units in found.items()}


def _libelles(filtres: Filtres, codes: frozenset[int] | None) -> dict[str, str]:
    """The label that most lines of each product bear."""
    import pyarrow as pa

    from fanal.moteurs.consolidation.requetes.croisement import croiser

    known = filtres.avec("code_produit", "!=", "")
    crossed = croiser(contexte(), ["code_produit", "libelle"], ["lignes"], known, codes=codes)
    product, label = crossed.colonnes["code_produit"], crossed.colonnes["libelle"]
    # Ranks, not texts: a catalogue has many labels, and only one of each product is read.
    counts = crossed.nombres["lignes"].to_pylist()
    rows = zip(product.codes.to_pylist(), counts, label.rangs.to_pylist(), strict=True)
    best: dict[int, tuple[int, int, int]] = {}
    for place, (code, lines, rank) in enumerate(rows):
        found = (-lines, rank or 0, place)
        if code not in best or found < best[code]:
            best[code] = found
    places = pa.array([place for _, _, place in best.values()], pa.int64())
    names = zip(product.prendre(places).textes(), label.prendre(places).textes(), strict=True)
    return {code or "": name or "" for code, name in names}


@dataclass(frozen=True)
class FicheProduit:
    """One product over a period: its prices by unit, its months, what each establishment's purchases were.

    `groupes`: one per unit, the largest amount first. `ailleurs`: by unit, quartiles over enough buyers
    of other GHT.
    """

    code: str
    libelle: str
    groupes: "tuple[Dispersion, ...]"
    mois: "tuple[Achats, ...]" = ()
    situations: Mapping[str, Situation] = field(default_factory=dict)
    ailleurs: "Mapping[Cle, QuartilesAilleurs]" = field(default_factory=dict)
    unites: Mapping[Cle, tuple[str, ...]] = field(default_factory=dict)


def fiche(
    code: str, filtres: Filtres, finess: frozenset[str] | None, le: date, tarifs: TarifsGht = AUCUN_TARIF
) -> FicheProduit | None:
    """A product as the establishments *finess* bought it; None when nobody bought it or nothing may be told.

    Establishments out of *finess* count only in quartiles, over enough buyers.
    """
    from fanal.moteurs.consolidation.requetes.dispersion import disperser
    from fanal.moteurs.consolidation.requetes.prix import achats_par_etablissement, en_pieces, serie_prix

    ctx, sizes, codes = contexte(), conditionnements(), _codes(finess)
    only = filtres.avec("code_produit", "=", code)
    raw = achats_par_etablissement(ctx, only, codes=codes)
    groups = sorted(
        disperser(en_pieces(raw, sizes), tarifs.prix, minimum=1), key=lambda d: (-d.montant_ht, d.unite or "")
    )
    elsewhere = ailleurs(only, finess, le)
    if not raw and not elsewhere:
        return None
    months = en_pieces(serie_prix(ctx, only, codes=codes), sizes)
    return FicheProduit(
        code,
        _libelles(only, codes if raw else None).get(code, code),
        tuple(groups),
        tuple(sorted(months, key=lambda a: (a.mois or "", a.finess))),
        _situations(only, codes, months, groups),
        elsewhere,
        unites_ecrites(raw, sizes),
    )


def ailleurs(filtres: Filtres, finess: frozenset[str] | None, le: date) -> "dict[Cle, QuartilesAilleurs]":
    """Quartiles over the buyers out of *finess*: a GHT, or an establishment that is in none."""
    if finess is None:
        return {}
    from fanal.moteurs.consolidation.requetes.dispersion import quartiles_ailleurs
    from fanal.moteurs.consolidation.requetes.prix import achats_par_etablissement, en_pieces

    ghts = _ghts()
    own = {ghts[f] for f in finess if f in ghts}
    bought = en_pieces(achats_par_etablissement(contexte(), filtres), conditionnements())
    others = [a for a in bought if a.finess not in finess and ghts.get(a.finess) not in own]
    minimum = int(valeur("confidentialite.prix.acheteurs_minimum", le=le))
    return quartiles_ailleurs(others, lambda f: ghts.get(f, f), minimum=minimum)


def _situations(
    filtres: Filtres, codes: frozenset[int] | None, months: "Sequence[Achats]", groups: "Sequence[Dispersion]"
) -> dict[str, Situation]:
    from fanal.moteurs.consolidation.requetes.croisement import croiser
    from fanal.moteurs.consolidation.statuts import HORS_MARCHE

    ctx = contexte()
    bought = filtres.avec("type_ligne", "=", *ACHATS)
    by_status = croiser(ctx, ["finess", "couverture"], ["montant_ht"], bought, codes=codes)
    rebates = croiser(ctx, ["finess"], ["montant_ht"], filtres.avec("type_ligne", "=", "remise"), codes=codes)
    amounts: dict[str, list[Decimal]] = {}
    for row in by_status.lignes():
        whole = amounts.setdefault(row["finess"], [Decimal(0), Decimal(0)])
        whole[0] += row["montant_ht"]
        whole[1] += row["montant_ht"] if row["couverture"] in HORS_MARCHE else Decimal(0)
    said = {row["finess"]: row["montant_ht"] for row in rebates.lignes()}
    main = groups[0].unite if groups else None
    return {
        place: Situation(
            whole,
            off,
            said.get(place) or Decimal(0),
            frozenset(a.mois for a in months if a.finess == place and a.mois and a.comparable),
            tuple(sorted({a.unite or NON_ECRITE for a in months if a.finess == place and a.unite != main})),
        )
        for place, (whole, off) in amounts.items()
    }


@dataclass(frozen=True)
class SommeGht:
    """What a GHT would save by aligning prices: sums only, for who does not read prices."""

    ght: str
    produits: int
    montant_ht: Decimal
    potentiel_median: Decimal
    potentiel_meilleur: Decimal


_sommes: Memoire[tuple[SommeGht, ...]] = Memoire(24)


def sommes_par_ght(filtres: Filtres, finess: frozenset[str] | None, minimum: int) -> list[SommeGht]:
    """The potential of each GHT over at least *minimum* products: fewer would let a price be guessed."""
    ctx, sizes, codes = contexte(), conditionnements(), _codes(finess)
    ghts = _ghts()
    state = (*ctx.etat, sizes, ghts)
    found = _sommes.lire((filtres, codes), state, lambda: _sommes_par_ght(filtres, codes, sizes, ghts))
    return [s for s in found if s.produits >= minimum]


def _sommes_par_ght(
    filtres: Filtres, codes: frozenset[int] | None, sizes: Conditionnements, ghts: Mapping[str, str]
) -> tuple[SommeGht, ...]:
    from fanal.moteurs.consolidation.requetes.dispersion import disperser
    from fanal.moteurs.consolidation.requetes.prix import achats_par_etablissement, en_pieces

    bought = en_pieces(achats_par_etablissement(contexte(), filtres, codes=codes), sizes)
    by_ght: dict[str, list[Achats]] = {}
    for row in bought:
        if row.finess in ghts:
            by_ght.setdefault(ghts[row.finess], []).append(row)
    found = [_somme(code, disperser(rows)) for code, rows in by_ght.items()]
    return tuple(sorted(found, key=lambda s: (-s.potentiel_median, s.ght)))


def _somme(code: str, rows: "Sequence[Dispersion]") -> SommeGht:
    zero = Decimal("0.00")
    return SommeGht(
        code,
        len(rows),
        sum((d.montant_ht for d in rows), zero),
        sum((d.potentiel_median for d in rows), zero),
        sum((d.potentiel_meilleur for d in rows), zero),
    )


def tarifs_de(ght: Ght | None, du: date, au: date) -> TarifsGht:
    """The prices of a GHT's contracts over a period; none without a GHT."""
    return AUCUN_TARIF if ght is None else tarifs_du_ght(ght, du, au)
