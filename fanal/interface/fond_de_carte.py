"""The background map: départements grouped into régions and thinned, when assets are prepared; no Django."""

import re
from typing import Any

Point = tuple[float, float]

# Régions in force since 2016 (law 2015-29; INSEE codes) and their départements. Overseas ones are tiles.
DEPARTEMENTS = {
    "11": "75 77 78 91 92 93 94 95",
    "24": "18 28 36 37 41 45",
    "27": "21 25 39 58 70 71 89 90",
    "28": "14 27 50 61 76",
    "32": "02 59 60 62 80",
    "44": "08 10 51 52 54 55 57 67 68 88",
    "52": "44 49 53 72 85",
    "53": "22 29 35 56",
    "75": "16 17 19 23 24 33 40 47 64 79 86 87",
    "76": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "84": "01 03 07 15 26 38 42 43 63 69 73 74",
    "93": "04 05 06 13 83 84",
    "94": "2A 2B",
}
TOLERANCE = 0.55  # units of the drawing, 613 wide: well under a pixel at the size shown


def regrouper(carte: dict[str, Any]) -> dict[str, Any]:
    """One path per région (INSEE code) from @svg-maps; `KeyError` when a département is missing."""
    traces = {lieu["id"]: lieu["path"] for lieu in carte["locations"]}
    regions = {}
    for code, departements in DEPARTEMENTS.items():
        anneaux = [anneau for dep in departements.split() for anneau in contours(traces[dep])]
        regions[code] = "".join(ecrire(amincir(anneau)) for anneau in anneaux if len(anneau) > 3)
    return {"viewBox": carte["viewBox"], "regions": regions}


def contours(trace: str) -> list[list[Point]]:
    """The closed outlines of an SVG path made of straight segments (commands m, l, z)."""
    anneaux: list[list[Point]] = []
    x = y = 0.0
    for commande, corps in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", trace):
        if commande in "zZ":
            x, y = anneaux[-1][0]
            continue
        if commande not in "mMlL":
            raise ValueError(f"Command {commande} is not expected in the map.")
        valeurs = [float(v) for v in re.findall(r"-?\d*\.?\d+", corps)]
        for rang, (a, b) in enumerate(zip(valeurs[::2], valeurs[1::2], strict=True)):
            x, y = (x + a, y + b) if commande.islower() else (a, b)
            if commande in "mM" and rang == 0:
                anneaux.append([])
            anneaux[-1].append((x, y))
    return anneaux


def amincir(points: list[Point], tolerance: float = TOLERANCE) -> list[Point]:
    """Drop the points nearer than *tolerance* to the line that stays (Ramer-Douglas-Peucker)."""
    gardes = {0, len(points) - 1}
    pile = [(0, len(points) - 1)]
    while pile:
        debut, fin = pile.pop()
        loin, distance = max(
            ((i, _ecart(points[i], points[debut], points[fin])) for i in range(debut + 1, fin)),
            key=lambda paire: paire[1],
            default=(0, 0.0),
        )
        if distance > tolerance:
            gardes.add(loin)
            pile += [(debut, loin), (loin, fin)]
    return [points[i] for i in sorted(gardes)]


def ecrire(points: list[Point]) -> str:
    """A closed path to one decimal, relative after its first point."""
    x, y = round(points[0][0] * 10), round(points[0][1] * 10)
    morceaux = [f"M{x / 10:g} {y / 10:g}l"]
    for a, b in points[1:]:
        u, v = round(a * 10), round(b * 10)
        if (u, v) != (x, y):
            morceaux.append(f"{(u - x) / 10:g} {(v - y) / 10:g} ")
        x, y = u, v
    return "".join(morceaux).strip() + "z"


def _ecart(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    longueur = (dx * dx + dy * dy) ** 0.5
    if longueur == 0:
        return float(((p[0] - a[0]) ** 2 + (p[1] - a[1]) ** 2) ** 0.5)
    return float(abs(dx * (a[1] - p[1]) - (a[0] - p[0]) * dy) / longueur)
