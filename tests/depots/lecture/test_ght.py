"""The real lists of hospital groups, as their producers publish them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanal.depots.formats import charger
from fanal.depots.lecture import lire

GHT = Path(__file__).parents[3] / "../shared/donnees/ght"
pytestmark = pytest.mark.skipif(
    not GHT.exists(), reason="../shared/donnees/ght absent : listes réelles non vérifiées"
)


def test_national_list_in_latin_1() -> None:
    lecture = lire(GHT / "sae_ght_2023.csv", charger("sae-ght"))
    lignes = lecture.tables["sae-ght"].lignes
    assert (lecture.lues, lecture.acceptees, lecture.anomalies) == (135, 135, [])
    assert lignes.filter(lignes["nom_court_ght"] == "BFC-08")["nom_complet_ght"][0] == "JURA"
    assert "CŒUR GRAND EST" in lignes["nom_complet_ght"].to_list()
    assert len(lecture.tables["sae-ght"].colonnes_inconnues) == 200


def test_members_in_utf_8() -> None:
    lecture = lire(GHT / "membres_bfc.csv", charger("membres-ght"))
    lignes = lecture.tables["membres-ght"].lignes
    assert (lecture.lues, lecture.acceptees, lecture.anomalies) == (52, 52, [])
    assert lignes["code_ght"].n_unique() == 11
    assert lignes["role_publie"].value_counts().sort("count")["count"].to_list() == [11, 41]
