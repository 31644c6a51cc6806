"""Opening the ZIP archive of a workbook without trusting it.

The reader never sees the person's archive: its useful parts are inflated once under limits, checked for
document type definitions (entity bombs, external entities), and handed on as a plain uncompressed archive
that holds cells, styles and shared strings only: no macro, picture, external link or embedded object.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

import deflate

from fanal.depots.lecture.resultats import FichierIllisible, Limites
from fanal.depots.lecture.texte import illisible

_PARTS_MAX = 5000
# What stands before a part: signature, flags, lengths of the name and of the extra field.
_ENTETE = struct.Struct("<4s2xH18xHH")
_UTF8 = 0x800
# What one byte can become at most: no room is made for a size that no part could reach.
_DETENTE = 1032
_PARTICULIERS = (
    0x1 | 0x20 | 0x40
)  # encrypted, patched, strongly encrypted: zipfile says what it thinks of them
# The first element: a definition can only stand before it.
_RACINE = re.compile(rb"<[A-Za-z_]")
_IGNORES = re.compile(
    r"^(docProps/|customXml/|Thumbnails/|Pictures/|Object|"
    r"xl/(theme|drawings|media|charts|chartsheets|comments|threadedComments|persons|externalLinks|embeddings|"
    r"printerSettings|pivot|query|slicer|timeline|ctrlProps|activeX|revisions|webextensions|richData|model|"
    r"calcChain|connections|customData|metadata)|xl/worksheets/_rels/)"
)


def lire_parties(donnees: bytes, limites: Limites) -> dict[str, bytes]:
    """The XML parts of the archive that hold values, inflated. Raises FichierIllisible."""
    try:
        with zipfile.ZipFile(io.BytesIO(donnees)) as archive:
            return _parties(archive, donnees, limites)
    except (
        zipfile.BadZipFile,
        zlib.error,
        deflate.DeflateError,
        EOFError,
        ValueError,
        KeyError,
        OSError,
        OverflowError,
    ) as erreur:
        raise illisible("archive endommagée") from erreur
    except NotImplementedError as erreur:
        raise illisible("compression inconnue") from erreur
    except RuntimeError as erreur:  # zipfile: "File is encrypted"
        raise chiffre() from erreur


def _parties(archive: zipfile.ZipFile, donnees: bytes, limites: Limites) -> dict[str, bytes]:
    parties: dict[str, bytes] = {}
    infos = archive.infolist()
    if len(infos) > _PARTS_MAX:
        raise trop_gros()
    total = 0
    for info in infos:
        nom = info.filename
        if info.flag_bits & 1:
            raise chiffre()
        utile = nom.endswith((".xml", ".rels")) or nom == "mimetype"
        if not utile or _IGNORES.match(nom) or nom.startswith("/"):
            continue
        total += info.file_size
        if total > limites.taille_decompressee_max:
            raise trop_gros()
        if nom in parties:
            raise illisible("archive qui contient deux fois la même partie")
        parties[nom] = _gonfler(archive, info, donnees)
        refuser_dtd(parties[nom])
    return parties


def _gonfler(archive: zipfile.ZipFile, info: zipfile.ZipInfo, donnees: bytes) -> bytes:
    """One part, inflated in one call; never more than the size it declares, its sum checked, as zipfile does.

    zipfile inflates little by little, which costs as much again as inflating; libdeflate, which is given the
    size, takes a third of the time of zlib.
    """
    debut = info.header_offset
    entete = donnees[debut : debut + _ENTETE.size]
    if info.compress_type != zipfile.ZIP_DEFLATED or len(entete) < _ENTETE.size:
        return archive.read(info)
    signature, drapeaux, nom, extra = _ENTETE.unpack(entete)
    debut += _ENTETE.size
    ecrit = donnees[debut : debut + nom].decode("utf-8" if drapeaux & _UTF8 else "cp437")
    if signature != b"PK\x03\x04" or drapeaux & _PARTICULIERS or ecrit != info.orig_filename:
        return archive.read(info)
    debut += nom + extra
    compresse = memoryview(donnees)[debut : debut + info.compress_size]
    if info.file_size > _DETENTE * len(compresse) + _DETENTE:
        raise zipfile.BadZipFile(info.filename)
    contenu = bytes(deflate.deflate_decompress(compresse, info.file_size))
    if len(contenu) != info.file_size or deflate.crc32(contenu) != info.CRC:
        raise zipfile.BadZipFile(info.filename)
    return contenu


def refuser_dtd(partie: bytes) -> None:
    """Refuse XML with a document type definition: no spreadsheet writes one, attacks need one."""
    # UTF-16 or UTF-32 text would hide the words searched below; no spreadsheet writes its parts so.
    if b"\x00" in partie[:64]:
        raise illisible("encodage inattendu")
    racine = _RACINE.search(partie)
    prologue = partie[: racine.start()] if racine else partie
    if b"<!DOCTYPE" in prologue.upper() or b"<!ENTITY" in prologue.upper():
        raise FichierIllisible(
            "Ce classeur contient des instructions XML interdites (entités ou définition de document). "
            "Rouvrez-le dans votre tableur, enregistrez-le en .xlsx et déposez-le de nouveau.",
            "xml-interdit",
        )


def ranger(parties: dict[str, bytes]) -> bytes:
    """The parts as one archive without compression, for the reader."""
    corps, table, position = [], [], 0
    for nom, contenu in parties.items():
        octets = nom.encode()
        # Name in UTF-8, stored, no date; then sum, sizes, length of the name.
        commun = struct.pack(
            "<HHHHHIIIHH",
            20,
            0x800,
            0,
            0,
            0x21,
            zlib.crc32(contenu),
            len(contenu),
            len(contenu),
            len(octets),
            0,
        )
        corps += [b"PK\x03\x04", commun, octets, contenu]
        table += [b"PK\x01\x02\x14\x00", commun, struct.pack("<HHHII", 0, 0, 0, 0, position), octets]
        position += 30 + len(octets) + len(contenu)
    annuaire = b"".join(table)
    fin = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(parties), len(parties), len(annuaire), position, 0
    )
    return b"".join([*corps, annuaire, fin])


def chiffre() -> FichierIllisible:
    """The refusal of an encrypted file."""
    return FichierIllisible(
        "Ce fichier est protégé par un mot de passe : il ne peut pas être lu. Ouvrez-le dans votre tableur, "
        "retirez le mot de passe (Fichier, Informations, Protéger le classeur), enregistrez-le et "
        "déposez-le de nouveau.",
        "chiffre",
    )


def trop_gros() -> FichierIllisible:
    """The refusal of an archive that would inflate beyond the limit."""
    return FichierIllisible(
        "Une fois décompressé, ce fichier dépasse la taille admise. Copiez seulement les lignes utiles "
        "dans un "
        "nouveau classeur (le modèle vide convient) et déposez celui-ci.",
        "trop-volumineux",
    )
