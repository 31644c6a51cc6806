"""An envelope for 1,000 indivisible requests: the sharing engine beside a plain OR-Tools model.

Prints one JSON line. The model beside it is written here from the rule alone (largest sum of scores, then
smallest spending) and knows nothing of the engine; both must find the same score and the same spending.
"""

import argparse
import json
import random
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model

sys.path.insert(0, str(Path(__file__).parents[1]))

from fanal.moteurs.allocation import alternatives, expliquer, lire_partage, repartir_enveloppe


def build(nombre: int, *, seed: int = 4) -> dict[str, Any]:
    """Requests from 10,000 € to 900,000 €, marked on 100, for a quarter of what they ask in all."""
    hasard = random.Random(seed)
    rows = []
    for rang in range(nombre):
        amount = f"{hasard.randrange(10_000, 900_000)}.{hasard.randrange(100):02}"
        score = hasard.randrange(20, 101)
        rows.append(
            {"id": f"P{rang:04}", "montant_eligible": amount, "montant_demande": amount, "score": score}
        )
    whole = sum(Decimal(row["montant_demande"]) for row in rows)
    return {"enveloppe": f"{whole / 4:.2f}", "regle": "optimal", "demandes": rows}


def plain(document: dict[str, Any]) -> tuple[int, int, bool]:
    """The same choice by CP-SAT as its manual writes it: one binary by project, two goals in turn."""
    envelope = int(Decimal(document["enveloppe"]) * 100)
    costs = [int(Decimal(row["montant_demande"]) * 100) for row in document["demandes"]]
    scores = [row["score"] for row in document["demandes"]]
    model = cp_model.CpModel()
    take = [model.new_bool_var("") for _ in costs]
    spent = sum(c * t for c, t in zip(costs, take, strict=True))
    score = sum(s * t for s, t in zip(scores, take, strict=True))
    model.add(spent <= envelope)
    model.maximize(score)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = 60
    first = solver.solve(model)
    best = round(solver.objective_value)
    model.add(score == best)
    model.minimize(spent)
    second = solver.solve(model)
    return best, round(solver.objective_value), first == second == cp_model.OPTIMAL


def clock(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--demandes", type=int, default=1_000)
    args = options.parse_args()
    document = build(args.demandes)
    scores = {row["id"]: row["score"] for row in document["demandes"]}
    engine_s, found = clock(lambda: repartir_enveloppe(lire_partage(document)))
    plain_s, (best, spent, proven) = clock(lambda: plain(document))
    partage = lire_partage(document)
    refused = next(a.id for a in found.attributions if not a.attribue)
    explained_s, _ = clock(lambda: expliquer(partage, refused))
    few = lire_partage(build(min(args.demandes, 200)))
    ranked_s, ranked = clock(lambda: alternatives(few, 5))
    score = sum(scores[a.id] for a in found.attributions if a.attribue)
    resultat = {
        "banc": "allocation",
        "demandes": args.demandes,
        "moteur_s": round(engine_s, 3),
        "moteur_prouve": found.optimal,
        "or_tools_s": round(plain_s, 3),
        "or_tools_prouve": proven,
        "rapport": round(engine_s / plain_s, 3),
        "meme_score": score == best,
        "meme_depense": found.attribue == spent,
        "explication_s": round(explained_s, 3),
        "choix_classes": len(ranked),
        "choix_classes_200_s": round(ranked_s, 3),
    }
    print(json.dumps(resultat, ensure_ascii=False))


if __name__ == "__main__":
    main()
