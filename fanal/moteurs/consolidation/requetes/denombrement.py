"""The number of different orders by groups, on the integers that `numeros` keeps: no text is read.

An order of one file is counted with the file; one that several files hold is counted at the end, once per
group. Pairs of order and group are put in order as integers, which costs less than hashing them.
"""

from collections.abc import Mapping, Sequence
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

LIGNES_A_LA_FOIS = 4_000_000
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
    comptes, total = np.zeros(groupes, np.int64), 0
    partagees: list[Any] = []
    for fichiers, t in lots_de(ctx, filtres, codes, LIGNES_A_LA_FOIS):
        lues = ctx.source.executer(_question(ctx, t, axes))
        if not lues.num_rows:
            continue
        rangees = _groupes(ctx, lues, axes, colonnes)
        lot = numeros.lot(fichiers)
        siennes, commandes = _paires(lot, lues, rangees, max(groupes, 1), partagees)
        comptes += np.bincount(siennes, minlength=groupes)
        total += commandes
    if partagees:
        paires = _differentes(np.concatenate(partagees))
        comptes += np.bincount(paires % max(groupes, 1), minlength=groupes)
        total += len(_differentes(paires // max(groupes, 1)))
    return pa.array(comptes), total


def _question(ctx: Contexte, t: ir.Table, axes: Sequence[Axe]) -> ir.Table:
    places = {n: t[n].cast("int32") for n in PLACES}
    return t.select(**places, **{f"b_{n}": c for n, c in bases(ctx, t, axes).items()})


def _paires(lot: Lot, lues: pa.Table, rangees: Any, groupes: int, partagees: list[Any]) -> tuple[Any, int]:
    """The group of each different (order, group) of the orders of these files alone, and how many orders.

    Those that other files hold too go to *partagees*.
    """
    commandes = lot.lire(*(une(lues[n]).to_numpy() for n in PLACES)).astype(np.int64)
    if lot.communs is not None:
        idents = lot.communs[commandes]
        ailleurs = idents != SEUL
        if ailleurs.any():
            groupe = rangees[ailleurs] if rangees is not None else 0
            partagees.append(_differentes(idents[ailleurs] * groupes + groupe))
            commandes = commandes[~ailleurs]
            rangees = rangees[~ailleurs] if rangees is not None else None
    paires = _differentes(commandes * groupes + (rangees if rangees is not None else 0))
    orders = paires // groupes
    return paires - orders * groupes, _nombre(orders)


def _differentes(valeurs: Any) -> Any:
    """The different values, in order."""
    valeurs.sort()
    return valeurs[np.concatenate([[True], valeurs[1:] != valeurs[:-1]])] if len(valeurs) else valeurs


def _nombre(ordonnees: Any) -> int:
    return int(np.count_nonzero(ordonnees[1:] != ordonnees[:-1])) + 1 if len(ordonnees) else 0


def _groupes(ctx: Contexte, lues: pa.Table, axes: Sequence[Axe], colonnes: Mapping[str, Colonne]) -> Any:
    """The place of the group of each row; None without axes."""
    if not axes:
        return None
    noms = [n for n in lues.column_names if n not in PLACES]
    rangs, premieres = _distinguer([une(lues[n]) for n in noms])
    distinctes = lues.select(noms).take(pa.array(premieres))
    distinctes = distinctes.rename_columns([n.removeprefix("b_") for n in noms])
    return _places({a.nom: a.lire(ctx, distinctes) for a in axes}, colonnes)[rangs]


def _distinguer(valeurs: Sequence[pa.Array]) -> tuple[Any, Any]:
    """The rank of each row among the different rows, and where each of these is first seen."""
    rangs, nombre = np.zeros(len(valeurs[0]), np.int64), 1
    for colonne in valeurs:
        bornes = pc.min_max(colonne).as_py()
        bas, haut = bornes["min"] or 0, bornes["max"] or 0
        sienne = pc.fill_null(pc.subtract(pc.cast(colonne, pa.int64()), bas - 1), 0).to_numpy()
        largeur = int(haut) - int(bas) + 2
        if nombre * largeur >= LIMITE:
            rangs, nombre = _coder(rangs)
        rangs, nombre = rangs * largeur + sienne, nombre * largeur
    rangs, nombre = _coder(rangs)
    premieres = np.empty(nombre, np.int64)
    premieres[rangs[::-1]] = np.arange(len(rangs))[::-1]
    return rangs, premieres


def _coder(valeurs: Any) -> tuple[Any, int]:
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
