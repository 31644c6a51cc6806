"""National consolidation of 300,000 actions, and the same figures by a plain Python loop on a part of them.

Prints one JSON line. The naive loop is the tests' second implementation, when it can be imported.
"""

import argparse
import json
import random
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import polars as pl

from fanal.achats.compute import Entree, RegleGains, consolider

REGIONS = ["IdF", "ARA", "GE", "NA", "OCC", "HdF", "PACA", "BFC", "BRE", "NOR", "PDL", "CVL"]


def build_input(actions: int, *, seed: int = 1) -> Entree:
    """Two campaigns over 136 GHT and 900 establishments, most lines under operators' contracts."""
    hasard = random.Random(seed)
    ghts = [(f"{REGIONS[i % 12]}-{i:03}", REGIONS[i % 12]) for i in range(136)]
    lieux = [(f"{i:09}", *ghts[i % 136]) for i in range(900)]
    familles = [f"Famille {i}" for i in range(11)]
    rows, operateurs = [], []
    for i in range(actions):
        finess, ght, region = lieux[hasard.randrange(900)]
        annee = 2021 if hasard.random() < 0.6 else 2020
        operateur = hasard.choice(["GHT", "GHT", "NATIONAL", "REGIONAL", "UNICANCER"])
        marche = None if operateur == "GHT" else f"M-{hasard.randrange(400)}"
        gain = round(hasard.gauss(1_000_000, 800_000))
        decision = hasard.choice(["retenu"] * 8 + ["moindre", "retire", None])
        rows.append(
            {
                "action_id": i,
                "campagne_annee": annee,
                "ght": ght,
                "region": region,
                "finess": finess,
                "role": "support" if int(finess) < 136 else "partie",
                "famille": hasard.choice(familles),
                "operateur": operateur,
                "nom_operateur": None if operateur == "GHT" else f"{operateur} {hasard.randrange(6)}",
                "numero_marche": marche,
                "identifiant": f"A{i}",
                "date_premiere_commande": date(annee, 1, 1) + timedelta(days=hasard.randrange(365)),
                "cause_prix": hasard.choice([None, None, "acheteur", "acheteur", "baisse_tarifaire"]),
                "reference_c": abs(gain) * 12,
                "gain_c": gain,
                "decision": decision,
                "montant_retenu_c": gain // 2 if decision == "moindre" else None,
            }
        )
    for i in range(actions // 10):
        finess, ght, region = lieux[hasard.randrange(900)]
        operateurs.append(
            {
                "ligne_id": i,
                "operateur": "NATIONAL",
                "nom_operateur": "NATIONAL 1",
                "numero_marche": f"m {hasard.randrange(400)}",
                "finess": finess,
                "annee": 2021,
                "gain_c": hasard.randrange(2_000_000),
                "region": region,
                "ght": ght,
                "decision": "repris" if hasard.random() < 0.05 else None,
            }
        )
    return Entree.from_rows(
        actions=rows,
        operateurs=operateurs,
        ghts=[{"ght": g, "region": r, "nom": g} for g, r in ghts],
        regions=[{"sigle": r, "nom": r} for r in REGIONS],
        achats_annuels=[
            {"finess": f, "ght": g, "region": r, "annee": 2021, "montant_c": 30_000_000_00}
            for f, g, r in lieux
        ],
        objectifs=[
            {
                "annee": 2021,
                "periode": "fin-annee",
                "niveau": "region",
                "code": r,
                "montant_c": 10**10,
                "revision": 0,
            }
            for r in REGIONS
        ],
    )


def measure(entree: Entree, *, repetitions: int) -> tuple[list[float], list[float]]:
    """Elapsed and processor seconds of each full consolidation."""
    durees, processeur = [], []
    for _ in range(repetitions):
        debut, cpu = time.perf_counter(), time.process_time()
        consolider(entree, annee=2021, regle=RegleGains())
        durees.append(time.perf_counter() - debut)
        processeur.append(time.process_time() - cpu)
    return durees, processeur


def compare_naive(entree: Entree, *, lignes: int) -> dict[str, Any]:
    """Time the naive loop and the engine on the same first lines."""
    try:
        from tests.achats.compute.naif import consolider_naivement
    except ImportError:
        return {"naif": "absent"}
    part = Entree(
        actions=entree.actions.head(lignes),
        operateurs=entree.operateurs.head(lignes // 10),
        objectifs=entree.objectifs,
        achats_annuels=entree.achats_annuels,
        ghts=entree.ghts,
        regions=entree.regions,
    )
    debut = time.perf_counter()
    naif = consolider_naivement(part, annee=2021, regle=RegleGains())
    duree = time.perf_counter() - debut
    rapide = statistics.median(measure(part, repetitions=5)[0])
    moteur = consolider(part, annee=2021, regle=RegleGains())
    return {
        "naif_lignes": lignes,
        "naif_s": round(duree, 4),
        "moteur_s_meme_part": round(rapide, 4),
        "rapport_naif": round(duree / rapide, 1),
        "identique": moteur.total.to_json() == naif["total"],
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--actions", type=int, default=300_000)
    options.add_argument("--repetitions", type=int, default=7)
    args = options.parse_args()
    entree = build_input(args.actions)
    measure(entree, repetitions=1)
    durees, processeur = measure(entree, repetitions=args.repetitions)
    resultat = {
        "banc": "consolidation",
        "actions": args.actions,
        "coeurs": pl.thread_pool_size(),
        "mediane_s": round(statistics.median(durees), 4),
        "mediane_processeur_s": round(statistics.median(processeur), 4),
        "pire_s": round(max(durees), 4),
        "objectif_s": 1.0,
        **compare_naive(entree, lignes=min(20_000, args.actions)),
    }
    print(json.dumps(resultat, ensure_ascii=False))


if __name__ == "__main__":
    main()
