"""CSV files: encoding and separator are guessed from the content, never from the name."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable
from itertools import islice

from fanal.depots.lecture.grille import FeuilleBrute
from fanal.depots.lecture.resultats import FichierIllisible, Limites

SEPARATEURS = (";", ",", "\t", "|")
_CELLULE_MAX = 1_000_000
# A last row of our own: it comes out alone unless a quotation mark before it was never closed.
_FIN = "\x01fin"
# What the first bytes of a file that is no table tell.
_AUTRES = {
    b"%PDF": "c'est un PDF",
    b"\x89PNG": "c'est une image",
    b"\xff\xd8\xff": "c'est une image",
    b"GIF8": "c'est une image",
    b"\x1f\x8b": "c'est une archive",
    b"7z\xbc\xaf": "c'est une archive",
    b"Rar!": "c'est une archive",
    b"{\\rtf": "c'est un document de texte",
}


def decoder(donnees: bytes) -> str:
    """The text of a CSV file: UTF-8 (with or without BOM), UTF-16 with BOM, else Windows-1252."""
    if donnees.startswith(codecs.BOM_UTF8):
        donnees = donnees[3:]
    elif donnees.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoder_utf16(donnees)
    if b"\x00" in donnees:
        raise illisible("il contient des données binaires")
    try:
        return donnees.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return donnees.decode("cp1252")
    except UnicodeDecodeError:
        return donnees.decode("latin-1")


def _decoder_utf16(donnees: bytes) -> str:
    try:
        return donnees.decode("utf-16")
    except UnicodeDecodeError as erreur:
        raise illisible("son texte est endommagé") from erreur


def refuser_autre(debut: bytes) -> None:
    """Refuse, by its first bytes, what no spreadsheet opens. Raises FichierIllisible."""
    for marque, nature in _AUTRES.items():
        if debut.startswith(marque):
            raise FichierIllisible(
                f"Ce fichier n'est pas un classeur lisible ({nature}). Déposez l'export XLSX ou CSV dont il "
                "est tiré. Rien n'a été modifié.",
                "illisible",
            )


def illisible(raison: str) -> FichierIllisible:
    """The refusal of a file that is neither a workbook nor a CSV."""
    phrase = (
        f"Ce fichier n'est pas un classeur lisible ({raison}). "
        "Rouvrez-le dans votre tableur, enregistrez-le en .xlsx et déposez-le de nouveau. Rien n'a été "
        "modifié."
    )
    return FichierIllisible(phrase, "illisible")


def lire_csv(donnees: bytes, limites: Limites, noter: Callable[[list[list[str]]], int]) -> FeuilleBrute:
    """The rows of a CSV file. `noter` scores the first rows: the separator with the best score is taken."""
    texte = decoder(donnees)
    debut = 1
    impose = None
    if texte[:4].lower() == "sep=":
        # Excel's own convention: a first line that names the separator.
        entete, _, texte = texte.partition("\n")
        impose, debut = entete.strip()[4:5] or None, 2
    separateur = impose or _separateur(texte, noter)
    rangees = _rangees(
        texte + ("" if texte.endswith("\n") else "\n") + _FIN, separateur, limites.lignes_max + 1
    )
    if len(rangees) <= limites.lignes_max + 1 and rangees.pop() != [_FIN]:
        raise _guillemet(debut + len(rangees))
    if len(rangees) > limites.lignes_max:
        raise FichierIllisible(
            f"Ce fichier a plus de {limites.lignes_max} lignes, dont peut-être beaucoup sont vides. "
            "Supprimez les lignes vides ou partagez le fichier en plusieurs, puis déposez-le de nouveau.",
            "trop-de-lignes",
        )
    vides: list[list[str | None]] = [[c if c and not c.isspace() else None for c in r] for r in rangees]
    return FeuilleBrute(None, debut, vides)


def _guillemet(ligne: int) -> FichierIllisible:
    return FichierIllisible(
        f"À la ligne {ligne}, un guillemet ouvre une cellule et n'est jamais refermé : la suite du "
        "fichier ne peut pas "
        "être découpée en lignes. Retirez ce guillemet ou refermez-le, puis déposez de nouveau.",
        "guillemet",
    )


def _separateur(texte: str, noter: Callable[[list[list[str]]], int]) -> str:
    echantillon = texte[:200_000]
    notes = []
    for separateur in SEPARATEURS:
        try:
            rangees = _rangees(echantillon, separateur, 40)
        except FichierIllisible:
            continue
        largeur = max(map(len, rangees), default=0)
        notes.append(((noter(rangees), largeur), separateur))
    return max(notes, key=lambda n: n[0])[1] if notes else ";"


def _rangees(texte: str, separateur: str, maximum: int) -> list[list[str]]:
    csv.field_size_limit(_CELLULE_MAX)
    try:
        return list(islice(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), maximum + 1))
    except csv.Error as erreur:
        raise illisible(
            "une cellule est trop longue, sans doute à cause d'un guillemet non refermé"
        ) from erreur
