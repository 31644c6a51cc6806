"""Labels written by hand against the matching: found when their product is there, unsure when it is not."""

import sys
from pathlib import Path

import pytest

from fanal.moteurs.rapprochement.moteur import DOUTE, Catalogue, Produit, Proposition

sys.path.insert(0, str(Path(__file__).parents[3] / "bench"))
import _hostiles

Vus = list[tuple[str, str, str, list[Proposition]]]


@pytest.fixture(scope="module")
def vus() -> Vus:
    return _hostiles.eprouver()


def test_products_that_are_there_are_found(vus: Vus) -> None:
    there = [(code, ones) for _, _, code, ones in vus if code]
    assert len(there) > 480
    assert sum(ones[0].code == code for code, ones in there) / len(there) > 0.98
    assert sum(code in {one.code for one in ones} for code, ones in there) / len(there) > 0.99


@pytest.mark.parametrize(("seuil", "part", "assez"), [(0.9, 0.99, 260), (0.8, 0.98, 340), (0.5, 0.97, 400)])
def test_a_confidence_is_at_least_what_it_says(vus: Vus, seuil: float, part: float, assez: int) -> None:
    """Above each threshold, the share that is right is higher; and enough is told for it to be of use."""
    right = [bool(code) and o[0].code == code for _, _, code, o in vus if o and o[0].confiance >= seuil]
    assert len(right) > assez
    assert sum(right) / len(right) > part


def test_what_is_in_no_catalogue_is_hardly_ever_sure(vus: Vus) -> None:
    away = [ones for _, _, code, ones in vus if not code]
    assert len(away) > 550
    assert sum(bool(o) and o[0].confiance >= 0.8 for o in away) / len(away) < 0.01


@pytest.mark.parametrize(
    ("libelle", "produit"),
    [
        ("GANT EXAMEN VINYLE TAILLE M BTE 100", "Gant d'examen nitrile taille M, boîte de 100"),
        ("PREDNISOLONE 20MG CPR B20", "Prednisone 20 mg, comprimé, boîte de 20"),
        ("LAME BISTOURI N23 B100", "Lame de bistouri n° 11, boîte de 100"),
        ("TONER NOIR 10000 PAGES", "Toner noir 25 000 pages"),
        ("DRAIN REDON 10 FR", "Drain de Redon CH 12"),
        ("CLASSEUR LEVIER DOS 80 BLEU", "Classeur levier dos 50 mm bleu"),
        ("INSULINE ASPARTE 100UI/ML STYLO 3ML", "Insuline glargine 100 UI/mL, stylo de 3 mL"),
    ],
)
def test_a_word_that_no_product_bears_is_not_passed_over(libelle: str, produit: str) -> None:
    """Whether the catalogue is small or large: « vinyle » is nowhere in it, « nitrile » is."""
    others = [p for p in _hostiles.lire()[0] if "vinyle" not in p[1] and not p[1].startswith("Prednisolone")]
    for catalogue in ([], others):
        ready = Catalogue([Produit("R", produit), *(Produit(*p) for p in catalogue)])
        found = [one for one in ready.proposer([libelle])[0] if one.code == "R"]
        assert all(one.confiance <= DOUTE for one in found)


@pytest.mark.parametrize(
    ("libelle", "produit"),
    [
        ("GANT EXAMEN NITRILE TAILLE M BTE 100 ACMEX", "Gant d'examen nitrile taille M, boîte de 100"),
        ("DRAIN REDON 12FR", "Drain de Redon CH 12"),
        ("TONER NOIR 25000 PAGES", "Toner noir 25 000 pages"),
        ("PERFUSEUR 3V REGULATEUR DEBIT", "Perfuseur 3 voies avec régulateur de débit"),
        ("PARACETAMOL 1G/100ML INJ FL", "Paracétamol 10 mg/mL, solution pour perfusion, flacon de 100 mL"),
        ("CANULE ARTERIELLE 125", "Canule artérielle 125 cm"),
        ("LAMES BISTOURI NO 11", "Lame de bistouri n° 11, boîte de 100"),
    ],
)
def test_another_writing_is_still_recognised(libelle: str, produit: str) -> None:
    others = [p for p in _hostiles.lire()[0] if p[1] != produit]
    ready = Catalogue([Produit("R", produit), *(Produit(*p) for p in others)])
    first = ready.proposer([libelle])[0][0]
    assert first.code == "R" and first.confiance > 0.5
