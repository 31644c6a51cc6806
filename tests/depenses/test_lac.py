"""The register and the lake together: a line in force, a correction, the past."""

from typing import Any

import pytest

from fanal.depenses.queries.lac import codes_etablissements, manifeste, stockage
from fanal.moteurs.consolidation.source import ouvrir_duckdb
from tests.appui.lac import poser

LIGNE = {
    "finess": "210780581",
    "numero_commande": "C1",
    "numero_ligne": "1",
    "date_commande": "2021-03-02",
    "libelle": "Gants nitrile",
    "quantite": "100",
    "prix_unitaire_ht": "0.10",
    "montant_ht": "10.00",
    "taux_tva": "20",
}


def _somme(version: int | None = None) -> tuple[int, int]:
    source = ouvrir_duckdb(manifeste(version), stockage())
    lignes = source.lignes
    found: Any = lignes.aggregate(n=lignes.count(), s=lignes.montant_ht.sum()).to_pyarrow().to_pylist()[0]
    return found["n"], int(found["s"] or 0)


@pytest.mark.django_db
def test_a_correction_replaces_and_the_past_stays_readable() -> None:
    poser([LIGNE, {**LIGNE, "numero_ligne": "2"}])
    assert _somme() == (2, 2000)
    poser([{**LIGNE, "montant_ht": "12.00", "prix_unitaire_ht": "0.12"}])
    assert _somme() == (2, 2200)
    assert _somme(version=1) == (2, 2000)
    assert codes_etablissements(["210780581", "710780000"]) == {"210780581": 1}


@pytest.mark.django_db
def test_an_empty_lake_has_no_line() -> None:
    source = ouvrir_duckdb(manifeste(), stockage())
    assert source.lignes.count().to_pyarrow().as_py() == 0
