"""The first lines of a deposited file as a small file of its own: enough to show how it reads."""

import shutil
from pathlib import Path
from typing import IO

from fanal.depenses.compute.disposition import encodage_de
from fanal.depenses.queries.source_lignes import refuser_autre
from fanal.depots.models import Original

OCTETS = 400_000
LIGNES_PARQUET = 2_000
_PARQUET, _CLASSEURS = b"PAR1", (b"PK", b"\xd0\xcf\x11\xe0")


def tete(original: Original, nom_fichier: str, folder: Path) -> tuple[Path, bool]:
    """A local file with the first lines of *original*, and whether it holds them all.

    Texts are cut at the end of a line and written in UTF-8; a workbook comes whole. Raises `FichierIllisible`
    for a picture, a PDF or an archive, whatever its name says.
    """
    with original.fichier.open("rb") as source:
        head = source.read(8)
        source.seek(0)
        if head.startswith(_PARQUET):
            return _parquet(source, folder)
        if head.startswith(_CLASSEURS):
            return _entier(source, folder / f"tete{Path(nom_fichier).suffix[:8] or '.xlsx'}"), True
        refuser_autre(head)
        return _texte(source, folder / "tete.csv")


def _entier(source: IO[bytes], chemin: Path) -> Path:
    with chemin.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return chemin


def _texte(source: IO[bytes], chemin: Path) -> tuple[Path, bool]:
    content = source.read(OCTETS)
    whole = len(content) < OCTETS
    raw = chemin.with_suffix(".brut")
    cut = (
        content if whole or content[:2] in (b"\xff\xfe", b"\xfe\xff") else content[: content.rfind(b"\n") + 1]
    )
    raw.write_bytes(cut or content)
    encoding = encodage_de(raw)
    if encoding == "utf-8":
        return raw.replace(chemin), whole
    text = raw.read_bytes().decode(encoding, "replace")
    chemin.write_text(text if whole else text[: text.rfind("\n") + 1], encoding="utf-8", newline="")
    return chemin, whole


def _parquet(source: IO[bytes], folder: Path) -> tuple[Path, bool]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    chemin = folder / "tete.parquet"
    local = _entier(source, folder / "source.parquet")
    try:
        file = pq.ParquetFile(local)
        batch = next(file.iter_batches(LIGNES_PARQUET), None)
        table = pa.Table.from_batches([batch] if batch is not None else [], schema=file.schema_arrow)
        pq.write_table(table, chemin)
    except (pa.ArrowException, OSError):
        # Unreadable: whoever reads it says so.
        return local, True
    return chemin, file.metadata.num_rows <= LIGNES_PARQUET
