from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.interface import nombres, rendu
from fanal.interface.nombres import Absence, Valeur

FINE, ESPACE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("fonction", "valeur", "attendu"),
    [
        (nombres.ecrire_montant, Decimal("1234.56"), f"1{FINE}234,56{ESPACE}€"),
        (nombres.ecrire_montant, "-0.005", f"−0,01{ESPACE}€"),
        (nombres.ecrire_montant, 0, f"0,00{ESPACE}€"),
        (nombres.ecrire_millions, 21_400_000, f"21,4{ESPACE}M€"),
        (nombres.ecrire_millions, 640_000, f"640{FINE}000{ESPACE}€"),
        (nombres.ecrire_millions, 0, f"0{ESPACE}€"),
        (nombres.ecrire_taux, Decimal("0.123"), f"12,3{ESPACE}%"),
        (nombres.ecrire_taux, 1, f"100,0{ESPACE}%"),
        (nombres.ecrire_nombre, Decimal("1234.500"), f"1{FINE}234,5"),
        (nombres.ecrire_nombre, 1e6, f"1{FINE}000{FINE}000"),
        (nombres.ecrire_date, date(2025, 12, 31), "31/12/2025"),
        (nombres.ecrire_date, datetime(2025, 6, 30, 22, 5, tzinfo=UTC), "01/07/2025 à 00:05"),
    ],
)
def test_written_as_in_french(fonction, valeur, attendu):
    assert fonction(valeur) == attendu


@pytest.mark.parametrize("valeur", [None, "", "NC", float("nan"), float("inf"), Absence.SANS_OBJET, True])
def test_what_is_no_number_is_never_written_as_one(valeur):
    assert nombres.ecrire_montant(valeur) is None
    assert nombres.ecrire_taux(valeur) is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_an_amount_reads_back(montant):
    ecrit = nombres.ecrire_montant(montant)
    lu = ecrit.replace(FINE, "").replace(f"{ESPACE}€", "").replace(",", ".").replace("−", "-")
    assert Decimal(lu) == montant


def test_zero_missing_and_not_applicable_look_different():
    vus = {rendu.en_html(v, "montant") for v in (0, None, Absence.NON_RENSEIGNE, Absence.SANS_OBJET)}
    assert len(vus) == 4
    assert "non calculable" in rendu.en_html(None, "taux")
    assert "non renseigné" in rendu.en_html(None, "date")
    assert 'class="absence"' not in rendu.en_html(0, "montant")


def test_a_text_is_escaped_and_a_mark_can_be_read():
    html = rendu.en_html(Valeur("<b>", marque='Corrigé : "trop"', url="/x?a=1&b=2"))
    assert "&lt;b&gt;" in html and "<b>" not in html
    assert 'aria-label="Valeur corrigée. Corrigé : &quot;trop&quot;"' in html
    assert 'href="/x?a=1&amp;b=2"' in html
