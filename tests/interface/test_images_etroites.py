"""Pictures on a phone: what is written there stays apart and inside."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from fanal.depenses import images_qualite
from fanal.interface import images
from fanal.interface.echelles import AUTRES, CATEGORIES
from fanal.interface.images import Barre, Empilee
from fanal.interface.images_grille import Case, grille
from fanal.interface.images_temps import Periode, frise
from fanal.procedures.images import _frise_jalons

LARGE, ETROITE = 1000, 286


def mots(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


def test_numbers_over_bars_too_narrow_for_them_leave_the_highest():
    image = frise("Un titre", [Periode(f"T{i}", 20 + i) for i in range(24)], "marchés")
    numbers = {str(20 + i) for i in range(24)}
    assert numbers <= set(mots(images.svg(image, LARGE)))
    assert numbers & set(mots(images.svg(image, ETROITE))) == {"43"}


def test_names_lose_their_middle_so_that_bars_keep_their_room():
    image = images.classement("Un titre", [Barre("Travaux, fournitures et énergies", Decimal(5_000_000))])
    assert "Travaux, fournitures et énergies" in mots(images.svg(image, LARGE))
    assert "Travau…ergies" in mots(images.svg(image, ETROITE))


def test_rows_told_apart_by_their_end_keep_it():
    name = "Établissement support de démonst… ({})"
    cases = [Case(name.format(f), "janv.", Decimal(1), "1") for f in ("220990001", "350990001")]
    image = grille("Un titre", cases, (), ("plus de zéro",))
    for width in (LARGE, ETROITE):
        written = [w for w in mots(images.svg(image, width)) if w.endswith("90001)")]
        assert len(written) == 2
    assert {w[-11:] for w in mots(images.svg(image, LARGE))} >= {"(220990001)", "(350990001)"}


def test_dates_after_the_middle_are_written_before_their_point():
    first, last = date(2026, 1, 5), date(2026, 12, 20)
    rows = (("Besoin", first, first, "a_venir"), ("Exécution", last, last, "a_venir"))
    image = _frise_jalons("Un titre", rows, first)
    # Only a page has the colours of states.
    image = replace(image, json=re.sub(r"var\(--(vert|ambre|rouge|action)\)", "#000", image.json))
    drawn = images.svg(image, ETROITE)
    sides = dict(reversed(m) for m in re.findall(r'<text text-anchor="(\w+)"[^>]*>(\d\d/\d\d/\d\d)<', drawn))
    assert sides == {"05/01/26": "start", "20/12/26": "end"}


def test_parts_take_the_colours_they_are_given():
    bars = [Empilee("Déclaré", (("Confirmé", Decimal(2)), ("Non mesurable", Decimal(1))))]
    image = images.origines("Un titre", bars, couleurs=(CATEGORIES[0], AUTRES))
    assert image.cles == (("cat-1", "Confirmé"), ("cat-autres", "Non mesurable"))


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ((0, 0), "Tous les mois échus ont des lignes"),
        ((3, 0), "Un établissement a des mois manquants : A (3)"),
        ((3, 5), "2 établissements ont des mois manquants ; le plus : B (5)"),
        ((4, 4), "2 établissements ont des mois manquants : 4 chacun"),
        ((4, 4, 1), "3 établissements ont des mois manquants ; 2 en ont 4"),
    ],
)
def test_who_misses_the_most_months_is_named_when_alone(monkeypatch, missing, told):
    rows = [SimpleNamespace(nom=n, manque=m) for n, m in zip("ABC", missing, strict=False)]
    monkeypatch.setattr(images_qualite, "_manquants", lambda row, *_: row.manque)
    asked = images_qualite.INDICATEURS["lignes"]
    assert images_qualite._titre(rows, [], asked, "lignes", date(2026, 1, 1), 1) == told
