"""The pages of spend on a whole demonstration, as a hospital group and the ministry open them.

    python bench/pages_depenses.py [--lignes N] [--garder DOSSIER]

Builds the demonstration with so many order lines (or takes again that of `--garder`), starts `fanal servir`
with one process and asks each page of each account, one request at a time. Prints one JSON line: seconds of
the first answer, of the second, and the median of those after, with how many pages answer under a second;
first as soon as the site is open (`FANAL_PREPARER=0`: nothing in memory, nothing prepared), then once it has
prepared what it prepares. The sums and numbers kept beside the lake are waited for before: they are made once
after a deposit. Client and server share the machine.
"""

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

RACINE = Path(__file__).parents[1]
sys.path[:0] = [str(RACINE), str(Path(__file__).parent)]
TOURS = 7
OBJECTIF_S = 1.0
COMPTES = ("directeur.achats", "dgos")
ANNEE = 2021
ACHEVE = "demonstration-achevee"
REPOS_S = 60.0


def prepare(var: Path, lignes: int) -> None:
    """The demonstration in *var*, and Django set up on it."""
    os.environ |= {"FANAL_VAR": str(var), "DJANGO_SETTINGS_MODULE": "fanal.config.settings"}
    os.environ.pop("FANAL_DATABASE_URL", None)
    if not (var / ACHEVE).exists():
        fanal = [sys.executable, "-c", "from fanal.cli.main import main; main()"]
        subprocess.run([*fanal, "demo", "--lignes", str(lignes)], check=True, cwd=RACINE, stdout=sys.stderr)
        (var / ACHEVE).touch()
    import django

    django.setup()


def sessions() -> dict[str, str]:
    """The session cookie of each account."""
    from django.conf import settings
    from django.test import Client

    from fanal.comptes.models import Utilisateur

    found = {}
    for name in COMPTES:
        client = Client()
        client.force_login(Utilisateur.objects.get(email=f"{name}@demo.fanal.example"))
        found[name] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return found


def adresses() -> dict[str, str]:
    """Each page, for the year most of whose actions are proved."""

    def ici(chemin: str, **plus: object) -> str:
        return f"/depenses/{chemin}?{urlencode({'annee': ANNEE, **plus})}"

    return {
        "explorateur": ici(""),
        "famille_par_mois": ici("", lignes="famille", colonnes="mois"),
        "commandes_par_fournisseur": ici("", lignes="fournisseur", mesure="commandes"),
        "marche_applicable": ici("", lignes="couverture"),
        "dispersion": ici("prix/"),
        "gains": ici("gains/"),
        "hors_marche": ici("hors-marche/"),
        "maximums": ici("hors-marche/maximums/"),
        "concentration": ici("concentration/"),
        "qualite": ici("qualite/"),
        "rapprochement": ici("rapprochement/"),
        "reperes": ici("reperes/"),
        "depots": ici("depots/"),
    }


def demander(port: int, adresse: str, cookie: str) -> float:
    """Seconds of one answer; anything but a page stops the bench."""
    connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    depart = time.perf_counter()
    connexion.request("GET", adresse, headers={"Cookie": cookie})
    reponse = connexion.getresponse()
    reponse.read()
    duree = time.perf_counter() - depart
    connexion.close()
    if reponse.status != 200:
        raise SystemExit(f"{adresse} answers {reponse.status}.")
    return duree


def mesurer(port: int, cookies: dict[str, str]) -> dict[str, dict[str, float]]:
    """For each account and page: the first answer, the second, the median of the others."""
    found = {}
    for compte, cookie in cookies.items():
        for nom, adresse in adresses().items():
            durees = [demander(port, adresse, cookie) for _ in range(TOURS)]
            found[f"{compte} {nom}"] = {
                "premiere": round(durees[0], 3),
                "deuxieme": round(durees[1], 3),
                "mediane": round(statistics.median(durees[2:]), 3),
            }
            print(f"{compte} {nom} {found[f'{compte} {nom}']}", file=sys.stderr)
    return found


def main() -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lignes", type=int, default=1_000_000)
    parser.add_argument("--garder", type=Path, help="dossier où la démonstration reste, et est reprise")
    options = parser.parse_args()
    with ExitStack() as pile:
        dossier = options.garder or Path(pile.enter_context(tempfile.TemporaryDirectory()))
        var = dossier / f"demonstration-{options.lignes}"
        var.mkdir(parents=True, exist_ok=True)
        prepare(var, options.lignes)
        from pages import site

        cookies = sessions()
        with site(var, 1) as port:
            demander(port, adresses()["explorateur"], cookies["dgos"])
            time.sleep(REPOS_S)
        os.environ["FANAL_PREPARER"] = "0"
        with site(var, 1) as port:
            cold = mesurer(port, cookies)
        os.environ |= {"FANAL_PREPARER": "1", "FANAL_JOURNAL_NIVEAU": "INFO"}
        with site(var, 1) as port:
            took = attendre_preparation(var)
            ready = mesurer(port, cookies)
    print(
        json.dumps(
            {
                "banc": "pages_depenses",
                "lignes": options.lignes,
                "objectif_s": OBJECTIF_S,
                "preparation_s": took,
                "sans_preparation": resume(cold),
                "preparees": resume(ready),
            }
        )
    )


def attendre_preparation(var: Path) -> float:
    """Wait until the site says that it has prepared its answers; how many seconds it took."""
    for _ in range(1_200):
        said = re.search(
            r"prepared: depenses \(([0-9.]+) s\)", (var / "servir.log").read_text(errors="replace")
        )
        if said:
            return float(said[1])
        time.sleep(0.5)
    raise SystemExit("The site did not prepare its answers within ten minutes.")


def resume(pages: dict[str, dict[str, float]]) -> dict[str, object]:
    """The pages, how many there are, and how many answer under the aim the first time and later."""
    return {
        "nombre": len(pages),
        "premieres_sous_objectif": sum(p["premiere"] < OBJECTIF_S for p in pages.values()),
        "suivantes_sous_objectif": sum(p["mediane"] < OBJECTIF_S for p in pages.values()),
        "pages": pages,
    }


if __name__ == "__main__":
    main()
