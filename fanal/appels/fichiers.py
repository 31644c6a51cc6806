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

TAILLE_REGLES = 200_000  # a rule file is a page of text


def taille_classeur(le: date) -> int:
    """The largest workbook of a form or of a grid on that day, in bytes."""
    return int(valeur("questionnaires.formulaire.taille_octets", le=le))


def taille_document(le: date) -> int:
    """The largest document received on that day, in bytes."""
    return int(valeur("questionnaires.pieces.taille_octets", le=le))


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
        taille_max=taille_document(le),
        demandes=(),
    )
    return MIMES.get(genre, "application/octet-stream")
