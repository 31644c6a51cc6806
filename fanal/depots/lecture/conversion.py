"""From cells to typed columns: vectorised for what is canonical, cell by cell for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import polars as pl

from fanal.depots.formats import Champ, Schema
from fanal.depots.lecture import dates, nombres, phrases
from fanal.depots.lecture.grille import texte_cellule, texte_colonne
from fanal.depots.lecture.phrases import Constat
from fanal.depots.noms import normaliser

NOMBRE = pl.Decimal(38, 6)
_DTYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "integer": pl.Int64(),
    "number": NOMBRE,
    "date": pl.Date(),
    "boolean": pl.Boolean(),
}
_VRAI = {"oui", "o", "vrai", "true", "1", "x", "yes"}
_FAUX = {"non", "n", "faux", "false", "0", "no"}
_FR_NOMBRE = (
    r"^[-+]?(?:[0-9]{1,3}(?:[ \u{a0}\u{202f}\u{2009}][0-9]{3})+|[0-9]+)(?:,[0-9]+)?[ \u{a0}\u{202f}]*€?$"
)
_BLANCS = r"[ \u{a0}\u{202f}\u{2009}€]"
# Forms that the vectorised cast takes although they deserve a look: exponents, and "12.000".
DOUTEUX = r"[eE]|^[-+]?[0-9]{1,3}\.[0-9]{3}$"
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_FR_DATE = r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$"
CODE_DOUTEUX = r"^[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}$|^[0-9]+[.,]0$"
# A spreadsheet keeps fifteen digits: beyond, a code typed as a number has lost its end.
_CHIFFRES_SURS = 1e15


def dtype(champ: Champ) -> pl.DataType:
    """The type of a field's column in `TableLue.lignes`."""
    return _DTYPES[champ.type]


@dataclass
class Colonne:
    """A column being read: the cells, and the remarks on the way.

    `vides` tells the rows whose cell is empty or says so ("NC"); the others without a value are faulty.
    """

    champ: Champ
    schema: Schema
    brute: pl.Series
    ordre_dates: str = "jma"
    constats: list[Constat] = field(default_factory=list)
    absents: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.brute.dtype == pl.String:
            textes = [(v.strip() or None) if v is not None else None for v in self.brute.to_list()]
            self.brute = pl.Series(textes, dtype=pl.String)
        self.vides = self.brute.is_null()

    def noter(self, rang: int, texte: str, regle: str, gravite: str, suite: str) -> None:
        """Keep a remark on one cell."""
        self.constats.append(Constat(rang, self.champ.nom, texte, regle, gravite, suite))

    def refuser(self, rang: int, texte: str) -> None:
        """Keep the refusal of a cell that is not of the type."""
        self.noter(rang, texte, "type", "refus", phrases.type_(self.champ, texte))

    def mention(self, rang: int, texte: str) -> bool:
        """Whether a cell holds no value but a word of absence ("NC") or an error of the spreadsheet."""
        if self.schema.absence(texte):
            self.absents.append(rang)
            if not self.champ.requis:
                self.noter(rang, texte, "valeur-absente", "information", phrases.absence(texte))
            return True
        if texte.upper() in phrases.ERREURS or texte.strip("#") == "" or texte.startswith(("Err:", "=")):
            libre = self.champ.type == "string" and not self.champ.requis
            gravite = "controle" if libre else "refus"
            self.noter(rang, texte, "erreur-tableur", gravite, phrases.erreur_tableur(texte))
            return True
        return False

    def revoir(self, typee: pl.Series, masque: pl.Series, lire: Callable[[int, str], object]) -> pl.Series:
        """Read the cells of `masque` one by one; `lire` gives the value, or None once it has said why."""
        if not masque.any():
            return typee
        rangs = [rang for rang, vrai in enumerate(masque.to_list()) if vrai]
        valeurs = []
        for rang in rangs:
            texte = texte_cellule(self.brute[rang]) or ""
            valeurs.append(None if self.mention(rang, texte) else lire(rang, texte))
        return typee.scatter(rangs, pl.Series(valeurs, dtype=typee.dtype))


def convertir(colonne: Colonne) -> tuple[pl.Series, pl.Series]:
    """(typed values, emptiness) of a column. A faulty cell is null in the first and False in the second."""
    cible = dtype(colonne.champ)
    if colonne.brute.dtype == pl.Null:
        return colonne.brute.cast(cible), colonne.vides
    typee = _CONVERTISSEURS[colonne.champ.type](colonne)
    vides = colonne.vides
    if colonne.absents:
        vides = vides.scatter(colonne.absents, True)
    return typee, vides


def _nombre(colonne: Colonne) -> pl.Series:
    brute = colonne.brute
    if brute.dtype.is_numeric():
        typee = brute.cast(NOMBRE, strict=False)
        masque = typee.is_null() & ~colonne.vides
    elif brute.dtype == pl.String:
        lus = brute.to_frame("b").lazy().with_columns(nombre_canonique(pl.col("b")).alias("t"))
        douteux = pl.col("t").is_null() | pl.col("b").str.contains(DOUTEUX)
        lus = lus.with_columns((pl.col("b").is_not_null() & douteux).alias("m"))
        typee, masque = lus.collect().get_columns()[1:]
    else:
        typee, masque = pl.Series([None] * len(brute), dtype=NOMBRE), ~colonne.vides
    return colonne.revoir(typee, masque, lambda rang, texte: _lire_nombre(colonne, rang, texte))


def nombre_canonique(texte: pl.Expr) -> pl.Expr:
    """Numbers as the standard writes them, or as "1 234,56 €": spaces and sign go, the comma becomes a point."""
    francais = pl.when(texte.str.contains(_FR_NOMBRE)).then(texte)
    nus = francais.str.replace_all(_BLANCS, "").str.replace(",", ".", literal=True)
    return pl.coalesce(texte.cast(NOMBRE, strict=False), nus.cast(NOMBRE, strict=False))


def _lire_nombre(colonne: Colonne, rang: int, texte: str) -> Decimal | None:
    champ = colonne.champ
    lu = nombres.lire_nombre(texte, euros=champ.fanal.get("unite") == "EUR")
    if lu is None:
        colonne.refuser(rang, texte)
        return None
    valeur, remarque = lu
    if remarque:
        colonne.noter(rang, texte, *remarque, phrases.nombre_lu(texte, valeur, remarque[0]))
    return valeur


def _entier(colonne: Colonne) -> pl.Series:
    nombre = _nombre(colonne)
    entiers = nombre.cast(pl.Int64, strict=False)
    fautifs = nombre.is_not_null() & (entiers.is_null() | (entiers.cast(NOMBRE) != nombre)).fill_null(
        value=True
    )
    if fautifs.any():
        rangs = fautifs.arg_true()
        for rang, texte in zip(
            rangs.to_list(), texte_colonne(colonne.brute.gather(rangs)).to_list(), strict=True
        ):
            colonne.refuser(rang, texte)
        entiers = entiers.set(fautifs, None)
    return entiers


def _date(colonne: Colonne) -> pl.Series:
    brute = colonne.brute
    if brute.dtype == pl.Date:
        return brute
    if isinstance(brute.dtype, pl.Datetime):
        typee = brute.dt.date()
        masque = (brute != typee.cast(brute.dtype)).fill_null(value=False)
        return colonne.revoir(typee, masque, lambda rang, texte: _lire_date(colonne, rang, texte))
    if brute.dtype == pl.String:
        typee = pl.select(date_canonique(pl.lit(brute), colonne.ordre_dates)).to_series()
    else:
        typee = pl.Series([None] * len(brute), dtype=pl.Date)
    masque = typee.is_null() & ~colonne.vides
    return colonne.revoir(typee, masque, lambda rang, texte: _lire_date(colonne, rang, texte))


def date_canonique(texte: pl.Expr, ordre: str = "jma") -> pl.Expr:
    """ISO dates, and day/month/year (or month first)."""
    iso = pl.when(texte.str.contains(_ISO)).then(texte).str.to_date("%Y-%m-%d", strict=False)
    francaise = "%m/%d/%Y" if ordre == "mja" else "%d/%m/%Y"
    jma = pl.when(texte.str.contains(_FR_DATE)).then(texte).str.to_date(francaise, strict=False)
    return pl.coalesce(iso, jma)


def _lire_date(colonne: Colonne, rang: int, texte: str) -> date | None:
    lue = dates.lire_date(texte, colonne.ordre_dates)
    if lue is None:
        colonne.refuser(rang, texte)
        return None
    valeur, remarque = lue
    if remarque:
        colonne.noter(rang, texte, *remarque, phrases.date_lue(texte, valeur))
    return valeur


def _booleen(colonne: Colonne) -> pl.Series:
    if colonne.brute.dtype == pl.Boolean:
        return colonne.brute

    def lire(rang: int, texte: str) -> bool | None:
        cle = normaliser(texte)
        if cle not in _VRAI and cle not in _FAUX:
            colonne.refuser(rang, texte)
            return None
        return cle in _VRAI

    typee = pl.Series([None] * len(colonne.brute), dtype=pl.Boolean)
    return colonne.revoir(typee, ~colonne.vides, lire)


def _texte(colonne: Colonne) -> pl.Series:
    champ, brute = colonne.champ, colonne.brute
    typee = texte_colonne(brute)
    if champ.code and brute.dtype.is_float():
        masque = (brute.abs() >= _CHIFFRES_SURS).fill_null(value=False)
        typee = colonne.revoir(typee, masque, lambda rang, texte: _refuser_code(colonne, rang, texte))
    if brute.dtype == pl.String:
        masque = brute.is_in(colonne.schema.mentions) | brute.str.starts_with("#")
        masque = masque.fill_null(value=False)
        typee = colonne.revoir(typee, masque, lambda rang, texte: texte)
        if champ.code:
            typee = _codes(colonne, typee)
    if champ.fanal.get("finess"):
        typee = _finess(colonne, typee)
    return _enumeration(colonne, typee) if champ.enumeration else typee


def _refuser_code(colonne: Colonne, rang: int, texte: str) -> None:
    colonne.noter(rang, texte, "code-abrege", "refus", phrases.code_abrege(texte))


def _codes(colonne: Colonne, typee: pl.Series) -> pl.Series:
    """Codes a spreadsheet has turned into numbers: "3,4E+12" is lost, "210780581.0" is repaired."""
    douteux = typee.str.contains(CODE_DOUTEUX).fill_null(value=False)

    def lire(rang: int, texte: str) -> str | None:
        if not texte.endswith((".0", ",0")):
            _refuser_code(colonne, rang, texte)
            return None
        colonne.noter(rang, texte, "valeur-interpretee", "information", phrases.texte_lu(texte, texte[:-2]))
        return texte[:-2]

    return colonne.revoir(typee, douteux, lire)


def _finess(colonne: Colonne, typee: pl.Series) -> pl.Series:
    """FINESS numbers: no spaces, capital letters, and the leading zero that a spreadsheet drops."""
    typee = typee.str.replace_all(_BLANCS, "").str.to_uppercase()
    courts = typee.str.contains("^[0-9]{8}$").fill_null(value=False)
    if courts.any():
        for rang in courts.arg_true().to_list():
            colonne.noter(rang, typee[rang], "zero-restitue", "information", phrases.zero(typee[rang]))
        typee = typee.zip_with(~courts, "0" + typee)
    return typee


def _enumeration(colonne: Colonne, typee: pl.Series) -> pl.Series:
    """The values of the list, whatever their case and accents; only distinct spellings are looked at."""
    champ = colonne.champ
    fautifs = ~typee.is_in(list(champ.enumeration)) & typee.is_not_null()
    if not fautifs.any():
        return typee
    table = {}
    for ecrit in typee.filter(fautifs).unique().to_list():
        cle = normaliser(ecrit)
        table[ecrit] = champ.valeurs.get(cle) or champ.synonymes.get(cle)
    for rang in fautifs.arg_true().to_list():
        ecrit = typee[rang]
        if table[ecrit] is None:
            colonne.noter(rang, ecrit, "enumeration", "refus", phrases.enumeration(champ, ecrit))
        elif normaliser(ecrit) not in champ.valeurs:
            colonne.noter(
                rang, ecrit, "valeur-interpretee", "information", phrases.texte_lu(ecrit, table[ecrit])
            )
    return typee.replace(table)


_CONVERTISSEURS: dict[str, Callable[[Colonne], pl.Series]] = {
    "string": _texte,
    "integer": _entier,
    "number": _nombre,
    "date": _date,
    "boolean": _booleen,
}
