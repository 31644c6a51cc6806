"""One value at a time: what is read, what is unknown and under which rule."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.marches.lecture import libelles, valeurs

LE = date(2022, 2, 10)


@pytest.mark.parametrize(
    ("recu", "lu", "regle"),
    [
        ("2019-04-25", date(2019, 4, 25), ""),
        ("2019-04-25+02:00", date(2019, 4, 25), "date-fuseau"),
        ("2019-04-25+02:00Z", date(2019, 4, 25), "date-fuseau"),
        ("2019-04-25T10:00:00Z", date(2019, 4, 25), "date-fuseau"),
        ("25/04/2019", None, "date-forme"),
        ("2019-02-30", None, "date-forme"),
        ("2019-4-25", None, "date-forme"),
        ("2019-04-25 environ", None, "date-forme"),
        ("0201-04-25", None, "date-invraisemblable"),
        ("2024-01-01", None, "date-invraisemblable"),
        ("2023-12-31", date(2023, 12, 31), ""),
    ],
)
def test_days(recu: str, lu: date | None, regle: str) -> None:
    assert valeurs.jour(recu, LE) == (lu, regle)


@pytest.mark.parametrize(
    ("recu", "lu", "regle"),
    [
        (0, None, "montant-symbolique"),
        (1, None, "montant-symbolique"),
        ("0.00", None, "montant-symbolique"),
        (2, Decimal("2.00"), ""),
        (Decimal("157944.05"), Decimal("157944.05"), ""),
        ("155 000,50", Decimal("155000.50"), ""),
        (-5, None, "montant-invalide"),
        ("douze", None, "montant-invalide"),
        (True, None, "montant-invalide"),
        (10**30, None, "montant-invalide"),
        ("NaN", None, "montant-invalide"),
    ],
)
def test_amounts(recu: Any, lu: Decimal | None, regle: str) -> None:
    assert valeurs.montant(recu) == (lu, regle)


@pytest.mark.parametrize(
    ("recu", "lu"),
    [(12, 12), ("12", 12), (600, 600), (0, None), (-3, None), (601, None), (12.5, None), ("un an", None)],
)
def test_durations(recu: Any, lu: int | None) -> None:
    assert valeurs.duree(recu) == (lu, "" if lu else "duree-impossible")


@pytest.mark.parametrize(
    ("recu", "table", "lu", "regle"),
    [
        ("33600000-6", None, "33600000", ""),
        ("33600000", None, "33600000", "cpv-sans-cle"),
        ("9310000", None, "", "cpv-forme"),
        ("33600000-6", {"33600000": "6"}, "33600000", ""),
        ("33600000-5", {"33600000": "6"}, "", "cpv-cle"),
        ("33600001-6", {"33600000": "6"}, "", "cpv-inconnu"),
        ("33600001", None, "33600001", "cpv-sans-cle"),
    ],
)
def test_cpv_is_held_to_the_table_only_when_there_is_one(
    recu: str, table: dict[str, str] | None, lu: str, regle: str
) -> None:
    assert valeurs.cpv(recu, table) == (lu, regle)


@pytest.mark.parametrize(
    ("recu", "lu", "regle"),
    [
        ("Matériel", "Matériel", ""),
        ("MatÃ©riel", "Matériel", "accents-retablis"),
        ("Mat\ufffdriel", "Mat\ufffdriel", "accents-abimes"),
        ("MAÎTRISE D'ŒUVRE", "MAÎTRISE D'ŒUVRE", ""),
        ("Ã  dÃ©finir", "Ã  dÃ©finir", "accents-abimes"),
    ],
)
def test_accents(recu: str, lu: str, regle: str) -> None:
    assert valeurs.accents(recu) == (lu, regle)


@given(st.text(alphabet="aéèàùôçœ -'ÀÉ", min_size=1, max_size=60))
def test_text_taken_for_another_encoding_comes_back_whole(texte: str) -> None:
    abime = texte.encode().decode("cp1252", "replace")
    lu, regle = valeurs.accents(abime)
    assert lu in (texte, abime) or regle == "accents-abimes"


@given(st.text(max_size=200))
def test_clean_text_can_be_written_anywhere(texte: str) -> None:
    propre = valeurs.texte(texte)
    assert "\x00" not in propre
    propre.encode("utf-8")
    assert propre == " ".join(propre.split())


@given(st.text(alphabet=st.characters(codec=None), max_size=50))
def test_half_characters_do_not_pass(texte: str) -> None:
    valeurs.texte(texte).encode("utf-8")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
        lambda c: st.lists(c),
        max_leaves=8,
    )
)
def test_whatever_comes_a_value_is_read_or_unknown(recu: Any) -> None:
    for lire in (valeurs.montant, valeurs.duree, valeurs.part, valeurs.booleen):
        lu, regle = lire(recu)  # type: ignore[operator]
        assert (lu is None) == bool(regle)
    valeurs.propre(recu)


@pytest.mark.parametrize(
    ("nom", "recu", "lu"),
    [
        (
            "procedure",
            "Marché négocié sans publicité ni mise en concurrence préalable",
            libelles.SANS_CONCURRENCE,
        ),
        ("procedure", "Procédure concurrentielle avec négociation", libelles.NEGOCIATION),
        ("procedure", "appel d’offres ouvert", "Appel d'offres ouvert"),
        ("procedure", "Proc\ufffddure adapt\ufffde", "Procédure adaptée"),
        ("procedure", "Marché de gré à gré", ""),
        ("ccag", "Maîtrise d’œuvre", "Maitrise d'œuvre"),
        ("nature", "Délégation de service public", ""),
    ],
)
def test_labels_are_translated_only_when_certain(nom: str, recu: str, lu: str) -> None:
    assert libelles.trouver(nom, recu) == lu


@pytest.mark.parametrize(
    ("code", "nature"),
    [
        ("45215100", "travaux"),
        ("33141420", "fournitures"),
        ("48000000", "fournitures"),
        ("50421000", "services"),
        ("", ""),
    ],
)
def test_the_division_says_what_is_bought(code: str, nature: str) -> None:
    assert valeurs.nature_achat(code) == nature
