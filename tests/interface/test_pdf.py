from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pypdf
import pytest

from fanal.interface import images, pdf
from fanal.interface.images import Barre
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne

INSTANT = datetime(2022, 3, 14, 9, 0, tzinfo=UTC)
COLONNES = [Colonne("nom", "Région"), Colonne("gain", "Gains", "montant"), Colonne("taux", "Taux", "taux")]


def donnees(lignes):
    image = images.classement("Un classement", [Barre("Bretagne", Decimal(2_000_000))])
    return {
        "titre": "Résultats 2021",
        "sous_titre": "Une phrase qui répond.",
        "chiffres": [{"titre": "Gains retenus", "valeur": "21,4 M€", "aide": "134 % de l'objectif"}],
        "dessins": [{"titre": image.titre, "svg": images.svg(image)}],
        "tableaux": [pdf.table("Par région", COLONNES, lignes, ["Total", Decimal(3), ""])],
        "notes": ["Une #note avec *des* signes de Typst."],
    }


def texte(contenu):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(contenu)).pages).replace(
        "\u202f", " "
    )


def test_a_document_says_what_the_page_says():
    lignes = [["Bretagne", Decimal("1234.5"), Decimal("0.123")], ["Corse", None, Absence.SANS_OBJET]]
    lu = texte(pdf.composer("interface/documents/tableau.typ", donnees(lignes), instant=INSTANT))
    for attendu in (
        "Résultats 2021",
        "Gains (€)",
        "1 234,50",
        "12,3",
        "non calculable",
        "sans objet",
        "Total",
    ):
        assert attendu in lu
    assert "Démonstration : données fictives" in lu
    assert "Produit le 14/03/2022 à 10:00" in lu and "Page 1 sur 1" in lu
    assert "Une #note avec *des* signes" in lu


def test_the_mention_is_for_the_demonstration_only():
    contenu = pdf.composer(
        "interface/documents/tableau.typ", donnees([]), instant=INSTANT, demonstration=False
    )
    assert "Démonstration" not in texte(contenu)


def test_a_long_table_repeats_its_header():
    lignes = [[f"Ligne {i}", Decimal(i), None] for i in range(150)]
    contenu = pdf.composer("interface/documents/tableau.typ", donnees(lignes), instant=INSTANT)
    pages = pypdf.PdfReader(BytesIO(contenu)).pages
    assert len(pages) > 2 and all("Gains (€)" in page.extract_text() for page in pages)


@pytest.mark.parametrize("modele", ["interface/documents/absent.typ", "../pyproject.toml", "/etc/passwd"])
def test_a_model_outside_the_package_is_not_read(modele):
    with pytest.raises(FileNotFoundError):
        pdf.composer(modele, donnees([]), instant=INSTANT)
