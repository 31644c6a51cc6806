"""The command line, run as a hospital runs it: a process of its own, a base and files of its own."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest


class Fanal:
    """Runs `fanal` with *environnement*; each call is a new process."""

    def __init__(self, folder: Path, base: str = "") -> None:
        self.dossier = folder
        self.environnement = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "fanal.config.settings",
            "FANAL_VAR": str(folder),
            "FANAL_DATABASE_URL": base,
            "NO_COLOR": "1",
        }

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-c", "from fanal.cli.main import main; main()", *map(str, arguments)]

    def __call__(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*arguments),
            env={**self.environnement, **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr[-3000:]
        return done

    def json(self, *arguments: object, code: int = 0) -> Any:
        """Run with `--json`, check the exit code, and return the document."""
        done = self(*arguments, "--json")
        assert done.returncode == code, done.stderr[-2000:]
        return json.loads(done.stdout)


def new_postgresql_base(server: str) -> str:
    """Create an empty base on the run's PostgreSQL; return its address."""
    name = f"essai_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    head, _, tail = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{tail}"


@pytest.fixture
def base_vide() -> Iterator[str]:
    """The address of an empty base of the kind under test; empty for the embedded one."""
    server = os.environ.get("FANAL_TEST_ADRESSE", "")
    yield new_postgresql_base(server) if server else ""


@pytest.fixture
def fanal(tmp_path: Path, base_vide: str) -> Fanal:
    folder = tmp_path / "var"
    folder.mkdir()
    return Fanal(folder, base_vide)
