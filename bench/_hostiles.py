"""Labels written by hand against the matching (`hostiles.txt`), with their product there, then taken away."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fanal.moteurs.rapprochement.moteur import Proposition

FICHIER = Path(__file__).with_name("hostiles.txt")
PARTS = 4  # the catalogue is taken away by quarters: what looks most like a label often stays
SEUILS = (0.9, 0.8, 0.5)


def lire() -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """The products (code, label), and the labels (kind, label, code of its product or empty)."""
    products: list[tuple[str, str]] = []
    asked: list[tuple[str, str, str]] = []
    kind = code = ""
    for line in FICHIER.read_text(encoding="utf-8").splitlines():
        mark, _, said = line.partition(" ")
        if mark == "##":
            kind = said
        elif mark == "=" and said:
            code = f"H{len(products):04d}"
            products.append((code, said))
        elif mark == "=":
            code = ""
        elif mark == "-":
            asked.append((kind, said, code))
    return products, asked


def eprouver(autres: Sequence[tuple[str, str]] = ()) -> "list[tuple[str, str, str, list[Proposition]]]":
    """(kind, label, code or empty when its product is away, suggestions): the label with it, then without.

    *autres*: products of another catalogue, among which those of the labels are put.
    """
    from fanal.moteurs.rapprochement.moteur import Catalogue, Produit

    products, asked = lire()
    out = []
    whole = Catalogue([Produit(*p) for p in (*products, *autres)])
    for (kind, label, code), ones in zip(asked, whole.proposer([a[1] for a in asked]), strict=True):
        out.append((kind, label, code, ones))
    for part in range(PARTS):
        away = {code for rank, (code, _) in enumerate(products) if rank % PARTS == part}
        left = Catalogue([Produit(*p) for p in (*products, *autres) if p[0] not in away])
        those = [a for a in asked if a[2] in away]
        for (kind, label, _), ones in zip(those, left.proposer([a[1] for a in those]), strict=True):
            out.append((kind, label, "", ones))
    return out


def mesurer(autres: Sequence[tuple[str, str]] = ()) -> dict[str, object]:
    """Accuracy when the product is there; at each confidence, suggestions made and those that are wrong."""
    seen = eprouver(autres)
    there = [(code, ones) for _, _, code, ones in seen if code]
    first = sum(bool(ones) and ones[0].code == code for code, ones in there)
    five = sum(code in {one.code for one in ones} for code, ones in there)
    sure = {
        f"{seuil}": {
            "proposes": sum(bool(o) and o[0].confiance >= seuil for *_, o in seen),
            "faux": sum(bool(o) and o[0].confiance >= seuil and o[0].code != c for _, _, c, o in seen),
            "faux_absents": sum(bool(o) and o[0].confiance >= seuil and not c for _, _, c, o in seen),
        }
        for seuil in SEUILS
    }
    return {
        "presents": len(there),
        "absents": len(seen) - len(there),
        "top1": round(first / len(there), 4),
        "top5": round(five / len(there), 4),
        "a_la_confiance": sure,
    }
