"""Each control on the smallest line that calls it, and on the nearest one that does not."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.achats.compute import Reference, performance
from fanal.achats.rules import REGLES, Bornes, controler
from tests.achats.rules.outils import JUSTE, codes, contexte, controls, table

PRIX = {
    "prix_reference_ttc": "10",
    "prix_nouveau_ttc": "8",
    "quantite_reference": "1000",
    "montant_reference_ttc": None,
}
CAS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    # Nothing tells the amount at the old price.
    ({"montant_reference_ttc": None}, ["reference_absente", "perimetre_absent"]),
    ({"montant_reference_ttc": None, "perimetre_traite_ttc": "95000"}, ["reference_absente"]),
    ({"montant_reference_ttc": "0"}, ["reference_absente"]),
    ({"montant_reference_ttc": "-5"}, ["reference_absente"]),
    ({**PRIX, "gain_annuel_ttc": "2000"}, []),
    # No gain, no date; a plan that is not yet notified has neither.
    ({"gain_annuel_ttc": None}, ["gain_absent"]),
    ({"date_premiere_commande": None}, ["date_absente"]),
    (
        {
            "statut": "envisagée",
            "gain_annuel_ttc": None,
            "date_premiere_commande": None,
            "montant_reference_ttc": None,
        },
        [],
    ),
    ({"statut": "En cours", "gain_annuel_ttc": None, "date_premiere_commande": None}, []),
    ({"statut": "notifiée", "gain_annuel_ttc": None}, ["gain_absent"]),
    ({"statut": "en cours", "date_premiere_commande": None}, ["date_absente"]),
    # The window must touch 2021.
    ({"date_premiere_commande": date(2020, 1, 2)}, []),
    ({"date_premiere_commande": date(2020, 1, 1)}, ["date_hors_fenetre"]),
    ({"date_premiere_commande": date(2021, 12, 31)}, []),
    ({"date_premiere_commande": date(2022, 1, 1)}, ["date_hors_fenetre"]),
    ({"date_premiere_commande": date(9999, 12, 31)}, ["date_hors_fenetre"]),
    # Bounds: above, never at.
    ({"gain_annuel_ttc": "30000"}, []),
    ({"gain_annuel_ttc": "30000.01"}, ["performance_sup_borne"]),
    ({"gain_annuel_ttc": "99999.99"}, ["performance_sup_borne"]),
    ({"gain_annuel_ttc": "100000"}, ["performance_sup_100"]),
    ({"gain_annuel_ttc": "-90000"}, []),
    # A perimeter at the new price is converted first: 40/100 there is 28,6 % at the old price.
    (
        {"montant_reference_ttc": None, "perimetre_traite_ttc": "100", "gain_annuel_ttc": "40"},
        ["reference_absente"],
    ),
    (
        {"montant_reference_ttc": None, "perimetre_traite_ttc": "100", "gain_annuel_ttc": "400"},
        ["reference_absente", "performance_sup_borne"],
    ),
    # (P0 − P1) × Q, within a euro, for price effects only.
    ({**PRIX, "gain_annuel_ttc": "2001"}, []),
    ({**PRIX, "gain_annuel_ttc": "2001.01"}, ["gain_different_prix_quantite"]),
    ({**PRIX, "gain_annuel_ttc": "-2000"}, ["gain_different_prix_quantite"]),
    ({**PRIX, "gain_annuel_ttc": "2500", "type_effet": "Effet volume"}, []),
    ({**PRIX, "gain_annuel_ttc": "2500", "type_effet": None}, []),
    (
        {**PRIX, "gain_annuel_ttc": "2500", "type_effet": "EFFET  PRIX INDUIT"},
        ["gain_different_prix_quantite"],
    ),
    ({**PRIX, "gain_annuel_ttc": "400", "nature_depense": "investissement", "duree_amortissement": 5}, []),
    (
        {**PRIX, "gain_annuel_ttc": "1999", "nature_depense": "investissement", "duree_amortissement": 5},
        ["performance_sup_borne", "gain_different_prix_quantite"],
    ),
    # Lists.
    ({"famille": "Médicaments"}, []),
    ({"famille": "Fleurs"}, ["famille_inconnue"]),
    ({"famille": None}, ["famille_inconnue"]),
    ({"famille": ""}, ["famille_inconnue"]),
    ({"type_effet": "Effet de manche"}, ["type_effet_inconnu"]),
    ({"operateur": "NATIONAL", "nom_operateur": "UNIHA"}, []),
    ({"operateur": "NATIONAL", "nom_operateur": "Inconnu SA"}, ["operateur_inconnu"]),
    ({"operateur": "REGIONAL", "nom_operateur": None}, ["operateur_inconnu"]),
    ({"operateur": "UNICANCER", "nom_operateur": None}, []),
    ({"operateur": "GHT", "nom_operateur": "Inconnu SA"}, []),
    # A gain needs an action that is under way, and the buyer as its cause.
    ({"statut": "abandonnée"}, ["statut_incoherent"]),
    ({"statut": "Envisagee"}, ["statut_incoherent"]),
    ({"statut": "notifiée"}, []),
    ({"cause_prix": "acheteur"}, []),
    ({"cause_prix": "revision"}, ["cause_prix_non_acheteur"]),
]


@pytest.mark.parametrize(("changes", "attendus"), CAS, ids=range(len(CAS)))
def test_codes(changes: dict[str, Any], attendus: list[str]) -> None:
    assert [code for _, code in codes(changes)] == attendus


def test_every_remark_is_a_sentence_on_a_column_of_the_format() -> None:
    trouves = [c for changes, _ in CAS for c in controls(changes)]
    trouves += controls({}, {"finess": "999999999"}, finess_ght=frozenset({"210780581"}))
    trouves += controls(
        {"date_premiere_commande": date(2020, 5, 1)}, identifiants_precedents=frozenset({"A1"})
    )
    trouves += controls({"intitule": "x"}, {"intitule": "x"})
    trouves += controls({}, achats_annuels={"210780581": Decimal(10)})
    trouves += controls({"numero_marche": "M"}, lignes_operateurs=operateur("M", 100))
    assert {c.code for c in trouves} == set(REGLES)
    for c in trouves:
        assert c.phrase[0].isupper() and c.phrase.endswith((".", "?")), c.phrase
        assert "  " not in c.phrase and "None" not in c.phrase and "Decimal" not in c.phrase
        assert c.colonne in table({}).columns or c.colonne in (
            "perimetre_traite_ttc",
            "numero_marche",
            "nom_operateur",
            "statut",
            "cause_prix",
        )
        assert c.gravite in ("controle", "information")
        assert not (c.bloquant and c.gravite == "information")
        assert 0 <= c.poids <= 1 and (c.poids > 0 or c.gravite == "information")


def test_the_bound_says_whether_the_line_explains_itself() -> None:
    sans, avec, forte = controls(
        {"gain_annuel_ttc": "40000"},
        {"gain_annuel_ttc": "40000", "explication": "Passage au générique après appel d'offres."},
        {"gain_annuel_ttc": "70000"},
    )
    assert sans.commentaire_dgos == "Performance supérieure aux bornes de contrôle (sans explication précise)"
    assert avec.commentaire_dgos == "Performance supérieure aux bornes de contrôle (avec explication précise)"
    assert avec.poids < sans.poids < forte.poids
    assert [c.donnees["niveau"] for c in (sans, avec, forte)] == ["alerte", "alerte", "forte"]
    assert "40,0\u00a0%" in sans.phrase and "30\u00a0%" in sans.phrase
    assert "50\u00a0%" in forte.phrase


def test_bounds_by_family() -> None:
    bornes = {"Biomédical": Bornes(Decimal("0.05"), Decimal("0.10"), Decimal("0.12"))}
    trouves = controls(
        {"gain_annuel_ttc": "6000"},
        {"gain_annuel_ttc": "6000", "famille": "BIOMEDICAL"},
        {"gain_annuel_ttc": "13000", "famille": "biomédical"},
        bornes_familles=bornes,
    )
    assert [(c.ligne, c.code) for c in trouves] == [
        (2, "performance_sup_borne"),
        (3, "performance_sup_borne"),
        (3, "non_atteignable"),
    ]
    assert trouves[-1].commentaire_dgos == "Performance non atteignable"


@pytest.mark.parametrize(("achats", "attendu"), [("4999.99", True), ("5000", False), ("0", False)])
def test_a_gain_above_all_purchases_cannot_be_reached(achats: str, attendu: bool) -> None:
    trouves = controls(
        {"montant_reference_ttc": None, "perimetre_traite_ttc": "200000"},
        achats_annuels={"210780581": Decimal(achats)},
    )
    assert ("non_atteignable" in [c.code for c in trouves]) is attendu


def test_outside_the_ght_only_when_its_establishments_are_known() -> None:
    assert codes({"finess": "999999999"}) == []
    assert codes({}, {"finess": "999999999"}, finess_ght=frozenset({"210780581"})) == [(2, "finess_hors_ght")]


def test_same_action_twice() -> None:
    meme = {"intitule": "Gants", "numero_marche": "M-1"}
    trouves = controls(
        meme, {**meme, "numero_marche": "m 1", "intitule": "Autre titre"}, {**meme, "numero_marche": "M2"}
    )
    assert [(c.ligne, c.code) for c in trouves] == [(2, "action_en_double")]
    assert "ligne 1" in trouves[0].phrase and "A1" in trouves[0].phrase
    sans_numero = {"intitule": "Gants"}
    assert codes(sans_numero, {"intitule": "GANTS "}) == [(2, "action_en_double")]
    assert codes(sans_numero, {**sans_numero, "gain_annuel_ttc": "5000.01"}) == []
    assert codes(sans_numero, {**sans_numero, "finess": "210780001"}) == []


def test_already_in_the_previous_campaign() -> None:
    precedents = frozenset({"A1", "A3"})
    lignes = [{"date_premiere_commande": date(2020, 6, 1)}] * 2 + [{}]
    assert codes(*lignes, identifiants_precedents=precedents) == [(1, "deja_reporte")]


def operateur(marche: str, gain: int, finess: str = "210780581", nom: str | None = "UniHA") -> pl.DataFrame:
    return pl.DataFrame(
        {"numero_marche": [marche], "finess": [finess], "nom_operateur": [nom], "gain_c": [gain * 100]}
    )


def test_the_same_gain_claimed_by_an_operator() -> None:
    ligne = {"numero_marche": "M-1", "date_premiere_commande": date(2021, 1, 1)}
    (c,) = controls(ligne, lignes_operateurs=operateur("m1", 3000))
    assert (c.code, c.gravite) == ("gain_declare_deux_fois", "controle")
    assert (c.donnees["ght"], c.donnees["operateur"], c.donnees["retenu"], c.donnees["ecart"]) == (
        5000,
        3000,
        3000,
        2000,
    )
    for figure in ("UniHA", "3\u202f000\u00a0€", "5\u202f000\u00a0€", "2\u202f000\u00a0€"):
        assert figure in c.phrase
    (plus,) = controls(ligne, lignes_operateurs=operateur("m1", 8000))
    assert (plus.gravite, plus.donnees["retenu"]) == ("information", 5000)
    (egal,) = controls(ligne, lignes_operateurs=operateur("m1", 5000))
    assert "concordent" in egal.phrase
    assert codes(ligne, lignes_operateurs=operateur("m2", 3000)) == []
    assert codes(ligne, lignes_operateurs=operateur("m1", 3000, finess="210780001")) == []


def test_lines_of_one_contract_are_compared_together_for_their_part_of_the_year() -> None:
    un = {"numero_marche": "M", "date_premiere_commande": date(2021, 1, 1)}
    deux = {**un, "date_premiere_commande": date(2020, 7, 2), "gain_annuel_ttc": "3650"}
    trouves = controls(un, deux, {**un, "date_premiere_commande": None}, lignes_operateurs=operateur("M", 1))
    doubles = [c for c in trouves if c.code == "gain_declare_deux_fois"]
    assert [c.ligne for c in doubles] == [1, 2]
    # 5 000 € of 2021, and 182 days of 365 of the 3 650 € begun on 2 July 2020.
    assert {c.donnees["ght"] for c in doubles} == {Decimal("6820.00")}
    assert "2 lignes" in doubles[0].phrase


def test_hints_of_a_wrong_price_gain() -> None:
    (inverse,) = controls({**PRIX, "gain_annuel_ttc": "-2000"})
    assert "signe semble inversé" in inverse.phrase
    investi = {**PRIX, "prix_nouveau_ttc": "9", "nature_depense": "investissement", "duree_amortissement": 5}
    (entier,) = [c for c in controls({**investi, "gain_annuel_ttc": "1000"}) if c.code.startswith("gain_")]
    assert "durée d'amortissement (5 ans)" in entier.phrase
    assert entier.donnees["gain_calcule"] == 200
    (absent, *_) = controls({**PRIX, "gain_annuel_ttc": None})
    assert absent.donnees == {"gain_calcule": Decimal(2000)}


def test_a_perimeter_column_in_use_makes_its_holes_visible() -> None:
    (trou,) = controls({"perimetre_traite_ttc": "95000"}, {"perimetre_traite_ttc": None})
    assert (trou.ligne, trou.code, trou.gravite) == (2, "perimetre_absent", "information")


def test_family_close_to_a_known_one_is_offered() -> None:
    (c,) = controls({"famille": "MEDICAMENT"})
    assert "Vouliez-vous dire « MEDICAMENTS »" in c.phrase


def test_a_form_is_a_table_of_one_line_and_columns_may_be_missing() -> None:
    minimale = pl.DataFrame(
        {k: [JUSTE[k]] for k in ("identifiant", "finess", "role", "intitule", "operateur")}
    )
    trouves = [c.code for c in controler(minimale, contexte())]
    assert trouves == [
        "reference_absente",
        "perimetre_absent",
        "gain_absent",
        "date_absente",
        "famille_inconnue",
    ]
    assert controler(minimale.clear(), contexte()) == []


@pytest.mark.parametrize("type_", [pl.Float64, pl.Int64])
def test_numbers_may_come_as_floats_or_integers(type_: Any) -> None:
    nombres = ("montant_reference_ttc", "gain_annuel_ttc")
    actions = table({"montant_reference_ttc": "49747", "gain_annuel_ttc": "165381"}).with_columns(
        pl.col(nombres).cast(type_)
    )
    assert [c.code for c in controler(actions, contexte())] == ["performance_sup_100"]


ABSURDE = st.one_of(
    st.none(),
    st.sampled_from(["0", "-1", "1e30", "-1e30", "0.000001"]),
    st.integers(-(10**12), 10**12).map(str),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "montant_reference_ttc": ABSURDE,
                "perimetre_traite_ttc": ABSURDE,
                "prix_reference_ttc": ABSURDE,
                "prix_nouveau_ttc": ABSURDE,
                "quantite_reference": ABSURDE,
                "gain_annuel_ttc": ABSURDE,
                "date_premiere_commande": st.one_of(st.none(), st.dates()),
                "duree_amortissement": st.one_of(st.none(), st.integers(1, 50)),
                "nature_depense": st.sampled_from([None, "", "investissement", "exploitation"]),
                "statut": st.sampled_from([None, "", "envisagée", "notifiée"]),
                "numero_marche": st.sampled_from([None, "", "M", "--"]),
                "explication": st.one_of(st.none(), st.text(max_size=5)),
            }
        ),
        min_size=1,
        max_size=5,
    )
)
def test_no_value_however_absurd_breaks_the_controls(lignes: list[dict[str, Any]]) -> None:
    options = {
        "achats_annuels": {"210780581": Decimal(10**6)},
        "lignes_operateurs": operateur("M", 1),
        "identifiants_precedents": frozenset({"A1"}),
    }
    for c in controls(*lignes, **options):
        assert c.phrase


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_bounds_are_exact_to_the_cent(reference_c: int, gain_c: int) -> None:
    reference, gain = Decimal(reference_c).scaleb(-2), Decimal(gain_c).scaleb(-2)
    taux = performance(gain, Reference(reference, "declaree"))
    assert taux is not None
    trouves = [
        code for _, code in codes({"montant_reference_ttc": str(reference), "gain_annuel_ttc": str(gain)})
    ]
    attendus = ["performance_sup_100"] if gain >= reference else []
    if not attendus and gain * 10 > reference * 3:
        attendus = ["performance_sup_borne"]
    assert trouves == attendus
