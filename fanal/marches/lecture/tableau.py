"""Contracts in tables: the consolidated form of DECP (a row per holder) and our own workbook (a row each).

The reading engine finds the sheet, the header and the types; a cell that it cannot read comes here as the
text it holds, so that the rules of contracts judge it like any other form.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fanal.depots import formats
from fanal.depots.lecture import Correspondance, FichierIllisible, Lecture, Limites, lire
from fanal.depots.lecture.resultats import LIGNE, Anomalie, TableLue
from fanal.marches.lecture import classeur, consolide
from fanal.marches.lecture.limites import Bornes, check_fichier
from fanal.marches.lecture.resultats import Brut
from fanal.refus import Inutilisable

# What the engine remarks and the rules of contracts judge again, with their own words.
JUGEES_ICI = frozenset(
    {"type", "requis", "motif", "enumeration", "minimum", "maximum", "unique", "longueur", "valeur-absente"}
)


def lire_tableau(
    chemin: Path, format: str, correspondance: Correspondance | None, bornes: Bornes
) -> Iterator[Brut]:
    """The contracts of a table. Raises `Inutilisable` when it cannot be read as the format."""
    lecture = ouvrir(chemin, format, correspondance, bornes)
    table = next(iter(lecture.tables.values()))
    lecteur = consolide if format == "decp-tabulaire" else classeur
    remarques: dict[int, list[Anomalie]] = {}
    for a in lecture.anomalies:
        if a.ligne is not None and a.regle not in JUGEES_ICI:
            gravite = "information" if a.gravite == "information" else "controle"
            remarques.setdefault(a.ligne, []).append(replace(a, gravite=gravite))
    colonnes = frozenset(table.correspondance.values())
    yield from lecteur.contrats(rangees(table), colonnes, remarques, table.feuille)


def ouvrir(chemin: Path, format: str, correspondance: Correspondance | None, bornes: Bornes) -> Lecture:
    """The table as the engine reads it. Raises `Inutilisable`."""
    check_fichier(chemin, bornes.tableau_taille_max)
    limites = Limites(
        taille_max=bornes.tableau_taille_max,
        lignes_max=bornes.tableau_lignes_max,
        duree_max=bornes.duree_max,
    )
    try:
        return lire(chemin, formats.charger(format), correspondance=correspondance, limites=limites)
    except FichierIllisible as erreur:
        raise Inutilisable(erreur.phrase) from erreur


def rangees(table: TableLue) -> Iterator[dict[str, Any]]:
    """Each row as {field: value}, absent values left out, with `_ligne`.

    A cell that could not be typed is the text that it holds; dates are AAAA-MM-JJ.
    """
    champs = list(dict.fromkeys(table.correspondance.values()))
    brutes = {champ: table.brutes[titre] for titre, champ in table.correspondance.items()}
    schema = formats.charger(table.nom).principal
    typees = table.lignes.select([*champs, LIGNE])
    for rang, ligne in enumerate(typees.iter_rows()):
        rangee: dict[str, Any] = {LIGNE: ligne[-1]}
        for champ, valeur in zip(champs, ligne, strict=False):
            if valeur is None:
                valeur = brutes[champ][rang]
                if valeur is None or schema.absence(valeur.strip()):
                    continue
            rangee[champ] = _simple(valeur)
        yield rangee


def _simple(valeur: Any) -> Any:
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, Decimal):
        return int(valeur) if valeur == valeur.to_integral_value() else valeur.normalize()
    return valeur
