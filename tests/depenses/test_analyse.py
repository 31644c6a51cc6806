"""Spend through the register: what the account reads, the filters, the lines behind a figure."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.depenses.commandes.analyser import run, show
from fanal.depenses.queries.analyse import Filtres, analyser, lignes
from fanal.depenses.queries.portee import Portee
from fanal.depenses.queries.requetes import depassements, pareto, reperes
from fanal.marches.models import Marche
from fanal.refus import Inutilisable
from fanal.territoires.models import Ght
from tests.appui.lac import poser

LIGNE: dict[str, Any] = {
    "finess": "210000001",
    "numero_commande": "C1",
    "numero_ligne": "1",
    "date_commande": "2021-03-02",
    "libelle": "Gants nitrile",
    "quantite": "100",
    "prix_unitaire_ht": "0.10",
    "montant_ht": "10.00",
    "taux_tva": "20",
    "famille": "HÔTELLERIE",
}
LIGNES = [
    LIGNE,
    {**LIGNE, "numero_ligne": "2", "famille": "", "date_commande": "2021-04-01"},
    {**LIGNE, "finess": "210000002", "numero_ligne": "3", "prix_unitaire_ht": "0.30", "montant_ht": "30.00"},
]


@pytest.fixture
def lac(ght: Ght) -> None:
    poser(LIGNES)


def test_spend_by_family_and_ght(lac: None) -> None:
    found = analyser(["famille", "ght"], ["montant_ht", "commandes", "prix_moyen_ht"])
    assert found.lignes == [
        {
            "famille": "HÔTELLERIE",
            "ght": "BFC-90",
            "montant_ht": Decimal("40.00"),
            "commandes": 2,
            "prix_moyen_ht": Decimal("0.200000"),
        },
        {
            "famille": None,
            "ght": "BFC-90",
            "montant_ht": Decimal("10.00"),
            "commandes": 1,
            "prix_moyen_ht": Decimal("0.100000"),
        },
    ]
    assert found.totaux == {
        "montant_ht": Decimal("50.00"),
        "commandes": 2,
        "prix_moyen_ht": Decimal("0.166667"),
    }


def test_the_command_takes_the_words_of_people(lac: None) -> None:
    asked = run("etablissement,famille", filtres=["marche=", "etablissement=210000001"])
    assert asked["axes"] == ["etablissement", "famille"]
    known = run("finess,famille", filtres=["numero_marche=", "finess=210000001"])
    assert len(asked["lignes"]) == 2
    assert [list(line.values()) for line in asked["lignes"]] == [list(x.values()) for x in known["lignes"]]
    assert {line["etablissement"] for line in asked["lignes"]} == {"210000001"}
    with pytest.raises(Inutilisable, match="deux fois"):
        run("finess,etablissement")


def test_an_account_reads_its_establishments_and_no_price_of_others(lac: None) -> None:
    both = Portee(frozenset({"210000001", "210000002"}), frozenset({"210000001"}))
    found = analyser(["finess"], ["montant_ht", "prix_moyen_ht", "quantite"], portee=both)
    assert found.masque
    assert {(x["finess"], x["prix_moyen_ht"], x["quantite"]) for x in found.lignes} == {
        ("210000001", Decimal("0.100000"), Decimal(200)),
        ("210000002", None, None),
    }
    one = Portee(frozenset({"210000001"}), frozenset())
    assert analyser([], portee=one).lignes == [{"montant_ht": Decimal("20.00")}]
    seen = lignes(portee=both)
    assert (seen.total, seen.masquees) == (2, 1)
    assert {x["finess"] for x in seen.lignes} == {"210000001"}


def test_the_command_line_writes_decimal_strings_and_null(lac: None) -> None:
    document = run("famille,mois", filtres=["mois>=2021-04"])
    assert document["lignes"] == [{"famille": None, "mois": "2021-04", "montant_ht": "10.00"}]


def test_the_command_line_tells_what_an_amount_with_vat_leaves_out(
    ght: Ght, capsys: pytest.CaptureFixture[str]
) -> None:
    poser([*LIGNES, {**LIGNE, "numero_ligne": "4", "taux_tva": "", "montant_ht": "10.00"}], ght=ght)
    document = run("famille", mesures=["montant_ttc,montant_ht"])
    assert (document["totaux"]["montant_ttc"], document["sans_tva_ht"]) == ("60.00", "10.00")
    show(document)
    said = capsys.readouterr().out.replace("\u202f", " ").replace("\xa0", " ")
    assert "48,00" in said and "ne compte pas 10,00 € HT de lignes sans taux de TVA" in said
    assert "sans_tva_ht" not in run("famille")


@pytest.mark.parametrize(
    ("axes", "mesures", "filtres", "dit"),
    [
        ("couleur", (), (), "siret_fournisseur"),
        ("famille", ("poids",), (), "montant_ht"),
        ("famille", (), ("couleur=bleu",), "siret_fournisseur"),
        ("famille", (), ("mois>=mars",), "AAAA-MM"),
        ("famille", (), ("famille",), "famille=MEDICAMENTS"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(
    lac: None, axes: str, mesures: tuple[str, ...], filtres: tuple[str, ...], dit: str
) -> None:
    with pytest.raises(Inutilisable) as refus:
        run(axes, mesures=mesures, filtres=filtres)
    assert dit in refus.value.phrase


def test_filters_are_read_again_from_an_address() -> None:
    filtres = Filtres.lire(['famille="Gants, masques",', "mois>=2021-01"])
    assert filtres.conditions[0].valeurs == ("Gants, masques", "")
    assert Filtres.lire(filtres.textes()) == filtres


TEXTES = st.text(alphabet=" aé5=,;\"'~<>!", max_size=8).map(str.strip)


@given(st.lists(TEXTES, min_size=1, max_size=3), st.sampled_from(["=", "!="]))
def test_any_value_is_read_again_from_an_address(valeurs: list[str], operateur: str) -> None:
    filtres = Filtres().avec("libelle", operateur, *valeurs)
    assert Filtres.lire(filtres.textes()) == filtres


def test_a_list_of_rates_is_not_a_decimal() -> None:
    assert Filtres.lire(["taux_tva=10,20"]).conditions[0].valeurs == ("10", "20")
    for typed in ("taux_tva=5,5", "taux_tva!=2,1", "taux_tva=1,05"):
        with pytest.raises(Inutilisable, match="virgule"):
            Filtres.lire([typed])


def test_benchmarks_stand_beside_what_lines_show_and_are_never_derived(ght: Ght) -> None:
    poser(
        [{**LIGNE, "compte_m21": "60211", "uf": "1001"}, {**LIGNE, "numero_ligne": "9", "compte_m21": "6063"}]
    )
    seen, found = reperes(le=date(2022, 2, 10))
    assert seen["pui"].montant_moyen_ligne == Decimal("10.00")
    assert seen["magasin"].par_uf_et_an is None
    told = {(r.activite, r.code): (r.repere, r.observe) for r in found}
    assert told["pui", "montant_moyen_ligne"] == (Decimal("352.31"), Decimal("10.00"))
    assert told["pui", "commandes_par_uf"] == (Decimal("149920.77"), Decimal("120.00"))
    assert told["magasin", "stock_moyen_par_lit"] == (Decimal("242.68"), None)


def test_pareto_takes_its_thresholds_from_the_parameters(lac: None) -> None:
    found = pareto("famille", le=date(2022, 2, 10))
    assert [(r.valeur, r.classe) for r in found.rangs] == [("HÔTELLERIE", "A")]
    assert found.non_renseigne_ht == Decimal("10.00")


def test_spend_by_operator_and_coverage_follows_the_register(ght: Ght, maintenant: datetime) -> None:
    contract = Marche.objects.create(
        niveau="ght",
        ght=ght,
        identifiant="M-1",
        objet="Gants",
        date_debut=date(2021, 1, 1),
        date_fin_totale=date(2021, 3, 31),
        created_at=maintenant,
        updated_at=maintenant,
    )
    poser([{**x, "numero_marche": "m 1"} for x in LIGNES])
    ways = analyser(["couverture"], ["lignes"], Filtres.lire(["operateur=GHT"]))
    assert {x["couverture"]: x["lignes"] for x in ways.lignes} == {"couvert": 2, "hors_dates": 1}
    assert depassements({contract.pk: Decimal("35.00")})[0].premier_jour == date(2021, 3, 2)
    assert depassements({contract.pk: Decimal("50.00")}) == []


def test_a_rebate_without_a_unit_does_not_hide_a_price(ght: Ght) -> None:
    """A year-end rebate and free units are in no price: the unit they are written in does not matter."""
    bought = {**LIGNE, "unite": "boîte"}
    rebate = {"type_ligne": "remise", "quantite": "0", "prix_unitaire_ht": "0", "montant_ht": "-2.00"}
    free = {"type_ligne": "unites_gratuites", "prix_unitaire_ht": "0", "montant_ht": "0", "unite": "pièce"}
    poser([bought, {**LIGNE, **rebate, "numero_ligne": "2"}, {**bought, **free, "numero_ligne": "3"}])
    found = analyser(["famille"], ["montant_ht", "prix_moyen_ht"])
    assert [(row["montant_ht"], row["prix_moyen_ht"]) for row in found.lignes] == [
        (Decimal("8.00"), Decimal("0.100000"))
    ]
    poser([{**bought, "numero_ligne": "4", "unite": "pièce"}])
    assert analyser(["famille"], ["prix_moyen_ht"]).lignes[0]["prix_moyen_ht"] is None
