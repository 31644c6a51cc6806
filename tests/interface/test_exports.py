from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.test import RequestFactory

from fanal.interface.exports import MENTION, exporter, neutraliser
from fanal.interface.tableaux import Colonne, Tableau, Valeur

COLONNES = [
    Colonne("nom", "Nom"),
    Colonne("gain", "Gain", "montant", total="somme"),
    Colonne("taux", "Taux", "taux", aide="Part du montant de référence."),
    Colonne("jour", "Jour", "date"),
]
LIGNES = [
    {
        "nom": '=HYPERLINK("x")',
        "gain": Decimal("1234.56"),
        "taux": Decimal("0.1234"),
        "jour": date(2021, 3, 14),
    },
    {
        "nom": "Écran ; 24 pouces",
        "gain": Valeur(Decimal("-7.00"), marque="Corrigé."),
        "taux": None,
        "jour": None,
    },
    {"nom": "Gants", "gain": None, "taux": Decimal(0), "jour": date(2020, 1, 1)},
]


def tableau(**options):
    return Tableau("gains", COLONNES, LIGNES, titre="Gains", **options)


def test_csv_opens_in_a_french_spreadsheet():
    reponse = exporter(tableau(demonstration=False), "csv")
    assert reponse.content.startswith(b"\xef\xbb\xbf")
    lignes = reponse.content.decode("utf-8-sig").split("\r\n")
    assert lignes[0] == "Nom;Gain (€);Taux (%);Jour"
    assert lignes[1] == '"\'=HYPERLINK(""x"")";1234,56;12,34;14/03/2021'
    assert lignes[2] == '"Écran ; 24 pouces";-7;;'
    assert lignes[3] == "Gants;;0;01/01/2020"
    assert reponse["Content-Disposition"] == 'attachment; filename="fanal-gains.csv"'


def test_demonstration_data_are_labelled_everywhere():
    assert (
        MENTION in exporter(tableau(demonstration=True), "csv").content.decode("utf-8-sig").split("\r\n")[0]
    )
    classeur = openpyxl.load_workbook(BytesIO(exporter(tableau(demonstration=True), "xlsx").content))
    assert classeur["Données"]["A2"].value == MENTION
    assert MENTION in {cellule.value for ligne in classeur["À lire"].iter_rows() for cellule in ligne}


def test_xlsx_cells_are_typed_and_totals_compute():
    classeur = openpyxl.load_workbook(BytesIO(exporter(tableau(demonstration=False), "xlsx").content))
    feuille = classeur["Données"]
    assert [c.value for c in feuille[4]] == ["Nom", "Gain (€)", "Taux", "Jour"]
    assert feuille["A5"].value == '\'=HYPERLINK("x")' and feuille["A5"].data_type == "s"
    assert feuille["B5"].value == 1234.56 and feuille["B5"].number_format == "#,##0.00"
    assert feuille["C5"].value == 0.1234 and feuille["C5"].number_format == "0.0%"
    assert feuille["D5"].value.date() == date(2021, 3, 14)
    assert feuille["C6"].value is None and feuille["B7"].value is None and feuille["C7"].value == 0
    assert feuille["B8"].value == "=SUBTOTAL(109,B5:B7)"
    calcule = openpyxl.load_workbook(BytesIO(exporter(tableau(), "xlsx").content), data_only=True)
    assert calcule["Données"]["B8"].value == pytest.approx(1227.56)


def test_the_export_is_the_filtered_sorted_set_of_the_address():
    requete = RequestFactory().get("/?gains.q=gan&gains.tri=nom&gains.cols=nom")
    texte = exporter(tableau(demonstration=False), "csv", requete).content.decode("utf-8-sig")
    assert texte == "Nom\r\nGants\r\n"


@pytest.mark.parametrize("texte", ["=1+1", "+1", "-1", "@x", "\tx", "\r=1", "\n=1", "|calc"])
def test_what_would_run_is_neutralised(texte):
    assert neutraliser(texte) == f"'{texte}"


def test_a_plain_text_is_left_alone():
    assert neutraliser("Énergie 2021") == "Énergie 2021"


def test_an_empty_table_is_a_valid_file():
    vide = Tableau("gains", COLONNES, [], titre="Gains", demonstration=False)
    feuille = openpyxl.load_workbook(BytesIO(exporter(vide, "xlsx").content))["Données"]
    assert feuille.max_row == 4
    assert exporter(vide, "csv").content.decode("utf-8-sig") == "Nom;Gain (€);Taux (%);Jour\r\n"
