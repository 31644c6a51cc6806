"""The pool of reading processes: killed, slow, forked or threaded, it always answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fanal.depots.lecture import FichierIllisible, Limites, isolement, lire
from tests.depots.lecture.outils import ENTETE, csv, essai, rangee, xlsx

RACINE = Path(__file__).parents[3]


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    return xlsx(
        tmp_path / "f.xlsx", {"Données": [ENTETE, rangee(montant_ttc="x", note="é"), rangee(code="B")]}
    )


def test_isolated_reading_is_the_same_reading(fichier: Path) -> None:
    ici, la = lire(fichier, essai(), isolee=False), lire(fichier, essai())
    assert la.anomalies == ici.anomalies
    assert (la.format, la.lues, la.acceptees, la.ecartees) == (
        ici.format,
        ici.lues,
        ici.acceptees,
        ici.ecartees,
    )
    for nom, table in ici.tables.items():
        assert la.tables[nom].lignes.equals(table.lignes)
        assert la.tables[nom].lignes.schema == table.lignes.schema
        assert la.tables[nom].brutes.equals(table.brutes)
        assert la.tables[nom].correspondance == table.correspondance


def lecteurs() -> list[int]:
    return [lecteur.processus.pid for lecteur in isolement._trouver_equipe().libres]


def test_processes_are_kept_and_replaced(fichier: Path) -> None:
    lire(fichier, essai())
    premiers = lecteurs()
    lire(fichier, essai())
    assert set(lecteurs()) & set(premiers)
    for pid in lecteurs():
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert lire(fichier, essai()).lues == 2
    assert not set(lecteurs()) & set(premiers)


def test_a_slow_file_is_stopped(tmp_path: Path) -> None:
    lignes = [rangee(code=f"A{i}", montant_ttc=f"({i},5)") for i in range(30_000)]
    chemin = csv(tmp_path / "f.csv", [ENTETE, *lignes])
    debut = time.monotonic()
    with pytest.raises(FichierIllisible, match="a été arrêtée") as refus:
        lire(chemin, essai(), limites=Limites(duree_max=0.05))
    assert refus.value.code == "trop-long"
    assert time.monotonic() - debut < 5


def test_many_threads_at_once(fichier: Path) -> None:
    with ThreadPoolExecutor(8) as executeur:
        lectures = list(executeur.map(lambda _: lire(fichier, essai()), range(40)))
    assert {(x.lues, x.acceptees) for x in lectures} == {(2, 1)}
    assert len(lecteurs()) <= max(2, os.cpu_count() or 2)


def test_a_fork_starts_processes_of_its_own(fichier: Path) -> None:
    lire(fichier, essai())
    avant = lecteurs()
    pid = os.fork()
    if pid == 0:
        sain = lire(fichier, essai()).lues == 2 and not set(lecteurs()) & set(avant)
        isolement.fermer()
        os._exit(0 if sain else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert lire(fichier, essai()).lues == 2
    assert set(lecteurs()) & set(avant)


def lancer(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code], cwd=RACINE, stdout=subprocess.PIPE, text=True)


def disparu(pid: int, secondes: float) -> bool:
    limite = time.monotonic() + secondes
    while time.monotonic() < limite:
        etat = Path(f"/proc/{pid}/stat")
        if not etat.exists() or etat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("fin", ["pass", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_reading_processes_do_not_outlive_their_parent(fichier: Path, fin: str) -> None:
    code = (
        "from pathlib import Path\nfrom fanal.depots.lecture import isolement, lire\n"
        "from tests.depots.lecture.outils import essai\n"
        f"lire(Path({str(fichier)!r}), essai())\n"
        "print(*(x.processus.pid for x in isolement._trouver_equipe().libres), flush=True)\n" + fin
    )
    parent = lancer(code)
    sortie, _ = parent.communicate(timeout=60)
    pids = [int(p) for p in sortie.split()]
    assert pids
    assert all(disparu(pid, 10) for pid in pids)


def test_no_secret_reaches_the_reading_process(fichier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANAL_SECRET_KEY", "tres-secret")
    isolement.fermer()
    lire(fichier, essai())
    environnement = Path(f"/proc/{lecteurs()[0]}/environ").read_bytes()
    assert b"tres-secret" not in environnement


def test_no_django_in_the_reader() -> None:
    code = "import sys, fanal.depots.lecture.enfant, fanal.depots.lecture.lecteur\n"
    code += (
        "import fanal.depots.lecture.annotation, fanal.depots.lecture.modele, fanal.depots.lecture.apercu\n"
    )
    code += "print(any(m == 'django' or m.startswith('django.') for m in sys.modules))"
    assert lancer(code).communicate(timeout=60)[0].strip() == "False"
