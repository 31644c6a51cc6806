"""Opening a file for what it is, whatever its name says, or refusing it with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fanal.depots.formats import Schema
from fanal.depots.lecture import archives, texte
from fanal.depots.lecture.classeur import OLE, Classeur, ouvrir_autre, ouvrir_xlsx, trop_de_colonnes
from fanal.depots.lecture.entetes import trouver_entete
from fanal.depots.lecture.erreurs_anciennes import erreurs_ods, erreurs_xls
from fanal.depots.lecture.grille import FeuilleBrute, Grille
from fanal.depots.lecture.resultats import Correspondance, FichierIllisible, Limites

_CHIFFRE = "EncryptedPackage".encode("utf-16-le")


@dataclass
class ClasseurCsv:
    """A CSV file as a workbook of one unnamed sheet."""

    contenu: FeuilleBrute

    def __post_init__(self) -> None:
        self.feuilles: list[str | None] = [None]

    def brute(self, nom: str | None) -> FeuilleBrute:
        """See Classeur."""
        return self.contenu

    def rapide(self, nom: str | None) -> Grille | None:
        """See Classeur."""
        return None


def ouvrir(chemin: Path, schema: Schema, correspondance: Correspondance | None, limites: Limites) -> Classeur:
    """The file as a workbook. `schema` helps to guess the separator of a CSV. Raises FichierIllisible."""
    donnees = _octets(chemin, limites)
    if donnees.startswith(b"PK"):
        return _archive(donnees, limites)
    if donnees.startswith(OLE):
        if _CHIFFRE in donnees:
            raise archives.chiffre()
        return ouvrir_autre(donnees, limites, erreurs_xls(donnees))
    texte.refuser_autre(donnees)
    if (
        donnees[:512]
        .lstrip(b"\xef\xbb\xbf \t\r\n")
        .lower()
        .startswith((b"<?xml", b"<html", b"<!doctype", b"<table"))
    ):
        raise texte.illisible("c'est une page web ou un fichier XML, malgré son nom")
    return _csv(donnees, schema, correspondance, limites)


def _octets(chemin: Path, limites: Limites) -> bytes:
    try:
        taille = chemin.stat().st_size
        if taille > limites.taille_max:
            raise FichierIllisible(
                f"Ce fichier pèse {taille // 1_000_000} Mo ; {limites.taille_max // 1_000_000} Mo au plus "
                "sont admis. "
                "Retirez les images et les feuilles inutiles, ou partagez-le en plusieurs fichiers.",
                "trop-volumineux",
            )
        donnees = chemin.read_bytes()
    except OSError as erreur:
        raise FichierIllisible(
            f"Le fichier « {chemin.name} » est introuvable ou ne peut pas être ouvert. Vérifiez son nom "
            "et son emplacement.",
            "introuvable",
        ) from erreur
    if not donnees.strip():
        raise FichierIllisible(
            "Ce fichier est vide. Déposez un fichier qui contient au moins une ligne.", "vide"
        )
    return donnees


def _archive(donnees: bytes, limites: Limites) -> Classeur:
    parties = archives.lire_parties(donnees, limites)
    if "content.xml" in parties:
        if b"encryption-data" in parties.get("META-INF/manifest.xml", b""):
            raise archives.chiffre()
        if b"opendocument.spreadsheet" not in parties.get("mimetype", b"opendocument.spreadsheet"):
            raise texte.illisible("c'est un document OpenDocument, mais pas un classeur")
        erreurs = erreurs_ods(parties["content.xml"], limites.lignes_max)
        return ouvrir_autre(archives.ranger(parties), limites, erreurs)
    if any(n.startswith(("word/", "ppt/")) for n in parties):
        raise texte.illisible("c'est un document ou une présentation, pas un classeur")
    return ouvrir_xlsx(parties, limites)


def _csv(donnees: bytes, schema: Schema, correspondance: Correspondance | None, limites: Limites) -> Classeur:
    def noter(rangees: list[list[str]]) -> int:
        entete = trouver_entete(
            FeuilleBrute(None, 1, [[c or None for c in r] for r in rangees]), schema, correspondance
        )
        return entete[3].nombre if entete else 0

    brute = texte.lire_csv(donnees, limites, noter)
    if max(map(len, brute.rangees), default=0) > limites.colonnes_max:
        raise trop_de_colonnes("unique", limites.colonnes_max)
    return ClasseurCsv(brute)
