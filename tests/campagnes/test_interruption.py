"""Killing the process at any moment of a deposit leaves the whole deposit or none of it."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.appui.commande import Fanal

TERRITOIRE = "NOM_COURT_GHT;CODE_GHT;NOM_COMPLET_GHT\nBFC-03;27103;ESSAI\n"
LIGNES = 120
PILOTE = """
import sys
from pathlib import Path
import django
django.setup()
from django.utils import timezone
from fanal.campagnes.actions.depot import deposer_dans_annee
from fanal.territoires import queries
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

noeud = Noeud(Niveau.GHT, queries.ght("BFC-03"))
folder, start = Path(sys.argv[1]), int(sys.argv[2])
print("pret", flush=True)
for rank in range(start, start + 500):
    rows = "".join(
        f"A{n};210000001;support;Essai {rank};GHT;01/04/2021;1000;{rank + n}\\n"
        for n in range(int(sys.argv[3]))
    )
    path = folder / "trame.csv"
    path.write_text(
        "identifiant;finess;role;intitule;operateur;date_premiere_commande;"
        "montant_reference_ttc;gain_annuel_ttc\\n"
        + rows,
        encoding="utf-8",
    )
    deposer_dans_annee(
        type_campagne="performance", annee=2021, periode="fin-annee", chemin=path, nom_fichier=path.name,
        format="paat", noeud=noeud, by=None, instant=timezone.now(), canal="cli",
    )
    print(rank, flush=True)
"""
ETAT = """
import json
from pathlib import Path
import django
django.setup()
from fanal.achats.models import Action
from fanal.campagnes.models import Dossier, Version
from fanal.depots.models import Depot
from fanal.journal.queries import verifier
dossier = Dossier.objects.first()
versions = list(Version.objects.order_by("numero"))
print(json.dumps({
    "numeros": [v.numero for v in versions],
    "lignes": sorted({len(v.lignes) for v in versions}),
    "actions": sorted({Action.objects.filter(version=v).count() for v in versions}),
    "depots": Depot.objects.count(),
    "originaux_absents": [d.pk for d in Depot.objects.all() if not Path(d.original.fichier.path).exists()],
    "courante": dossier.version_courante.numero if dossier and dossier.version_courante else 0,
    "journal": verifier().ok,
}))
"""


def kill_at_random(fanal: Fanal, seed: int) -> None:
    """Deposit without end in a process, and kill it: before the first deposit (odd seeds) or after it."""
    driver = subprocess.Popen(
        [sys.executable, "-c", PILOTE, str(fanal.dossier), str(seed * 1000), str(LIGNES)],
        env=fanal.environnement,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert driver.stdout is not None
    assert driver.stdout.readline().strip() == "pret"
    if seed % 2 == 0:
        driver.stdout.readline()
    time.sleep(random.Random(seed).uniform(0.0, 1.2))
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    driver.stdout.close()


def state(fanal: Fanal) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", ETAT], env=fanal.environnement, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def check_whole(found: dict[str, object]) -> int:
    numeros = found["numeros"]
    assert isinstance(numeros, list)
    assert numeros == list(range(1, len(numeros) + 1))
    assert found["depots"] == len(numeros) == found["courante"]
    assert found["lignes"] == found["actions"] == ([LIGNES] if numeros else [])
    assert found["originaux_absents"] == []
    assert found["journal"] is True
    return len(numeros)


def run_kills(fanal: Fanal, seeds: range) -> None:
    liste = Path(fanal.dossier) / "ght.csv"
    liste.write_text(TERRITOIRE, encoding="utf-8")
    assert fanal("territoires", "importer", "--format", "sae-ght", liste).returncode == 0
    kept = 0
    for seed in seeds:
        kill_at_random(fanal, seed)
        now = check_whole(state(fanal))
        assert now >= kept
        kept = now
    assert kept > 0, "every process was killed before its first deposit: the test proved nothing"


def test_a_killed_deposit_is_whole_or_absent(fanal: Fanal) -> None:
    run_kills(fanal, range(1, 6))


@pytest.mark.lent
def test_a_killed_deposit_is_whole_or_absent_many_times(fanal: Fanal) -> None:
    run_kills(fanal, range(100, 150))
