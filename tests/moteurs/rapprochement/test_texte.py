"""Keys of labels: what they ignore, what they keep."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.moteurs.rapprochement.donnees import table
from fanal.moteurs.rapprochement.lu import lire
from fanal.moteurs.rapprochement.texte import LONGUEUR, SEPARATEUR, cle, jetons

BRUTS = "500 mg g 0,5 B/30 x100 boite de 30 cp inj t 7.5 ch 12 10mg/ml 10 x 20 cm 2/0 2-0 18 G b12 5 M UI /"
LIBELLES = st.lists(st.one_of(st.text(max_size=10), st.sampled_from(BRUTS.split())), max_size=12).map(
    " ".join
)


@pytest.mark.parametrize(
    ("un", "autre"),
    [
        ("Paracétamol 500 mg comprimé, boîte de 30", "PARACETAMOL 0,5 g CPR B/30"),
        ("Gants d'examen nitrile taille 7,5", "gants nitrile exam T7.5"),
        ("Énoxaparine 4 000 UI, seringue", "ENOXAPARINE 4000UI SER"),
        ("Pénicilline G 1 MUI", "penicilline g 1 000 000 ui"),
        ("Compresse 10 x 10 cm stérile, boîte de 50", "CPSSE STER 100X100MM BTE 50"),
        ("Fentanyl 100 µg", "fentanyl 0,1 mg"),
        ("Fil de suture 3/0", "FIL SUTURE 3-0"),
        ("Chlorure de sodium 0,9 % 1 L poche", "NaCl 0.9% poche 1000 mL"),
        ("500 mg paracétamol comprimé", "comprimé paracétamol 500 mg"),
    ],
)
def test_ways_of_writing_the_same(un: str, autre: str) -> None:
    assert cle(un) == cle(autre)


@pytest.mark.parametrize(
    ("un", "autre"),
    [
        ("Paracétamol 500 mg", "Paracétamol 1 g"),
        ("Paracétamol 500 mg B/30", "Paracétamol 500 mg B/100"),
        ("Lidocaïne 5 mg adrénaline 1 mg", "Lidocaïne 1 mg adrénaline 5 mg"),
        ("Adrénaline 5 mg lidocaïne 1 mg", "Lidocaïne 5 mg adrénaline 1 mg"),
        ("Gants sans latex", "Gants latex"),
        ("Compresse 10 x 20 cm", "Compresse 10 x 10 cm"),
        ("Morphine 10 mg/ml", "Morphine 10 mg"),
    ],
)
def test_different_products_keep_different_keys(un: str, autre: str) -> None:
    assert cle(un) != cle(autre)


def test_a_package_before_a_strength_is_no_number_of_thousands() -> None:
    assert cle("boîte de 100 500 mg") == "500mg|b/100"
    assert cle("vitamine B12") == "b12|vitamine"


@settings(max_examples=400, deadline=None)
@given(LIBELLES)
def test_the_key_of_a_key_is_itself(libelle: str) -> None:
    key = cle(libelle)
    assert cle(key) == key
    assert len(key) <= LONGUEUR


@settings(max_examples=200, deadline=None)
@given(st.lists(st.from_regex(r"[a-z]{2,9}", fullmatch=True), max_size=8), st.randoms())
def test_words_in_another_order_keep_the_bag(mots: list[str], hasard) -> None:  # type: ignore[no-untyped-def]
    autres = [*mots]
    hasard.shuffle(autres)
    assert Counter(cle(SEPARATEUR.join(mots)).split(SEPARATEUR)) == Counter(
        cle(SEPARATEUR.join(autres)).split(SEPARATEUR)
    )
    assert cle(SEPARATEUR.join(mots)) == cle(SEPARATEUR.join(autres))


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 999))
def test_strengths_in_any_unit(milligrammes: int) -> None:
    grammes = f"{milligrammes / 1000:.3f}".replace(".", ",")
    ways = [f"{milligrammes} mg", f"{milligrammes}MG", f"{grammes} g", f"{milligrammes * 1000} µg"]
    assert len({cle(w) for w in ways}) == 1
    assert lire(ways[0]).mesures["mg"] == {str(milligrammes)}


def test_a_rate_and_a_volume_tell_the_mass() -> None:
    assert lire("morphine 10 mg/ml 5 ml").mesures["mg"] == {"50"}
    assert lire("morphine 50 mg/5 ml").mesures["mg/ml"] == {"10"}
    assert lire("lidocaïne 1 %").mesures["mg/ml"] == {"10"}


def test_every_abbreviation_leads_to_words_that_stay() -> None:
    for court, longs in table().mots.items():
        for long in longs:
            assert jetons(long) in ((long,), ()), (court, long)
        assert court not in longs
