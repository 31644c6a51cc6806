"""Workbooks of 300 × 26 read and checked per second, against openpyxl (read) and frictionless (checked).

    python bench/lecture.py [--classeurs N]

Prints one JSON line. Quote the ratios, never the times: all are measured in one run on the same workbooks,
turn by turn. Fanal reads in its pool of processes, one per core, each file under limits, for callers that
ask for the next file as soon as they have theirs, as requests and imports do; `un_appelant` is one caller
waiting for each file. openpyxl and frictionless have one process and no sandbox. `fastexcel` is the library
that parses the sheets which Fanal's own short way leaves, alone: the first sheet as typed columns, in one
process, nothing checked and no sandbox. `cpu_ms` is processor time for one workbook, the reading processes
included: other work on the machine weighs on it less than on the rates.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import fastexcel
import openpyxl
import xlsxwriter

from fanal.depots.formats import Format, charger, depuis_documents
from fanal.depots.lecture import isolement, lire

logging.getLogger("fastexcel.types.dtype").setLevel(logging.ERROR)  # it warns about empty columns

LIGNES, COLONNES = 300, 26
MESURES = ("fanal", "fastexcel", "frictionless")


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
    premiere = datetime(2021, 1, 1) + timedelta(days=alea.randrange(365))  # noqa: DTZ001 - xlsxwriter wants it naive
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


def par_fastexcel(chemin: Path) -> None:
    """Parse the first sheet into typed columns, check nothing."""
    fastexcel.read_excel(str(chemin)).load_sheet(0, schema_sample_rows=None).to_polars()


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


def debit(travail: Callable[[Path], object], chemins: list[Path], secondes: float, appelants: int) -> float:
    """Files per second over about `secondes`, asked for by callers that do not wait for each other."""
    suite = itertools.cycle(chemins)
    debut = time.perf_counter()

    def appeler(_rang: int) -> int:
        faits = 0
        while time.perf_counter() - debut < secondes:
            travail(next(suite))
            faits += 1
        return faits

    with ThreadPoolExecutor(appelants) as executeur:
        faits = sum(executeur.map(appeler, range(appelants)))
    return faits / (time.perf_counter() - debut)


def comparer(
    travaux: dict[str, tuple[Callable[[Path], object], int]], chemins: list[Path], tours: int
) -> list[dict[str, float]]:
    """Files per second of every contender, in short turns, so that they share the weather of the machine."""
    for travail, _ in travaux.values():
        travail(chemins[0])
    return [{nom: debit(t, chemins, 0.8, n) for nom, (t, n) in travaux.items()} for _ in range(tours)]


def processeur(travail: Callable[[Path], object], chemins: list[Path]) -> float:
    """Milliseconds of processor for one file, here and in the reading processes; one caller."""
    isolement.fermer()
    travail(chemins[0])
    avant = _temps_ecoule()
    for chemin in chemins:
        travail(chemin)
    return 1000 * (_temps_ecoule() - avant) / len(chemins)


def _temps_ecoule() -> float:
    """Seconds of processor spent by this process and its idle reading processes."""
    total = time.process_time()
    for lecteur in isolement._trouver_equipe().libres:
        champs = Path(f"/proc/{lecteur.processus.pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(champs[11]) + int(champs[12])) / os.sysconf("SC_CLK_TCK")
    return total


def main() -> None:
    """Run the comparison and print one JSON line."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--classeurs", type=int, default=20)
    arguments.add_argument("--tours", type=int, default=7)
    options = arguments.parse_args()
    document = charger("paat").document
    # The columns of the trame that the comparison was set for, whatever is added to it later.
    format_ = depuis_documents("paat", {**document, "fields": document["fields"][:COLONNES]})
    coeurs = max(2, os.cpu_count() or 2)
    with tempfile.TemporaryDirectory() as dossier:
        chemins = [Path(dossier) / f"{graine}.xlsx" for graine in range(options.classeurs)]
        for graine, chemin in enumerate(chemins):
            fabriquer(chemin, format_, graine)
        ecartees = sum(lire(c, format_).ecartees for c in chemins)
        travaux: dict[str, tuple[Callable[[Path], object], int]] = {
            # Twice as many callers as readers: one takes its answer apart while the next is read.
            "fanal": (lambda c: lire(c, format_), 2 * coeurs),
            "fanal_un_appelant": (lambda c: lire(c, format_), 1),
            "fastexcel": (par_fastexcel, 1),
            "openpyxl": (par_openpyxl, 1),
            "frictionless": (par_frictionless(format_), 1),
        }
        tours = comparer(travaux, chemins, options.tours)
        cpu = {nom: round(processeur(travaux[nom][0], chemins * 2), 2) for nom in MESURES}
    resultat: dict[str, object] = {
        "banc": "lecture",
        "classeurs": options.classeurs,
        "taille": f"{LIGNES} x {COLONNES}",
        "lignes_ecartees": ecartees,
        "lecteurs": coeurs,
        "cpu_ms": cpu,
    }
    for nom in travaux:
        resultat[f"par_seconde_{nom}"] = round(median(t[nom] for t in tours), 1)
    for nom in ("fanal", "fanal_un_appelant", "fastexcel"):
        for autre in ("openpyxl", "frictionless"):
            resultat[f"rapport_{nom}_{autre}"] = round(median(t[nom] / t[autre] for t in tours), 1)
    sys.stdout.write(json.dumps(resultat, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
