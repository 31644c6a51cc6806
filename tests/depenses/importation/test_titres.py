"""A file without titles: its first line is never taken for titles and lost."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fanal.depenses.models import DepotLignes
from fanal.depots.models import Correspondance
from fanal.refus import Inutilisable
from tests.depenses.importation.conftest import INSTANT, SIMPLE, Importer, en_csv, regles_de

pytestmark = pytest.mark.django_db
CHAMPS = list(SIMPLE)
SANS = en_csv({}, {"numero_ligne": "2"}).partition("\n")[2]


def mapping(colonnes: list[str], **formats: str) -> Correspondance:
    return Correspondance.objects.create(
        nom="GEF", format="lignes_commande", niveau="national", updated_at=INSTANT,
        colonnes=dict(zip(colonnes, CHAMPS, strict=True)), formats=formats,
    )  # fmt: skip


def test_its_first_line_is_not_taken_for_titles(apporter: Importer) -> None:
    for options in ({}, {"correspondance": mapping(SANS.partition("\n")[0].split(";"))}):
        with pytest.raises(Inutilisable, match="ressemble à une ligne de commande") as refus:
            apporter(SANS, **options)
        assert "« 210780581 »" in str(refus.value) and "elle ne serait pas comptée" in str(refus.value)
    assert not DepotLignes.objects.exclude(numero=None).exists()


@pytest.mark.parametrize("debut", ["", "\ufeff", "sep=;\n"])
def test_it_is_counted_once_the_file_is_said_to_have_none(apporter: Importer, debut: str) -> None:
    gef = mapping([f"Colonne {rang}" for rang in range(1, 9)], titres="absents")
    depot = apporter(debut + SANS, correspondance=gef)
    assert (depot.lues, depot.acceptees, depot.montant_accepte_ht) == (2, 2, 20)
    wrong = apporter(SANS.replace("10,00", "99"), correspondance=gef)
    assert (wrong.lues, regles_de(wrong)) == (2, {"montant": 2})
    first = wrong.anomalies.get().exemples[0]
    assert first["ligne"] == 1 and first["phrase"].startswith("Ligne 1,")
    # The lines set aside come back under the names of their columns, which are titles.
    again = apporter(
        ";".join([f"Colonne {r}" for r in range(1, 9)]) + ";Ligne d'origine\n" + SANS.split("\n")[0] + ";1\n",
        correspondance=gef,
    )
    assert (again.lues, again.deja_connues) == (1, 1)


def test_a_workbook_without_titles(apporter: Importer, tmp_path: Path) -> None:
    book: Any = openpyxl.Workbook()
    for row in SANS.strip().split("\n"):
        book.active.append(row.split(";"))
    book.save(tmp_path / "lignes.xlsx")
    gef = mapping([f"Colonne {rang}" for rang in range(1, 9)], titres="absents")
    assert apporter(tmp_path / "lignes.xlsx", correspondance=gef).acceptees == 2
    with pytest.raises(Inutilisable, match="ressemble à une ligne"):
        apporter(tmp_path / "lignes.xlsx")


def test_titles_that_are_numbers_are_still_titles(apporter: Importer) -> None:
    """A column that holds a year, or one that the mapping names by a figure."""
    text = en_csv({"uf": "1"}).replace("uf", "2021").replace("quantite", "12")
    titles = text.partition("\n")[0].split(";")
    gef = Correspondance.objects.create(
        nom="GEF", format="lignes_commande", niveau="national", updated_at=INSTANT, formats={},
        colonnes={"12": "quantite", "2021": "uf"},
    )  # fmt: skip
    assert "12" in titles and apporter(text, correspondance=gef).acceptees == 1
