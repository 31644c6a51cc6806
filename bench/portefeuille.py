"""The pages of contracts under 16 connections, on a base of 50,000 contracts, served as in real life.

Same manner as `pages.py`: builds the base (or takes again the one of `--var`), starts `fanal servir` with two
processes and asks each page over keep-alive connections. Prints one JSON line: the first answer (nothing in
memory yet), p50, p95 and pages per second of each page. Client and server share the machine.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

RACINE = Path(__file__).parents[1]
sys.path[:0] = [str(RACINE), str(Path(__file__).parent)]
ACHEVE = "base-achevee"
REPERE = "sante"


def prepare(var: Path, options: argparse.Namespace) -> None:
    """Set Django up on *var*, and fill its base unless that was done already."""
    os.environ |= {"FANAL_VAR": str(var), "DJANGO_SETTINGS_MODULE": "fanal.config.settings"}
    os.environ.pop("FANAL_DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    if not (var / ACHEVE).exists():
        from _base_marches import build

        build(options.marches, options.ghts, lambda words: print(words, file=sys.stderr))
        (var / ACHEVE).touch()


def addresses() -> dict[str, tuple[str, str]]:
    """Each page measured: the account that opens it, and its address."""
    return {
        REPERE: ("", "/sante/vivant"),
        "portefeuille_national": ("dgos", "/marches/?territoire=national"),
        "portefeuille_filtre": ("dgos", "/marches/?territoire=national&q=pansements&etat=en_cours"),
        "portefeuille_page_40": ("dgos", "/marches/?territoire=national&marches.page=40"),
        "portefeuille_region": ("ars", "/marches/"),
        "portefeuille_ght": ("ght", "/marches/"),
        "indicateurs_nationaux": ("dgos", "/marches/indicateurs/?territoire=national"),
        "indicateurs_ght": ("ght", "/marches/indicateurs/"),
        "fournisseurs": ("dgos", "/fournisseurs/"),
    }


def run(var: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure every page; the document that is printed."""
    import pages

    started = time.perf_counter()
    prepare(var, options)
    built = time.perf_counter() - started
    sessions, results = pages.cookies(), {}
    load = os.getloadavg()[0]
    with pages.site(var, options.processus) as port:
        for name, (account, address) in addresses().items():
            if options.page and name not in {REPERE, *options.page}:
                continue
            asked = pages.request(address, sessions[account])
            results[name] = pages.measure_page(port, asked, options)
            print(name, results[name], file=sys.stderr)
    return {
        "banc": "portefeuille",
        "marches": options.marches,
        "connexions": options.connexions,
        "demandes": options.demandes,
        "processus": options.processus,
        "coeurs": os.cpu_count(),
        "charge_avant": round(load, 2),
        "charge_apres": round(os.getloadavg()[0], 2),
        "preparation_s": round(built, 1),
        "objectif_p95_ms": options.objectif,
        "au_dessus": [name for name, r in results.items() if r["p95_ms"] >= options.objectif],
        "pages": results,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--var", type=Path, help="directory of the base, kept from one run to the next")
    options.add_argument("--page", action="append", help="measure this page only (repeatable)")
    options.add_argument("--marches", type=int, default=50_000)
    options.add_argument("--ghts", type=int, default=136)
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
