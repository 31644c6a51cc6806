"""What is compiled is kept by the date of one file: a change in those it takes in must show there."""

import ast
import hashlib
from pathlib import Path
from types import ModuleType

import pytest

from fanal.moteurs.lac.entree import codage, noyau, octets

SALLE = Path(octets.__file__).parent
PAQUET = "fanal.moteurs.lac.entree"


def prises(nom: str) -> set[str]:
    """The modules of the room that a module imports, and those that they import."""
    tree = ast.parse((SALLE / f"{nom}.py").read_text(encoding="utf-8"))
    own = {
        node.module.rpartition(".")[2]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PAQUET}.")
    }
    return own.union(*(prises(name) for name in own))


@pytest.mark.parametrize("module", [codage, noyau])
def test_a_change_in_what_it_takes_in_is_compiled_anew(module: ModuleType) -> None:
    name = module.__name__.rpartition(".")[2]
    taken = sorted(prises(name))
    assert "octets" in taken
    digest = hashlib.sha256(b"".join((SALLE / f"{n}.py").read_bytes() for n in taken)).hexdigest()[:16]
    changed = f'write COMPILE_AVEC = "{digest}" in {name}.py: {", ".join(taken)} changed'
    assert digest == module.COMPILE_AVEC, changed


def test_what_takes_in_nothing_needs_no_word() -> None:
    assert prises("octets") == set()
