"""`fanal depenses rapprocher`: suggestions of a reference catalogue for labels, from two files."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fanal.depots.lecture.resultats import FichierIllisible
from fanal.depots.lecture.texte import decoder
from fanal.refus import Inutilisable

CHAMPS = ("code", "libelle")
DECIMALES = 4


def run(
    libelles: Path, referentiel: Path, *, avancer: Callable[[int, int], None] = lambda done, whole: None
) -> dict[str, Any]:
    """At most five suggestions for each label of *libelles*; its codes are never looked at.

    Both files have columns `code` and `libelle`. Raises `Inutilisable` with a sentence.
    """
    asked = [label for _, label in lire(libelles)]
    known = lire(referentiel)
    if not known:
        raise Inutilisable(f"Le référentiel {referentiel.name} n'a aucun produit : rien à proposer.")
    without = next((rank for rank, (code, _) in enumerate(known, start=2) if not code), 0)
    if without:
        raise Inutilisable(
            f"Le référentiel {referentiel.name} a un produit sans code, ligne {without} : chaque produit "
            "doit porter le sien."
        )
    from fanal.moteurs.rapprochement.moteur import Catalogue, Produit

    ready = Catalogue([Produit(code, label) for code, label in known])
    unique = list(dict.fromkeys(asked))
    found = dict(zip(unique, ready.proposer(unique, avancer=avancer), strict=True))
    return {
        "libelles": len(asked),
        "produits": len(known),
        "sans_proposition": sum(not found[label] for label in asked),
        "propositions": [
            {
                "libelle": label,
                "code": one.code,
                "confiance": round(one.confiance, DECIMALES),
                "rang": one.rang,
            }
            for label in unique
            for one in found[label]
        ],
    }


def lire(chemin: Path) -> list[tuple[str, str]]:
    """The (code, label) pairs of a CSV: `;`, `,` or tabs, UTF-8 or Windows-1252; rows without label are left.

    Labels are given back as the file writes them, spaces included: whoever asks finds them again.
    Raises `Inutilisable` when it is absent, unreadable or lacks a column.
    """
    try:
        text = decoder(chemin.read_bytes())
    except FileNotFoundError as error:
        raise Inutilisable(f"Le fichier {chemin} n'existe pas.") from error
    except OSError as error:
        raise Inutilisable(f"Le fichier {chemin} ne peut pas être lu : {error.strerror}.") from error
    except FichierIllisible as error:
        raise Inutilisable(f"Le fichier {chemin} n'est pas un CSV lisible.") from error
    first = text.lstrip().split("\n", 1)[0]
    try:
        rows = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=max(";,\t", key=first.count))
        titles = [title.strip().lower().replace("é", "e") for title in next(rows, [])]
        missing = [field for field in CHAMPS if field not in titles]
        if missing:
            raise Inutilisable(
                f"Le fichier {chemin.name} n'a pas de colonne {' ni '.join(missing)} : sa première ligne "
                "doit nommer les colonnes « code » et « libelle »."
            )
        code, label = (titles.index(field) for field in CHAMPS)
        read = [
            (row[code].strip() if code < len(row) else "", row[label]) for row in rows if label < len(row)
        ]
    except csv.Error as error:
        raise Inutilisable(f"Le fichier {chemin.name} n'est pas un CSV lisible : {error}.") from error
    return [(number, words) for number, words in read if words.strip()]


def show(document: dict[str, Any]) -> None:
    """The first suggestion of each label, as a table."""
    from rich.console import Console
    from rich.table import Table

    from fanal.interface.nombres import ecrire_taux

    table = Table(box=None)
    for title in ("Libellé", "Code proposé", "Confiance"):
        table.add_column(title, justify="right" if title == "Confiance" else "left")
    for one in document["propositions"]:
        if one["rang"] == 1:
            table.add_row(one["libelle"], one["code"], ecrire_taux(one["confiance"], 0))
    console = Console()
    console.print(table)
    console.print(
        f"{document['libelles']} libellés, {document['produits']} produits au référentiel, "
        f"{document['sans_proposition']} sans proposition.",
        highlight=False,
    )
