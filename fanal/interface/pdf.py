"""PDF documents, composed by Typst from a model and plain data: no network, no font of the machine needed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from fanal.interface import nombres
from fanal.interface.cellules import chiffre
from fanal.interface.nombres import Absence
from fanal.interface.polices import POLICES
from fanal.interface.rendu import ecrire
from fanal.interface.sources import brute
from fanal.interface.tableaux import Colonne

PAQUET = Path(__file__).resolve().parents[1]

MENTION = "Démonstration : données fictives"


def composer(
    modele_typst: str, donnees: Mapping[str, Any], *, instant: datetime, demonstration: bool | None = None
) -> bytes:
    """The PDF of *donnees* laid out by *modele_typst* (a path inside the package, "interface/documents/…").

    *donnees* holds `titre`, texts already written in French, SVG pictures as text, and what the model asks
    for; `mention` and `produit_le` are added. Raises `FileNotFoundError` when the model does not exist and
    `typst.TypstError` when it cannot be composed, both faults of ours.
    """
    import typst  # with the pictures below it takes longer to load than most commands to run

    modele = (PAQUET / modele_typst).resolve()
    if not modele.is_relative_to(PAQUET) or not modele.is_file():
        raise FileNotFoundError(modele_typst)
    fictif = settings.MODE == "demonstration" if demonstration is None else demonstration
    entier = {
        "sous_titre": "",
        **donnees,
        "mention": MENTION if fictif else "",
        "produit_le": nombres.ecrire_date(instant),
    }
    return bytes(
        typst.compile(
            str(modele),
            root=str(PAQUET),
            font_paths=[str(POLICES)] if POLICES.is_dir() else [],
            ignore_system_fonts=True,
            sys_inputs={"donnees": json.dumps(entier, ensure_ascii=False)},
        )
    )


def repondre(contenu: bytes, nom: str) -> HttpResponse:
    """*contenu* as an attachment named *nom* (no extension)."""
    reponse = HttpResponse(contenu, content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.pdf"'
    return reponse


def table(
    titre: str, colonnes: Sequence[Colonne], lignes: Sequence[Sequence[Any]], total: Any = None
) -> dict[str, Any]:
    """A table for `tableau` of base.typ: every value written as on the page, units in the headers."""
    return {
        "titre": titre,
        "entetes": [colonne.entete for colonne in colonnes],
        "numeriques": [colonne.numerique for colonne in colonnes],
        "lignes": [[_mot(c, v) for c, v in zip(colonnes, ligne, strict=True)] for ligne in lignes],
        "total": None if total is None else [_mot(c, v) for c, v in zip(colonnes, total, strict=True)],
    }


def _mot(colonne: Colonne, valeur: Any) -> str:
    if valeur == "":
        return ""
    if colonne.numerique and not isinstance(valeur, Absence):
        return chiffre(colonne, brute(valeur)) or colonne.absence.value
    if colonne.genre == "etat" and valeur in colonne.etats:
        return colonne.etats[valeur][0]
    return ecrire(valeur, colonne.genre)
