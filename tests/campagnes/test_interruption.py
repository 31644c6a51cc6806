"""Killing the process at any moment of a deposit leaves the whole deposit or none of it."""

import json
from pathlib import Path

import pytest

from tests.appui.commande import Fanal

TERRITOIRE = "NOM_COURT_GHT;CODE_GHT;NOM_COMPLET_GHT\nBFC-03;27103;ESSAI\n"
LIGNES = 120
TUER = """
import json, os, random, signal, sys, time
from pathlib import Path
import django
django.setup()
from django.utils import timezone
from fanal.achats.models import Action
from fanal.campagnes.actions.depot import deposer_dans_annee
from fanal.campagnes.models import Dossier, Version
from fanal.depots.models import Depot
from fanal.journal.queries import verifier
from fanal.territoires import queries
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

folder, lines = Path(sys.argv[1]), int(sys.argv[2])

def deposer(start, dire):
    noeud = Noeud(Niveau.GHT, queries.ght("BFC-03"))
    os.write(dire, b"pret")
    for rank in range(start, start + 500):
        rows = "".join(
            f"A{n};210000001;support;Essai {rank};GHT;01/04/2021;1000;{rank + n}\\n" for n in range(lines)
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
        os.write(dire, b"fait")

def etat(dire):
    dossier = Dossier.objects.first()
    versions = list(Version.objects.order_by("numero"))
    os.write(dire, json.dumps({
        "numeros": [v.numero for v in versions],
        "lignes": sorted({len(v.lignes) for v in versions}),
        "actions": sorted({Action.objects.filter(version=v).count() for v in versions}),
        "depots": Depot.objects.count(),
        "originaux_absents": [
            d.pk for d in Depot.objects.all() if not Path(d.original.fichier.path).exists()
        ],
        "courante": dossier.version_courante.numero if dossier and dossier.version_courante else 0,
        "journal": verifier().ok,
    }).encode())

def fils(geste, *arguments):
    # A process of its own, and what it says; this one never opens the base.
    lire, dire = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(lire)
        try:
            geste(*arguments, dire)
        finally:
            os._exit(0)
    os.close(dire)
    return pid, lire

for seed in map(int, sys.argv[3:]):
    pid, lire = fils(deposer, seed * 1000)
    assert os.read(lire, 4) == b"pret"
    if seed % 2 == 0:
        assert os.read(lire, 4) == b"fait"
    time.sleep(random.Random(seed).uniform(0.0, 1.2))
    os.kill(pid, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    os.close(lire)
    pid, lire = fils(etat)
    with os.fdopen(lire) as dit:
        print(dit.read())
    os.waitpid(pid, 0)
"""


def kill_at_random(fanal: Fanal, seeds: range) -> list[dict[str, object]]:
    """Deposit without end in a process and kill it, before the first deposit (odd seeds) or after it; the
    states of the base, as new processes read them, after each death."""
    said = fanal.python("-c", TUER, fanal.dossier, LIGNES, *seeds)
    return [json.loads(line) for line in said.splitlines()]


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
    states = kill_at_random(fanal, seeds)
    assert len(states) == len(seeds)
    for state in states:
        now = check_whole(state)
        assert now >= kept
        kept = now
    assert kept > 0, "every process was killed before its first deposit: the test proved nothing"


def test_a_killed_deposit_is_whole_or_absent(fanal: Fanal) -> None:
    run_kills(fanal, range(1, 6))


@pytest.mark.lent
def test_a_killed_deposit_is_whole_or_absent_many_times(fanal: Fanal) -> None:
    run_kills(fanal, range(100, 150))
