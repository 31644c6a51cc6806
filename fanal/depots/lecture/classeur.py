"""Workbooks (XLSX, XLS, ODS): their sheets, as raw cells or straight as typed columns."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import fastexcel
import polars as pl
import python_calamine as calamine

from fanal.depots.lecture import archives, feuilles_xml, regulier
from fanal.depots.lecture.grille import (
    SEP,
    Ensemble,
    FeuilleBrute,
    Grille,
    lettre,
    texte_cellule,
    texte_nombre,
)
from fanal.depots.lecture.resultats import FichierIllisible, Limites
from fanal.depots.lecture.texte import illisible

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# fastexcel warns about empty columns, which are ordinary here.
logging.getLogger("fastexcel.types.dtype").setLevel(logging.ERROR)

# Texts that may come from a number, date or boolean cell in a column of mixed cells.
_CHIFFRES = 16
_LONGS_MOTIF = (
    rf"[-0-9.]{{{_CHIFFRES},}}|true|false|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9:.]+|[0-9]{{2}}:[0-9:.]+"
)
_LONGS = re.compile(rf"\x00(?:{_LONGS_MOTIF})\x00")
_MELANGE = re.compile(rf"\x00(?:-?[0-9]+\.[0-9]+|{_LONGS_MOTIF})\x00")
_SUFFIXE = re.compile(r"^(.*)_\d+$", re.DOTALL)


class Classeur(Protocol):
    """An opened file: the names of its sheets (None for a CSV) and their cells."""

    feuilles: list[str | None]

    def brute(self, nom: str | None) -> FeuilleBrute:
        """The cells of a sheet, as Python values."""
        ...

    def rapide(self, nom: str | None) -> Grille | None:
        """The sheet as typed columns when its first row is its header and nothing needs care, else None."""
        ...


@dataclass
class ClasseurCalamine:
    """A workbook read by calamine. `xml` maps sheet names to their XML part, of all `parties` (XLSX only)."""

    octets: bytes | None
    limites: Limites
    feuilles: list[str | None]
    xml: dict[str, bytes] = field(default_factory=dict)
    parties: dict[str, bytes] = field(default_factory=dict)
    erreurs: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)
    _lecteur: Any = None

    @cached_property
    def donnees(self) -> bytes:
        """The workbook as a file; made of its parts when a library is to read it."""
        return archives.ranger(self.parties) if self.octets is None else self.octets

    def brute(self, nom: str | None) -> FeuilleBrute:
        """See Classeur."""
        if nom is None:
            raise ValueError("a workbook's sheets have names")
        self._mesurer(nom)
        with _calamine():
            if self._lecteur is None:
                self._lecteur = calamine.CalamineWorkbook.from_filelike(io.BytesIO(self.donnees))
            feuille = self._lecteur.get_sheet_by_name(nom)
            rangees = feuille.to_python(skip_empty_area=True)
        ligne, colonne = feuille.start or (0, 0)
        if len(rangees) > self.limites.lignes_max:
            raise trop_de_lignes(nom, len(rangees), self.limites.lignes_max)
        if rangees and len(rangees[0]) > self.limites.colonnes_max:
            raise trop_de_colonnes(nom, self.limites.colonnes_max)
        propres: list[list[Any]] = [
            [None if v == "" or (v.__class__ is str and v.isspace()) else v for v in r] for r in rangees
        ]
        brute = FeuilleBrute(nom, ligne + 1, propres, list(feuille.merged_cell_ranges or ()), colonne)
        self._poser_erreurs(brute)
        return brute

    def _poser_erreurs(self, brute: FeuilleBrute) -> None:
        """Put back what calamine leaves empty: error cells, and formulas that were never computed."""
        nom = brute.nom or ""
        xml = self.xml.get(nom)
        connues = feuilles_xml.cellules_en_erreur(xml) if xml is not None else self.erreurs.get(nom, {})
        for (ligne, colonne), texte in connues.items():
            brute.poser(ligne, colonne, texte)

    def rapide(self, nom: str | None) -> Grille | None:
        """See Classeur."""
        xml = self.xml.get(nom or "")
        if nom is None or xml is None:
            return None
        self._compter(nom, xml)
        reguliere = regulier.lire_feuille(nom, xml, self.parties)
        if reguliere is not None:
            return reguliere if len(reguliere.titres) <= self.limites.colonnes_max else None
        self._mesurer(nom)
        return self._presque_reguliere(nom, xml)

    def _presque_reguliere(self, nom: str, xml: bytes) -> Grille | None:
        """A sheet that only the fast library reads, when it needs no care."""
        entete = feuilles_xml.premiere_cellule(xml)
        if entete is None or feuilles_xml.demande_du_soin(xml):
            return None
        try:
            with _calamine():
                cadre = (
                    fastexcel.read_excel(self.donnees).load_sheet(nom, schema_sample_rows=None).to_polars()
                )
        except FichierIllisible:
            # The careful reader decides: it says more of what is wrong, or manages.
            return None
        except (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError):
            return None
        titres = cadre.columns
        if len(titres) > self.limites.colonnes_max or _titres_douteux(titres):
            return None
        ligne, rang = entete
        ensembles: dict[int, Ensemble] = {}
        colonnes = _fideles(cadre, xml, rang, ligne + 1, ensembles)
        lignes = pl.Series(range(ligne + 1, ligne + 1 + cadre.height), dtype=pl.Int64)
        return Grille(nom, titres, colonnes, lignes, ligne, ensembles=ensembles)

    def _mesurer(self, nom: str) -> None:
        """Refuse a sheet whose cells would not fit before the reader allocates them."""
        xml = self.xml.get(nom)
        if xml is None:
            return
        self._compter(nom, xml)
        if feuilles_xml.tres_large(xml):
            raise trop_de_colonnes(nom, self.limites.colonnes_max)

    def _compter(self, nom: str, xml: bytes) -> None:
        lignes = feuilles_xml.derniere_ligne(xml)
        if lignes > self.limites.lignes_max:
            raise trop_de_lignes(nom, lignes, self.limites.lignes_max)


def _fideles(
    cadre: pl.DataFrame, xml: bytes, rang: int, premiere: int, ensembles: dict[int, Ensemble]
) -> list[pl.Series]:
    """The columns of the fast reader as the careful one would give them.

    The fast reader turns a column of mixed cells into text, where the number 1.234 and the text "1.234" look
    the same: the XML tells them apart, and numbers are then written with a decimal comma. `ensembles`
    receives the distinct values of the text columns.
    """
    colonnes = []
    for i, colonne in enumerate(cadre.get_columns()):
        nature = colonne.dtype
        if nature == pl.Int64:
            colonne = colonne.cast(pl.Float64)
        elif isinstance(nature, pl.Datetime):
            jours = colonne.cast(pl.Date)
            colonne = jours if bool((jours.cast(nature) == colonne).all()) else colonne
        elif nature == pl.Boolean:
            colonne = pl.Series([texte_cellule(v) for v in colonne.to_list()], dtype=pl.String)
        elif nature == pl.String:
            valeurs = colonne.to_list()
            ensembles[i] = Ensemble.de(valeurs)
            if _melangee(ensembles[i]):
                longs = _LONGS.search(ensembles[i].texte) is not None
                colonne = _demeler(valeurs, xml, lettre(rang + i), premiere, longs=longs)
                del ensembles[i]
        colonnes.append(colonne)
    return colonnes


def _melangee(ensemble: Ensemble) -> bool:
    """Whether a text may come from a number, a date or a boolean: `_MELANGE`, asked only when it can be."""
    texte = ensemble.texte
    nulle_part = not any(signe in texte for signe in (".", ":", "true", "false"))
    # Only a whole number of sixteen digits or more can be left.
    if nulle_part and max(map(len, ensemble.valeurs), default=0) < _CHIFFRES:
        return False
    return _MELANGE.search(texte) is not None


def _demeler(valeurs: list[str | None], xml: bytes, lettres: str, premiere: int, *, longs: bool) -> pl.Series:
    """A text column of the fast reader, its numbers, dates and booleans in the words of the careful one.

    `longs` tells whether there are dates, booleans or long numbers among them.
    """
    ecrites = [_reecrire(v) for v in valeurs] if longs else _decimales(valeurs)
    for ligne in feuilles_xml.cellules_de_texte(xml, lettres):
        if 0 <= ligne - premiere < len(valeurs):
            ecrites[ligne - premiere] = valeurs[ligne - premiere]
    return pl.Series(ecrites, dtype=pl.String)


def _decimales(valeurs: list[str | None]) -> list[str | None]:
    textes = SEP.join(v or "" for v in valeurs).replace(".", ",").split(SEP)
    return [t or None for t in textes]


def _reecrire(texte: str | None) -> str | None:
    """A number, a date or a boolean that the fast reader gave as text."""
    if texte is None or texte in ("true", "false"):
        return texte_cellule(texte == "true") if texte else None
    try:
        if "-" in texte[1:] and ":" in texte:
            return texte_cellule(datetime.fromisoformat(texte))
        return texte if ":" in texte else texte_nombre(float(texte))
    except ValueError:
        return texte


def _titres_douteux(titres: list[str]) -> bool:
    """Titles that fastexcel has made up: an empty one, or the second of two equal ones."""
    connus = set(titres)
    for titre in titres:
        if titre.startswith("__UNNAMED__"):
            return True
        suffixe = _SUFFIXE.match(titre)
        if suffixe and suffixe.group(1) in connus:
            return True
    return False


def ouvrir_xlsx(parties: dict[str, bytes], limites: Limites) -> ClasseurCalamine:
    """A workbook of Excel 2007 and later (macros, if any, are left out)."""
    feuilles = feuilles_xml.feuilles(parties)
    lisibles = [f for f in feuilles if f.tableau]
    if not lisibles:
        if feuilles:
            raise FichierIllisible(
                "Ce classeur ne contient que des macros ou des graphiques, aucune feuille de données. "
                "Copiez vos lignes dans un classeur .xlsx (le modèle vide convient) et déposez-le.",
                "macros-seules",
            )
        raise illisible("il ne contient aucune feuille")
    visibles = [f for f in lisibles if not f.cachee] or lisibles
    noms: list[str | None] = [f.nom for f in visibles]
    xml = {f.nom: parties.get(f.partie, b"") for f in visibles}
    return ClasseurCalamine(None, limites, noms, xml, parties)


def ouvrir_autre(
    donnees: bytes, limites: Limites, erreurs: dict[str, dict[tuple[int, int], str]]
) -> ClasseurCalamine:
    """An XLS or ODS workbook; `erreurs` are the error cells found beside, by sheet."""
    with _calamine():
        lecteur = calamine.CalamineWorkbook.from_filelike(io.BytesIO(donnees))
        tables = [m for m in lecteur.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
    if not tables:
        raise FichierIllisible(
            "Ce classeur ne contient aucune feuille de données. Copiez vos lignes dans un classeur .xlsx "
            "(le modèle vide convient) et déposez-le.",
            "macros-seules",
        )
    visibles = [m for m in tables if m.visible == calamine.SheetVisibleEnum.Visible] or tables
    noms: list[str | None] = [m.name for m in visibles]
    return ClasseurCalamine(donnees, limites, noms, erreurs=erreurs, _lecteur=lecteur)


@contextmanager
def _calamine() -> Iterator[None]:
    """Turn what calamine raises on damaged files, its panics included, into a refusal."""
    try:
        yield
    except calamine.PasswordError as erreur:
        raise archives.chiffre() from erreur
    except calamine.CalamineError as erreur:
        raise illisible("son contenu est endommagé") from erreur
    except BaseException as erreur:
        # pyo3 raises panics outside of Exception, under a class that cannot be imported.
        if type(erreur).__name__ == "PanicException":
            raise illisible("son contenu est endommagé") from erreur
        raise


def trop_de_lignes(feuille: str, nombre: int, maximum: int) -> FichierIllisible:
    """The refusal of a sheet with too many rows, most of them empty as a rule."""
    return FichierIllisible(
        f"La feuille « {feuille} » s'étend sur {nombre} lignes ; {maximum} au plus peuvent être lues. "
        "Si la plupart sont vides, supprimez-les (sélectionnez les lignes sous vos données, puis Supprimer), "
        "enregistrez et déposez de nouveau.",
        "trop-de-lignes",
    )


def trop_de_colonnes(feuille: str, maximum: int) -> FichierIllisible:
    """The refusal of a sheet with too many columns."""
    return FichierIllisible(
        f"La feuille « {feuille} » a plus de {maximum} colonnes. Supprimez les colonnes vides à droite "
        "de vos données, enregistrez et déposez de nouveau.",
        "trop-de-colonnes",
    )
