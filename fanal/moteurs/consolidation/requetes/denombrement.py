"""The number of different orders by groups, on the integers that `numeros` keeps: no text is read.

An order of one file is counted with the file; one that several files hold is counted at the end, once per
group. Pairs of order and group are put in order as integers, which costs less than hashing them.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.axes import Axe, bases
from fanal.moteurs.consolidation.colonne import Colonne, une
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.numeros import SEUL, Lot, Numeros
from fanal.moteurs.consolidation.requetes.portion import lots_de
from fanal.moteurs.lac.manifeste import Fichier

LIGNES_A_LA_FOIS = 2_000_000
FILS = 2
# Ranks up to this many are looked up in a table.
DIRECT = 4_000_000
PLACES = ("fichier", "rang")
LIMITE = 2**62


def denombrer(
    ctx: Contexte,
    numeros: Numeros,
    filtres: Filtres,
    codes: frozenset[int] | None,
    axes: Sequence[Axe],
    colonnes: Mapping[str, Colonne],
    groupes: int,
) -> tuple[pa.Array, int]:
    """The number of different orders of each group that *colonnes* read, and over all the lines."""
    bits = groupes.bit_length()
    comptes, total = np.zeros(groupes, np.int64), 0
    partagees: list[Any] = []

    def compter(lu: tuple[Sequence[Fichier], ir.Table]) -> tuple[Any, int, Any]:
        lues = ctx.source.executer(_question(ctx, lu[1], axes))
        if not lues.num_rows:
            return comptes[:0], 0, None
        rangees = _groupes(ctx, lues, axes, colonnes)
        return _paires(numeros.lot(lu[0]), lues, rangees, bits)

    # The engine reads some files while the orders of the ones before are counted.
    with ThreadPoolExecutor(FILS) as ouvriers:
        for siens, orders, ailleurs in ouvriers.map(compter, lots_de(ctx, filtres, codes, LIGNES_A_LA_FOIS)):
            comptes[: len(siens)] += siens
            total += orders
            if ailleurs is not None:
                partagees.append(ailleurs)
    if partagees:
        siens, orders = _compter(np.concatenate(partagees), bits)
        comptes[: len(siens)] += siens
        total += orders
    return pa.array(comptes), total


def _question(ctx: Contexte, t: ir.Table, axes: Sequence[Axe]) -> ir.Table:
    places = {n: t[n].cast("int32") for n in PLACES}
    return t.select(**places, **{f"b_{n}": c for n, c in bases(ctx, t, axes).items()})


def _paires(lot: Lot, lues: pa.Table, rangees: Any, bits: int) -> tuple[Any, int, Any]:
    """How many orders of these files alone there are in each group and in all; the pairs of the others.

    A pair is an order and, in its last *bits*, a group.
    """
    commandes = lot.lire(*(une(lues[n]).to_numpy() for n in PLACES))
    ailleurs = None
    if lot.communs is not None:
        idents = lot.communs[commandes]
        ici = idents == SEUL
        if not ici.all():
            ailleurs = _differentes(_paire(idents[~ici], rangees[~ici], bits))
            commandes, rangees = commandes[ici], rangees[ici]
    return *_compter(_paire(commandes, rangees, bits), bits), ailleurs


def _paire(commandes: Any, rangees: Any, bits: int) -> Any:
    paires = commandes.astype(np.int64)
    paires <<= bits
    paires |= rangees
    return paires


def _compter(paires: Any, bits: int) -> tuple[Any, int]:
    """How many different orders in each group, and in all."""
    seules = _differentes(paires)
    return np.bincount(seules & ((1 << bits) - 1)), len(_suivies(seules >> bits))


def _differentes(valeurs: Any) -> Any:
    """The different values, in order."""
    valeurs.sort()
    return _suivies(valeurs)


def _suivies(ordonnees: Any) -> Any:
    """Values in order without those that repeat."""
    if not len(ordonnees):
        return ordonnees
    return ordonnees[np.concatenate([[True], ordonnees[1:] != ordonnees[:-1]])]


def _groupes(ctx: Contexte, lues: pa.Table, axes: Sequence[Axe], colonnes: Mapping[str, Colonne]) -> Any:
    """The place of the group of each row."""
    if not axes:
        return np.zeros(lues.num_rows, np.int32)
    noms = [n for n in lues.column_names if n not in PLACES]
    rangs, premieres = _distinguer([une(lues[n]) for n in noms])
    distinctes = lues.select(noms).take(pa.array(premieres))
    distinctes = distinctes.rename_columns([n.removeprefix("b_") for n in noms])
    return _places({a.nom: a.lire(ctx, distinctes) for a in axes}, colonnes)[rangs]


def _distinguer(valeurs: Sequence[pa.Array]) -> tuple[Any, Any]:
    """The rank of each row among the different rows, and where one of each is."""
    rangs, nombre = np.zeros(1, np.int64), 1
    for colonne in valeurs:
        bornes = pc.min_max(colonne).as_py()
        bas, haut = int(bornes["min"] or 0), int(bornes["max"] or 0)
        largeur = haut - bas + 2
        if nombre * largeur >= LIMITE:
            rangs, nombre = _coder(rangs, nombre)
        rangs = rangs * largeur if nombre > 1 else rangs
        rangs, nombre = rangs + _depuis(colonne, bas - 1), nombre * largeur
    rangs, nombre = _coder(rangs, nombre)
    premieres = np.empty(nombre, np.int64)
    premieres[rangs] = np.arange(len(rangs))
    return rangs, premieres


def _depuis(colonne: pa.Array, zero: int) -> Any:
    """The integers of a column counted from *zero*, which stands for a missing value."""
    if colonne.null_count:
        colonne = pc.fill_null(pc.cast(colonne, pa.int64()), zero)
    return colonne.to_numpy().astype(np.int64) - zero


def _coder(valeurs: Any, nombre: int) -> tuple[Any, int]:
    """Values from 0 to *nombre* as the ranks of those that are there, and how many these are."""
    if nombre <= DIRECT:
        presents = np.flatnonzero(np.bincount(valeurs, minlength=nombre))
        places = np.zeros(nombre, np.int32)
        places[presents] = np.arange(len(presents))
        return places[valeurs], len(presents)
    code = pc.dictionary_encode(pa.array(valeurs))
    return code.indices.to_numpy().astype(np.int64), len(code.dictionary)


def _places(lues: Mapping[str, Colonne], groupes: Mapping[str, Colonne]) -> Any:
    """For each row of *lues*, the place among the groups of the one that reads the same."""
    cherche = trouve = np.zeros(1, np.int64)
    for nom, colonne in groupes.items():
        largeur = len(colonne.mots) + 1
        siens, les_notres = _mots(colonne, colonne), _mots(lues[nom], colonne)
        connues, cherche = np.unique(cherche * largeur + siens, return_inverse=True)
        # The same lines make the groups: each of these rows has its own.
        trouve = np.searchsorted(connues, trouve * largeur + les_notres)
    place = np.empty(len(cherche), np.int64)
    place[cherche] = np.arange(len(cherche))
    return place[trouve]


def _mots(colonne: Colonne, dans: Colonne) -> Any:
    """The rank of the text of each row among the words of another column, from 1; 0 for a missing value."""
    codes = colonne.codes
    if colonne.mots is not dans.mots:
        codes = pc.take(pc.index_in(colonne.mots, value_set=dans.mots), codes)
    return pc.fill_null(pc.add(pc.cast(codes, pa.int64()), 1), 0).to_numpy()
