"""The workbook of a project's indicators, written to be filled in and read back by the format « releves »."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from fanal.appels.models import Jalon
from fanal.appels.queries.suivi import Projet, mesure_a
from fanal.interface.exports import neutraliser

COLONNES = ("indicateur", "nature", "jour", "valeur", "commentaire")
AIDES = (
    "Une ligne sans valeur n'est pas déclarée.",
    "reference : valeur de départ ; cible : valeur visée ; mesure : valeur constatée au jour dit.",
    "Ne changez ni les codes ni les natures ; corrigez le jour s'il diffère.",
)


def lignes(p: Projet) -> list[tuple[str, str, date, Any, str]]:
    """A row for each value owed: baseline, target, one measure per due date; declared values written."""
    releves = [j.jalon for j in p.jalons if j.jalon.nature == Jalon.Nature.RELEVE]
    depart = next((j.jalon.initial_le for j in p.jalons if j.jalon.nature == Jalon.Nature.REFERENCE), None)
    fin = (p.convention.fin_le if p.convention else None) or (releves[-1].prevu_le if releves else depart)
    rangs: list[tuple[str, str, date, Any, str]] = []
    for e in p.indicateurs:
        code = e.indicateur.code
        for nature, releve, jour in (("reference", e.reference, depart), ("cible", e.cible, fin)):
            if releve is not None:
                rangs.append((code, nature, releve.jour, releve.valeur, releve.commentaire))
            elif jour is not None:
                rangs.append((code, nature, jour, None, ""))
        for jalon in releves:
            mesure = mesure_a(p, e, jalon.titre)
            if mesure is not None:
                rangs.append((code, "mesure", mesure.jour, mesure.valeur, mesure.commentaire))
            else:
                rangs.append((code, "mesure", jalon.prevu_le, None, ""))
    return rangs


def ecrire(p: Projet) -> bytes:
    """The workbook: a sheet to fill in, a sheet that says what each indicator is."""
    memoire = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memoire, options) as classeur:
        gras = classeur.add_format({"bold": True, "bottom": 1})
        jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
        feuille = classeur.add_worksheet("releves")
        for j, nom in enumerate(COLONNES):
            feuille.write_string(0, j, nom, gras)
            feuille.set_column(j, j, 34 if j in (0, 4) else 14)
        for i, (code, nature, le, valeur, note) in enumerate(lignes(p), start=1):
            feuille.write_string(i, 0, code)
            feuille.write_string(i, 1, nature)
            feuille.write_datetime(i, 2, datetime(le.year, le.month, le.day), jour)  # noqa: DTZ001 - a day of a sheet has no zone
            if valeur is None:
                feuille.write_blank(i, 3, None)
            else:
                feuille.write_number(i, 3, float(valeur))
            feuille.write_string(i, 4, neutraliser(note))
        feuille.freeze_panes(1, 0)
        _aide(classeur, p, gras)
    return memoire.getvalue()


def _aide(classeur: xlsxwriter.Workbook, p: Projet, gras: Any) -> None:
    aide = classeur.add_worksheet("À lire")
    aide.set_column(0, 0, 34)
    aide.set_column(1, 3, 44)
    for j, mot in enumerate(("Code", "Indicateur", "Unité", "Définition")):
        aide.write_string(0, j, mot, gras)
    for i, e in enumerate(p.indicateurs, start=1):
        ind = e.indicateur
        for j, mot in enumerate((ind.code, ind.titre, ind.unite, ind.definition)):
            aide.write_string(i, j, neutraliser(mot))
    for i, phrase in enumerate(AIDES, start=len(p.indicateurs) + 2):
        aide.write_string(i, 0, phrase)
