"""Rows of index values: what sets one aside, what warns; series put together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fanal.depots.lecture import Anomalie
from fanal.prix.compute.ecriture import ecrire_mois
from fanal.prix.compute.series import Point, Serie
from fanal.prix.rules.anomalies import CONTROLE, INFORMATION, REFUS, Releve
from fanal.prix.rules.lecteur import lire_mois
from fanal.refus import Refus

REGLES = [
    {"code": "mois-illisible", "gravite": REFUS, "titre": "Le mois se lit (2024-01, 01/2024, janvier 2024)"},
    {"code": "mois-double", "gravite": REFUS, "titre": "Un mois n'a qu'une valeur par série"},
    {
        "code": "publication-avant",
        "gravite": CONTROLE,
        "titre": "Une valeur est publiée après le début du mois",
    },
    {
        "code": "raccordement",
        "gravite": CONTROLE,
        "titre": "Une série raccordée a un coefficient, et un seul",
    },
]


@dataclass(frozen=True)
class LigneIndice:
    """One sound row: a value of a series, and what the row says of the series."""

    serie: str
    point: Point
    libelle: str = ""
    base: str = ""
    source: str = ""
    suite_de: str = ""
    coefficient: Decimal | None = None


def controler_indices(
    rows: Sequence[dict[str, Any]], feuille: str | None
) -> tuple[list[LigneIndice], list[Anomalie], set[int]]:
    """The sound rows, the remarks, and the numbers of the rows set aside."""
    notes = Releve(feuille)
    read: dict[tuple[str, date], list[tuple[dict[str, Any], LigneIndice]]] = defaultdict(list)
    for row in rows:
        line = _ligne(row, notes)
        if line is not None:
            read[line.serie, line.point.mois].append((row, line))
    kept = [line for pairs in read.values() if (line := _seule(pairs, notes))]
    _controler_raccordements(kept, rows, notes)
    return kept, notes.anomalies, notes.ecartees


def assembler(code: str, lines: Sequence[LigneIndice]) -> Serie:
    """The series that rows of one code make."""
    first = {
        name: next((v for line in lines if (v := getattr(line, name))), "") for name in ("libelle", "base")
    }
    follows = next((line for line in lines if line.suite_de), None)
    coefficient = next((line.coefficient for line in lines if line.coefficient), None)
    return Serie(
        code,
        tuple(sorted((line.point for line in lines), key=lambda p: p.mois)),
        first["libelle"],
        first["base"],
        follows.suite_de if follows else "",
        Fraction(coefficient) if coefficient else None,
    )


def _ligne(row: dict[str, Any], notes: Releve) -> LigneIndice | None:
    try:
        month = lire_mois(row["mois"], "mois")
    except Refus as refus:
        notes.noter(row, "mois", "mois-illisible", REFUS, refus.phrase.removeprefix("mois : "))
        return None
    published = row.get("publiee_le")
    if published is not None and published < month:
        said = f"la valeur de {ecrire_mois(month)} serait publiée le {published:%d/%m/%Y}, avant ce mois."
        notes.noter(row, "publiee_le", "publication-avant", CONTROLE, f"{said} Vérifiez les deux dates.")
    return LigneIndice(
        serie=str(row["serie"]).strip(),
        point=Point(month, row["valeur"], published, bool(row.get("provisoire"))),
        libelle=row.get("libelle") or "",
        base=row.get("base") or "",
        source=row.get("source") or "",
        suite_de=(row.get("suite_de") or "").strip(),
        coefficient=row.get("coefficient"),
    )


def _seule(pairs: list[tuple[dict[str, Any], LigneIndice]], notes: Releve) -> LigneIndice | None:
    """The one value of a month: a repeated row counts once, two different values set each other aside."""
    if len(pairs) == 1:
        return pairs[0][1]
    lines = ", ".join(str(row["_ligne"]) for row, _ in pairs)
    same = len({line.point.valeur for _, line in pairs}) == 1
    said = f"la série et le mois sont aussi sur d'autres lignes ({lines}). "
    for row, _ in pairs[1:] if same else pairs:
        if same:
            notes.noter(
                row, "mois", "mois-double", INFORMATION, f"{said}La valeur est la même : comptée une fois."
            )
        else:
            notes.noter(row, "mois", "mois-double", REFUS, f"{said}Les valeurs diffèrent : gardez la bonne.")
    return pairs[0][1] if same else None


def _controler_raccordements(
    kept: Sequence[LigneIndice], rows: Sequence[dict[str, Any]], notes: Releve
) -> None:
    said: dict[str, set[tuple[str, Decimal | None]]] = defaultdict(set)
    for line in kept:
        if line.suite_de or line.coefficient:
            said[line.serie].add((line.suite_de, line.coefficient))
    for code, pairs in said.items():
        row = next(r for r in rows if str(r["serie"]).strip() == code)
        if len(pairs) > 1:
            text = f"la série « {code} » a plusieurs raccordements différents ; le premier est gardé."
            notes.noter(row, "suite_de", "raccordement", CONTROLE, text)
        elif not all(value for pair in pairs for value in pair):
            text = f"la série « {code} » donne une série précédente sans coefficient, ou l'inverse."
            notes.noter(row, "suite_de", "raccordement", CONTROLE, text)
