"""`fanal marches reviser`: prices revised by a clause written in YAML, without any base."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console

from fanal.prix.compute.ecriture import ecrire_prix
from fanal.prix.compute.recit import decrire
from fanal.prix.compute.revision import reviser
from fanal.prix.queries.fichiers import lire_fichier_indices
from fanal.prix.rules.document import charger_yaml, lire_demande
from fanal.refus import Inutilisable


def run(clause: Path) -> dict[str, Any]:
    """Read the document and revise. Raises `Inutilisable` on a bad one, `Refus` on a missing index."""
    if not clause.is_file():
        raise Inutilisable(f"Le fichier « {clause.name} » n'existe pas. Vérifiez son nom et son dossier.")
    try:
        text = clause.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError):
        raise Inutilisable(f"« {clause.name} » n'est pas un fichier texte en UTF-8.") from None
    asked = lire_demande(charger_yaml(text))
    series = lire_fichier_indices(clause.parent / asked.fichier) if asked.fichier else asked.series
    return decrire(reviser(asked.clause, series, asked.lignes, asked.le, asked.en_vigueur))


def show(document: dict[str, Any]) -> None:
    """The document in the terminal."""
    console = Console()
    console.print(document["phrase"])
    for term in document["termes"]:
        console.print(f"  {term['phrase']}", highlight=False)
    for line in document["lignes"]:
        before, after = (ecrire_prix(Decimal(line[k])) for k in ("prix_avant", "prix_revise"))
        console.print(f"  {line['cle']} : {before} → {after}. {line['calcul']}", highlight=False)
