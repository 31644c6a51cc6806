"""The ranking: against a plain one, on drifted labels, and what it promises."""

import math
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.moteurs.rapprochement.accord import CONTRE, TRAITS, pourquoi
from fanal.moteurs.rapprochement.lu import lire
from fanal.moteurs.rapprochement.moteur import Catalogue, Produit, Proposition, partager, poids
from tests.moteurs.rapprochement import naif

sys.path.insert(0, str(Path(__file__).parents[3] / "bench"))
from _libelles import SORTES, deriver, produits

PETIT = [
    "Paracétamol 500 mg, comprimé, boîte de 100",
    "Paracétamol 1 g, comprimé, boîte de 100",
    "Paracétamol 1 g, poudre pour solution injectable",
    "Amoxicilline 1 g, poudre pour solution injectable, boîte de 10",
    "Gants d'examen nitrile, taille 7, boîte de 100",
    "Gants d'examen nitrile, taille 8, boîte de 100",
    "Compresse de gaze 10 x 10 cm, stérile",
]


@pytest.fixture(scope="module")
def petit() -> Catalogue:
    return Catalogue([Produit(str(i), label) for i, label in enumerate(PETIT)])


def un(catalogue: Catalogue, libelle: str) -> list[Proposition]:
    return catalogue.proposer([libelle])[0]


@pytest.mark.parametrize(
    "libelle", ["PARACETAMOL CP 500MG", "gants exam T7", "amox 1g inj", "cpsse ster", "zzz"]
)
def test_likeness_is_that_of_a_plain_computation(petit: Catalogue, libelle: str) -> None:
    ranks, traits = petit.candidats([libelle])[0]
    plain = naif.cosinus(libelle, PETIT)
    assert {r for r in range(len(PETIT)) if plain[r] > 1e-9} == set(ranks)
    for rank, row in zip(ranks, traits, strict=True):
        assert math.isclose(row[TRAITS.index("cosinus")], plain[rank], abs_tol=1e-5)


def test_shares_are_exponentials_over_their_sum() -> None:
    shares = partager([2.0, 1.0], 0.5)
    whole = math.exp(2) + math.exp(1) + math.exp(0.5)
    assert shares == pytest.approx([math.exp(2) / whole, math.exp(1) / whole])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_confidence_falls_with_rank_and_stays_a_share(petit: Catalogue, libelle: str) -> None:
    found = un(petit, libelle)
    told = [p.confiance for p in found]
    assert told == sorted(told, reverse=True)
    assert [p.rang for p in found] == list(range(1, len(found) + 1))
    assert len(found) <= 5
    assert all(0 <= c <= 1 for c in told) and sum(told) <= 1 + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([1, 2, 5, 10, 20, 50, 100, 250]), st.sampled_from([1, 2, 5, 10, 20, 50, 100, 250]))
def test_a_contradicting_strength_ranks_below_an_agreeing_one(un_dosage: int, autre: int) -> None:
    if un_dosage == autre:
        return
    pair = Catalogue(
        [
            Produit("autre", f"Bisoprolol {autre} mg comprimé"),
            Produit("bon", f"Bisoprolol {un_dosage} mg comprimé"),
        ]
    )
    found = un(pair, f"BISOPROLOL CP {un_dosage}MG")
    assert found[0].code == "bon"
    assert found[0].confiance > found[1].confiance


def test_no_weight_rewards_a_contradiction() -> None:
    weights, _ = poids()
    for name, value in zip(TRAITS, weights, strict=True):
        assert value <= 0 if name in CONTRE else value >= 0


def test_a_label_cut_before_its_strength_is_less_sure(petit: Catalogue) -> None:
    whole, cut = un(petit, "PARACETAMOL 500 MG COMPRIME BOITE DE 100"), un(petit, "PARACETAMOL COMPRIME")
    assert whole[0].code == "0" and whole[0].confiance > 0.8
    assert cut[0].confiance < whole[0].confiance


def test_what_is_in_no_catalogue_is_not_sure(petit: Catalogue) -> None:
    assert all(p.confiance < 0.2 for p in un(petit, "LOCATION BARNUM FETE DU PERSONNEL"))


def test_an_empty_catalogue_and_an_empty_label(petit: Catalogue) -> None:
    assert un(Catalogue([]), "gants") == []
    assert un(Catalogue([Produit("1", "???")]), "gants") == []
    assert un(petit, "") == []


def test_reasons_are_told_in_words() -> None:
    told = pourquoi(lire("PARACETAMOL 500MG CP B/30"), lire("Paracétamol 1 g, comprimé, boîte de 30"))
    assert told == (
        "Mots communs : paracétamol, comprimé.",
        "Boîte accordée : 30.",
        "Dosage contredit : 500 mg au lieu de 1000 mg.",
    )


def test_drifted_labels_are_found_again() -> None:
    hasard = random.Random(3)
    catalogue = produits(600, part=1)
    ready = Catalogue([Produit(*p) for p in catalogue])
    kinds = [kind for kind in SORTES for _ in range(40)]
    drawn = [hasard.choice(catalogue) for _ in kinds]
    found = ready.proposer([deriver(p[1], k, hasard) for p, k in zip(drawn, kinds, strict=True)])
    first = sum(bool(f) and f[0].code == p[0] for f, p in zip(found, drawn, strict=True))
    five = sum(p[0] in {x.code for x in f} for f, p in zip(found, drawn, strict=True))
    assert first / len(kinds) > 0.93
    assert five / len(kinds) > 0.98
