"""The common procurement vocabulary as loaded here: labels, families, check digits."""

from collections.abc import Iterable

from fanal.marches.models import Cpv
from fanal.memoire import stable

CHIFFRES = 8


def libelle(code: str) -> str:
    """The label of a CPV code, "" when the code is not known here (no table loaded, or no such code)."""
    return stable(("cpv", code), lambda: libelles([code]).get(code, "")) if code else ""


def famille(code: str, chiffres: int) -> str:
    """The code of the family that the first *chiffres* digits name (2 division, 3 group, 4 class…).

    "33696500" with 3 digits is "33600000". "" when the code is unknown. Source: Règlement (CE) n° 213/2008.
    """
    return code[:chiffres].ljust(CHIFFRES, "0") if len(code) == CHIFFRES else ""


def libelles(codes: Iterable[str]) -> dict[str, str]:
    """Labels of many codes in one query; unknown codes are absent."""
    voulus = sorted(set(codes) - {""})
    trouves: dict[str, str] = {}
    for debut in range(0, len(voulus), 900):
        part = voulus[debut : debut + 900]
        trouves |= dict(Cpv.objects.filter(code__in=part).values_list("code", "libelle"))
    return trouves


def cles() -> dict[str, str] | None:
    """Code -> check digit of the whole vocabulary, or None when no table is loaded."""
    return dict(Cpv.objects.values_list("code", "cle")) or None
