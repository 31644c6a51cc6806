"""What starting a command loads: libraries that draw and solve wait until a page or a problem needs them."""

import subprocess
import sys

import pytest

PARESSEUSES = ("altair", "ortools", "pandas", "vl_convert", "pyxform", "typst")


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
