"""One line for each rule: what sets it aside, what only marks it, and the sentence."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from fanal.depenses.actions.entretien import verifier
from fanal.depenses.models import FichierLac
from fanal.depenses.queries.lac import stockage
from fanal.depots import formats
from fanal.depots.lecture import lire
from fanal.depots.models import Correspondance
from fanal.moteurs.lac.entree import phrases
from tests.depenses.importation.conftest import INSTANT, SIMPLE, Importer, en_csv, regles_de

pytestmark = pytest.mark.django_db

CIP_JUSTE, CIP_FAUX = "3400930000007", "3400930000008"
SIRET_JUSTE = "73282932000074"

REFUS = [
    ("requis", {"libelle": ""}, "libelle"),
    ("requis", {"numero_ligne": "NC"}, "numero_ligne"),
    ("type", {"quantite": "cent"}, "quantite"),
    ("type", {"date_commande": "31/02/2021"}, "date_commande"),
    ("type", {"prix_unitaire_ht": "9999999999"}, "prix_unitaire_ht"),
    ("type", {"taux_tva": "vingt"}, "taux_tva"),
    ("enumeration", {"type_ligne": "X"}, "type_ligne"),
    ("code_abrege", {"numero_commande": "3,4E+12"}, "numero_commande"),
    ("code_abrege", {"code_produit": "3,40093E+12"}, "code_produit"),
    ("etablissement_inconnu", {"finess": "999999999"}, "finess"),
    ("date_impossible", {"date_commande": "02/03/1999"}, "date_commande"),
    ("date_impossible", {"date_reception": "02/03/2031"}, "date_reception"),
    ("montant", {"montant_ht": "10,02"}, "montant_ht"),
    ("avoir_positif", {"type_ligne": "avoir"}, "montant_ht"),
    ("avoir_positif", {"type_ligne": "remise"}, "montant_ht"),
    ("gratuite_payante", {"type_ligne": "unites_gratuites"}, "montant_ht"),
]


@pytest.mark.parametrize(("regle", "change", "colonne"), REFUS)
def test_set_aside(apporter: Importer, regle: str, change: dict[str, str], colonne: str) -> None:
    depot = apporter(en_csv(change, {"numero_ligne": "2"}))
    assert (depot.lues, depot.acceptees, depot.ecartees) == (2, 1, 1)
    assert regles_de(depot).keys() == {regle}
    anomalie = depot.anomalies.get()
    assert (anomalie.nombre, anomalie.gravite) == (1, "refus")
    (exemple,) = anomalie.exemples
    assert (exemple["ligne"], exemple["colonne"]) == (2, colonne)
    assert exemple["valeur"] == (SIMPLE | change).get(colonne, "")
    assert exemple["phrase"].startswith(f"Ligne 2, colonne « {colonne} » : ") and exemple["phrase"].endswith(
        "."
    )
    (fichier,) = FichierLac.objects.filter(depot=depot, genre="ecartees")
    (gardee,) = pq.read_table(stockage().chemin(fichier.nom)).to_pylist()
    assert gardee["_ligne"] == 2
    assert gardee["_motifs"] == [
        {"regle": regle, "colonne": colonne, "valeur": exemple["valeur"], "phrase": exemple["phrase"]}
    ]
    assert {k: v or "" for k, v in gardee.items() if not k.startswith("_")} == SIMPLE | change


CONTROLES = [
    ("reception_avant_commande", {"date_reception": "01/03/2021"}),
    ("facture_avant_commande", {"date_facture": "01/03/2021"}),
    ("taux_tva", {"taux_tva": "19,6"}),
    ("cle_siret", {"siret_fournisseur": "73282932000075"}),
    ("cle_siret", {"siret_fournisseur": "00000000000000"}),
    ("cle_produit", {"code_produit": CIP_FAUX}),
    ("cle_produit", {"code_produit": "0000000000000"}),
    ("cle_produit", {"code_produit": "0000000"}),
    ("cle_produit", {"code_produit": "ABC"}),
    ("avoir_deduit", {"quantite": "-100", "montant_ht": "-10,00"}),
    ("commande_negative", {"type_ligne": "commande", "quantite": "-100", "montant_ht": "-10,00"}),
]


@pytest.mark.parametrize(("regle", "change"), CONTROLES)
def test_marked(apporter: Importer, regle: str, change: dict[str, str]) -> None:
    depot = apporter(en_csv(change))
    assert (depot.acceptees, depot.ecartees) == (1, 0)
    assert regle in regles_de(depot)
    assert depot.anomalies.get(regle=regle).gravite == "controle"
    rows = [
        row
        for f in FichierLac.objects.filter(depot=depot, genre="controles")
        for row in pq.read_table(stockage().chemin(f.nom)).to_pylist()
    ]
    assert regle in {row["regle"] for row in rows if row["ligne"] == 2}


def test_nothing_to_say_of_a_right_line(apporter: Importer) -> None:
    full = {
        "uf": "2103", "type_ligne": "commande", "date_reception": "09/03/2021", "date_facture": "31/03/2021",
        "numero_facture": "F1", "code_article": "A1", "code_produit": CIP_JUSTE, "compte_m21": "602261",
        "siret_fournisseur": SIRET_JUSTE, "numero_marche": "2021M014", "quantite_recue": "100",
        "quantite_facturee": "100", "unite": "boîte", "taux_tva": "20", "montant_facture_ht": "10,00",
    }  # fmt: skip
    depot = apporter(en_csv(full))
    assert regles_de(depot) == {}
    assert (depot.acceptees, depot.montant_accepte_ht) == (1, 10)


def test_a_duplicate_names_the_first_line(apporter: Importer) -> None:
    depot = apporter(en_csv({}, {"numero_ligne": "2"}, {"libelle": "Autre"}))
    assert (depot.acceptees, depot.ecartees, regles_de(depot)) == (2, 1, {"doublon": 1})
    (exemple,) = depot.anomalies.get().exemples
    assert exemple["ligne"] == 4 and "la ligne 2 porte déjà" in exemple["phrase"]


def test_the_ordinary_reading_sets_aside_the_same_duplicate(apporter: Importer, tmp_path: Path) -> None:
    """`fanal verifier` and the intake judge the key of the format alike."""
    text = en_csv({}, {"numero_ligne": "2"}, {"libelle": "Autre"}, {"finess": "250000015"})
    (exemple,) = apporter(text).anomalies.get().exemples
    (tmp_path / "f.csv").write_text(text)
    read = lire(tmp_path / "f.csv", formats.charger("lignes_commande"), isolee=False)
    (found,) = [a for a in read.anomalies if a.gravite == "refus"]
    assert (found.regle, found.ligne) == ("doublon", exemple["ligne"]) == ("doublon", 4)
    assert "figure déjà à la ligne 2" in found.phrase
    assert [r["code"] for r in formats.regles("lignes_commande")].count("doublon") == 1


def test_the_first_is_the_first_accepted(apporter: Importer) -> None:
    depot = apporter(en_csv({"montant_ht": "99,00"}, {}))
    assert (depot.acceptees, regles_de(depot)) == (1, {"montant": 1})


def test_outside_of_the_territory(apporter: Importer) -> None:
    depot = apporter(en_csv({}, {"finess": "250000015"}), finess_permis=frozenset({"250000015"}))
    assert regles_de(depot) == {"hors_territoire": 1}


def test_a_line_with_too_many_cells(apporter: Importer) -> None:
    text = en_csv({}) + ";".join([*SIMPLE.values(), "reste"]) + "\n"
    assert regles_de(apporter(text)) == {"ligne_trop_longue": 1}


def test_amounts_within_a_cent_and_within_the_rounding_of_prices(apporter: Importer) -> None:
    lines = en_csv(
        {"montant_ht": "10,01"},
        {"numero_ligne": "2", "montant_ht": "9,99"},
        {"numero_ligne": "3", "quantite": "1000", "prix_unitaire_ht": "0,08", "montant_ht": "83,40"},
    )
    assert regles_de(apporter(lines)) == {"montant": 1}
    mapping = _correspondance(formats={"decimales_prix": "2"})
    assert regles_de(apporter(lines, correspondance=mapping)) == {}


def test_a_price_with_more_decimals_than_the_lake_keeps(apporter: Importer) -> None:
    # A box of 30 at 12.35 € ordered by the tablet: 83 333.33 € is right, though the lake keeps 0.083333 €.
    right = {"quantite": "1000000", "prix_unitaire_ht": "0,08333333", "montant_ht": "83333,33"}
    wrong = right | {"numero_ligne": "2", "montant_ht": "83333,36"}
    rounded = right | {"numero_ligne": "3", "prix_unitaire_ht": "0,083333"}
    returned = right | {"numero_ligne": "4", "type_ligne": "avoir", "quantite": "-1000000"}
    back = returned | {"numero_ligne": "5", "montant_ht": "-83333,33"}
    depot = apporter(en_csv(right, wrong, rounded, returned, back))
    assert regles_de(depot) == {"montant": 3, "avoir_positif": 1}
    assert depot.montant_accepte_ht == 0


def test_a_fraction_for_a_vat_rate_is_told(apporter: Importer) -> None:
    anomalie = apporter(en_csv({"taux_tva": "0,2"})).anomalies.get()
    assert anomalie.exemples[0]["phrase"].endswith("Écrivez 20 pour 20 %.")


def test_codes_exported_with_a_decimal(apporter: Importer) -> None:
    depot = apporter(en_csv({"finess": f"{SIMPLE['finess']}.0", "code_produit": f"{CIP_JUSTE}.0"}))
    assert (depot.acceptees, regles_de(depot)) == (1, {})


def _correspondance(**champs: Any) -> Correspondance:
    return Correspondance.objects.create(
        nom=f"essai {Correspondance.objects.count()}", format="lignes_commande", niveau="national",
        updated_at=INSTANT, **champs,
    )  # fmt: skip


def test_credit_notes_written_positive(apporter: Importer) -> None:
    mapping = _correspondance(
        formats={"avoirs": "positifs"}, codes={"type_ligne": {"A": "avoir", "C": "commande"}}
    )
    text = en_csv(
        {"type_ligne": "C", "code_article": "A1"},
        {
            "type_ligne": "A",
            "numero_ligne": "2",
            "code_article": "A1",
            "quantite": "10",
            "montant_ht": "1,00",
        },
    )
    depot = apporter(text, correspondance=mapping)
    assert regles_de(depot) == {}
    assert depot.montant_accepte_ht == 9


def test_a_credit_note_larger_than_its_order(apporter: Importer) -> None:
    depot = apporter(
        en_csv({}, {"numero_ligne": "2", "type_ligne": "avoir", "quantite": "-200", "montant_ht": "-20,00"})
    )
    assert regles_de(depot) == {"avoir_superieur": 1}


def test_rebates_are_counted_apart(apporter: Importer) -> None:
    depot = apporter(
        en_csv(
            {},
            {
                "numero_ligne": "2",
                "type_ligne": "remise",
                "quantite": "1",
                "prix_unitaire_ht": "-3",
                "montant_ht": "-3",
            },
        )
    )
    assert (depot.montant_accepte_ht, depot.remises_ht) == (7, -3)


def test_every_rule_says_what_to_do() -> None:
    for code, gravite, titre, phrase in phrases.REGLES:
        assert gravite in ("refus", "controle", "information") and not titre.endswith(".")
        assert phrase.endswith(".") and len(phrase) > 40, code


@pytest.mark.parametrize(
    ("ecrit", "compte"),
    [
        ("2000000000,50", "2000000000.50"), ("-2 000 000 000,50", "-2000000000.50"),
        ("100000000000", "100000000000.00"), ("100000000001", "0.00"), ("3400930000014", "0.00"),
        ("99999999999999999999", "0.00"), ("abc", "0.00"),
    ],
)  # fmt: skip
def test_an_amount_too_large_is_set_aside_for_what_it_says(
    apporter: Importer, ecrit: str, compte: str
) -> None:
    """Above a billion a line is set aside and its amount counts there; beyond a hundred, it is no amount."""
    enorme = {"numero_ligne": "2", "quantite": "1", "prix_unitaire_ht": ecrit, "montant_ht": ecrit}
    depot = apporter(en_csv({}, enorme))
    assert (depot.acceptees, depot.ecartees, depot.montant_accepte_ht) == (1, 1, 10)
    assert depot.montant_ecarte_ht == Decimal(compte)
    anomaly = depot.anomalies.get()
    assert (anomaly.regle, anomaly.montant_ht) == ("type", Decimal(compte))
    assert verifier(instant=INSTANT).fautes == []


@pytest.mark.parametrize(
    ("ecrit", "centimes", "signale"),
    [
        ("1.200", 120, True), ("-12.500", -1250, True), ("0.500", 50, False), ("1,200", 120, False),
        ("1.20", 120, False), ("1.2000", 120, False), ("1.200,00", 120_000, False), ("1 200", 120_000, False),
    ],
)  # fmt: skip
def test_an_amount_that_may_be_thousands_is_marked(
    apporter: Importer, ecrit: str, centimes: int, signale: bool
) -> None:
    line = {"quantite": "1", "prix_unitaire_ht": ecrit, "montant_ht": ecrit, "type_ligne": "commande"}
    depot = apporter(en_csv(line))
    marks = {"nombre_ambigu": 1} if signale else {}
    assert (depot.acceptees, depot.montant_accepte_ht) == (1, Decimal(centimes) / 100)
    assert {k: n for k, n in regles_de(depot).items() if k != "commande_negative"} == marks
    known = Correspondance.objects.create(
        nom="GEF", format="lignes_commande", niveau="national", updated_at=INSTANT, formats={"decimale": ","}
    )  # fmt: skip
    if signale:
        again = apporter(en_csv(line), correspondance=known)
        assert (again.corrigees, again.montant_accepte_ht) == (1, Decimal(centimes) * 10)
        assert "nombre_ambigu" not in regles_de(again)
