"""The files people send: encodings, separators, French writing, titles above, workbooks, Parquet, quotes."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from fanal.achats.models import Nomenclature
from fanal.campagnes.actions.depot import deposer_dans_annee
from fanal.depenses.queries.lac import manifeste, stockage
from fanal.depots.models import Correspondance
from fanal.moteurs.consolidation.source import ouvrir_duckdb
from fanal.territoires.noeuds import NATIONAL
from tests.depenses.importation.conftest import INSTANT, SIMPLE, Importer, en_csv, regles_de

pytestmark = pytest.mark.django_db


def contenu() -> list[dict[str, Any]]:
    """The lines in force with their texts."""
    source = ouvrir_duckdb(manifeste(), stockage())
    values = {(v["dimension"], v["code"]): v["valeur"] for v in source.valeurs.to_pyarrow().to_pylist()}
    rows = source.lignes.to_pyarrow().to_pylist()
    for row in rows:
        for dimension in ("etablissement", "libelle", "unite", "famille", "fournisseur"):
            row[dimension] = values.get((dimension, row[dimension]))
    return sorted(rows, key=lambda r: r["numero_ligne"])


def seule() -> dict[str, Any]:
    (row,) = contenu()
    return row


@pytest.mark.parametrize(
    ("encodage", "sep"),
    [
        ("utf-8", ";"),
        ("utf-8-sig", ","),
        ("cp1252", "\t"),
        ("utf-16", ";"),
        ("cp1252", ";"),
        ("utf-8-sig", "\t"),
    ],
)
def test_encodings_and_separators(apporter: Importer, encodage: str, sep: str) -> None:
    text = en_csv({"libelle": "Éponge à 3 €", "prix_unitaire_ht": "0.10", "montant_ht": "10.00"}, sep=sep)
    depot = apporter(text.replace("\n", "\r\n").encode(encodage))
    assert (depot.acceptees, regles_de(depot)) == (1, {})
    assert (seule()["libelle"], seule()["ligne"]) == ("Éponge à 3 €", 2)


@pytest.mark.parametrize(
    ("ecrits", "attendu"),
    [
        ({"quantite": "1 000", "prix_unitaire_ht": "1 234,5", "montant_ht": "1 234 500,00 €"}, 123450000),
        ({"quantite": "1\u202f000", "prix_unitaire_ht": "0,0125", "montant_ht": "12.5"}, 1250),
        ({"quantite": "2,0", "prix_unitaire_ht": "1.234,50", "montant_ht": "2469"}, 246900),
        ({"quantite": "+3", "prix_unitaire_ht": ",5", "montant_ht": "1,50"}, 150),
        ({"quantite": "(2)", "prix_unitaire_ht": "5", "montant_ht": "10-"}, -1000),
        ({"quantite": "1e2", "prix_unitaire_ht": "5", "montant_ht": "500"}, 50000),
        ({"quantite": "1", "prix_unitaire_ht": "0,004999", "montant_ht": "0,00"}, 0),
        ({"quantite": "3", "prix_unitaire_ht": "0,335", "montant_ht": "1,005"}, 101),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(apporter: Importer, ecrits: dict[str, str], attendu: int) -> None:
    depot = apporter(en_csv(ecrits))
    assert depot.ecartees == 0
    assert seule()["montant_ht"] == attendu


@pytest.mark.parametrize(
    "ecrite",
    ["02/03/2021", "2021-03-02", "2/3/2021", "02.03.2021", "2021/03/02", "2 mars 2021", "02/03/21",
     "20210302", "02/03/2021 14:25", "2021-03-02T00:00:00", "44257"],
)  # fmt: skip
def test_dates_as_people_write_them(apporter: Importer, ecrite: str) -> None:
    apporter(en_csv({"date_commande": ecrite}))
    assert (seule()["date_commande"], seule()["mois"]) == (date(2021, 3, 2), 12 * 2021 + 2)


def test_month_first_and_decimal_sign_of_the_mapping(apporter: Importer) -> None:
    mapping = Correspondance.objects.create(
        nom="US", format="lignes_commande", niveau="national", updated_at=INSTANT,
        colonnes={"ORDER": "numero_commande", "Ignorer": ""}, formats={"dates": "mja", "decimale": "."},
    )  # fmt: skip
    text = en_csv(
        {"date_commande": "03/02/2021", "quantite": "1,000", "montant_ht": "100.00", "Ignorer": "x"}
        | {"prix_unitaire_ht": "0.10"}
    ).replace("numero_commande", "ORDER")
    depot = apporter(text, correspondance=mapping)
    assert regles_de(depot) == {}
    assert (seule()["date_commande"], seule()["quantite"]) == (date(2021, 3, 2), 10_000_000)
    assert depot.depot.lecture["lignes_commande"]["inconnues"] == ["Ignorer"]


def test_titles_above_other_spellings_blank_and_short_rows(apporter: Importer) -> None:
    text = (
        "Export de la GEF;;\n\nN° FINESS;N° de commande;N° ligne;Date de commande;"
        "LIBELLÉ;Qté;PU HT;Montant HT;Autre\n"
        "210780581;C1;1;02/03/2021;Gants;1;2;2;x\n;;;;;;;;\n\n210780581;C1;2;02/03/2021;Bande;1;3;3\n"
    )
    depot = apporter(text)
    assert (depot.lues, depot.acceptees) == (2, 2)
    assert [(r["ligne"], r["libelle"]) for r in contenu()] == [(4, "Gants"), (7, "Bande")]


def test_quotes_line_feeds_and_inch_signs(apporter: Importer) -> None:
    rows = [
        ["1", '"Gant; ""fin"""'],
        ["2", '"Sur deux\nlignes"'],
        ["3", '"Tuyau 12'],
        ["4", 'Tuyau 12"'],
        ["5", '"Tuyau" souple'],
    ]
    head = ";".join(SIMPLE) + "\n"
    text = head + "".join(f"210780581;C1;{n};02/03/2021;{libelle};100;0,10;10,00\n" for n, libelle in rows)
    depot = apporter(text)
    assert (depot.lues, depot.acceptees) == (5, 5)
    assert [r["libelle"] for r in contenu()] == [
        'Gant; "fin"', "Sur deux lignes", '"Tuyau 12', 'Tuyau 12"', '"Tuyau" souple',
    ]  # fmt: skip


def test_a_last_row_without_line_feed(apporter: Importer) -> None:
    assert apporter(en_csv({}, {"numero_ligne": "2"}).rstrip("\n")).acceptees == 2


LIGNES = [
    {"finess": "210780581", "numero_commande": "C1", "numero_ligne": "1", "date_commande": date(2021, 3, 2),
     "libelle": "Gants", "quantite": 100, "prix_unitaire_ht": 0.1, "montant_ht": 10.0, "taux_tva": 20,
     "siret_fournisseur": "73282932000074", "unite": "boîte"},
    {"finess": "210780581", "numero_commande": "C1", "numero_ligne": "2", "date_commande": date(2021, 4, 2),
     "libelle": 'Sonde "CH 12"; bleue', "quantite": 2.5, "prix_unitaire_ht": 1234.56, "montant_ht": 3086.4,
     "taux_tva": 5.5, "siret_fournisseur": None, "unite": None},
    {"finess": "210780581", "numero_commande": "C1", "numero_ligne": "3", "date_commande": date(2021, 4, 2),
     "libelle": "Faux", "quantite": 2, "prix_unitaire_ht": 1, "montant_ht": 5, "taux_tva": None,
     "siret_fournisseur": None, "unite": None},
]  # fmt: skip


def _comme_csv() -> str:
    def texte(v: Any) -> str:
        return "" if v is None else str(v)

    titles = list(LIGNES[0])
    rows = [";".join('"' + texte(x[t]).replace('"', '""') + '"' for t in titles) for x in LIGNES]
    return "\n".join([";".join(titles), *rows, ""])


def _sans_place(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in r.items() if k not in ("id", "ligne")} for r in rows]


@pytest.mark.parametrize("decimal", [False, True])
def test_workbook_and_parquet_give_what_csv_gives(apporter: Importer, tmp_path: Path, decimal: bool) -> None:
    first = apporter(_comme_csv())
    expected = _sans_place(contenu())
    assert (first.acceptees, regles_de(first)) == (2, {"montant": 1})
    classeur = tmp_path / "lignes.xlsx"
    with xlsxwriter.Workbook(classeur) as book:
        book.add_worksheet("Notes").write(0, 0, "Rien ici")
        sheet, day = book.add_worksheet("Lignes"), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write(0, 0, "Export")
        for j, title in enumerate(LIGNES[0]):
            sheet.write(2, j, title)
            for i, ligne in enumerate(LIGNES):
                value = ligne[title]
                if isinstance(value, date):
                    sheet.write_datetime(3 + i, j, value, day)
                elif value is not None:
                    sheet.write(3 + i, j, value)
    parquet = tmp_path / "lignes.parquet"
    table = pa.Table.from_pylist(LIGNES)
    if decimal:
        rang = table.schema.get_field_index("montant_ht")
        table = table.set_column(
            rang,
            "montant_ht",
            pa.array([Decimal(str(x["montant_ht"])) for x in LIGNES], pa.decimal128(12, 2)),
        )
    pq.write_table(table, parquet)
    for chemin, ligne in ((classeur, 6), (parquet, 4)):
        again = apporter(chemin)
        assert (again.acceptees, again.deja_connues, again.corrigees) == (2, 2, 0)
        assert [e["ligne"] for e in again.anomalies.get().exemples] == [ligne]
    assert _sans_place(contenu()) == expected


@pytest.fixture
def nomenclature(db: None, tmp_path: Path) -> None:
    """The families of purchases, deposited as the campaign deposits them."""
    path = tmp_path / "nomenclature.csv"
    path.write_text("code;famille;domaine;categorie\n1;MÉDICAMENTS;Dispositifs;\n2;HÔTELLERIE;Linge;Draps\n")
    deposer_dans_annee(
        type_campagne="performance", annee=2021, periode="fin-annee", chemin=path, nom_fichier=path.name,
        format="nomenclature", noeud=NATIONAL, by=None, instant=INSTANT, canal="cli",
    )  # fmt: skip


def test_families_in_any_spelling(nomenclature: None, apporter: Importer) -> None:
    """Case and accents do not matter; an unknown family is said, and the line is taken as it is written."""
    assert set(Nomenclature.objects.values_list("famille", flat=True)) == {"MÉDICAMENTS", "HÔTELLERIE"}
    depot = apporter(
        en_csv(
            {"famille": "Medicaments"},
            {"famille": "hôtellerie", "numero_ligne": "2"},
            {"famille": "Inventée", "numero_ligne": "3"},
        )
    )
    assert (depot.acceptees, depot.ecartees, regles_de(depot)) == (3, 0, {"famille_inconnue": 1})
    assert [e["ligne"] for e in depot.anomalies.get().exemples] == [4]
    assert [r["famille"] for r in contenu()] == ["MÉDICAMENTS", "HÔTELLERIE", "Inventée"]


@pytest.mark.parametrize("encodage", ["utf-8", "cp1252"])
def test_lone_carriage_returns_end_records(apporter: Importer, encodage: str) -> None:
    text = en_csv({"libelle": "Gants été"}, {"numero_ligne": "2"}).replace("\n", "\r")
    assert apporter(text.encode(encodage)).acceptees == 2
    assert contenu()[0]["libelle"] == "Gants été"


def test_not_a_number_in_parquet_is_an_empty_cell(apporter: Importer, tmp_path: Path) -> None:
    path = tmp_path / "l.parquet"
    numbers = {"quantite": [100.0, 100.0], "prix_unitaire_ht": [0.1, 0.1], "montant_ht": [10.0, float("nan")]}
    texts = {k: [v, v] for k, v in SIMPLE.items() if k not in numbers} | {"numero_ligne": ["1", "2"]}
    pq.write_table(pa.table(texts | numbers | {"taux_tva": [float("nan"), 20.0]}), path)
    depot = apporter(path)
    assert (depot.acceptees, depot.ecartees, regles_de(depot)) == (1, 1, {"requis": 1})
    assert seule()["taux_tva"] is None


def test_texts_that_a_parquet_writer_left_untyped(apporter: Importer, tmp_path: Path) -> None:
    """Bytes without a type, views, lists: texts are read as such, what is no text is an empty cell."""
    texts: dict[str, Any] = {k: [v, v] for k, v in SIMPLE.items()} | {"numero_ligne": ["1", "2"]}
    texts["finess"] = pa.array([v.encode() for v in texts["finess"]], pa.binary())
    texts["libelle"] = pa.array(["Été", "Gant"], pa.string_view())
    texts["uf"] = pa.array([[1], [2]])
    texts["numero_marche"] = pa.array([b"\xff\xfe", b"x"], pa.binary())
    path = tmp_path / "l.parquet"
    pq.write_table(pa.table(texts), path)
    depot = apporter(path)
    assert (depot.acceptees, regles_de(depot)) == (2, {})
    assert [(r["libelle"], r["uf"]) for r in contenu()] == [("Été", None), ("Gant", None)]
