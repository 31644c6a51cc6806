"""The printed tables are read as printed, each with its source."""

from decimal import Decimal

import pytest

from fanal.achats.resultats_publies import table, tables


@pytest.mark.parametrize("code", tables())
def test_each_table_names_its_source(code: str) -> None:
    publiee = table(code)
    assert publiee.source.startswith("Présentation de la campagne 2021")
    assert publiee.titre and publiee.lignes
    for ligne in publiee.lignes.values():
        assert tuple(ligne) == publiee.colonnes[1:]


def test_values_keep_their_printed_precision() -> None:
    performance = table("performance_2021")
    assert performance.valeur("HdF", "gains_retenus_meur") == Decimal("29.0")
    assert str(performance.valeur("GUYANE", "gains_retenus_meur")) == "0.0"
    assert performance.arrondi("gains_retenus_meur") == Decimal("0.05")
    assert performance.arrondi("taux_atteinte_pct") == Decimal("0.5")


def test_what_is_not_printed_is_none() -> None:
    acteurs = table("acteurs_2021")
    assert acteurs.valeur("GHT", "gains_operateurs_meur") is None
    assert acteurs.valeur("AUTRE", "gains_retenus_meur") is None
    assert table("surperformance").total is None


def test_sums_printed_in_the_source_hold() -> None:
    performance = table("performance_2021")
    assert sum(v["gains_retenus_meur"] or 0 for v in performance.lignes.values()) == Decimal("363.1")
    assert sum(v["objectif_meur"] or 0 for v in performance.lignes.values()) == Decimal("316.5")
    couverture = table("couverture")
    for ligne in couverture.lignes.values():
        assert ligne["cumul"] == sum(ligne[a] or 0 for a in ("2019", "2020", "2021"))
    assert sum(v["gains_retenus_meur"] or 0 for v in table("acteurs_2021").lignes.values()) == 363
