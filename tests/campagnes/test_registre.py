from dataclasses import replace

import pytest

from fanal.campagnes import registre
from fanal.campagnes.registre import Etape, Transition, TypeCampagne
from fanal.refus import Introuvable
from tests.campagnes.jouet import JOUET

PROJET = JOUET.receptions["projet"]


def test_a_type_registers_once_and_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registre, "_TYPES", {})
    autre = replace(JOUET, code="enquete-jouet")
    registre.enregistrer(autre)
    registre.enregistrer(autre)  # Django may call ready() twice
    assert registre.obtenir("enquete-jouet") is autre
    assert registre.tous() == [autre]
    with pytest.raises(ValueError, match="already registered"):
        registre.enregistrer(replace(autre, titre="Un autre"))


def test_an_unknown_type_or_format_is_named_with_the_known_ones() -> None:
    with pytest.raises(Introuvable, match=r"« rien » n'existe pas. Types connus : .*appel-jouet"):
        registre.obtenir("rien")
    with pytest.raises(Introuvable, match="Formats attendus : annonce, projet"):
        JOUET.reception("paat")


@pytest.mark.parametrize(
    "faute",
    [
        {"etapes": ()},
        {"etapes": (*PROJET.etapes, Etape("ecriture", "Bis", "Bis."))},
        {"etapes": (*PROJET.etapes, Etape("x", "X", "X.", apres_modification="nulle_part"))},
        {"transitions": (Transition("t", "T", ("ecriture",), "nulle_part", "ligne.decider"),)},
        {"transitions": (*PROJET.transitions, PROJET.transitions[0])},
        {"permission": "tout.faire"},
        {"permission_avis": "tout.faire"},
        {"niveaux": ("planete",)},
    ],
)
def test_a_path_that_does_not_hold_together_is_refused_at_start(faute: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(PROJET, **faute)  # type: ignore[arg-type]


def test_decidable_receptions_have_the_three_decisions_unless_told_otherwise() -> None:
    assert PROJET.sens == ("retenu", "moindre", "retire")
    assert JOUET.receptions["annonce"].sens == ("repris",)


def test_types_are_values(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(JOUET, TypeCampagne)
    etape = PROJET.etape_publiee
    assert etape is not None and etape.code == "publie"
    with pytest.raises(KeyError):
        PROJET.etape("inconnue")
