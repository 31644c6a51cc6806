"""A file sent through a page, copied aside while it is read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from fanal.parametres import valeur
from fanal.questionnaires.contenus import genre_du_contenu
from fanal.questionnaires.rules.pieces import MIMES, check_piece
from fanal.refus import Inutilisable, Refus

TAILLE_FORMULAIRE = 5_000_000
TAILLE_REGLES = 200_000
TAILLE_DOCUMENT = 20_000_000


@contextmanager
def copie(fichier: UploadedFile, taille_max: int, nom: str = "fichier") -> Iterator[Path]:
    """The path of a copy of *fichier*, removed afterwards. Raises Refus when it is too big."""
    if (fichier.size or 0) > taille_max:
        raise Refus(
            f"Le fichier dépasse {taille_max // 1_000_000 or 1} Mo. Allégez-le, puis déposez-le à nouveau."
        )
    with tempfile.TemporaryDirectory(prefix="fanal-appel-") as dossier:
        chemin = Path(dossier) / nom
        with chemin.open("wb") as sortie:
            for morceau in fichier.chunks():
                sortie.write(morceau)
        yield chemin


def texte(fichier: UploadedFile, taille_max: int) -> str:
    """The text of a small UTF-8 file. Raises Refus (size), Inutilisable (another encoding)."""
    with copie(fichier, taille_max) as chemin:
        try:
            return chemin.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise Inutilisable("Ce fichier n'est pas un texte en UTF-8. Enregistrez-le en UTF-8.") from error


def type_du_document(chemin: Path, nom: str, le: date) -> str:
    """The MIME type read in the content of a document. Raises Refus for a program, macros, or a kind that the
    platform does not take.
    """
    genre = genre_du_contenu(chemin)
    check_piece(
        nom=nom,
        taille=chemin.stat().st_size,
        genre=genre,
        admis=valeur("questionnaires.pieces.types", le=le),
        taille_max=TAILLE_DOCUMENT,
        demandes=(),
    )
    return MIMES.get(genre, "application/octet-stream")
