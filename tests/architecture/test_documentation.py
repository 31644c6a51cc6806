"""The documentation says what is there: every setting, every command, no dead link."""

import re

import pytest
from django.core.management import get_commands

from tests.architecture.sources import RACINE, project_files

REFERENCE = RACINE / "docs" / "reference"
# Set by the test settings themselves, for their own processes.
INTERNES = {"FANAL_TEST_DOSSIER", "FANAL_TEST_ADRESSE"}


def test_every_setting_is_documented() -> None:
    read = re.compile(r"""environ[\w.]*[\[(]\s*["'](FANAL_[A-Z0-9_]+)["']|\$\{(FANAL_[A-Z0-9_]+)""")
    used = {
        name
        for path in project_files()
        if path.is_relative_to(RACINE / "fanal") or path.is_relative_to(RACINE / "outils")
        if path.suffix in {".py", ""}
        for groups in read.findall(path.read_text())
        for name in groups
        if name
    }
    assert "FANAL_MODE" in used  # the search finds something
    documented = set(re.findall(r"`(FANAL_[A-Z0-9_]+)`", (REFERENCE / "variables.md").read_text()))
    assert used - documented - INTERNES == set()


def test_every_command_is_documented() -> None:
    own = {name for name, application in get_commands().items() if application.startswith("fanal.")}
    documented = set(re.findall(r"`fanal ([a-z]+)", (REFERENCE / "commandes.md").read_text()))
    assert own - documented == set()
    assert documented - own == set()


def test_every_format_is_documented() -> None:
    formats = {p.stem for p in project_files() if p.parent.name == "formats" and p.suffix == ".json"}
    documented = set(re.findall(r"^\| `([\w-]+)` \|", (REFERENCE / "formats.md").read_text(), re.M))
    assert formats == documented


PAGES = [p for p in project_files() if p.suffix == ".md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(RACINE)))
def test_no_link_is_dead(page) -> None:  # type: ignore[no-untyped-def]
    dead = [
        target
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert dead == []
