"""Controls of a table of lines (a form is a table of one line), each with one sentence and its remedy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from fanal.achats.rules import phrases
from fanal.achats.rules.catalogue import INFORMATION, REGLES
from fanal.achats.rules.contexte import ContexteControle
from fanal.achats.rules.recherche import claimed_twice, find, repeated
from fanal.achats.rules.table import LIGNE, Colonnes, prepare

_ORDRE = {code: i for i, code in enumerate(REGLES)}


@dataclass(frozen=True)
class Controle:
    """A remark on a line, which counts until someone decides ('controle') or is good to know ('information').

    `cle` is the action's identifier, `ligne` the row the person sees, `colonne` the field's name. `poids`
    (0 to 1) is how unbelievable it makes the line; `donnees` holds its figures (Decimal, euros or quotients).
    """

    cle: str
    ligne: int
    colonne: str
    code: str
    gravite: str
    bloquant: bool
    phrase: str
    poids: Decimal
    commentaire_dgos: str | None = None
    donnees: Mapping[str, Any] = field(default_factory=dict)


def controler(actions: pl.DataFrame, contexte: ContexteControle) -> list[Controle]:
    """Control the lines of a trame, in the order of its rows then of the catalogue.

    `actions` has the columns of the `paat` format (missing ones are unknown), and `_ligne` for the row.
    What the context does not give is not controlled: ignorance is never a fault of the line.
    """
    if actions.is_empty():
        return []
    colonnes = Colonnes(actions, contexte)
    trouves = list(find(colonnes, contexte))
    repetees = repeated(colonnes)
    doublons = claimed_twice(actions, contexte)
    rangs = sorted(
        {r for r, _ in trouves} | set(repetees) | set(repetees.values()) | {d.rang for d in doublons}
    )
    if not rangs:
        return []
    lignes = dict(zip(rangs, _exact_rows(actions, rangs), strict=True))
    constats = [(rang, code, phrases.build(code, lignes[rang], contexte)) for rang, code in trouves]
    constats += [(r, "action_en_double", phrases.repeated(lignes[r], lignes[p])) for r, p in repetees.items()]
    constats += [
        (d.rang, "gain_declare_deux_fois", phrases.claimed_twice(lignes[d.rang], d, contexte))
        for d in doublons
    ]
    constats.sort(key=lambda c: (c[0], _ORDRE[c[1]]))
    return [_controle(lignes[rang], code, c, contexte) for rang, code, c in constats if c is not None]


def _exact_rows(actions: pl.DataFrame, rangs: list[int]) -> list[dict[str, Any]]:
    """The lines found, with exact decimals and the row number the person sees."""
    if LIGNE not in actions.columns:
        actions = actions.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(LIGNE))
    return prepare(actions[rangs]).rows(named=True)


def _controle(
    ligne: Mapping[str, Any], code: str, constat: phrases.Constat, contexte: ContexteControle
) -> Controle:
    regle = REGLES[code]
    gravite = constat.gravite or regle.gravite
    information = gravite == INFORMATION
    return Controle(
        cle=ligne["identifiant"] or "",
        ligne=ligne[LIGNE],
        colonne=constat.colonne,
        code=code,
        gravite=gravite,
        bloquant=regle.bloquant and not information,
        phrase=constat.phrase,
        poids=Decimal(0) if information else contexte.poids.get(constat.poids or code, Decimal(0)),
        commentaire_dgos=constat.commentaire or regle.commentaire_dgos,
        donnees=constat.donnees,
    )
