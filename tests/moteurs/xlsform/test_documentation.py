"""The reference page names what the code reads and refuses; its examples are expressions that are read."""

import re
from pathlib import Path

import pytest

from fanal.moteurs.xlsform import sous_ensemble
from fanal.moteurs.xlsform.grammaire import FONCTIONS, compiler

PAGE = (Path(__file__).parents[3] / "docs/reference/xlsform.md").read_text(encoding="utf-8")
NOMS = set(re.findall(r"`([^`]+)`", PAGE))


@pytest.mark.parametrize("fonction", FONCTIONS)
def test_every_function_is_documented_and_its_example_is_read(fonction: str) -> None:
    exemple = FONCTIONS[fonction][3]
    assert f"| `{fonction}` | {FONCTIONS[fonction][2]} | `{exemple}` |" in PAGE
    assert fonction in compiler(exemple).source and compiler(exemple).arbre.op


def test_every_refusal_is_documented_with_its_reason() -> None:
    assert set(sous_ensemble.TYPES_REFUSES) | set(sous_ensemble.COLONNES_REFUSEES) <= NOMS
    for raison in (*sous_ensemble.TYPES_REFUSES.values(), *sous_ensemble.COLONNES_REFUSEES.values()):
        assert raison in PAGE


def test_every_kind_of_question_is_documented() -> None:
    types = {t.split(" ")[0].replace("datetime", "dateTime") for t in sous_ensemble.TYPES_PYXFORM.values()}
    assert types <= {nom.split(" ")[0] for nom in NOMS}
    assert {"decimal", "select_one liste", "begin_repeat"} <= NOMS
