"""`fanal depenses analyser`: spend by any cross of axes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

MESURE = "montant_ht"


def run(axes: str, *, mesures: Sequence[str] = (), filtres: Sequence[str] = ()) -> dict[str, Any]:
    """The groups of the lines in force: axes as texts, null when missing, measures as decimal strings.

    *axes*: names separated by commas. Raises `Inutilisable` naming what is known.
    """
    from fanal.depenses.queries.analyse import Filtres, analyser

    names = [a.strip() for a in axes.split(",") if a.strip()]
    asked = [m.strip() for several in mesures for m in several.split(",") if m.strip()] or [MESURE]
    found = analyser(names, asked, Filtres.lire(filtres))
    return {
        "axes": list(found.axes),
        "mesures": list(found.mesures),
        "lignes": [{k: _text(v) for k, v in line.items()} for line in found.lignes],
        "totaux": {k: _text(v) for k, v in found.totaux.items()},
        "remises_ht": _text(found.remises_ht),
    }


def _text(value: str | Decimal | None) -> str | None:
    return format(value, "f") if isinstance(value, Decimal) else value


def show(document: dict[str, Any]) -> None:
    """The groups as a table, then the totals."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for name in document["axes"]:
        table.add_column(name)
    for name in document["mesures"]:
        table.add_column(name, justify="right")
    names = [*document["axes"], *document["mesures"]]
    for line in document["lignes"]:
        table.add_row(*("–" if line[n] is None else line[n] for n in names))
    console = Console()
    if document["lignes"]:
        console.print(table)
        totals = ", ".join(f"{n} {v}" for n, v in document["totaux"].items() if v is not None)
        console.print(f"En tout : {totals}. Dont remises de fin d'année : {document['remises_ht']} € HT.")
    else:
        console.print("Aucune ligne de commande ne répond à cette question.")
