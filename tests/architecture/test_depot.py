"""The repository itself: short files, no registry hosts, no machine paths, every dependency explained."""

import re
import tomllib

import pytest

from tests.architecture.sources import RACINE, project_files, python_files

LONGUEUR_MAX = 400
# Written in two pieces, so that this file does not name them.
REGISTRES = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "pythonhosted" + r"\.org",
            "registry\\." + r"npmjs\.org",
            "npmjs" + r"\.com",
            "deb\\." + r"debian\.org",
        ]
    )
)
MACHINE = re.compile("/(" + "|".join(["wo" + "rk", "fa" + "rm", "ro" + "ot", "tm" + "p"]) + ")/[a-z.]")
TEXTE = {
    ".py",
    ".md",
    ".html",
    ".css",
    ".js",
    ".json",
    ".toml",
    ".yaml",
    ".yml",
    ".txt",
    ".lock",
    ".typ",
    ".cfg",
    "",
}


def text_files() -> list[tuple[str, str]]:
    found = []
    for path in project_files():
        if path.suffix in TEXTE:
            try:
                found.append((str(path.relative_to(RACINE)), path.read_text()))
            except UnicodeDecodeError:
                continue
    return found


@pytest.mark.parametrize("pattern", [REGISTRES, MACHINE], ids=["registry host", "machine path"])
def test_no_file_names_a(pattern: re.Pattern[str]) -> None:
    faults = [
        f"{name}:{number}"
        for name, content in text_files()
        for number, line in enumerate(content.splitlines(), 1)
        if pattern.search(line)
    ]
    assert faults == []


@pytest.mark.parametrize("tree", ["fanal", "tests", "bench"])
def test_no_file_is_too_long(tree: str) -> None:
    long = {
        str(path.relative_to(RACINE)): count
        for path in python_files(tree)
        if "migrations" not in path.parts and (count := len(path.read_text().splitlines())) > LONGUEUR_MAX
    }
    assert long == {}


def test_every_runtime_dependency_says_why() -> None:
    content = (RACINE / "pyproject.toml").read_text()
    block = content.split("dependencies = [", 1)[1].split("\n]", 1)[0]
    lines = [line for line in block.splitlines() if line.strip()]
    assert len(lines) == len(tomllib.loads(content)["project"]["dependencies"])
    assert [line for line in lines if "  # " not in line and ", # " not in line] == []


def test_locks_carry_hashes_and_cover_the_project() -> None:
    wanted = {
        re.split(r"[\[>=<;]", line, maxsplit=1)[0].lower()
        for line in tomllib.loads((RACINE / "pyproject.toml").read_text())["project"]["dependencies"]
    }
    for lock in (RACINE / "requirements").glob("*.lock"):
        content = lock.read_text()
        pins = re.findall(r"^([\w.-]+)(?:\[.*\])?==", content, re.M)
        assert pins and content.count("--hash=sha256:") >= len(pins), lock.name
        if lock.stem in {"base", "dev"}:
            assert wanted <= set(pins), wanted - set(pins)


def test_silencers_say_why() -> None:
    """`noqa` and `type: ignore` name their rule; skips give a reason in words."""
    bare = re.compile(r"#\s*(noqa(?!:)|type:\s*ignore(?!\[))")
    faults = [
        f"{name}:{number}"
        for name, content in text_files()
        if name.endswith(".py") and not name.startswith("tests/architecture/")
        for number, line in enumerate(content.splitlines(), 1)
        if bare.search(line)
    ]
    assert faults == []
