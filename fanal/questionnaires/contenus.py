"""The kind of a file, read from its content."""

import zipfile
from pathlib import Path

import puremagic

from fanal.questionnaires.rules.pieces import EXECUTABLE, INCONNU, MACROS

PROGRAMMES = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
)
DEBUT = 64 * 1024
OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
OPENDOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
RECONNUS = {".pdf": "pdf", ".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".jfif": "jpg"}
# What may hide in an archive that calls itself a document.
INTERDITS = (".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jar", ".class", ".dex")


def genre_du_contenu(chemin: Path) -> str:
    """The kind of the file at *chemin*: a key of `rules.pieces.MIMES`, EXECUTABLE, MACROS or INCONNU.

    Signatures come from puremagic; archives are opened to tell a document from an archive of anything, and to
    find programs and macros; a text is what decodes as one and bears no other signature.
    """
    with chemin.open("rb") as fichier:
        debut = fichier.read(DEBUT)
    if debut.startswith(PROGRAMMES):
        return EXECUTABLE
    if debut.startswith(b"PK"):
        return _archive(chemin)
    if b"%PDF-" in debut[:1024]:
        return "pdf"
    signe = _signature(debut)
    if signe in RECONNUS.values():
        return signe
    return "texte" if _est_texte(debut) else INCONNU


def _signature(debut: bytes) -> str:
    try:
        trouves = puremagic.magic_string(debut)
    except (puremagic.PureError, ValueError):
        return INCONNU
    for trouve in trouves:
        if trouve.extension in RECONNUS and trouve.byte_match:
            return RECONNUS[trouve.extension]
    return INCONNU


def _est_texte(debut: bytes) -> bool:
    if b"\x00" in debut:
        return False
    coupe = debut[: len(debut) - 3] if len(debut) == DEBUT else debut
    for codage in ("utf-8", "cp1252"):
        try:
            coupe.decode(codage)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _archive(chemin: Path) -> str:
    try:
        with zipfile.ZipFile(chemin) as archive:
            noms = archive.namelist()
            mime = archive.read("mimetype")[:200].decode("ascii", "replace") if "mimetype" in noms else ""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, zipfile.LargeZipFile):
        return INCONNU
    if any(n.lower().endswith(INTERDITS) for n in noms) or "META-INF/MANIFEST.MF" in noms:
        return EXECUTABLE
    if any("vbaproject" in n.lower() or n.lower().startswith("basic/") for n in noms):
        return MACROS
    if mime.strip() in OPENDOCUMENT:
        return OPENDOCUMENT[mime.strip()]
    if "[Content_Types].xml" in noms:
        return next((g for prefixe, g in OFFICE.items() if any(n.startswith(prefixe) for n in noms)), "zip")
    return "zip"
