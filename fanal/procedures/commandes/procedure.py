"""`fanal marches procedure`: what the law allows for a need at its launch date."""

import sys
from datetime import date
from typing import Any

from fanal.cli.nombres import read_amount
from fanal.procedures.queries.droit import conseil
from fanal.procedures.rules.conseil import Conseil


def run(*, nature: str, montant: str, lancement: date) -> dict[str, Any]:
    """The adviser's answer as a document; labels are those of the DECP schema.

    Raises Inutilisable for an unknown nature, an unusable amount or a date without recorded rules.
    """
    found = conseil(
        nature=nature.strip().lower(), montant=read_amount(montant, "--montant"), lancement=lancement
    )
    return document(found)


def document(found: Conseil) -> dict[str, Any]:
    """The answer in plain values; `exceptions` are sentences, `exceptions_detail` their parts."""
    return {
        "nature": found.demande.nature,
        "montant": f"{found.demande.montant:.2f}",
        "date": found.demande.lancement.isoformat(),
        "procedures": list(found.procedures),
        "exceptions": [v.phrase for v in found.voies],
        "exceptions_detail": [
            {
                "code": v.code,
                "titre": v.titre,
                "procedure": v.procedure,
                "conditions": v.conditions,
                "source": v.article,
                "depuis": v.depuis.isoformat(),
                "a_confirmer": v.a_confirmer,
            }
            for v in found.voies
        ],
        "seuil": found.seuil.phrase,
        "publicite": " ".join(x.phrase for x in found.publicite),
        "delais": " ".join(x.phrase for x in found.delais),
        "obligations": [x.phrase for x in found.obligations],
        "sources": list(found.sources),
    }


def show(answer: dict[str, Any]) -> None:
    """Print the answer for a person."""
    lines = [answer["seuil"], "", "Procédures permises par le montant :"]
    lines += [f"  - {p}" for p in answer["procedures"]]
    lines += ["", answer["publicite"], answer["delais"], "", "Obligations :"]
    lines += [f"  - {o}" for o in answer["obligations"]]
    if answer["exceptions"]:
        lines += ["", "Voies conditionnelles :", *(f"  - {e}" for e in answer["exceptions"])]
    lines += ["", f"Sources : {', '.join(answer['sources'])}."]
    sys.stdout.write("\n".join(lines) + "\n")
