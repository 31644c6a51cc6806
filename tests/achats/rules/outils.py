"""A context and lines for the tests of the controls."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from fanal import parametres
from fanal.achats.compute import RegleGains
from fanal.achats.rules import ContexteControle, Controle, controler

LE = date(2021, 12, 31)
NOMBRES = (
    "montant_reference_ttc",
    "perimetre_traite_ttc",
    "prix_reference_ttc",
    "prix_nouveau_ttc",
    "quantite_reference",
    "gain_annuel_ttc",
)
JUSTE = {
    "identifiant": "A1",
    "finess": "210780581",
    "role": "support",
    "famille": "MEDICAMENTS",
    "intitule": "Antibiotiques injectables",
    "operateur": "GHT",
    "type_effet": "Effet prix induit",
    "date_premiere_commande": date(2021, 4, 1),
    "montant_reference_ttc": "100000",
    "gain_annuel_ttc": "5000",
}


def contexte(**autres: Any) -> ContexteControle:
    """The parameters of 2021, completed by the test."""
    return ContexteControle.from_valeurs(
        parametres.jeu("achats.controles", LE),
        parametres.jeu("achats.nomenclature", LE),
        **({"annee": 2021, "regle": RegleGains()} | autres),
    )


def table(*lignes: dict[str, Any]) -> pl.DataFrame:
    """Lines that are right, changed by what each test gives (None empties a column); numbers as texts."""
    rows = []
    for i, changes in enumerate(lignes):
        row = {**JUSTE, "identifiant": f"A{i + 1}", "intitule": f"Action {i + 1}", **changes}
        rows.append({k: Decimal(v) if k in NOMBRES and v is not None else v for k, v in row.items()})
    schema: dict[str, Any] = {}
    for k in dict.fromkeys(k for r in rows for k in r):
        schema[k] = pl.Decimal(38, 6) if k in NOMBRES else pl.Date if k.startswith("date_") else pl.String
        if k in ("duree_amortissement", "_ligne"):
            schema[k] = pl.Int64
    return pl.DataFrame([{k: r.get(k) for k in schema} for r in rows], schema=schema)


def controls(*lignes: dict[str, Any], **autres: Any) -> list[Controle]:
    """Controls of such lines under the parameters of 2021."""
    return controler(table(*lignes), contexte(**autres))


def codes(*lignes: dict[str, Any], **autres: Any) -> list[tuple[int, str]]:
    """(row, code) of each control."""
    return [(c.ligne, c.code) for c in controls(*lignes, **autres)]
