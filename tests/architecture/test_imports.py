"""Arrows point one way: web, api, cli → actions, queries → rules, compute → moteurs, parametres."""

import re

import pytest

from tests.architecture.sources import imports_of, module_of, python_files

# Rooms in the order of the arrows: a room imports rooms at its own height or below, in any application.
ETAGES = {
    "compute": 0,
    "rules": 1,
    "models": 1,
    "queries": 2,
    "actions": 3,
    "forms": 4,
    "views": 4,
    "vues": 4,
    "api": 4,
    "urls": 4,
    "commandes": 4,
    "management": 4,
}
# Applications that know no domain, and the domains that they must not know.
SOCLE = ("territoires", "comptes", "journal", "parametres", "depots", "campagnes")
DOMAINES = (
    "achats",
    "fournisseurs",
    "marches",
    "prix",
    "procedures",
    "convergence",
    "questionnaires",
    "appels",
    "sesame",
    "molecules",
    "maturite",
    "depenses",
)
# Among the domains, each knows only those before it.
ORDRE = (
    "achats",
    "fournisseurs",
    "marches",
    "prix",
    "procedures",
    "convergence",
    "questionnaires",
    "appels",
    "sesame",
    "molecules",
    "maturite",
    "depenses",
)
# Packages that must run without Django, without files of their own to look up, without a clock.
SANS_DJANGO = re.compile(r"fanal\.(\w+\.compute|\w+\.rules|depots\.lecture|moteurs|refus)(\.|$)")
DJANGO = re.compile(r"(django|allauth|ninja|csp|storages|whitenoise)\w*(\.|$)")

ALL = [(path, module_of(path)) for path in python_files() if "migrations" not in path.parts]


def room(module: str) -> str | None:
    parts = module.split(".")
    return next((p for p in parts[2:] if p in ETAGES), None) if parts[0] == "fanal" else None


def faults_of_floors() -> list[str]:
    faults = []
    for path, module in ALL:
        here = room(module)
        for imported, line, typing_only in imports_of(path):
            there = room(imported)
            if here is None or there is None or typing_only:
                continue
            if ETAGES[there] > ETAGES[here]:
                faults.append(f"{module}:{line} ({here}) imports {imported} ({there})")
    return faults


def test_rooms_import_downwards() -> None:
    assert faults_of_floors() == []


def test_the_house_knows_no_domain() -> None:
    faults = [
        f"{module}:{line} imports {imported}"
        for path, module in ALL
        if module.split(".")[1:2] and module.split(".")[1] in SOCLE
        for imported, line, _ in imports_of(path)
        if imported.split(".")[:2] in (["fanal", domain] for domain in DOMAINES)
    ]
    assert faults == []


def test_a_domain_knows_only_those_before_it() -> None:
    faults = []
    for path, module in ALL:
        here = module.split(".")[1:2]
        if not here or here[0] not in ORDRE or path.name == "apps.py":
            continue
        later = ORDRE[ORDRE.index(here[0]) + 1 :]
        faults += [
            f"{module}:{line} imports {imported}"
            for imported, line, typing_only in imports_of(path)
            if not typing_only
            and imported.split(".")[:1] == ["fanal"]
            and imported.split(".")[1:2]
            and imported.split(".")[1] in later
        ]
    assert [f for f in faults if "management.commands" not in f] == []


def test_pure_rooms_do_without_django() -> None:
    faults = [
        f"{module}:{line} imports {imported}"
        for path, module in ALL
        if SANS_DJANGO.match(module)
        for imported, line, typing_only in imports_of(path)
        if DJANGO.match(imported) and not typing_only
    ]
    assert faults == []


@pytest.mark.parametrize("package", ["fanal.achats.compute", "fanal.depots.lecture", "fanal.moteurs.partage"])
def test_pure_packages_load_no_django(package: str) -> None:
    """The same, by running: nothing they import imports Django behind their back."""
    import subprocess
    import sys

    code = f"import sys, {package}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_time_is_an_argument() -> None:
    """Rules, compute and models never read the clock."""
    clock = re.compile(
        r"\b(timezone\.(now|localdate|localtime)|date\.today|datetime\.(now|utcnow|today)|time\.time)\b"
    )
    faults = [
        f"{module}:{number} {line.strip()}"
        for path, module in ALL
        if room(module) in {"rules", "compute", "models"}
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if clock.search(line)
    ]
    assert faults == []
