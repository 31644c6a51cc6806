"""Purchases of the products of an action, before its first order and in the twelve months after.

Integers only. The caller names the searches (one per action: an establishment, contracts, dates); first the
products that these contracts were ordered for, then everything bought of these products, on the contracts or
elsewhere. A credit note follows the line it takes back: its day and its contract are those of its origin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from fanal.moteurs.consolidation.requetes.avoirs import origines
from fanal.moteurs.consolidation.source import Source
from fanal.moteurs.lac.schema import TYPES_LIGNE, mois_code

AVOIR, REMISE = TYPES_LIGNE.index("avoir"), TYPES_LIGNE.index("remise")
GRATUITES = TYPES_LIGNE.index("unites_gratuites")
# What a product is known by, as one integer: its kind above these bits, its code below.
BITS = 40
PRODUIT, ARTICLE, LIBELLE, CATALOGUE = range(4)
AVANT, SUR_MARCHE, AILLEURS = range(3)

_RECHERCHES = pa.schema(
    [
        ("rang", pa.int64()),
        ("etablissement", pa.int32()),
        ("debut", pa.date32()),
        ("pivot", pa.date32()),
        ("fin", pa.date32()),
    ]
)
_MARCHES = pa.schema([("rang", pa.int64()), ("marche", pa.int32())])
_CODES = pa.schema([("code", pa.int64())])
_IDENTITES = pa.schema([("rang", pa.int64()), ("identite", pa.int64())])
_RAPPROCHES = pa.schema([("etablissement", pa.int32()), ("libelle", pa.int32()), ("decidee", pa.int64())])


@dataclass(frozen=True)
class Recherche:
    """One action: codes of its establishment and contracts; [debut, pivot[ is before, [pivot, fin[ after."""

    rang: int
    etablissement: int
    marches: tuple[int, ...]
    debut: date
    pivot: date
    fin: date


def identite(genre: int, code: int) -> int:
    """The integer of a product: by its code, the hospital's article, its label, or the catalogue."""
    return (genre << BITS) | code


def genre_de(ident: int) -> tuple[int, int]:
    """The kind and the code of a product's integer."""
    return ident >> BITS, ident & ((1 << BITS) - 1)


def lignes_reperees(
    source: Source, recherches: Sequence[Recherche], rapproches: Sequence[tuple[int, int, int]] = ()
) -> ir.Table:
    """The lines of the establishments of the searches, rebates left out, each with its `identite`.

    *rapproches*: (establishment, label, product) decided by people for lines without a valid code. `quantite`
    is negative for a credit note; `jour` and `marche` are those of the origin of a credit note.
    """
    places = frozenset(r.etablissement for r in recherches)
    lines = source.partie(
        places,
        min((mois_code(r.debut.year, r.debut.month) for r in recherches), default=0),
    )
    lines = lines.filter(lines.etablissement.isin(sorted(places)) & (lines.type_ligne != REMISE))
    # What a credit note takes back may have been ordered long before.
    origins = ibis.memtable(origines(source, places).lignes)
    origins = origins.rename(origine_jour="date_commande", origine_marche="marche")
    lines = lines.left_join(origins, lines.id == origins.avoir)
    valid = source.dimension("produit")
    valid = valid.filter(valid.valide).select(produit_valide="code")
    lines = lines.left_join(valid, lines.produit == valid.produit_valide)
    decided = _table(_RAPPROCHES, [*rapproches]).rename(etablissement_d="etablissement", libelle_d="libelle")
    lines = lines.left_join(
        decided,
        [lines.etablissement == decided.etablissement_d, lines.libelle == decided.libelle_d],
    )
    sign = ibis.cases((lines.type_ligne == AVOIR, -1), else_=1)
    quantity = ibis.cases((lines.type_ligne == AVOIR, -lines.quantite.abs()), else_=lines.quantite)
    return lines.mutate(
        jour=ibis.coalesce(lines.origine_jour, lines.date_commande),
        # Without an origin, what the credit note says itself.
        marche=ibis.ifelse(lines.avoir.notnull(), lines.origine_marche, lines.marche),
        quantite=quantity,
        quantite_facturee=ibis.coalesce(lines.quantite_facturee.abs() * sign, quantity),
        identite=ibis.coalesce(
            lines.produit_valide.cast("int64"),
            lines.decidee,
            lines.article.cast("int64") + (ARTICLE << BITS),
            lines.libelle.cast("int64") + (LIBELLE << BITS),
        ),
    ).drop(
        "avoir",
        "origine_jour",
        "origine_marche",
        "produit_valide",
        "etablissement_d",
        "libelle_d",
        "decidee",
    )


def produits_des_marches(lignes: ir.Table, recherches: Sequence[Recherche]) -> ir.Table:
    """`rang, identite`: what the contracts of each search were ordered for between *debut* and *fin*."""
    # Few lines bear one of these contracts: the others are never compared with the dates of the searches.
    known = _table(_CODES, [(code,) for code in sorted({c for r in recherches for c in r.marches})])
    found = _pendant(lignes.semi_join(known, [("marche", "code")]), recherches)
    found = found.semi_join(_marches(recherches), ["rang", "marche"])
    return found.select("rang", "identite").distinct()


def achats(
    lignes: ir.Table, recherches: Sequence[Recherche], produits: Sequence[tuple[int, int]]
) -> ir.Table:
    """`situees` summed by product, unit, month, kind of line and place. *produits*: (rang, identite).

    Quantities in ten-thousandths, amounts in cents; `ttc` leaves out lines without VAT rate, whose quantity
    and amount excl. VAT are `quantite_sans_taux` and `ht_sans_taux`. `libelle` is one of its labels.
    """
    found = situees(lignes, recherches, produits)
    # What costs nothing needs no rate, and no invoice says how much.
    rated = found.taux_tva.notnull() | (found.montant_ht == 0)
    billed = found.montant_facture_ht.notnull() | (found.type_ligne == GRATUITES)
    return found.group_by("rang", "identite", "unite", "lieu", "mois_jour", "type_ligne").aggregate(
        lignes=found.count(),
        premiere=found.jour.min(),
        au_marche=found.au_marche.sum(),
        libelle=found.libelle.min(),
        produit=found.produit.min(),
        article=found.article.min(),
        taux=found.taux_tva.max(),
        quantite=found.quantite.sum(),
        ttc=found.montant_ttc.sum(where=rated),
        quantite_sans_taux=found.quantite.sum(where=~rated),
        ht_sans_taux=found.montant_ht.sum(where=~rated),
        quantite_facturee=found.quantite_facturee.sum(where=rated & billed),
        facture_ttc=_ttc(found.montant_facture_ht, found.taux_tva).sum(where=rated & billed),
        quantite_facturee_sans_taux=found.quantite_facturee.sum(where=~rated & billed),
        facture_ht_sans_taux=found.montant_facture_ht.sum(where=~rated & billed),
    )


def situees(
    lignes: ir.Table, recherches: Sequence[Recherche], produits: Sequence[tuple[int, int]]
) -> ir.Table:
    """The lines of these products with their `rang` and their `lieu`: before, on the contract, elsewhere."""
    # Here too, the lines of other products are left out before any date is compared.
    known = _table(_CODES, [(code,) for code in sorted({ident for _, ident in produits})])
    found = _pendant(lignes.semi_join(known, [("identite", "code")]), recherches)
    found = found.semi_join(_table(_IDENTITES, [*produits]), ["rang", "identite"])
    contracts = _marches(recherches).rename(rang_m="rang", marche_m="marche")
    found = found.left_join(
        contracts, [found.rang == contracts.rang_m, found.marche == contracts.marche_m]
    ).drop("rang_m")
    return found.mutate(
        lieu=ibis.cases(
            (found.jour < found.pivot, AVANT), (found.marche_m.notnull(), SUR_MARCHE), else_=AILLEURS
        ),
        mois_jour=(found.jour.year() * 12 + found.jour.month() - 1).cast("int32"),
        au_marche=found.marche_m.notnull().cast("int64"),
    ).drop("marche_m")


DETAIL = (
    "id",
    "lieu",
    "identite",
    "type_ligne",
    "jour",
    "date_commande",
    "date_facture",
    "numero_commande",
    "numero_ligne",
    "numero_facture",
    "article",
    "produit",
    "libelle",
    "fournisseur",
    "marche",
    "unite",
    "quantite",
    "quantite_facturee",
    "prix_unitaire_ht",
    "taux_tva",
    "montant_ht",
    "montant_ttc",
    "montant_facture_ht",
)


def detail(
    lignes: ir.Table, recherche: Recherche, produits: Sequence[int], lieu: int, *, limite: int
) -> ir.Table:
    """The very lines of one search at one place, the oldest first, at most *limite*."""
    found = situees(lignes, [recherche], [(recherche.rang, ident) for ident in produits])
    found = found.filter(found.lieu == lieu)
    return found.select(*DETAIL).order_by("jour", "id").limit(limite)


def premieres_commandes(source: Source, recherches: Sequence[Recherche]) -> ir.Table:
    """`rang, premiere`: the day of the first order of each search on its contracts."""
    found = _pendant(lignes_reperees(source, recherches), recherches)
    found = found.semi_join(_marches(recherches), ["rang", "marche"])
    # A credit note whose origin is unknown takes back an order: it is not the first one.
    found = found.filter(found.type_ligne != AVOIR)
    return found.group_by("rang").aggregate(premiere=found.jour.min())


def mois_deposes(source: Source, etablissements: Sequence[int]) -> ir.Table:
    """`etablissement, mois`: the months for which an establishment has at least one line."""
    lines = source.partie(frozenset(etablissements))
    lines = lines.filter(lines.etablissement.isin([*etablissements]))
    return lines.select("etablissement", "mois").distinct()


def _pendant(lignes: ir.Table, recherches: Sequence[Recherche]) -> ir.Table:
    rows = [(r.rang, r.etablissement, r.debut, r.pivot, r.fin) for r in recherches]
    wanted = _table(_RECHERCHES, rows).rename(etablissement_r="etablissement")
    return lignes.inner_join(
        wanted,
        [
            lignes.etablissement == wanted.etablissement_r,
            lignes.jour >= wanted.debut,
            lignes.jour < wanted.fin,
        ],
    ).drop("etablissement_r")


def _marches(recherches: Sequence[Recherche]) -> ir.Table:
    return _table(_MARCHES, [(r.rang, code) for r in recherches for code in r.marches])


def _ttc(montant: Any, taux: Any) -> Any:
    """Cents incl. VAT, half away from zero, as the intake computes them."""
    scaled = montant * (10_000 + taux)
    return montant.sign().cast("int64") * ((scaled.abs() * 2 + 10_000) // 20_000)


def _table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> ir.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(values, type=kind.type) for values, kind in zip(columns, schema, strict=True)]
    return ibis.memtable(pa.table(arrays, schema=schema))
