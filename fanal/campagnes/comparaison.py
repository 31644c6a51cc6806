"""Comparison of two frozen snapshots, figure by figure. Pure: JSON values in, differences out.

Lists of objects are matched on what names them (`code`, with `format` and `niveau` when present), and
tables (`{"colonnes": […], "valeurs": [[…]]}`) on their leading text columns, so that a new row does not
shift the others.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOMS = ("format", "niveau", "code")


@dataclass(frozen=True)
class Difference:
    """A value that changed, at `chemin` (`par_region[ARA].gains_retenus`); absent and null are `None`."""

    chemin: str
    avant: Any
    apres: Any


def differences(avant: Any, apres: Any, chemin: str = "") -> list[Difference]:
    """What changed from *avant* to *apres*, in the order of the paths."""
    return list(_walk(avant, apres, chemin))


def _walk(avant: Any, apres: Any, chemin: str) -> Iterator[Difference]:
    a, b = _children(avant), _children(apres)
    if type(avant) is not type(apres) or a is None or b is None:
        if avant != apres:
            yield Difference(chemin, avant, apres)
        return
    for nom in sorted(a.keys() | b.keys()):
        yield from _walk(
            a.get(nom), b.get(nom), f"{chemin}{nom}" if nom.startswith("[") else _dot(chemin, nom)
        )


def _dot(chemin: str, nom: str) -> str:
    return f"{chemin}.{nom}" if chemin else nom


def _children(valeur: Any) -> dict[str, Any] | None:
    """The named parts of a value; `None` when it has none."""
    if isinstance(valeur, Mapping):
        if valeur.keys() == {"colonnes", "valeurs"}:
            return _unique((_row_name(ligne), _row(valeur["colonnes"], ligne)) for ligne in valeur["valeurs"])
        return dict(valeur)
    if isinstance(valeur, list):
        return _unique((_item_name(v, rang), v) for rang, v in enumerate(valeur))
    return None


def _item_name(valeur: Any, rang: int) -> str:
    noms = [str(valeur[n]) for n in NOMS if valeur.get(n)] if isinstance(valeur, Mapping) else []
    return " ".join(noms) or str(rang)


def _row(colonnes: Sequence[str], ligne: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(colonnes, ligne, strict=True))


def _row_name(ligne: Sequence[Hashable]) -> str:
    noms: list[str] = []
    for cellule in ligne:
        if not isinstance(cellule, str):
            break
        noms.append(cellule)
    return " ".join(noms)


def _unique(paires: Iterator[tuple[str, Any]]) -> dict[str, Any]:
    """Parts by name in brackets; the second of a name is « nom (2) »."""
    parts: dict[str, Any] = {}
    rangs: dict[str, int] = {}
    for nom, valeur in paires:
        rangs[nom] = rangs.get(nom, 0) + 1
        parts[f"[{nom}]" if rangs[nom] == 1 else f"[{nom} ({rangs[nom]})]"] = valeur
    return parts
