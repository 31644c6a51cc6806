"""Workbooks of 300 × 26 read and checked per second, against openpyxl reading them and frictionless checking them.

    python bench/lecture.py [--classeurs N]

Prints one JSON line. Quote the ratios, never the times: all are measured in one run on the same workbooks.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import xlsxwriter

from fanal.depots.formats import Format, charger
from fanal.depots.lecture import lire

LIGNES = 300


def fabriquer(chemin: Path, format_: Format, graine: int) -> None:
    """A plausible PAAT workbook: typed cells, four faults, some blanks. Same bytes for the same seed."""
    alea = random.Random(graine)
    classeur = xlsxwriter.Workbook(str(chemin))
    classeur.set_properties({"created": datetime(2021, 1, 1)})  # noqa: DTZ001 - xlsxwriter wants it naive
    jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
    feuille = classeur.add_worksheet("Actions")
    feuille.write_row(0, 0, [c.nom for c in format_.principal.champs])
    fautes = {alea.randrange(LIGNES): valeur for valeur in ("NC", "douze mille", "#REF!", "1 234,56 €")}
    for i in range(LIGNES):
        for j, valeur in enumerate(ligne(alea, graine, i)):
            if isinstance(valeur, datetime):
                feuille.write_datetime(i + 1, j, valeur, jour)
            elif valeur is not None:
                feuille.write(i + 1, j, valeur)
        if i in fautes:
            feuille.write_string(i + 1, 18, fautes[i])
    classeur.close()


def ligne(alea: random.Random, graine: int, i: int) -> list[object]:
    """One row of the `paat` format, in the order of its columns."""
    reference = round(alea.uniform(5_000, 900_000), 2)
    gain = round(reference * alea.uniform(-0.02, 0.12), 2)
    premiere = datetime(2021, 1, 1) + timedelta(days=alea.randrange(365))  # noqa: DTZ001
    operateur = alea.choice(["GHT", "GHT", "REGIONAL", "NATIONAL", "UNICANCER"])
    return [
        f"G{graine:03}-{i:04}",
        f"{alea.randrange(10**8, 10**9 - 1)}",
        alea.choice(["support", "partie"]),
        alea.choice(["MEDICAMENTS", "Biomédical", "Hôtellerie"]),
        f"Domaine {alea.randrange(30)}",
        f"Catégorie {alea.randrange(200)}",
        f"Renouvellement du marché n° {i}",
        operateur,
        None if operateur == "GHT" else "UniHA",
        f"M2021-{alea.randrange(900):03}",
        premiere,
        "exploitation",
        None,
        reference,
        reference,
        12.5,
        round(12.5 * (1 - gain / reference), 4),
        alea.randrange(1, 90_000),
        gain,
        "Effet prix induit",
        alea.choice(["acheteur", None]),
        "(P0 − P1) × Q",
        None,
        alea.choice(["envisagée", "en cours", "notifiée"]),
        premiere - timedelta(days=30),
        gain,
    ]


def par_openpyxl(chemin: Path) -> None:
    """Read every cell, check nothing."""
    classeur = openpyxl.load_workbook(chemin, read_only=True)
    for feuille in classeur.worksheets:
        for _ in feuille.iter_rows(values_only=True):
            pass
    classeur.close()


def par_frictionless(format_: Format) -> Callable[[Path], None]:
    """Validate against the same Table Schema."""
    import frictionless
    from frictionless import formats

    logging.disable(logging.CRITICAL)
    schema = frictionless.Schema.from_descriptor(format_.document)

    def valider(chemin: Path) -> None:
        frictionless.validate(
            frictionless.Resource(
                path=chemin.name,
                basepath=str(chemin.parent),
                schema=schema,
                control=formats.ExcelControl(sheet="Actions"),
            ),
            limit_errors=1000,
        )

    return valider


def debit(travail: Callable[[Path], object], chemins: list[Path], secondes: float) -> float:
    """Files per second over at least `secondes`, after one for warming up."""
    travail(chemins[0])
    faits, debut = 0, time.perf_counter()
    while time.perf_counter() - debut < secondes:
        travail(chemins[faits % len(chemins)])
        faits += 1
    return faits / (time.perf_counter() - debut)


def debit_parallele(travail: Callable[[Path], object], chemins: list[Path], fils: int, nombre: int) -> float:
    """Files per second when `fils` threads of one process ask for readings at once."""
    with ThreadPoolExecutor(fils) as executeur:
        list(executeur.map(travail, chemins[:fils]))
        debut = time.perf_counter()
        list(executeur.map(travail, [chemins[i % len(chemins)] for i in range(nombre)]))
        return nombre / (time.perf_counter() - debut)


def main() -> None:
    """Run the comparison and print one JSON line."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--classeurs", type=int, default=20)
    arguments.add_argument("--secondes", type=float, default=4.0)
    options = arguments.parse_args()
    format_ = charger("paat")
    with tempfile.TemporaryDirectory() as dossier:
        chemins = [Path(dossier) / f"{graine}.xlsx" for graine in range(options.classeurs)]
        for graine, chemin in enumerate(chemins):
            fabriquer(chemin, format_, graine)
        ecartees = sum(lire(c, format_).ecartees for c in chemins)
        isolee = debit(lambda c: lire(c, format_), chemins, options.secondes)
        deux = debit_parallele(
            lambda c: lire(c, format_), chemins, 2, max(40, int(isolee * options.secondes))
        )
        directe = debit(lambda c: lire(c, format_, isolee=False), chemins, options.secondes)
        openpyxl_ = debit(par_openpyxl, chemins, options.secondes)
        frictionless_ = debit(par_frictionless(format_), chemins, options.secondes)
    resultat = {
        "banc": "lecture",
        "classeurs": options.classeurs,
        "taille": f"{LIGNES} x {len(format_.principal.champs)}",
        "lignes_ecartees": ecartees,
        "par_seconde": round(deux, 1),
        "par_seconde_un_appelant": round(isolee, 1),
        "par_seconde_sans_isolement": round(directe, 1),
        "openpyxl_lecture_seule": round(openpyxl_, 1),
        "frictionless_verification": round(frictionless_, 2),
        "rapport_openpyxl": round(isolee / openpyxl_, 2),
        "rapport_openpyxl_deux_appelants": round(deux / openpyxl_, 2),
        "rapport_frictionless": round(isolee / frictionless_, 1),
    }
    sys.stdout.write(json.dumps(resultat, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
