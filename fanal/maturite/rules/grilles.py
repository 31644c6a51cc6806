"""A grid holds together, or it is refused whole: a score computed on half a grid would be a false one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from fanal.refus import Refus

CENT = Decimal(100)
NIVEAUX_MIN = 2


@dataclass(frozen=True)
class LigneGrille:
    """One row of the grid's file: a level of a topic of a theme. `ligne` is its number in the file."""

    ligne: int
    theme_code: str
    theme: str
    poids_theme: Decimal
    sujet_code: str
    sujet: str
    poids_sujet: Decimal
    question: str
    niveau: int
    libelle_niveau: str
    note: Decimal
    preuve: str
    reprend: str


def check_grille(lignes: Sequence[LigneGrille]) -> None:
    """Raise Refus when themes do not weigh 100, a theme or topic contradicts itself, or levels do not "
    "rise."""
    if not lignes:
        raise Refus("La grille est vide. Décrivez au moins un niveau de chaque sujet, une ligne par niveau.")
    _same(lignes, "theme_code", ("theme", "poids_theme"), "le thème")
    _same(lignes, "sujet_code", ("theme_code", "sujet", "poids_sujet", "question", "reprend"), "le sujet")
    total = sum({row.theme_code: row.poids_theme for row in lignes}.values())
    if total != CENT:
        raise Refus(
            f"Les poids des thèmes font {_fr(total)} au lieu de 100. Corrigez la colonne poids_theme."
        )
    topics: dict[str, list[LigneGrille]] = {}
    for row in lignes:
        topics.setdefault(row.sujet_code, []).append(row)
    for code, rows in topics.items():
        _check_levels(code, sorted(rows, key=lambda r: r.niveau))
    _check_earlier(topics)


def _same(lignes: Sequence[LigneGrille], key: str, fields: tuple[str, ...], name: str) -> None:
    seen: dict[str, LigneGrille] = {}
    for row in lignes:
        first = seen.setdefault(getattr(row, key), row)
        for field in fields:
            if getattr(first, field) != getattr(row, field):
                raise Refus(
                    f"Ligne {row.ligne}, colonne {field} : {name} « {getattr(row, key)} » a une autre "
                    "valeur à la "
                    f"ligne {first.ligne}. Écrivez la même partout."
                )


def _check_levels(code: str, rows: Sequence[LigneGrille]) -> None:
    if [r.niveau for r in rows] != list(range(1, len(rows) + 1)):
        raise Refus(
            f"Sujet « {code} » : les niveaux sont {', '.join(str(r.niveau) for r in rows)}. "
            "Numérotez-les 1, 2, 3… sans répétition ni trou."
        )
    if len(rows) < NIVEAUX_MIN:
        raise Refus(f"Sujet « {code} » : un seul niveau. Décrivez-en au moins {NIVEAUX_MIN}.")
    for before, after in pairwise(rows):
        if after.note <= before.note:
            raise Refus(
                f"Ligne {after.ligne}, colonne note : le niveau {after.niveau} du sujet « {code} » vaut "
                f"{_fr(after.note)}, pas plus que le précédent. Une note monte avec le niveau."
            )


def _check_earlier(topics: dict[str, list[LigneGrille]]) -> None:
    earlier: dict[str, str] = {}
    for code, rows in topics.items():
        if rows[0].reprend and earlier.setdefault(rows[0].reprend, code) != code:
            raise Refus(
                f"Les sujets « {earlier[rows[0].reprend]} » et « {code} » reprennent tous deux l'ancien "
                "sujet "
                f"« {rows[0].reprend} ». Un seul peut le reprendre."
            )


def _fr(valeur: Decimal | int) -> str:
    return f"{Decimal(valeur).normalize():f}".replace(".", ",")
