"""Rows of a supplier's proposal, and what forbids accepting it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fanal.depots.lecture import Anomalie
from fanal.prix.compute.propositions import LigneProposee, Verdict
from fanal.prix.rules.anomalies import REFUS, Releve
from fanal.refus import Refus

REGLES = [{"code": "ligne-double", "gravite": REFUS, "titre": "Un numéro de ligne n'apparaît qu'une fois"}]


def controler_propositions(
    rows: Sequence[dict[str, Any]], feuille: str | None
) -> tuple[list[LigneProposee], list[Anomalie], set[int]]:
    """The sound rows, the remarks, and the numbers of the rows set aside."""
    notes = Releve(feuille)
    counts = Counter(str(row["numero_ligne"]).strip() for row in rows)
    for row in rows:
        key = str(row["numero_ligne"]).strip()
        if counts[key] > 1:
            said = (
                f"le numéro « {key} » figure {counts[key]} fois : aucune n'est gardée. Corrigez le fichier."
            )
            notes.noter(row, "numero_ligne", "ligne-double", REFUS, said)
    kept = [
        LigneProposee(
            str(row["numero_ligne"]).strip(),
            row["prix_propose_ht"],
            row.get("libelle") or "",
            row["_ligne"],
        )
        for row in rows
        if row["_ligne"] not in notes.ecartees
    ]
    return kept, notes.anomalies, notes.ecartees


def check_recue(statut: str) -> None:
    """A proposal is decided once."""
    if statut != "recue":
        raise Refus("Cette proposition a déjà reçu une réponse. Demandez-en une nouvelle au fournisseur.")


def check_acceptable(verdicts: Sequence[Verdict]) -> None:
    """Nothing above what the clause gives is accepted: the clause is applied as written (R2112-13 CCP)."""
    if not verdicts:
        raise Refus("Cette proposition n'a aucune ligne lisible : il n'y a rien à accepter.")
    wrong = [v for v in verdicts if not v.conforme]
    if wrong:
        lines = "lignes s'écartent" if len(wrong) > 1 else "ligne s'écarte"
        raise Refus(
            f"{len(wrong)} {lines} de ce que donne la clause, qui s'applique strictement. Refusez la "
            "proposition en donnant ces écarts au fournisseur, ou appliquez les prix de la clause."
        )


def check_motif_refus(motif: str) -> None:
    """The supplier is told why."""
    if len(motif.strip()) < 5:
        raise Refus("Dites pourquoi vous refusez ces prix : le motif est transmis au fournisseur.")
