"""Import of published contracts: rows a second, against plain JSON parsing of the same file.

    .venv/bin/python bench/import_marches.py [NOMBRE]

Writes a DECP 2 file of contracts (100,000 unless told otherwise), one in ten with a defect, parses it with
the standard library, imports it into an empty base, imports it again, and prints one JSON line.
"""

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

NOMBRE = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
GRAINE = 20_260_101


def luhn(chiffres: str) -> str:
    """Complete a number with its Luhn key."""
    total = 0
    for rang, c in enumerate(reversed(chiffres)):
        n = int(c) * (2 if rang % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return chiffres + str(-total % 10)


def siret(rang: int) -> str:
    """A SIRET with both its keys right."""
    return luhn(luhn(f"{20_000_000 + rang:08d}") + "0001")


def marche(rang: int, hasard: random.Random) -> dict[str, object]:
    """One contract in the shape of DECP 2, sometimes with a defect."""
    notifie = date(2019, 1, 1) + timedelta(days=hasard.randrange(2500))
    contenu: dict[str, object] = {
        "id": f"M{rang:08d}",
        "acheteur": {"id": siret(rang % 300)},
        "nature": "Marché",
        "objet": f"Fourniture de dispositifs médicaux stériles, lot n° {rang} : prestations associées",
        "codeCPV": hasard.choice(["33140000-3", "33600000-6", "50421000-2", "45215140-0"]),
        "procedure": hasard.choice(["Appel d'offres ouvert", "Procédure adaptée"]),
        "techniques": {"technique": ["Accord-cadre"]},
        "modalitesExecution": {"modaliteExecution": ["Bons de commande"]},
        "lieuExecution": {"code": "21", "typeCode": "Code département"},
        "dureeMois": hasard.choice([12, 24, 36, 48]),
        "dateNotification": notifie.isoformat(),
        "datePublicationDonnees": (notifie + timedelta(days=20)).isoformat(),
        "montant": round(hasard.uniform(40_000, 2_000_000), 2),
        "typesPrix": {"typePrix": ["Définitif révisable"]},
        "formePrix": "Unitaire",
        "ccag": "Fournitures courantes et services",
        "offresRecues": hasard.randrange(1, 9),
        "marcheInnovant": False,
        "attributionAvance": False,
        "sousTraitanceDeclaree": False,
        "typeGroupementOperateurs": "Pas de groupement",
        "considerationsSociales": {"considerationSociale": ["Clause sociale"]},
        "considerationsEnvironnementales": {"considerationEnvironnementale": ["Critère environnemental"]},
        "titulaires": [{"titulaire": {"id": siret(1000 + rang % 5000), "typeIdentifiant": "SIRET"}}],
    }
    if rang % 10 == 0:
        contenu["montant"] = 0
    if rang % 20 == 0:
        del contenu["dateNotification"]
    if rang % 25 == 0:
        contenu["modifications"] = [
            {
                "modification": {
                    "id": 1,
                    "montant": 100_000,
                    "dateNotificationModification": (notifie + timedelta(days=200)).isoformat(),
                    "datePublicationDonneesModification": (notifie + timedelta(days=210)).isoformat(),
                }
            }
        ]
    return contenu


def ecrire(chemin: Path) -> None:
    """Write the file, one contract after the other."""
    hasard = random.Random(GRAINE)
    with chemin.open("w", encoding="utf-8") as fichier:
        fichier.write('{"marches": {"marche": [')
        for rang in range(NOMBRE):
            fichier.write((",\n" if rang else "") + json.dumps(marche(rang, hasard), ensure_ascii=False))
        fichier.write("]}}")


def chronometrer(travail: Callable[[], object]) -> tuple[float, object]:
    """Seconds of wall clock, and the result."""
    depart = time.perf_counter()
    resultat = travail()
    return time.perf_counter() - depart, resultat


def principal() -> None:
    """Measure and print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="fanal-bench-") as dossier:
        os.environ["FANAL_VAR"] = dossier
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanal.config.settings")
        chemin = Path(dossier) / "decp.json"
        ecrire(chemin)
        import django

        django.setup()
        from django.utils import timezone

        from fanal.cli.commande import prepare_base
        from fanal.marches.actions.importation import importer

        prepare_base()
        avant = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        champs = {"chemin": chemin, "format": "decp", "noeud": None, "by": None}
        premier, bilan = chronometrer(lambda: importer(**champs, instant=timezone.now()))
        apres = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        second, encore = chronometrer(lambda: importer(**champs, instant=timezone.now()))
        with chemin.open(encoding="utf-8") as fichier:
            analyse, _ = chronometrer(lambda: json.load(fichier))
        print(
            json.dumps(
                {
                    "bench": "import_marches",
                    "marches": bilan.acceptees,
                    "octets": chemin.stat().st_size,
                    "secondes": round(premier, 2),
                    "lignes_par_seconde": round(NOMBRE / premier),
                    "json_seul_secondes": round(analyse, 2),
                    "rapport_au_json_seul": round(premier / analyse, 1),
                    "deuxieme_import_secondes": round(second, 2),
                    "deja_connues": encore.deja_connues,
                    "memoire_ajoutee_mo": round((apres - avant) / 1024),
                }
            )
        )


if __name__ == "__main__":
    principal()
