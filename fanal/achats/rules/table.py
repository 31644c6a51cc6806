"""A table of lines made ready for the controls: columns of the format, with their types, whatever came in."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from fanal.achats.compute.fenetre import fenetre
from fanal.achats.rules.contexte import ContexteControle
from fanal.achats.rules.mots import plier

NOMBRE = pl.Decimal(38, 6)
LIGNE = "_ligne"
# A mistyped year may be anything up to 9999, whose window leaves the calendar.
ANNEE_MAXIMALE = 9990
MONTANTS = (
    "montant_reference_ttc",
    "perimetre_traite_ttc",
    "prix_reference_ttc",
    "prix_nouveau_ttc",
    "quantite_reference",
    "gain_annuel_ttc",
)
TEXTES = (
    "identifiant",
    "finess",
    "role",
    "famille",
    "intitule",
    "operateur",
    "nom_operateur",
    "numero_marche",
    "nature_depense",
    "type_effet",
    "cause_prix",
    "calcul",
    "explication",
    "statut",
)
TYPES: dict[str, Any] = {
    **dict.fromkeys(TEXTES, pl.String),
    **dict.fromkeys(MONTANTS, NOMBRE),
    "date_premiere_commande": pl.Date,
    "duree_amortissement": pl.Int64,
}
# Before the contract is notified (or once the action is given up) there is no result to ask for.
SANS_RESULTAT = {"envisagee", "en cours", "abandonnee"}


def prepare(actions: pl.DataFrame) -> pl.DataFrame:
    """The columns of the format with their types, missing ones as nulls, and the row number the person sees.

    Numbers may come as Decimal, integers or floats; texts that are empty become nulls. `_ligne` is taken from
    the table, else counted from 1.
    """
    presentes = actions.schema
    colonnes = []
    for nom, type_ in TYPES.items():
        if nom not in presentes:
            colonnes.append(pl.lit(None, type_).alias(nom))
        elif nom in TEXTES:
            colonnes.append(pl.col(nom).cast(pl.String).replace("", None))
        else:
            colonnes.append(pl.col(nom).cast(type_))
    if LIGNE in presentes:
        rang = pl.col(LIGNE).cast(pl.Int64)
    else:
        rang = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(LIGNE)
    return actions.select(rang, *colonnes)


class Colonnes:
    """The columns as Python lists, amounts in floating point: enough to find candidates, fast on one trame.

    A trame has hundreds of lines: at that size one pass over lists costs a fifth of the same flags as
    expressions. Exact decimals are only built for the lines found.
    """

    def __init__(self, actions: pl.DataFrame, contexte: ContexteControle) -> None:
        self._actions = actions
        self._contexte = contexte
        self.taille = len(actions)

    def liste(self, nom: str) -> list[Any]:
        """Values of a column, None where it is missing; empty texts are kept as they are."""
        if nom not in self._actions.columns:
            return [None] * self.taille
        colonne = self._actions[nom]
        return (colonne.cast(pl.Float64) if nom in MONTANTS else colonne).to_list()

    @cached_property
    def gain(self) -> list[float | None]:
        """Annual gain."""
        return self.liste("gain_annuel_ttc")

    @cached_property
    def debut(self) -> list[date | None]:
        """First order."""
        return self.liste("date_premiere_commande")

    @cached_property
    def perimetre(self) -> list[float | None]:
        """Treated perimeter, as typed."""
        return self.liste("perimetre_traite_ttc")

    @cached_property
    def prix(self) -> list[tuple[float | None, float | None, float | None]]:
        """P0, P1 and Q of each line."""
        noms = ("prix_reference_ttc", "prix_nouveau_ttc", "quantite_reference")
        return list(zip(*(self.liste(n) for n in noms), strict=True))

    @cached_property
    def annees(self) -> list[int | None]:
        """Years an amount is divided by; None for an investment that does not say."""
        natures, durees = self.liste("nature_depense"), self.liste("duree_amortissement")
        if not self._contexte.regle.investissement_divise:
            return [1] * self.taille
        couples = zip(natures, durees, strict=True)
        return [1 if n != "investissement" else d if d and d > 0 else None for n, d in couples]

    @cached_property
    def reference(self) -> list[float | None]:
        """Reference amount at the old price: as typed, else P0 x Q."""
        saisies = self.liste("montant_reference_ttc")
        lignes = zip(saisies, self.prix, self.annees, strict=True)
        return [
            r if r is not None else None if p0 is None or q is None or n is None else p0 * q / n
            for r, (p0, _, q), n in lignes
        ]

    @cached_property
    def attendu(self) -> list[bool]:
        """Whether results are asked for: a gain is declared, or the status does not say it is too early."""
        statuts = self.liste("statut")
        tot = {s for s in set(statuts) if plier(s) in SANS_RESULTAT}
        return [g is not None or s not in tot for g, s in zip(self.gain, statuts, strict=True)]


def last_day(debut: date, *, contexte: ContexteControle) -> date | None:
    """Last day of the window opened by a first order; None for a date beyond what a calendar holds."""
    if debut.year > ANNEE_MAXIMALE:
        return None
    return fenetre(debut, mois=contexte.regle.fenetre_mois).fin - timedelta(days=1)
