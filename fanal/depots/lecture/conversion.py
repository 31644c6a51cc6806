"""From cells to typed columns: each distinct text is read once, typed numbers and dates are cast whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from fanal.depots.formats import Champ, Schema
from fanal.depots.lecture import dates, nombres, phrases
from fanal.depots.lecture.grille import SEP, Ensemble, texte_colonne
from fanal.depots.lecture.phrases import Constat
from fanal.depots.noms import ESPACES, normaliser

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
_BLANCS = re.compile(f"[{ESPACES}]")
# Numbers that need no interpretation, each between two separators; "12.000" needs one.
_NOMBRE_SIMPLE = re.compile(
    r"\x00([-+]?(?:[0-9]{1,15}(?:,[0-9]{1,6}|\.[0-9]{1,2}|\.[0-9]{4,6})?"
    rf"|[0-9]{{1,3}}(?:[{ESPACES}][0-9]{{3}}){{1,4}}(?:,[0-9]{{1,6}})?))(?=\x00)"
)
_SANS_BLANCS = str.maketrans({**dict.fromkeys(ESPACES), ",": "."})
_ABREGE = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
_DECIMALE_NULLE = re.compile(r"[0-9]+[.,]0")
_HUIT = re.compile(r"[0-9]{8}")
# A spreadsheet keeps fifteen digits: beyond, a code typed as a number has lost its end.
_CHIFFRES_SURS = 1e15
_ENTIER_MAX = Decimal(2) ** 63


def dtype(champ: Champ) -> pl.DataType:
    """The type of a field's column in `TableLue.lignes`."""
    return _DTYPES[champ.type]


@dataclass(frozen=True, slots=True)
class Remarque:
    """Why a text deserves a word: a rule, its severity, and the end of the sentence. `absente`: no value."""

    regle: str
    gravite: str
    suite: str
    absente: bool = False


# A value (None when there is none) and the remark it deserves, if any.
Lu = tuple[object, Remarque | None]


@dataclass
class Colonne:
    """A column being read: the cells as text, and the remarks on the way.

    `vides` tells the rows whose cell is empty or says so ("NC"); the others without a value are faulty.
    `decimaux` are texts already known as numbers, with the same written with a dot.
    """

    champ: Champ
    schema: Schema
    brute: pl.Series
    ordre_dates: str = "jma"
    decimaux: Mapping[str, str] = field(default_factory=dict)
    constats: list[Constat] = field(default_factory=list)

    def __post_init__(self) -> None:
        textes = texte_colonne(self.brute).to_list()
        self.textes: list[str | None] = [(v.strip() or None) if v is not None else None for v in textes]
        self.vides: list[bool] = [v is None for v in self.textes]

    def noter(self, rang: int, regle: str, gravite: str, suite: str) -> None:
        """Keep a remark on one cell."""
        self.constats.append(Constat(rang, self.champ.nom, self.textes[rang], regle, gravite, suite))


def convertir(colonne: Colonne) -> pl.Series:
    """The typed values of a column, null where a cell is empty or faulty; notes what deserves it."""
    champ, brute = colonne.champ, colonne.brute
    directe = _directe(champ, brute)
    if directe is not None and directe.null_count() == brute.null_count():
        return directe
    if champ.type == "number":
        return _nombres(colonne)
    ensemble = Ensemble.de(colonne.textes)
    lire = _LECTEURS[champ.type]
    lus = {t: _interpreter(colonne, t, lire) for t in ensemble.valeurs}
    _noter(colonne, lus)
    valeurs: dict[str | None, object] = {t: lu[0] for t, lu in lus.items()}
    return pl.Series([valeurs.get(t) for t in colonne.textes], dtype=dtype(champ))


def _nombres(colonne: Colonne) -> pl.Series:
    """A column of numbers written as text: the plain ones together, the others one by one."""
    ensemble = Ensemble.de(colonne.textes)
    ecrits: dict[str | None, str | None] = dict(colonne.decimaux.items())
    ensemble = Ensemble(ensemble.valeurs - colonne.decimaux.keys())
    simples = _NOMBRE_SIMPLE.findall(ensemble.texte)
    if simples:
        ecrits |= dict(zip(simples, SEP.join(simples).translate(_SANS_BLANCS).split(SEP), strict=True))
    lus = {t: _interpreter(colonne, t, _nombre) for t in ensemble.valeurs - ecrits.keys()}
    _noter(colonne, lus)
    for texte, (valeur, _) in lus.items():
        ecrits[texte] = format(valeur, "f") if isinstance(valeur, Decimal) else None
    return pl.Series([ecrits.get(t) for t in colonne.textes], dtype=pl.String).cast(NOMBRE, strict=False)


def _directe(champ: Champ, brute: pl.Series) -> pl.Series | None:
    """Numbers and dates that the workbook already holds as such."""
    if brute.dtype == pl.Null:
        return brute.cast(dtype(champ))
    if champ.type == "date" and brute.dtype == pl.Date:
        return brute
    if champ.type == "number" and brute.dtype.is_numeric():
        return brute.cast(NOMBRE, strict=False)
    return None


def _interpreter(colonne: Colonne, texte: str, lire: Callable[[Colonne, str], Lu]) -> Lu:
    """What a text stands for: an absence, an error of the spreadsheet, or a value of the field's type."""
    champ = colonne.champ
    if colonne.schema.absence(texte):
        return None, Remarque("valeur-absente", "information", phrases.absence(texte), absente=True)
    erreur = texte.upper() in phrases.ERREURS or texte.strip("#") == "" or texte.startswith("Err:")
    if erreur or (texte.startswith("=") and (champ.type != "string" or champ.code)):
        libre = champ.type == "string" and not champ.requis
        return None, Remarque(
            "erreur-tableur", "controle" if libre else "refus", phrases.erreur_tableur(texte)
        )
    return lire(colonne, texte)


def _noter(colonne: Colonne, lus: dict[str, Lu]) -> None:
    """Keep the remarks of the texts read, on every cell that holds them."""
    remarquees = {t: remarque for t, (_, remarque) in lus.items() if remarque is not None}
    if not remarquees:
        return
    for rang, texte in enumerate(colonne.textes):
        if texte not in remarquees:
            continue
        remarque = remarquees[texte]
        if remarque.absente:
            colonne.vides[rang] = True
            if colonne.champ.requis:
                continue
        colonne.noter(rang, remarque.regle, remarque.gravite, remarque.suite)


def _refus_type(champ: Champ, texte: str) -> Lu:
    return None, Remarque("type", "refus", phrases.type_(champ, texte))


def _nombre(colonne: Colonne, texte: str) -> Lu:
    champ = colonne.champ
    lu = nombres.lire_nombre(texte, euros=champ.fanal.get("unite") == "EUR")
    if lu is None:
        return _refus_type(champ, texte)
    valeur, remarque = lu
    if remarque is None:
        return valeur, None
    return valeur, Remarque(*remarque, phrases.nombre_lu(texte, valeur, remarque[0]))


def _entier(colonne: Colonne, texte: str) -> Lu:
    valeur, remarque = _nombre(colonne, texte)
    if not isinstance(valeur, Decimal):
        return None, remarque
    if valeur != valeur.to_integral_value() or abs(valeur) >= _ENTIER_MAX:
        return _refus_type(colonne.champ, texte)
    return int(valeur), remarque


def _date(colonne: Colonne, texte: str) -> Lu:
    lue = dates.lire_date(texte, colonne.ordre_dates)
    if lue is None:
        return _refus_type(colonne.champ, texte)
    valeur, remarque = lue
    return valeur, Remarque(*remarque, phrases.date_lue(texte, valeur)) if remarque else None


def _booleen(colonne: Colonne, texte: str) -> Lu:
    cle = normaliser(texte)
    if cle not in _VRAI and cle not in _FAUX:
        return _refus_type(colonne.champ, texte)
    return cle in _VRAI, None


def _texte(colonne: Colonne, texte: str) -> Lu:
    champ = colonne.champ
    remarque = None
    if champ.code:
        if _ABREGE.fullmatch(texte) or _trop_long(colonne.brute, texte):
            return None, Remarque("code-abrege", "refus", phrases.code_abrege(texte))
        if _DECIMALE_NULLE.fullmatch(texte):
            remarque = Remarque("valeur-interpretee", "information", phrases.texte_lu(texte, texte[:-2]))
            texte = texte[:-2]
    if champ.fanal.get("finess"):
        texte, perdu = finess(texte)
        remarque = perdu or remarque
    return _enumere(champ, texte) if champ.enumeration else (texte, remarque)


def _trop_long(brute: pl.Series, texte: str) -> bool:
    """Whether a code was typed as a number of more digits than a spreadsheet keeps."""
    return brute.dtype.is_float() and texte.isdigit() and float(texte) >= _CHIFFRES_SURS


def finess(texte: str) -> tuple[str, Remarque | None]:
    """A FINESS number without spaces, in capitals, with the leading zero that a spreadsheet drops."""
    propre = _BLANCS.sub("", texte).upper()
    if _HUIT.fullmatch(propre):
        return "0" + propre, Remarque("zero-restitue", "information", phrases.zero(propre))
    return propre, None


def _enumere(champ: Champ, texte: str) -> Lu:
    """The value of the list that a text names, whatever its case and accents."""
    cle = normaliser(texte)
    if cle in champ.valeurs:
        return champ.valeurs[cle], None
    valeur = champ.synonymes.get(cle)
    if valeur is None:
        return None, Remarque("enumeration", "refus", phrases.enumeration(champ, texte))
    return valeur, Remarque("valeur-interpretee", "information", phrases.texte_lu(texte, valeur))


_LECTEURS: dict[str, Callable[[Colonne, str], Lu]] = {
    "string": _texte,
    "integer": _entier,
    "number": _nombre,
    "date": _date,
    "boolean": _booleen,
}
