"""The command line, run as a hospital runs it: a process of its own, a base and files of its own."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

RACINE = Path(__file__).resolve().parents[2]


class Pepiniere:
    """The process that commands are forked from: the first call of a run starts it for all its workers; it
    ends with the last of them."""

    def __init__(self) -> None:
        self.adresse = ""

    def demarrer(self) -> str:
        """The socket it listens on."""
        if not self.adresse:
            address = f"{os.environ['FANAL_TEST_DOSSIER']}/appels"
            # Held, open, as long as this process lives.
            self.usagers = Path(f"{address}.usagers").open("a")  # noqa: SIM115
            fcntl.flock(self.usagers, fcntl.LOCK_SH)
            with Path(f"{address}.verrou").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not Path(address).exists():
                    self._lancer(address)
            self.adresse = address
        return self.adresse

    def _lancer(self, address: str) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.appui.pepiniere", address],
            cwd=RACINE,
            env={k: v for k, v in os.environ.items() if not k.startswith(("FANAL_", "DJANGO_"))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 120
        while not Path(address).exists():
            assert process.poll() is None and time.monotonic() < until, "It did not start."
            time.sleep(0.02)

    def lancer(
        self, calls: list[list[str]], environment: dict[str, str], genre: str = "commande"
    ) -> subprocess.CompletedProcess[str]:
        """One call in a process of its own: same environment, folder, outputs and exit code as a cold one.

        *genre* says what *calls* are: one command (`commande`), several (`serie`), or the arguments of one
        Python (`python`).
        """
        folder = RACINE if genre == "python" else Path.cwd()
        asked = {"appels": calls, "environnement": environment, "dossier": str(folder), "genre": genre}
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            code = self._attendre(json.dumps(asked).encode() + b"\n", [out.fileno(), err.fileno()])
            out.seek(0), err.seek(0)
            return subprocess.CompletedProcess(calls, code, out.read().decode(), err.read().decode())

    def _attendre(self, text: bytes, files: list[int]) -> int:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(600)
            link.connect(self.demarrer())
            sent = socket.send_fds(link, [text], files)
            link.sendall(text[sent:])
            with link.makefile() as answer:
                pid = int(answer.readline())
                try:
                    return int(answer.readline())
                except TimeoutError:
                    os.kill(pid, signal.SIGKILL)
                    raise


PEPINIERE = Pepiniere()


class Fanal:
    """Runs `fanal` with *environnement*; each call is a new process.

    It is forked from one where the libraries are loaded (`tests.appui.pepiniere`); when *froid*, it starts
    from nothing, as a hospital's does.
    """

    def __init__(self, folder: Path, base: str = "", *, froid: bool = False) -> None:
        self.dossier = folder
        self.froid = froid
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
        around = {**self.environnement, **environment}
        done = self._cold(arguments, around) if self.froid else self._warm(arguments, around)
        assert "Traceback" not in done.stderr + done.stdout, done.stderr[-3000:]
        return done

    def _warm(self, arguments: Sequence[object], around: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return PEPINIERE.lancer([list(map(str, arguments))], around)

    def _cold(self, arguments: Sequence[object], around: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), env=around, capture_output=True, text=True, timeout=300, check=False
        )

    def serie(self, calls: Sequence[Sequence[object]]) -> list[subprocess.CompletedProcess[str]]:
        """Run several calls, each in a process forked from one where the platform itself is loaded: what
        starting takes is spent once. For calls whose number matters more than their start.
        """
        done = PEPINIERE.lancer([list(map(str, call)) for call in calls], self.environnement, "serie")
        assert done.returncode == 0, done.stderr[-3000:]
        return [subprocess.CompletedProcess(*answer) for answer in json.loads(done.stdout)]

    def python(self, *arguments: object) -> str:
        """Run `python -c CODE …` or `python -m MODULE …` in this installation; returns what it wrote."""
        done = PEPINIERE.lancer([list(map(str, arguments))], self.environnement, "python")
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def json(self, *arguments: object, code: int = 0) -> Any:
        """Run with `--json`, check the exit code, and return the document."""
        done = self(*arguments, "--json")
        assert done.returncode == code, done.stderr[-2000:]
        return json.loads(done.stdout)


def new_postgresql_base(server: str, copied: str = "") -> str:
    """Create a base on the run's PostgreSQL, empty or copied from another one; return its address."""
    name = f"essai_{uuid.uuid4().hex[:12]}"
    model = f' TEMPLATE "{copied}"' if copied else ""
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"{model}')
    return _address(server, name)


def _address(server: str, name: str) -> str:
    head, _, tail = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{tail}"


MODELE = "modele"


def _build(folder: Path, server: str) -> None:
    """Migrate the base that the others are copied from, in a process of its own."""
    (folder / MODELE).mkdir(exist_ok=True)
    address = ""
    if server:
        with psycopg.connect(server, autocommit=True) as link:
            link.execute(f'CREATE DATABASE "{MODELE}"')
        address = _address(server, MODELE)
    done = Fanal(folder / MODELE, address)("journal", "verifier")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def base_modele() -> Path:
    """The folder of a migrated base, built once for the whole run whatever the number of workers."""
    folder = Path(os.environ["FANAL_TEST_DOSSIER"])
    with (folder / "modele.verrou").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "modele.pret"
        if not done.exists():
            _build(folder, os.environ.get("FANAL_TEST_ADRESSE", ""))
            done.touch()
    return folder / MODELE


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, base_modele: Path
) -> None:
    """The base of the tests themselves is a copy too."""
    test = settings.DATABASES["default"].setdefault("TEST", {})
    if os.environ.get("FANAL_TEST_ADRESSE"):
        test["TEMPLATE"] = MODELE
    else:
        shutil.copy(base_modele / "fanal.sqlite3", test["NAME"])


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The copy is taken as it is; on PostgreSQL the server makes it."""
    return not os.environ.get("FANAL_TEST_ADRESSE")


@pytest.fixture
def base_vide() -> str:
    """The address of an empty base of the kind under test; empty for the embedded one."""
    server = os.environ.get("FANAL_TEST_ADRESSE", "")
    return new_postgresql_base(server) if server else ""


@pytest.fixture
def base_prete(base_modele: Path) -> str:
    """The same with its tables made: what migrating takes is spent once, not once per test."""
    server = os.environ.get("FANAL_TEST_ADRESSE", "")
    return new_postgresql_base(server, MODELE) if server else ""


@pytest.fixture
def fanal_neuf(tmp_path: Path, base_vide: str) -> Fanal:
    """The command line on a machine where nothing was ever run."""
    folder = tmp_path / "var"
    folder.mkdir()
    return Fanal(folder, base_vide, froid=True)


@pytest.fixture
def fanal(tmp_path: Path, base_modele: Path, base_prete: str) -> Fanal:
    """The command line with a base of its own, made and empty."""
    folder = tmp_path / "var"
    if base_prete:
        folder.mkdir()
    else:
        shutil.copytree(base_modele, folder)
    return Fanal(folder, base_prete)
