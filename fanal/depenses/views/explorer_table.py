"""The table of the explorer: every figure opens the lines it was computed from."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from fanal.depenses.compute.croise import AUTRES, Rang
from fanal.depenses.mots import AXES, MESURES, nommer
from fanal.depenses.queries.exploration import Exploration
from fanal.depenses.views.demande import Demande, en_mots
from fanal.depenses.views.lieu import Lieu
from fanal.interface.ici import parametre
from fanal.interface.tableaux import Absence, Colonne, Tableau, Valeur

Noms = Mapping[str, Mapping[str | None, str]]
# For who reads sums only, a figure opens what it is made of one step below.
DESSOUS = {
    "region": "ght",
    "ght": "finess",
    "finess": "famille",
    "famille": "siret_fournisseur",
    "siret_fournisseur": "numero_marche",
}


def noms(asked: Demande, found: Exploration) -> Noms:
    """The words of every value shown, by axis."""
    words = {axis: nommer(axis, {r.cles[i] for r in found.rangs}) for i, axis in enumerate(asked.lignes)}
    if asked.colonne:
        words[asked.colonne] = {**nommer(asked.colonne, found.colonnes), AUTRES: "Autres"}
    return words


def adresse_lignes(asked: Demande, place: Lieu, *values: tuple[str, str | None]) -> str:
    """The page of the lines behind a figure: the filters of the view, and the values of its group."""
    filters = asked.filtres
    for axis, value in values:
        filters = filters.avec(axis, "=", value)
    territory = urlencode({"territoire": parametre(place.noeud)})
    return f"{reverse('depenses:lignes')}?{territory}&{filters.en_requete()}"


def adresse_dessous(asked: Demande, place: Lieu, *values: tuple[str, str | None]) -> str:
    """The explorer one step below a figure, for who may not open its lines."""
    filters = asked.libres
    for axis, value in values:
        filters = filters.avec(axis, "=", value)
    taken = {c.axe for c in filters.conditions}
    axis = next((DESSOUS[a] for a in asked.lignes if a in DESSOUS and DESSOUS[a] not in taken), "")
    if not axis:
        axis = "mois" if "mois" not in taken else "type_ligne"
    below = Demande(
        (axis,), "", asked.mesure, "auto", asked.du, asked.au, asked.etablissement, asked.famille, filters
    )
    return f"{reverse('depenses:explorer')}?{below.requete(place)}"


def tableau(asked: Demande, found: Exploration, names: Noms, place: Lieu) -> Tableau:
    """Rows in the order of the measure, a column per value of the other axis, the total."""
    measure = MESURES[asked.mesure]
    opens = adresse_lignes if place.prix else adresse_dessous

    def pairs(row: Rang) -> list[tuple[str, str | None]]:
        return list(zip(asked.lignes, row.cles, strict=True))

    def cell(column: str | None) -> Any:
        def read(row: Rang) -> Any:
            if column not in row.valeurs:
                return Absence.SANS_OBJET
            if column == AUTRES:
                return row.valeurs[column]
            return Valeur(
                row.valeurs[column], url=lambda: opens(asked, place, *pairs(row), (asked.colonne, column))
            )

        return read

    columns = [
        *_keys(asked, names),
        *(
            Colonne(
                f"c{j}",
                names[asked.colonne][column],
                measure.genre,
                valeur=cell(column),
                total=_total(found, measure.additive, found.totaux_colonnes.get(column), _at(column)),
                decimales=_decimals(asked.mesure),
            )
            for j, column in enumerate(found.colonnes)
        ),
        Colonne(
            "total",
            "Total" if found.colonnes else measure.titre,
            measure.genre,
            valeur=lambda row: Valeur(row.total, url=lambda: opens(asked, place, *pairs(row))),
            total=_total(found, measure.additive, found.total, lambda row: row.total),
            decimales=_decimals(asked.mesure),
        ),
    ]
    if measure.additive and found.total and found.total > 0:
        columns.append(Colonne("part", "Part", "taux", valeur=lambda row: _share(row, found.total)))
    return Tableau(
        nom="croisement",
        titre=_title(asked),
        lignes=list(found.rangs),
        vide="Aucune ligne de commande ne répond à ces choix.",
        filtres=en_mots(asked.filtres),
        colonnes=columns,
    )


def _title(asked: Demande) -> str:
    axes = " et ".join(AXES[a].lower() if AXES[a] != "GHT" else "GHT" for a in asked.lignes)
    return f"{MESURES[asked.mesure].titre} par {axes}"


def _keys(asked: Demande, names: Noms) -> list[Colonne]:
    """The columns of the row axes. Months stay in their order, which their words do not tell."""

    def read(i: int, axis: str) -> Any:
        return lambda row: names[axis][row.cles[i]] if row.cles[i] else None

    return [
        Colonne(f"axe{i}", AXES[axis], valeur=read(i, axis), triable=axis not in ("mois", "trimestre"))
        for i, axis in enumerate(asked.lignes)
    ]


def _decimals(mesure: str) -> int | None:
    return {"prix_moyen_ht": 4, "quantite": 0}.get(mesure)


def _share(row: Rang, total: Decimal | None) -> Decimal | None:
    return None if row.total is None or not total else row.total / total


def _at(column: str | None) -> Any:
    return lambda row: row.valeurs.get(column)


def _total(found: Exploration, additive: bool, whole: Decimal | None, read: Any) -> Any:
    """The total of a column: the whole as long as no row is filtered out, else the sum when it means one."""

    def total(kept: Sequence[Rang]) -> Any:
        values = [v for row in kept if (v := read(row)) is not None]
        if len(kept) == len(found.rangs) and whole is not None:
            return whole
        return sum(values, Decimal(0)) if additive and values else Absence.NON_CALCULABLE

    return total
