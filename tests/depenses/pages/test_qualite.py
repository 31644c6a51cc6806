"""Data health: counted again by hand, missing told from zero, each account its own establishments."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.depenses.compute.qualite import (
    A_VENIR,
    MANQUANT,
    RECU,
    Mesure,
    ajouter,
    attendu,
    etat,
    suivant,
    trous,
)
from fanal.depenses.models import DepotLignes
from fanal.depenses.queries.qualite import mesures_du_lac, sante
from tests.depenses.pages.conftest import LIGNES, Connecte, ligne, texte

JANVIER, MARS = date(2021, 1, 1), date(2021, 3, 1)


def test_measures_are_those_of_a_plain_count(lac: DepotLignes) -> None:
    read = mesures_du_lac()
    for finess in ("210000001", "210000002"):
        for month in (JANVIER, MARS):
            rows = [r for r in LIGNES if r["finess"] == finess and r["date_commande"][:7] == f"{month:%Y-%m}"]
            got = read[finess].get(month, Mesure())
            assert got.lignes == len(rows)
            assert got.montant_ht == sum(Decimal(r["montant_ht"]) for r in rows)
            assert got.sans("marche") == sum(not r["numero_marche"] for r in rows)
            wrong = [r for r in rows if not r["code_produit"] or r["code_produit"].startswith("FAUX")]
            assert got.sans("produit") == len(wrong)
            assert got.montant_sans("produit") == sum(Decimal(r["montant_ht"]) for r in wrong)
            assert got.sans("tva") == sum(not r["taux_tva"] for r in rows)
            assert got.sans("facture") == sum(not r["numero_facture"] for r in rows)
    assert read["350000001"][JANVIER].dernier_depot == 2


def test_a_corrected_line_counts_once(lac: DepotLignes, ght: object) -> None:
    from tests.appui.lac import poser

    poser([ligne(numero_commande="C2", date_commande="2021-03-02", montant_ht="31.00")], ght=ght)
    march = mesures_du_lac()["210000001"][MARS]
    assert (march.lignes, march.montant_ht, march.sans("marche")) == (2, Decimal("26.00"), 0)
    assert march.dernier_depot == 3


def test_an_establishment_that_never_sent_anything_is_there(lac: DepotLignes) -> None:
    found = {s.finess: s for s in sante(frozenset({"350000002", "350000001"}))}
    assert not found["350000002"].mois and found["350000002"].dernier_depot is None
    assert found["350000001"].ght == "BRE-90"


def test_the_page_says_what_misses(connecte: Connecte, lac: DepotLignes) -> None:
    page = texte(connecte("directeur_achats"), "/depenses/qualite/?annee=2021")
    # Ten months of one, eleven of the other.
    assert "aucun établissement n'a transmis tous les mois attendus ; 21 mois manquent" in page
    assert "20,0 % des lignes n'ont pas de numéro de marché, 40,0 %" in page
    assert "Établissement d'essai 210000001" in page and "350000001" not in page
    assert "Numéro de marché absent" in page


def test_each_account_reads_its_own(connecte: Connecte, lac: DepotLignes) -> None:
    page = texte(connecte("dgos"), "/depenses/qualite/?annee=2021")
    assert "350000001" in page and "210000001" in page
    client = connecte("acheteur")
    assert client.get("/depenses/qualite/350000001/").status_code == 404
    assert "Manquant" in texte(client, "/depenses/qualite/210000001/?annee=2021")
    assert connecte("lecteur").get("/depenses/qualite/").status_code == 403


def test_without_any_line_the_page_says_what_to_do(connecte: Connecte) -> None:
    page = texte(connecte("directeur_achats"), "/depenses/qualite/")
    assert "Aucune ligne de commande n'a encore été reçue." in page


def test_a_month_is_due_after_the_delay() -> None:
    assert not attendu(JANVIER, date(2021, 3, 2), 30)
    assert attendu(JANVIER, date(2021, 3, 3), 30)
    assert etat(JANVIER, None, date(2021, 3, 3), 30) == MANQUANT
    assert etat(JANVIER, None, date(2021, 3, 2), 30) == A_VENIR
    assert etat(JANVIER, Mesure(lignes=1), date(2021, 3, 3), 30) == RECU


def test_holes_are_after_the_first_month() -> None:
    assert trous([], date(2022, 1, 1), 30) == []
    assert trous([MARS, JANVIER], date(2021, 6, 15), 30) == [date(2021, 2, 1), date(2021, 4, 1)]


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), max_size=8))
def test_measures_add_up(pairs: list[tuple[int, int]]) -> None:
    months = [Mesure(n, Decimal(n), {"marche": min(w, n)}, {"marche": Decimal(w)}) for n, w in pairs]
    total = ajouter(months)
    assert total.lignes == sum(n for n, _ in pairs)
    assert total.sans("marche") == sum(min(w, n) for n, w in pairs)
    share = total.part("marche")
    assert share is None if not pairs else 0 <= share <= 1


@pytest.mark.parametrize("month", [date(2021, 12, 1), date(2021, 1, 1)])
def test_the_month_after(month: date) -> None:
    after = suivant(month)
    assert (after.year * 12 + after.month) - (month.year * 12 + month.month) == 1
