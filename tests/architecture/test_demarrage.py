"""What starting a command loads: libraries that draw and solve wait until a page or a problem needs them."""

import gc
import subprocess
import sys
from collections.abc import Callable

import pytest

from fanal.differe import Differe

PARESSEUSES = ("altair", "numpy", "ortools", "pandas", "pyarrow", "vl_convert", "pyxform", "typst")


@pytest.mark.parametrize("name", PARESSEUSES)
def test_starting_does_not_load(name: str, modules_au_demarrage: set[str]) -> None:
    assert name not in modules_au_demarrage


@pytest.fixture(scope="module")
def modules_au_demarrage() -> set[str]:
    code = "import django, sys; django.setup(); print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return set(done.stdout.split())


def test_what_waits_for_its_first_call_is_there() -> None:
    """Registries receive names: each must be one of a function of the platform."""
    gc.unfreeze()  # what was there at the collection of the tests is not listed otherwise
    waiting = [kept for kept in gc.get_objects() if type(kept) is Differe]
    assert len(waiting) > 30
    for kept in waiting:
        assert isinstance(kept.charger(), Callable), kept
        assert kept.module.startswith("fanal."), kept
