import json
import re
from decimal import Decimal

import pytest
from defusedxml import ElementTree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.interface import cartes, echelles, images
from fanal.interface.images import Barre, Empilee, Serie

BARRES = [
    Barre("Bretagne", Decimal(21_400_000), Decimal(16_000_000)),
    Barre("Corse", Decimal(0), Decimal(500_000)),
    Barre("Guyane", None, Decimal(200_000)),
    Barre("Mayotte", Decimal(120_000), None),
]


def test_objectives_name_every_case_in_words():
    image = images.objectifs("La Bretagne dépasse son objectif", BARRES)
    assert "Bretagne : 21,4\u00a0M€, 134\u00a0%" in image.alternative
    assert "Corse : 0\u00a0€, 0\u00a0%" in image.alternative
    assert "Guyane : non calculable" in image.alternative
    assert "Mayotte : 120\u202f000\u00a0€, objectif non renseigné" in image.alternative


def test_beyond_seven_the_rest_is_gathered_and_nothing_is_lost():
    barres = [Barre(f"F{i}", Decimal(i * 1_000_000)) for i in range(1, 13)]
    texte = images.classement("Titre", barres).json
    assert "Autres (5)" in texte and '"F6"' in texte and '"F5"' not in texte
    valeurs = [float(v) for v in re.findall(r'"valeur": ([0-9.]+)', texte)]
    assert sum(valeurs) == 78_000_000
    assert "Autres" not in images.classement("Titre", barres[:8]).json


def test_parts_are_laid_end_to_end_losses_on_the_other_side():
    empilee = Empilee("GHT", (("A", Decimal(10)), ("B", Decimal(-4)), ("C", Decimal(5))))
    image = images.origines("Titre", [empilee])
    segments = {
        m["part"]: (m["debut"], m["fin"]) for m in next(iter(json.loads(image.json)["datasets"].values()))
    }
    assert segments == {"A": (0, 10), "B": (-4, 0), "C": (10, 15)}
    assert [nom for _, nom in image.cles] == ["A", "B", "C"]


@pytest.mark.parametrize(
    "image",
    [
        images.objectifs("Objectifs", BARRES),
        images.classement("Classement", BARRES),
        images.origines("Origines", [Empilee("GHT", (("A", Decimal(3)), ("B", None)))]),
        images.historique("Histoire", [Serie("Corse", ((2019, Decimal("0.2")), (2020, None)))], "taux"),
        images.objectifs("Vide", []),
        images.historique("Vide", []),
    ],
    ids=lambda image: image.titre,
)
def test_each_picture_is_drawn_without_a_browser(image):
    texte = images.svg(image, 500)
    ElementTree.fromstring(texte)
    assert "var(--" not in texte
    assert images.png(image, 300).startswith(b"\x89PNG")


def test_equal_rows_give_the_same_picture_at_no_cost():
    assert images.objectifs("T", BARRES) is images.objectifs("T", list(BARRES))


def test_a_specification_cannot_leave_its_script():
    image = images.classement("T", [Barre("</script><script>alert(1)", Decimal(1_000_000))])
    assert image.script.count("</script>") == 1
    corps = image.script.removeprefix('<script type="application/json">').removesuffix("</script>")
    assert json.loads(corps) == json.loads(image.json)


def test_classes_are_centred_on_the_objective():
    rangs = [
        echelles.classer(Decimal(v), echelles.ATTEINTE)
        for v in ("0", "0.79", "0.8", "0.95", "1", "1.05", "1.2", "3")
    ]
    assert rangs == [0, 0, 1, 2, 2, 3, 4, 4]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.decimals(min_value=1, max_value=10**9, places=2), max_size=40))
def test_amount_classes_are_at_most_five_and_in_order(valeurs):
    bornes = echelles.bornes_montants(valeurs)
    assert len(bornes) <= 4 and list(bornes) == sorted(set(bornes))
    assert len(echelles.classes_montants(bornes)) == len(bornes) + 1


def valeur(code, nom, montant):
    return cartes.ValeurRegion(code, nom, None if montant is None else Decimal(montant), f"/r/{code}/")


REGIONS = [
    valeur("53", "Bretagne", "1.34"),
    valeur("94", "Corse", "0"),
    valeur("11", "Île-de-France", None),
    valeur("06", "Mayotte & <îles>", "0.4"),
]


@pytest.fixture
def fond(monkeypatch):
    """A map of three régions, whatever the assets."""
    monkeypatch.setattr(cartes, "fond", lambda: {"53": "M0 0l1 1z", "94": "M2 2l1 1z", "11": "M4 4l1 1z"})


def test_the_map_tells_zero_from_missing(fond):
    carte = cartes.carte("Titre", REGIONS, "atteinte")
    assert [classe.titre for classe in carte.classes][-2:] == ["zéro", "non calculable"]
    racine = ElementTree.fromstring(str(carte.svg))
    noms = [lien.attrib["aria-label"] for lien in racine.iter("a")]
    assert noms == ["Bretagne : 134\u00a0%", "Corse : 0\u00a0%", "Île-de-France : non calculable"]
    styles = re.findall(r'carte-plein ([a-z0-9-]+)"', str(carte.svg))
    assert styles == ["div-5", "zero", "hachure"]


def test_what_the_map_does_not_draw_becomes_a_tile(fond):
    carte = cartes.carte("Titre", REGIONS, "atteinte")
    assert [(region.nom, style, mot) for region, style, mot in carte.tuiles] == [
        ("Mayotte & <îles>", "div-1", "40\u00a0%")
    ]
    seul = carte.svg_seul()
    ElementTree.fromstring(seul)
    assert "Mayotte &amp; &lt;îles&gt;" in seul and "var(--" not in seul


def test_without_assets_every_region_is_a_tile(monkeypatch):
    monkeypatch.setattr(cartes, "fond", dict)
    carte = cartes.carte("Titre", REGIONS, "montant")
    assert len(carte.tuiles) == 4 and carte.svg == ""
    ElementTree.fromstring(carte.svg_seul())
