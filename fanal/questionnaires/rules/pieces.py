"""Attachments: what forbids one, in a sentence. The kind is read from the content, never believed."""

from collections.abc import Collection
from pathlib import PurePath

from fanal.refus import Refus

# Extension that a name bears → kinds its content may be. Texts have no signature of their own.
GENRES: dict[str, tuple[str, ...]] = {
    "pdf": ("pdf",),
    "docx": ("docx",),
    "xlsx": ("xlsx",),
    "pptx": ("pptx",),
    "odt": ("odt",),
    "ods": ("ods",),
    "odp": ("odp",),
    "csv": ("texte",),
    "txt": ("texte",),
    "jpg": ("jpg",),
    "jpeg": ("jpg",),
    "png": ("png",),
    "zip": ("zip",),
}
MIMES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "texte": "text/plain",
    "jpg": "image/jpeg",
    "png": "image/png",
    "zip": "application/zip",
}
EXECUTABLE, MACROS, INCONNU = "executable", "macros", ""


def extension(nom: str) -> str:
    """The extension of a file's name, in lower case, without its dot."""
    return PurePath(nom).suffix.lower().lstrip(".")


def check_piece(
    *, nom: str, taille: int, genre: str, admis: Collection[str], taille_max: int, demandes: Collection[str]
) -> None:
    """Nothing forbids attaching the file. *genre* is what its content says (a key of MIMES, or EXECUTABLE,
    MACROS, INCONNU); *admis* the extensions the platform takes, *demandes* those the question asks (all when
    empty). Raises Refus.
    """
    ext = extension(nom)
    voulus = [e for e in admis if not demandes or e in demandes]
    liste = ", ".join(voulus)
    if genre == EXECUTABLE:
        raise Refus(f"« {nom} » contient un programme : il n'est pas joint. Joignez un document ({liste}).")
    if genre == MACROS:
        raise Refus(
            f"« {nom} » contient des macros : il n'est pas joint. Enregistrez-le sans macros, ou en PDF."
        )
    if taille == 0:
        raise Refus(f"« {nom} » est vide. Vérifiez le fichier, puis joignez-le de nouveau.")
    if taille > taille_max:
        raise Refus(
            f"« {nom} » pèse {_mo(taille)} ; une pièce en pèse {_mo(taille_max)} au plus. "
            "Réduisez les images, ou partagez le document."
        )
    if ({"jpeg": "jpg"}.get(ext, ext)) not in voulus:
        raise Refus(f"« {nom} » n'est pas d'un type admis ici. Types admis : {liste}.")
    if genre not in GENRES.get(ext, (genre,)):
        lu = f"son contenu est celui d'un fichier {genre}" if genre else "son contenu ne l'est pas"
        raise Refus(
            f"« {nom} » se présente comme un fichier {ext}, mais {lu}. Rouvrez-le dans le logiciel qui l'a "
            "produit, enregistrez-le de nouveau et joignez-le."
        )


def check_nombre(nombre: int, maximum: int) -> None:
    """The dossier takes one more attachment. Raises Refus."""
    if nombre >= maximum:
        raise Refus(
            f"Ce dossier a déjà {nombre} pièces, le maximum. Retirez-en une, ou réunissez-en plusieurs."
        )


def _mo(octets: int) -> str:
    if octets < 1024 * 1024:
        return f"{max(1, round(octets / 1024))} ko"
    return f"{octets / 1024 / 1024:.1f} Mo".replace(".", ",").replace(",0 ", " ")
