"""What was sent to be read, as a file of its own: an upload as it is, or rows written as a CSV."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from ninja import UploadedFile
from pydantic import Field

from fanal.campagnes.rules.envois import check_taille
from fanal.depots.lecture import Limites
from fanal.depots.reecriture import CELLULE_MAX, Classeur, Feuille, ecrire
from fanal.interface.api import SANS_NUL
from fanal.refus import Inutilisable

LIGNES_MAX, COLONNES_MAX = 20_000, 200
PREMIERE = 2  # below the titles

Cellule = (
    Annotated[str, Field(max_length=CELLULE_MAX, pattern=SANS_NUL)]
    | bool
    | int
    | Annotated[float, Field(allow_inf_nan=False)]
    | None
)
Titre = Annotated[str, Field(max_length=200, pattern=SANS_NUL)]
Rangee = Annotated[dict[Titre, Cellule], Field(max_length=COLONNES_MAX)]
Lignes = Annotated[
    list[Rangee],
    Field(
        min_length=1,
        max_length=LIGNES_MAX,
        description="Une ligne par objet, sous les noms des champs du format. Les montants s'écrivent en "
        "nombre ou en texte ; une valeur absente ou nulle est une cellule vide.",
        examples=[
            [
                {
                    "identifiant": "BFC03-2021-001",
                    "finess": "210780581",
                    "role": "support",
                    "intitule": "Gants d'examen",
                    "operateur": "NATIONAL",
                    "numero_marche": "M-4512",
                    "date_premiere_commande": "15/03/2021",
                    "montant_reference_ttc": 100000,
                    "gain_annuel_ttc": 12500.5,
                }
            ]
        ],
    ),
]


@contextmanager
def received(fichier: UploadedFile) -> Iterator[tuple[Path, str]]:
    """The upload as a local file, with the name that the person gave it."""
    check_taille(fichier.size or 0, Limites().taille_max)
    nom = (fichier.name or "fichier").replace("\x00", "")
    suffix = Path(nom).suffix
    # The reader looks at the content; the suffix only helps it to choose where to begin.
    local = f"fichier{suffix}" if suffix[1:].isalnum() and len(suffix) < 8 else "fichier"
    with tempfile.TemporaryDirectory(prefix="fanal-api-") as folder:
        chemin = Path(folder) / local
        with chemin.open("wb") as copy:
            for chunk in fichier.chunks():
                copy.write(chunk)
        yield chemin, nom


@contextmanager
def written(lignes: Sequence[dict[str, Cellule]], format: str) -> Iterator[tuple[Path, str]]:
    """Rows as a CSV: titles on row 1, the first row of data on row 2."""
    titres = list(dict.fromkeys(titre for ligne in lignes for titre in ligne))
    if not titres:
        raise Inutilisable("Ces lignes n'ont aucune valeur. Envoyez-les sous les noms des champs du format.")
    rangees = {
        numero: [_text(ligne.get(titre)) for titre in titres] for numero, ligne in enumerate(lignes, PREMIERE)
    }
    with tempfile.TemporaryDirectory(prefix="fanal-api-") as folder:
        chemin = Path(folder) / "lignes.csv"
        ecrire(Classeur(Feuille(None, titres, rangees)), chemin)
        yield chemin, f"api-{format}.csv"


def _text(valeur: Cellule) -> str | None:
    """A value as a French spreadsheet shows it: the comma leaves no doubt on a number."""
    match valeur:
        case None | "":
            return None
        case bool():
            return "oui" if valeur else "non"
        case float():
            return format(Decimal(repr(valeur)), "f").replace(".", ",")
    return str(valeur)
