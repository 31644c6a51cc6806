"""Keeping what came in: originals by content hash, deposits and their anomalies."""

import hashlib
import io
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from fanal.comptes.models import Utilisateur
from fanal.depots.lecture import Lecture, TableLue
from fanal.depots.models import AnomalieDepot, Correspondance, Depot, Original, originals_storage

VALEUR_MAX = 300
TRANCHE = 2000


def file_hash(chemin: Path) -> str:
    """The SHA-256 of the file, in hexadecimal."""
    with chemin.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep_original(*, chemin: Path, empreinte: str) -> Original:
    """Keep the file under its hash.

    The bytes reach the storage before the row that names them is committed: a crash in between leaves a file
    that the next deposit of the same content finds again, never a row without its file.
    """
    storage = originals_storage()
    nom = f"{empreinte[:2]}/{empreinte}"
    if not storage.exists(nom):
        with chemin.open("rb") as file:
            storage.save(nom, File(file))
    original, _ = Original.objects.get_or_create(
        empreinte=empreinte, defaults={"taille": chemin.stat().st_size, "fichier": nom}
    )
    return original


def _keep_raw_cells(table: TableLue, empreinte: str) -> str:
    buffer = io.BytesIO()
    table.brutes.write_parquet(buffer)
    content = buffer.getvalue()
    nom = f"brutes/{empreinte[:2]}/{hashlib.sha256(content).hexdigest()}.parquet"
    if not default_storage.exists(nom):
        default_storage.save(nom, ContentFile(content))
    return nom


def summary_of(lecture: Lecture) -> dict[str, object]:
    """What was recognised in a file, by table: sheet, titles, unknown columns, number of rows."""
    return {nom: _summary(table) for nom, table in lecture.tables.items()}


def _summary(table: TableLue) -> dict[str, object]:
    return {
        "feuille": table.feuille,
        "correspondance": table.correspondance,
        "inconnues": table.colonnes_inconnues,
        "lues": table.lignes.height,
    }


def conventions_of(correspondance: Correspondance | None) -> dict[str, object]:
    """How the cells are to be understood: kept with the deposit, for a mapping may change or go."""
    if correspondance is None:
        return {}
    return {"codes": correspondance.codes, "formats": correspondance.formats}


def record_deposit(
    *,
    lecture: Lecture,
    chemin: Path,
    nom_fichier: str,
    empreinte: str,
    canal: str,
    by: Utilisateur | None,
    instant: datetime,
    correspondance: Correspondance | None = None,
) -> Depot:
    """Record the reception of a file that was read: its original, its cells as read, its anomalies.

    Call it inside the transaction that uses the rows, so that a deposit is there whole or not at all.
    """
    principale = next(iter(lecture.tables.values()))
    depot = Depot.objects.create(
        format=lecture.format,
        original=keep_original(chemin=chemin, empreinte=empreinte),
        nom_fichier=nom_fichier[:255],
        canal=canal,
        auteur=by,
        correspondance=correspondance,
        conventions=conventions_of(correspondance),
        recu_le=instant,
        lues=lecture.lues,
        acceptees=lecture.acceptees,
        ecartees=lecture.ecartees,
        lecture=summary_of(lecture),
        brutes=_keep_raw_cells(principale, empreinte),
    )
    AnomalieDepot.objects.bulk_create(
        (
            AnomalieDepot(
                depot=depot,
                feuille=a.feuille or "",
                ligne=a.ligne,
                colonne=a.colonne or "",
                valeur=(a.valeur or "")[:VALEUR_MAX],
                regle=a.regle,
                gravite=a.gravite,
                phrase=a.phrase,
            )
            for a in lecture.anomalies
        ),
        batch_size=TRANCHE,
    )
    return depot
