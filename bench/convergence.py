"""Common starts for 2,000 contracts of a GHT: by segments of fifty, then all in one segment, proven optimal.

Prints one JSON line. The floor is the enumeration of the lawful options alone, in the same run.
"""

import argparse
import json
import random
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from fanal.moteurs.convergence import (
    Contrat,
    Genre,
    Marge,
    Regles,
    Requete,
    Resultat,
    Sortie,
    ajouter_mois,
    options_de,
    proposer,
)

LE = date(2026, 11, 20)
D = Decimal
REGLES = Regles(
    administratif={
        "non_reconduction": D(150),
        "avenant": D(500),
        "marche_court": D(1000),
        "marche_court_adapte": D(400),
        "consultation": D(4000),
        "resiliation": D(2000),
        "entree_differee": D(100),
        "hors": D(4000),
    },
    risque={
        "avenant:R2194-8": D(200),
        "avenant:R2194-7": D(800),
        "marche_court": D(800),
        "marche_court_adapte": D(300),
        "resiliation": D(5000),
        "hors": D(500),
    },
    risque_taux={"marche_court": D("0.02"), "avenant:R2194-7": D("0.02"), "resiliation": D("0.1")},
    taux_gain=D("0.05"),
    taux_indemnite=D("0.05"),
    seuil_marche_court=D(60_000),
    seuil_marche_court_adapte=D(216_000),
)


def build(nombre: int, *, seed: int = 3) -> list[Contrat]:
    """Contracts that end within three years, a third with renewals, most with too little headroom."""
    hasard = random.Random(seed)
    contrats = []
    for rang in range(nombre):
        fin = LE + timedelta(days=hasard.randrange(30, 1000))
        sorties = [Sortie(fin)]
        if hasard.random() < 0.33:
            tacite = Sortie(fin, Genre.TACITE, 1, ajouter_mois(fin, -3))
            sorties = [tacite, Sortie(ajouter_mois(fin, 12))]
        depense = D(hasard.randrange(5_000, 2_000_000)) / 100
        contrats.append(
            Contrat(
                f"M{rang:05}",
                f"Marché {rang}",
                tuple(sorties),
                depense_mensuelle=depense,
                ecart_mensuel=(depense * hasard.randrange(0, 15) / 100).quantize(D("0.01")),
                marges=(Marge("R2194-8", "faible montant", depense * hasard.randrange(0, 4), True),),
            )
        )
    return contrats


def clock(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def proved(resultats: list[Resultat]) -> bool:
    return all(p.optimal for r in resultats for p in r.propositions)


def enumerate_options(requete: Requete, resultat: Resultat) -> None:
    """The floor: listing what may be done with each contract for each start, without choosing."""
    for p in resultat.propositions:
        for contrat in requete.contrats:
            options_de(contrat, p.depart, requete.le, requete.regles)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--marches", type=int, default=2_000)
    options.add_argument("--par-segment", type=int, default=50)
    args = options.parse_args()
    contrats = build(args.marches)
    parts = [contrats[i : i + args.par_segment] for i in range(0, len(contrats), args.par_segment)]
    by_parts, found = clock(lambda: [proposer(Requete(LE, tuple(part), REGLES)) for part in parts])
    whole = Requete(LE, tuple(contrats), REGLES)
    in_one, single = clock(lambda: proposer(whole))
    again = proposer(whole) == single
    enumerated, _ = clock(lambda: enumerate_options(whole, single))
    resultat = {
        "banc": "convergence",
        "marches": args.marches,
        "departs": len(single.propositions),
        "segments": len(parts),
        "segments_s": round(by_parts, 2),
        "segments_prouves": proved(found),
        "un_segment_s": round(in_one, 2),
        "un_segment_prouve": proved([single]),
        "meme_reponse": again,
        "enumeration_s": round(enumerated, 2),
        "rapport_enumeration": round(in_one / enumerated, 2),
    }
    print(json.dumps(resultat, ensure_ascii=False))


if __name__ == "__main__":
    main()
