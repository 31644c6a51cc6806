"""What passes between the caller and the reading process: JSON and Arrow, never pickle.

The reading process handles hostile files; unpickling what it sends would give away the sandbox.
A message is a 4-byte length, a JSON head, then the blobs whose lengths the head lists under "blobs".
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import polars as pl

from fanal.depots.lecture.resultats import (
    Anomalie,
    Apercu,
    ColonneApercu,
    Correspondance,
    Lecture,
    Limites,
    TableLue,
)

_TAILLE = struct.Struct("<I")
_TETE_MAX = 512 * 1024 * 1024


def emballer(tete: dict[str, Any], blobs: list[bytes]) -> bytes:
    """A message as bytes."""
    tete = {**tete, "blobs": [len(b) for b in blobs]}
    octets = json.dumps(tete, ensure_ascii=False).encode()
    return b"".join([_TAILLE.pack(len(octets)), octets, *blobs])


def deballer(lire: Callable[[int], bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """A message from a source of bytes; ValueError when it is not one."""
    (taille,) = _TAILLE.unpack(lire(_TAILLE.size))
    if taille > _TETE_MAX:
        raise ValueError("message too large")
    tete = json.loads(lire(taille))
    return tete, [lire(n) for n in tete["blobs"]]


def lecture_vers(lecture: Lecture) -> tuple[dict[str, Any], list[bytes]]:
    """A reading as a head and blobs."""
    tables, blobs = [], []
    for cle, table in lecture.tables.items():
        # A column that needed no conversion stands in both tables, and passes once.
        propres = [c for c in table.cellules.get_columns() if c.name not in table.communes]
        renommees = [c.rename(f"\0{rang}") for rang, c in enumerate(propres)]
        blobs.append(_arrow([*table.lignes.get_columns(), *renommees]))
        tete = [cle, table.nom, table.feuille, table.colonnes_inconnues, table.correspondance]
        tables.append([*tete, table.communes, table.lignes.width, table.cellules.columns])
    anomalies = [
        [a.feuille, a.ligne, a.colonne, a.valeur, a.regle, a.gravite, a.phrase] for a in lecture.anomalies
    ]
    comptes = [lecture.lues, lecture.acceptees, lecture.ecartees]
    return {"format": lecture.format, "tables": tables, "anomalies": anomalies, "comptes": comptes}, blobs


def lecture_depuis(tete: dict[str, Any], blobs: list[bytes]) -> Lecture:
    """The reading behind a head and blobs."""
    tables = {}
    for blob, (cle, nom, feuille, inconnues, correspondance, communes, largeur, titres) in zip(
        blobs, tete["tables"], strict=True
    ):
        colonnes = pl.read_ipc_stream(io.BytesIO(blob)).get_columns()
        lignes, propres = pl.DataFrame(colonnes[:largeur]), iter(colonnes[largeur:])
        lues = {c.name: c for c in colonnes[:largeur]}
        cellules = pl.DataFrame([lues[communes[t]] if t in communes else next(propres) for t in titres])
        cellules.columns = titres
        tables[cle] = TableLue(nom, feuille, lignes, cellules, inconnues, correspondance, communes)
    anomalies = [Anomalie(*a) for a in tete["anomalies"]]
    return Lecture(tete["format"], tables, anomalies, *tete["comptes"])


def apercu_depuis(tete: dict[str, Any]) -> Apercu:
    """The preview behind a head."""
    colonnes = [ColonneApercu(**c) for c in tete["colonnes"]]
    return Apercu(
        tete["feuilles"],
        tete["feuille"],
        tete["ligne_entete"],
        colonnes,
        tete["lignes"],
        tete["requis_absents"],
    )


def correspondance_vers(correspondance: Correspondance | None) -> dict[str, Any] | None:
    """A mapping as JSON."""
    return None if correspondance is None else asdict(correspondance)


def correspondance_depuis(tete: dict[str, Any] | None) -> Correspondance | None:
    """The mapping behind its JSON."""
    return None if tete is None else Correspondance(**tete)


def limites_depuis(tete: dict[str, Any]) -> Limites:
    """The limits behind their JSON."""
    return Limites(**tete)


def _arrow(colonnes: list[pl.Series]) -> bytes:
    tampon = io.BytesIO()
    pl.DataFrame(colonnes).write_ipc_stream(tampon)
    return tampon.getvalue()
