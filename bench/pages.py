"""The pages under 16 connections, on a base of 136 GHT × 5 years × 400 actions, served as in real life.

Builds the base in a temporary directory (or takes again the one of `--var`), starts `fanal servir` with two
processes, then asks each page again and again from this process over keep-alive connections: each connection
sends its next request as soon as it has its answer. Prints one JSON line: for each page the first answer
(nothing in memory yet), then p50, p95 and pages per second, and how its p95 compares with that of the health
page, which does nothing. Client and server share the machine: the figures are those of both.
Nothing is written meanwhile: pages take what they keep until a write (docs/adr/0013) from memory, as they do
for people who read; after a write, the next answer of each process is between that and the first one.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

RACINE = Path(__file__).parents[1]
sys.path[:0] = [str(RACINE), str(Path(__file__).parent)]
REPERE = "sante"
ACHEVE = "base-achevee"


def prepare(var: Path, options: argparse.Namespace) -> None:
    """Set Django up on *var*, and fill its base unless that was done already."""
    os.environ |= {"FANAL_VAR": str(var), "DJANGO_SETTINGS_MODULE": "fanal.config.settings"}
    os.environ.pop("FANAL_DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    if (var / ACHEVE).exists():
        return
    from _base_pages import Taille, build

    taille = Taille(ghts=options.ghts, annees=options.annees, actions=options.actions)
    build(taille, var, lambda mot: print(mot, file=sys.stderr))
    (var / ACHEVE).touch()


def cookies() -> dict[str, str]:
    """The session cookie of each account, by the name before its address."""
    from django.conf import settings
    from django.test import Client

    from fanal.comptes.models import Utilisateur

    sessions = {"": ""}
    for compte in Utilisateur.objects.filter(email__endswith="@essai.example"):
        client = Client()
        client.force_login(compte)
        cle = client.cookies[settings.SESSION_COOKIE_NAME].value
        sessions[compte.email.partition("@")[0]] = f"{settings.SESSION_COOKIE_NAME}={cle}"
    return sessions


def pages() -> dict[str, tuple[str, str]]:
    """Each page measured: the account that opens it, and its address."""
    from fanal.achats.models import Action
    from fanal.campagnes.models import Campagne, Dossier, Publication
    from fanal.territoires.models import Ght

    campagne = Campagne.objects.order_by("-annee")[0]
    ght = Ght.objects.order_by("pk")[0]
    dossier = Dossier.objects.get(campagne=campagne, ght=ght)
    action = Action.objects.filter(version=dossier.version_courante).order_by("ligne")[0]
    publication = Publication.objects.order_by("-pk")[0]
    annee = campagne.annee - 1

    def ici(chemin: str, lieu: str = "national", annee: int = annee) -> str:
        return f"{chemin}?{urlencode({'territoire': lieu, 'annee': annee})}"

    region, sien = f"region:{ght.region.sigle}", f"ght:{ght.code}"
    return {
        REPERE: ("", "/sante/vivant"),
        "accueil_dgos": ("dgos", "/"),
        "accueil_ght": ("ght", "/"),
        "performance_nationale": ("dgos", ici("/achats/performance/")),
        "performance_region": ("ars", ici("/achats/performance/", region)),
        "performance_ght": ("ght", ici("/achats/performance/", sien)),
        "lignes_nationales": ("dgos", ici("/achats/performance/lignes/")),
        "lignes_ght": ("ght", ici("/achats/performance/lignes/", sien)),
        "action": ("ght", f"/achats/actions/{action.pk}/"),
        "plan_national": ("dgos", ici("/achats/plan/")),
        "plan_ght": ("ght", ici("/achats/plan/", sien)),
        "campagnes": ("dgos", "/campagnes/"),
        "campagne": ("dgos", f"/campagnes/{campagne.code}/"),
        "dossier": ("ght", f"/campagnes/dossiers/{dossier.pk}/"),
        "version": ("ght", f"/campagnes/dossiers/{dossier.pk}/versions/1/"),
        "instruction": ("dgos", ici("/achats/controle/", annee=campagne.annee)),
        "etapes": ("dgos", f"/campagnes/{campagne.code}/etapes/"),
        "avis": ("ars", ici("/campagnes/avis/", region, campagne.annee)),
        "publications": ("dgos", "/campagnes/publications/"),
        "publication": ("dgos", f"/campagnes/publications/{publication.pk}/"),
        "parametres": ("dgos", "/parametres/"),
        "recherche": ("dgos", f"/recherche/?{urlencode({'q': action.identifiant})}"),
    }


@contextmanager
def site(var: Path, processus: int) -> Iterator[int]:
    """`fanal servir` on a free port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from fanal.cli.main import main; main()", "servir"]
    command += ["--port", str(port), "--processus", str(processus)]
    environ = {**os.environ, "FANAL_VAR": str(var)}
    with (var / "servir.log").open("wb") as log:
        serveur = subprocess.Popen(command, cwd=RACINE, env=environ, stdout=log, stderr=log)
        try:
            wait_for(port, serveur)
            yield port
        finally:
            serveur.send_signal(signal.SIGTERM)
            serveur.wait(60)


def wait_for(port: int, serveur: "subprocess.Popen[bytes]") -> None:
    """Return once the site answers."""
    for _ in range(600):
        if serveur.poll() is not None:
            raise SystemExit("fanal servir stopped: see servir.log in its directory (--var).")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("fanal servir did not answer within a minute.")


class Connexion:
    """One keep-alive connection: as little as HTTP/1.1 needs, so that the client weighs little."""

    def __init__(self, lecture: asyncio.StreamReader, ecriture: asyncio.StreamWriter) -> None:
        self.lecture, self.ecriture = lecture, ecriture

    @classmethod
    async def ouvrir(cls, port: int) -> "Connexion":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))

    async def demander(self, requete: bytes) -> int:
        """Send *requete*, read the whole answer; returns its status."""
        self.ecriture.write(requete)
        entete = await self.lecture.readuntil(b"\r\n\r\n")
        champs = dict(ligne.lower().split(b": ", 1) for ligne in entete.split(b"\r\n")[1:] if b": " in ligne)
        if champs.get(b"transfer-encoding") == b"chunked":
            while size := int((await self.lecture.readuntil(b"\r\n")).split(b";")[0], 16):
                await self.lecture.readexactly(size + 2)
            await self.lecture.readexactly(2)
        else:
            await self.lecture.readexactly(int(champs.get(b"content-length", b"0")))
        return int(entete[9:12])


def request(adresse: str, cookie: str) -> bytes:
    lignes = [f"GET {adresse} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html"]
    lignes += [f"Cookie: {cookie}"] if cookie else []
    return ("\r\n".join(lignes) + "\r\n\r\n").encode()


async def measure(port: int, requete: bytes, *, connexions: int, demandes: int) -> list[float]:
    """The seconds that each of *demandes* answers took, over *connexions* connections at once."""
    durees: list[float] = []
    reste = demandes

    async def visit() -> None:
        nonlocal reste
        connexion = await Connexion.ouvrir(port)
        while reste > 0:
            reste -= 1
            debut = time.perf_counter()
            statut = await connexion.demander(requete)
            durees.append(time.perf_counter() - debut)
            if statut != 200:
                raise SystemExit(f"{requete.split()[1].decode()} answered {statut}.")
        connexion.ecriture.close()

    await asyncio.gather(*(visit() for _ in range(connexions)))
    return durees


def measure_page(port: int, requete: bytes, options: argparse.Namespace) -> dict[str, float]:
    """One page: its first answer, then its times once every process has met it."""
    premiere = asyncio.run(measure(port, requete, connexions=1, demandes=1))[0]
    asyncio.run(measure(port, requete, connexions=options.connexions, demandes=4 * options.connexions))
    debut = time.perf_counter()
    durees = asyncio.run(measure(port, requete, connexions=options.connexions, demandes=options.demandes))
    total = time.perf_counter() - debut
    rangs = statistics.quantiles(durees, n=20)
    return {
        "premiere_ms": round(premiere * 1000, 1),
        "p50_ms": round(rangs[9] * 1000, 1),
        "p95_ms": round(rangs[18] * 1000, 1),
        "par_seconde": round(len(durees) / total, 1),
    }


def run(var: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure every page; the document that is printed."""
    prepare(var, options)
    sessions, mesurees = cookies(), pages()
    if options.page:
        mesurees = {nom: p for nom, p in mesurees.items() if nom in {REPERE, *options.page}}
    resultats = {}
    charge = os.getloadavg()[0]
    with site(var, options.processus) as port:
        for nom, (compte, adresse) in mesurees.items():
            resultats[nom] = measure_page(port, request(adresse, sessions[compte]), options)
            resultats[nom]["rapport"] = round(resultats[nom]["p95_ms"] / resultats[REPERE]["p95_ms"], 1)
            print(nom, resultats[nom], file=sys.stderr)
    lentes = [nom for nom, r in resultats.items() if r["p95_ms"] >= options.objectif]
    return {
        "banc": "pages",
        "ghts": options.ghts,
        "annees": options.annees,
        "actions": options.actions,
        "connexions": options.connexions,
        "demandes": options.demandes,
        "processus": options.processus,
        "coeurs": os.cpu_count(),
        "charge_avant": round(charge, 2),
        "charge_apres": round(os.getloadavg()[0], 2),
        "objectif_p95_ms": options.objectif,
        "au_dessus": lentes,
        "pages": resultats,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--var", type=Path, help="directory of the base, kept from one run to the next")
    options.add_argument("--page", action="append", help="measure this page only (repeatable)")
    options.add_argument("--ghts", type=int, default=136)
    options.add_argument("--annees", type=int, default=5)
    options.add_argument("--actions", type=int, default=400)
    options.add_argument("--connexions", type=int, default=16)
    options.add_argument("--demandes", type=int, default=200)
    options.add_argument("--processus", type=int, default=2)
    options.add_argument("--objectif", type=float, default=100.0)
    args = options.parse_args()
    if args.var:
        args.var.mkdir(parents=True, exist_ok=True)
        print(json.dumps(run(args.var.resolve(), args), ensure_ascii=False))
        return
    with tempfile.TemporaryDirectory(prefix="fanal-banc-") as folder:
        print(json.dumps(run(Path(folder), args), ensure_ascii=False))


if __name__ == "__main__":
    main()
