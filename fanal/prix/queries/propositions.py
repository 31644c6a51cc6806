"""Proposed prices against the clauses of their contract."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.marches.models import Marche
from fanal.prix.compute.propositions import LigneProposee, Verdict, controler
from fanal.prix.models import PropositionPrix
from fanal.prix.queries.indices import series_pour
from fanal.prix.queries.prix import apercu_revision, clauses, definition


def controler_proposition(marche: Marche, lignes: Sequence[LigneProposee], le: date) -> list[Verdict]:
    """One verdict per proposed line, by the clause that the line follows. Raises `Refus` without an index."""
    found: dict[str, Verdict] = {}
    pairs = [(clause, definition(clause)) for clause in clauses(marche)]
    for rank, (clause, value) in enumerate(pairs):
        # A line that no clause names is judged by the first one, which says that it is not concerned.
        mine = [
            p for p in lignes if value.vise(p.cle) or (rank == 0 and not any(v.vise(p.cle) for _, v in pairs))
        ]
        if mine:
            series = series_pour([term.indice for term in value.termes])
            verdicts = controler(apercu_revision(clause, le), series, mine)
            found |= {v.proposee.cle: v for v in verdicts}
    return [found[p.cle] for p in lignes if p.cle in found]


def en_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as it is kept."""
    return {
        "cle": verdict.proposee.cle,
        "libelle": verdict.proposee.libelle,
        "ligne": verdict.proposee.ligne,
        "propose": str(verdict.proposee.prix),
        "genre": verdict.genre,
        "attendu": _texte(verdict.attendu),
        "avant": _texte(verdict.avant),
        "ecart": _texte(verdict.ecart),
        "enjeu": _texte(verdict.enjeu),
        "phrase": verdict.phrase,
    }


def verdicts_de(proposition: PropositionPrix) -> list[Verdict]:
    """The verdicts as they were when the file came in."""
    return [
        Verdict(
            LigneProposee(v["cle"], Decimal(v["propose"]), v["libelle"], v["ligne"]),
            v["genre"],
            _nombre(v["attendu"]),
            _nombre(v["avant"]),
            _nombre(v["ecart"]),
            _nombre(v["enjeu"]),
            v["phrase"],
        )
        for v in proposition.lignes
    ]


def _texte(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _nombre(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
