"""The cells of a workbook as texts, sheet by sheet, for readers that know no format of columns."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from fanal.depots.formats import Schema
from fanal.depots.lecture import ouverture
from fanal.depots.lecture.resultats import FeuilleTexte, Limites


def cellules_ici(chemin: Path, limites: Limites) -> list[FeuilleTexte]:
    """The sheets of a file, in this process. Raises FichierIllisible when it cannot be opened."""
    classeur = ouverture.ouvrir(chemin, Schema("", "", ()), None, limites)
    feuilles = []
    for nom in classeur.feuilles:
        brute = classeur.brute(nom)
        rangees = [[None if v is None else _texte(v) for v in rangee] for rangee in brute.rangees]
        feuilles.append(FeuilleTexte(nom or "", brute.premiere_ligne, brute.premiere_colonne + 1, rangees))
    return feuilles


def _texte(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "TRUE" if valeur else "FALSE"
    if isinstance(valeur, float):
        return str(int(valeur)) if valeur.is_integer() and abs(valeur) < 1e15 else repr(valeur)
    if isinstance(valeur, datetime):
        return valeur.isoformat() if valeur.time() != time() else valeur.date().isoformat()
    if isinstance(valeur, (date, time)):
        return valeur.isoformat()
    if isinstance(valeur, timedelta):
        return str(valeur)
    return str(valeur).strip()
