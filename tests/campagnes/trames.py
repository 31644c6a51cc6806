"""Workbooks for the tests of deposits: small trames with known faults."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

TITRES = [
    "identifiant",
    "finess",
    "role",
    "famille",
    "intitule",
    "operateur",
    "numero_marche",
    "date_premiere_commande",
    "montant_reference_ttc",
    "perimetre_traite_ttc",
    "gain_annuel_ttc",
    "Note interne",
]


def ligne(numero: int, **valeurs: Any) -> list[Any]:
    """A sound row, with what *valeurs* changes."""
    cellules = {
        "identifiant": f"A-{numero:03d}",
        "finess": "210000001",
        "role": "support",
        "famille": "MEDICAMENTS",
        "intitule": f"Action {numero}",
        "operateur": "GHT",
        "numero_marche": f"2021-{numero:03d}",
        "date_premiere_commande": "15/03/2021",
        "montant_reference_ttc": 100_000,
        "perimetre_traite_ttc": 90_000.5,
        "gain_annuel_ttc": 5_000 + numero,
        "Note interne": f"note {numero}",
    }
    return [cellules.get(t) if t not in valeurs else valeurs[t] for t in TITRES]


def classeur(
    chemin: Path,
    lignes: Sequence[Sequence[Any]],
    *,
    titres: Sequence[str] = TITRES,
    au_dessus: int = 0,
    annexe: Sequence[Sequence[Any]] = (),
    feuille: str = "Actions",
) -> Path:
    """Write a workbook: *au_dessus* title rows, the header, the rows, and optionally yearly purchases."""
    with xlsxwriter.Workbook(str(chemin)) as book:
        sheet = book.add_worksheet(feuille)
        for rang in range(au_dessus):
            sheet.write(rang, 0, "Plan d'actions d'essai")
        sheet.write_row(au_dessus, 0, titres)
        for rang, cellules in enumerate(lignes, start=au_dessus + 1):
            sheet.write_row(rang, 0, cellules)
        if annexe:
            achats = book.add_worksheet("achats_annuels")
            achats.write_row(0, 0, ["finess", "annee", "achats_annuels_ttc"])
            for rang, cellules in enumerate(annexe, start=1):
                achats.write_row(rang, 0, cellules)
    return chemin
