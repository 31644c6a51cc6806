"""`fanal depenses analyser`: spend by any cross of axes."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fanal.refus import Inutilisable

MESURE, TTC = "montant_ht", "montant_ttc"
# What people call the axes that bear the name of a column of the file; answers keep the word asked with.
SYNONYMES = {
    "etablissement": "finess",
    "article": "code_article",
    "produit": "code_produit",
    "fournisseur": "siret_fournisseur",
    "marche": "numero_marche",
}
_DEBUT = re.compile(rf"^\s*({'|'.join(SYNONYMES)})\s*(?=!=|>=|<=|=|~)", re.IGNORECASE)


def run(axes: str, *, mesures: Sequence[str] = (), filtres: Sequence[str] = ()) -> dict[str, Any]:
    """The groups of the lines in force: axes as texts, null when missing, measures as decimal strings.

    *axes*: names separated by commas. A line without a VAT rate has no amount incl. VAT: `sans_tva_ht` is
    what these lines are worth, when that measure is asked. Raises `Inutilisable` naming what is known.
    """
    from fanal.depenses.queries.analyse import Filtres, analyser

    names = [a.strip() for a in axes.split(",") if a.strip()]
    known = [SYNONYMES.get(name, name) for name in names]
    if len({*known}) < len(known):
        raise Inutilisable(f"Un même axe est demandé deux fois : {axes}. Gardez-le une seule fois.")
    conditions = Filtres.lire(_DEBUT.sub(lambda found: SYNONYMES[found[1].lower()], f) for f in filtres)
    asked = [m.strip() for several in mesures for m in several.split(",") if m.strip()] or [MESURE]
    found = analyser(known, asked, conditions)
    words = dict(zip(known, names, strict=True))
    document = {
        "axes": names,
        "mesures": list(found.mesures),
        "lignes": [{words.get(k, k): _text(v) for k, v in line.items()} for line in found.lignes],
        "totaux": {k: _text(v) for k, v in found.totaux.items()},
        "remises_ht": _text(found.remises_ht),
    }
    if TTC in asked:
        without = analyser([], [MESURE], conditions.avec("taux_tva", "=", None))
        document["sans_tva_ht"] = _text(without.totaux[MESURE])
    return document


def _text(value: str | Decimal | None) -> str | None:
    return format(value, "f") if isinstance(value, Decimal) else value


def _ecrit(mesure: str, valeur: str | None) -> str | None:
    """A measure as people write it: amounts to the cent, other numbers with the decimals they have."""
    from fanal.interface.nombres import ecrire_nombre

    return ecrire_nombre(valeur, 2 if mesure.startswith("montant") else None)


def show(document: dict[str, Any]) -> None:
    """The groups as a table, then the totals."""
    from rich.console import Console
    from rich.table import Table

    from fanal.interface.nombres import ecrire_montant

    table = Table(box=None)
    for name in document["axes"]:
        table.add_column(name)
    for name in document["mesures"]:
        table.add_column(name, justify="right", no_wrap=True)
    for line in document["lignes"]:
        told = [line[n] for n in document["axes"]] + [_ecrit(n, line[n]) for n in document["mesures"]]
        table.add_row(*("–" if text is None else text for text in told))
    console = Console()
    if document["lignes"]:
        console.print(table)
        totals = ", ".join(f"{n} {_ecrit(n, v)}" for n, v in document["totaux"].items() if v is not None)
        console.print(
            f"En tout : {totals}. Dont remises de fin d'année : {ecrire_montant(document['remises_ht'])} HT."
        )
        if Decimal(document.get("sans_tva_ht") or 0):
            console.print(
                f"Le montant TTC ne compte pas {ecrire_montant(document['sans_tva_ht'])} HT de lignes "
                "sans taux de TVA."
            )
    else:
        console.print("Aucune ligne de commande ne répond à cette question.")
