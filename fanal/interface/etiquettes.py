"""Names on an axis: short enough, and never two the same, which a picture would draw on one another."""

from collections import Counter
from collections.abc import Mapping, Sequence


def etiquettes(noms: Mapping[str, str], largeur: int) -> dict[str, str]:
    """The names without what all say after their last comma, cut at *largeur* characters; their key in
    brackets where two would look the same.
    """
    heads = dict(zip(noms, _sans_fin_commune(list(noms.values())), strict=True))
    cut = {cle: nom if len(nom) <= largeur else f"{nom[: largeur - 1]}…" for cle, nom in heads.items()}
    often = Counter(cut.values())
    return {cle: f"{nom} ({cle})" if often[nom] > 1 else nom for cle, nom in cut.items()}


def _sans_fin_commune(noms: list[str]) -> list[str]:
    """« Hôpital B, Clochers » and « Hôpital C, Clochers »: what tells them apart stands before the comma."""
    parts = [nom.rpartition(", ") for nom in noms]
    same = len(parts) > 1 and len({fin for _, _, fin in parts}) == 1 and all(debut for debut, _, _ in parts)
    return [debut for debut, _, _ in parts] if same else noms


def au_milieu(lettres: int, larges: int = 0) -> str:
    """The expression of an axis whose names lose their middle on a narrow picture: the end often tells them
    apart. *lettres* is how many fit there, *larges* on a wide picture (0: left to the axis).
    """
    nom = "datum.label"
    wide = f"length({nom}) > {larges} ? {_coupe(nom, larges)} : {nom}" if larges else nom
    return f"width < 480 ? (length({nom}) > {lettres} ? {_coupe(nom, lettres)} : {nom}) : ({wide})"


def _coupe(nom: str, lettres: int) -> str:
    bord = (lettres - 1) // 2
    return f"slice({nom}, 0, {bord}) + '…' + slice({nom}, length({nom}) - {bord})"


def distinctes(noms: Sequence[str]) -> list[str]:
    """The names in their order; « (2) », « (3) »… after one that came before."""
    seen: Counter[str] = Counter()
    written = []
    for nom in noms:
        seen[nom] += 1
        written.append(nom if seen[nom] == 1 else f"{nom} ({seen[nom]})")
    return written
