"""The picture that suits the axes chosen, its title the finding."""

from decimal import Decimal

from django.utils import timezone

from fanal.depenses.compute.croise import AUTRES, Rang, pareto
from fanal.depenses.images_explorer import (
    RANGS_BARRES,
    RANGS_GRILLE,
    RANGS_PARETO,
    Point,
    barres,
    carreaux,
    courbe,
    image_pareto,
)
from fanal.depenses.mots import AXES, MESURES, TEMPS, Mesure
from fanal.depenses.queries.exploration import Exploration
from fanal.depenses.views.demande import Demande
from fanal.depenses.views.explorer_table import Noms
from fanal.interface.images import MAXIMUM, Image
from fanal.interface.images_grille import Case
from fanal.interface.nombres import ecrire_taux
from fanal.parametres.catalogue import valeur

LARGEUR_NOM = 42


def dessiner(asked: Demande, found: Exploration, names: Noms) -> Image | None:
    """The picture asked for, or the one that suits; None when there is nothing to draw."""
    if not found.rangs or all(r.total is None for r in found.rangs):
        return None
    kind = asked.image if asked.image != "auto" else _suits(asked)
    if kind == "pareto" and MESURES[asked.mesure].additive:
        return _pareto(asked, found, names)
    if kind == "grille" and asked.colonne:
        return _squares(asked, found, names)
    if kind == "courbe" and (asked.lignes[0] in TEMPS or asked.colonne in TEMPS):
        return _curve(asked, found, names)
    return _bars(asked, found, names)


def _suits(asked: Demande) -> str:
    if asked.lignes[0] in TEMPS and len(asked.lignes) == 1:
        return "courbe"
    if asked.colonne:
        return "courbe" if asked.colonne in TEMPS and asked.colonne == "annee" else "grille"
    return "barres"


def _nom(row: Rang, asked: Demande, names: Noms) -> str:
    words = [names[a][k] for a, k in zip(asked.lignes, row.cles, strict=True)]
    room = LARGEUR_NOM // len(words)
    return " · ".join(w if len(w) <= room else f"{w[: room - 1]}…" for w in words)


def _uniques(rows: list[Rang], asked: Demande, names: Noms) -> list[str]:
    """A name per row; two that would look the same are numbered, or the picture would add them."""
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        name = _nom(row, asked, names)
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _largest(rows: list[Rang]) -> Rang:
    return max(rows, key=lambda r: r.total if r.total is not None else Decimal("-Infinity"))


def _finding(asked: Demande, found: Exploration, names: Noms) -> str:
    """« MEDICAMENTS : 62,3 M€, 74 % du montant HT »."""
    measure = MESURES[asked.mesure]
    top = _largest(list(found.rangs))
    text = f"{_nom(top, asked, names)} : {measure.ecrire(top.total)}"
    if measure.additive and found.total and found.total > 0 and top.total is not None:
        text += f", {ecrire_taux(top.total / found.total, 0)} du total"
    return text


def _bars(asked: Demande, found: Exploration, names: Noms) -> Image:
    measure = MESURES[asked.mesure]
    kept = list(found.rangs[:RANGS_BARRES])
    labels = _uniques(kept, asked, names)
    points = [Point(n, "", r.total, measure.ecrire(r.total)) for n, r in zip(labels, kept, strict=True)]
    rest = found.nombre - len(kept)
    note = f"{measure.titre}. {rest} autres dans le tableau." if rest > 0 else f"{measure.titre}."
    return barres(f"{AXES[asked.lignes[0]]} en tête : {_finding(asked, found, names)}", points, note)


def _curve(asked: Demande, found: Exploration, names: Noms) -> Image:
    measure = MESURES[asked.mesure]
    rows = list(found.rangs)
    if asked.lignes[0] in TEMPS and len(asked.lignes) == 1:
        if not asked.colonne:
            points = [Point(_nom(r, asked, names), "", r.total, measure.ecrire(r.total)) for r in rows]
            return courbe(f"Le plus haut : {_finding(asked, found, names)}", points, f"{measure.titre}.")
        series = [c for c in found.colonnes if c != AUTRES][:MAXIMUM]
        points = [
            _point(_nom(r, asked, names), names[asked.colonne][c], r, c, measure)
            for c in series
            for r in rows
        ]
    else:
        kept = rows[:MAXIMUM]
        labels = _uniques(kept, asked, names)
        points = [
            _point(names[asked.colonne][c], label, r, c, measure)
            for label, r in zip(labels, kept, strict=True)
            for c in found.colonnes
        ]
    return courbe(f"Le plus haut : {_finding(asked, found, names)}", points, f"{measure.titre}.")


def _point(name: str, series: str, row: Rang, column: str | None, measure: Mesure) -> Point:
    value = row.valeurs.get(column)
    return Point(name, series, value, measure.ecrire(value) if column in row.valeurs else "aucune ligne")


def _squares(asked: Demande, found: Exploration, names: Noms) -> Image:
    measure = MESURES[asked.mesure]
    kept = list(found.rangs[:RANGS_GRILLE])
    labels = _uniques(kept, asked, names)
    cases = [
        Case(
            label,
            names[asked.colonne][c],
            r.valeurs.get(c, Decimal(0)),
            measure.ecrire(r.valeurs[c]) if c in r.valeurs else "aucune ligne",
            _short(r.valeurs.get(c)),
        )
        for label, r in zip(labels, kept, strict=True)
        for c in found.colonnes
    ]
    rest = found.nombre - len(kept)
    note = f"{measure.titre}. Blanc : zéro ou aucune ligne."
    note += f" {rest} autres dans le tableau." if rest > 0 else ""
    return carreaux(f"En tête : {_finding(asked, found, names)}", cases, measure.ecrire, note)


def _short(value: Decimal | None) -> str:
    """A value in few characters: « 1,2 M », « 340 k », « 12 »."""
    if value is None or not value:
        return ""
    for bound, suffix in ((Decimal(1_000_000), " M"), (Decimal(1_000), " k")):
        if abs(value) >= bound:
            return f"{value / bound:.1f}".replace(".", ",").replace(",0", "") + suffix
    return f"{value:.0f}"


def _pareto(asked: Demande, found: Exploration, names: Noms) -> Image | None:
    bounds = [Decimal(s) for s in valeur("depenses.pareto.seuils", le=timezone.localdate())]
    parts = pareto([(r.cles, r.total) for r in found.rangs], bounds)
    if not parts:
        return None
    measure = MESURES[asked.mesure]
    rows = [Rang(p.cles, {}, p.valeur) for p in parts]
    labels = _uniques(rows[:RANGS_PARETO], asked, names)
    first = sum(p.classe == "A" for p in parts)
    axis = AXES[asked.lignes[0]].lower()
    title = f"{measure.titre} par {axis} : {first} sur {len(parts)} en font {ecrire_taux(bounds[0], 0)}"
    note = (
        f"Part cumulée, de la plus grande à la plus petite ; les {min(RANGS_PARETO, len(parts))} premières."
    )
    return image_pareto(title, parts[:RANGS_PARETO], labels, measure.ecrire, bounds, note)
