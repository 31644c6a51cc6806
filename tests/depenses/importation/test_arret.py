"""Killed at any moment, an import loses and doubles nothing; two at once both land."""

import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.appui.commande import MODELE, Fanal, new_postgresql_base

PREPARE = """
import os, sys, json, time, random, signal
import django
django.setup()
from pathlib import Path
from django.db import connection
from django.utils import timezone
from fanal.moteurs.lac.entree import blocs, lecture
# Small blocks and parts, so that a small file has as many moments as a large one.
blocs.BLOC, lecture.LIGNES_PAR_FICHIER = 60_000, 1_500
from fanal.depenses.actions.importation import importer
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import NATIONAL

# The compiled loop is loaded once, before the children that are killed.
import tempfile
from tests.moteurs.lac.petit_lac import TITRES, PetitLac
with tempfile.TemporaryDirectory() as chauffe:
    PetitLac(Path(chauffe)).lire(TITRES + "\\n210780581;C1;1;avoir;02/03/2021;Gant;;-1;10;20;-10;;\\n")

def apporter(chemin, **options):
    return importer(chemin=Path(chemin), nom_fichier="lignes.csv", noeud=NATIONAL, canal="cli", by=None,
                    instant=timezone.now(), **options)

def fils(chemin):
    pid = os.fork()
    if not pid:
        try:
            apporter(chemin)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid

def etat():
    from fanal.depenses.models import DepotLignes, FichierLac, EtatLac
    from fanal.depenses.queries.lac import manifeste, stockage
    from fanal.moteurs.consolidation.source import ouvrir_duckdb
    t = ouvrir_duckdb(manifeste(), stockage()).lignes
    n = t.aggregate(n=t.count(), s=t.montant_ht.sum(), q=t.quantite.sum(), c=t.numero_commande.nunique(),
                    i=t.id.nunique(), o=t.origine.count()).to_pyarrow().to_pylist()[0]
    return {k: int(v or 0) for k, v in n.items()} | {
        "versions": EtatLac.objects.get().version,
        "termines": DepotLignes.objects.filter(etat="termine").count(),
        "ouverts": DepotLignes.objects.exclude(etat="termine").count(),
        "travail": len([p for p in Path(os.environ["FANAL_VAR"]).glob("travail/lignes/*") if p.is_dir()]),
    }
"""

TUER = (
    PREPARE
    + """
chemin, coups, graine = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
hasard = random.Random(graine)
duree = float(sys.argv[4])
morts = 0
for _ in range(coups):
    pid = fils(chemin)
    time.sleep(hasard.uniform(0, duree))
    os.kill(pid, signal.SIGKILL)
    morts += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
apporter(chemin)
print(json.dumps(etat() | {"morts": morts}))
"""
)

ENTIER = (
    PREPARE
    + """
Etablissement.objects.get_or_create(finess="210780581", defaults={"nom": "CH"})
connection.close()
if len(sys.argv) > 1:
    debut = time.monotonic()
    os.waitpid(fils(sys.argv[1]), 0)
    print(json.dumps(etat() | {"duree": time.monotonic() - debut}))
"""
)

ENSEMBLE = (
    PREPARE
    + """
pids = [fils(c) for c in sys.argv[1:]]
codes = [os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) for p in pids]
print(json.dumps(etat() | {"codes": codes}))
"""
)


def lancer(fanal: Fanal, code: str, *arguments: object) -> Any:
    answer = fanal.python("-c", code, *arguments)
    return json.loads(answer.splitlines()[-1]) if answer.strip() else None


def fichier(chemin: Path, commandes: int, prefixe: str) -> Path:
    """Orders of three lines, a credit note on every tenth, a wrong amount on every fiftieth."""
    rows = [
        "finess;numero_commande;numero_ligne;type_ligne;date_commande;libelle;quantite;prix_unitaire_ht;"
        "montant_ht"
    ]
    hasard = random.Random(prefixe)
    for i in range(commandes):
        for j in range(3):
            quantite, prix = hasard.randint(1, 50), hasard.randint(1, 5000)
            montant = quantite * prix + (700 if (i * 3 + j) % 50 == 0 else 0)
            rows.append(
                f"210780581;{prefixe}{i};{j};commande;{1 + i % 28:02d}/03/2021;"
                f"Produit {hasard.randint(1, 900)};{quantite};{prix / 100:.2f};{montant / 100:.2f}"
            )
        if i % 10 == 0:
            rows.append(f"210780581;{prefixe}{i};9;avoir;28/03/2021;Produit 1;-1;0.01;-0.01")
    chemin.write_text("\n".join(rows) + "\n")
    return chemin


@pytest.fixture
def autre(tmp_path: Path, base_modele: Path) -> Fanal:
    """A second register and lake, where the import is never stopped."""
    server = os.environ.get("FANAL_TEST_ADRESSE", "")
    folder = tmp_path / "autre"
    shutil.copytree(base_modele, folder)
    return Fanal(folder, new_postgresql_base(server, MODELE) if server else "")


MEMES = ("n", "s", "q", "c", "i", "o")


def eprouver(fanal: Fanal, autre: Fanal, tmp_path: Path, coups: int, graine: int) -> None:
    chemin = fichier(tmp_path / "lignes.csv", 2_000, "C")
    for each in (fanal, autre):
        lancer(each, ENTIER)
    reference = lancer(autre, ENTIER, chemin)
    assert reference["n"] == reference["i"] > 5_000
    done = lancer(fanal, TUER, chemin, coups, graine, reference["duree"] * 1.1)
    assert {k: done[k] for k in MEMES} == {k: reference[k] for k in MEMES}
    # Whoever was killed after the transaction leaves a finished deposit: the next one finds every line known.
    assert done["versions"] == done["termines"] and done["ouverts"] == 0
    assert done["morts"] > 0
    assert done["travail"] == 0
    assert fanal("journal", "verifier").returncode == 0


def test_killed_at_random_instants(fanal: Fanal, autre: Fanal, tmp_path: Path) -> None:
    eprouver(fanal, autre, tmp_path, 6, 1)


def test_killed_while_earlier_credit_notes_find_their_order(
    fanal: Fanal, autre: Fanal, tmp_path: Path
) -> None:
    """Credit notes came first: stopped anywhere, the deposit of their orders joins each of them once."""
    commandes = fichier(tmp_path / "commandes.csv", 400, "C")
    titles, *rows = commandes.read_text().splitlines()
    notes = [titles]
    for row in rows[::7]:
        finess, commande, ligne, kind, jour, libelle, *_ = row.split(";")
        if kind == "commande":
            notes.append(f"{finess};{commande};A{ligne};avoir;{jour};{libelle};-1;0.01;-0.01")
    avoirs = tmp_path / "avoirs.csv"
    avoirs.write_text("\n".join(notes) + "\n")
    for each in (fanal, autre):
        lancer(each, ENTIER)
        assert lancer(each, ENTIER, avoirs)["o"] == 0
    reference = lancer(autre, ENTIER, commandes)
    assert reference["o"] > 140
    done = lancer(fanal, TUER, commandes, 6, 7, reference["duree"] * 1.1)
    assert {k: done[k] for k in MEMES} == {k: reference[k] for k in MEMES}
    assert done["versions"] == done["termines"] and done["ouverts"] == 0
    assert fanal("depenses", "verifier").returncode == 0


@pytest.mark.lent
@pytest.mark.parametrize("graine", range(2, 6))
def test_killed_many_times(fanal: Fanal, autre: Fanal, tmp_path: Path, graine: int) -> None:
    eprouver(fanal, autre, tmp_path, 40, graine)


def test_imports_at_once_all_land(fanal: Fanal, tmp_path: Path) -> None:
    lancer(fanal, ENTIER)
    chemins = [fichier(tmp_path / f"{p}.csv", 300, p) for p in "ABC"]
    done = lancer(fanal, ENSEMBLE, *chemins, chemins[0])
    assert done["codes"] == [0, 0, 0, 0]
    assert done["versions"] == done["termines"] == 4
    assert done["c"] == 900 and done["n"] == done["i"] == sum(
        sum(1 for _ in c.open()) - 1 - 18 for c in chemins
    )
