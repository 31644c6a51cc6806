"""Small files for the tests of the reader: written in a few words, read as text."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from fanal.depots.formats import Format, depuis_documents
from fanal.depots.lecture import Anomalie, Lecture, lire

ESSAI = {
    "title": "Essai",
    "missingValues": ["", "NC", "N/A", "-", "néant"],
    "fanal": {"feuille": "Données"},
    "fields": [
        {
            "name": "code",
            "type": "string",
            "constraints": {"required": True, "unique": True},
            "fanal": {"code": True},
        },
        {
            "name": "finess",
            "title": "FINESS de l'établissement",
            "type": "string",
            "example": "210780581",
            "constraints": {"required": True, "pattern": "^[0-9A-Z]{9}$"},
            "fanal": {"code": True, "finess": True},
        },
        {"name": "role", "type": "string", "constraints": {"enum": ["support", "partie"]}},
        {"name": "niveau", "type": "string", "constraints": {"enum": ["GHT", "REGIONAL"]}},
        {
            "name": "montant_ttc",
            "title": "Montant (€ TTC)",
            "type": "number",
            "example": "12000.00",
            "fanal": {"unite": "EUR", "titres": ["montant"]},
        },
        {"name": "taux", "type": "number"},
        {"name": "annee", "type": "integer", "constraints": {"minimum": 2000, "maximum": 2100}},
        {"name": "jour", "type": "date", "example": "2021-04-01"},
        {"name": "actif", "type": "boolean"},
        {"name": "note", "type": "string"},
    ],
}
ENTETE = [c["name"] for c in ESSAI["fields"]]
ANNEXE = {
    "title": "Bases",
    "missingValues": [""],
    "fanal": {"feuille": "bases"},
    "fields": [
        {"name": "finess", "type": "string", "constraints": {"required": True}, "fanal": {"finess": True}},
        {"name": "total_ttc", "type": "number", "constraints": {"required": True, "minimum": 0}},
    ],
}


def essai() -> Format:
    """A format with one field of each kind, and an annex."""
    return depuis_documents("essai", ESSAI, {"bases": ANNEXE})


def rangee(**valeurs: Any) -> list[Any]:
    """A correct row, with some cells replaced."""
    base = dict.fromkeys(ENTETE) | {"code": "A1", "finess": "210780581"} | valeurs
    assert set(base) == set(ENTETE), set(base) - set(ENTETE)
    return [base[c] for c in ENTETE]


def csv(chemin: Path, rangees: list[list[Any]], *, sep: str = ";", encodage: str = "utf-8") -> Path:
    """Write rows as a CSV without quotes."""
    lignes = [sep.join("" if v is None else str(v) for v in r) for r in rangees]
    chemin.write_bytes(("\r\n".join(lignes) + "\r\n").encode(encodage))
    return chemin


def xlsx(
    chemin: Path, feuilles: dict[str, list[list[Any]]], *, fusions: dict[str, list[str]] | None = None
) -> Path:
    """Write sheets of typed cells. "#…" is an error cell, "§…" a formula never computed."""
    classeur = xlsxwriter.Workbook(str(chemin))
    jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
    for nom, rangees in feuilles.items():
        feuille = classeur.add_worksheet(nom)
        for i, contenu in enumerate(rangees):
            for j, valeur in enumerate(contenu):
                _ecrire(feuille, i, j, valeur, jour)
        for plage in (fusions or {}).get(nom, []):
            premiere = plage.split(":")[0]
            i, j = int(premiere[1:]) - 1, ord(premiere[0]) - 65
            feuille.merge_range(plage, rangees[i][j])
    classeur.close()
    return chemin


def _ecrire(feuille: Any, i: int, j: int, valeur: Any, jour: Any) -> None:
    if isinstance(valeur, datetime):
        feuille.write_datetime(i, j, valeur, jour)
    elif isinstance(valeur, date):
        feuille.write_datetime(i, j, datetime(valeur.year, valeur.month, valeur.day), jour)  # noqa: DTZ001
    elif isinstance(valeur, str) and valeur.startswith("#"):
        feuille.write_formula(i, j, "=A1", None, valeur)
    elif isinstance(valeur, str) and valeur.startswith("§"):
        feuille.write_formula(i, j, valeur[1:], None, "")
    elif isinstance(valeur, str):
        feuille.write_string(i, j, valeur)
    elif isinstance(valeur, bool):
        feuille.write_boolean(i, j, valeur)
    elif valeur is not None:
        feuille.write_number(i, j, valeur)


def lire_ici(chemin: Path, format_: Format | None = None, **options: Any) -> Lecture:
    """Read in this process."""
    return lire(chemin, format_ or essai(), isolee=False, **options)


def lire_cellule(tmp_path: Path, champ: str, texte: Any) -> tuple[Any, list[Anomalie], bool]:
    """(value, anomalies of the column, whether the row is accepted) for one cell of a CSV."""
    separateur = "\t" if ";" in str(texte) else ";"
    chemin = csv(tmp_path / "cellule.csv", [ENTETE, rangee(**{champ: texte})], sep=separateur)
    lecture = lire_ici(chemin)
    table = lecture.tables["essai"].lignes
    return table[champ][0], [a for a in lecture.anomalies if a.colonne == champ], bool(table["_acceptee"][0])


def codes(lecture: Lecture) -> list[tuple[int | None, str | None, str]]:
    """(row, column, rule) of the anomalies."""
    return [(a.ligne, a.colonne, a.regle) for a in lecture.anomalies]
