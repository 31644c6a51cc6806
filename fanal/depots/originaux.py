"""An original as a local file: storage may be far away, readers want a path."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fanal.depots.models import Original


@contextmanager
def local_copy(original: Original, nom_fichier: str = "") -> Iterator[Path]:
    """A temporary copy of the original, named like the file that was sent, gone at the end."""
    suffix = Path(nom_fichier).suffix[:8]
    with tempfile.TemporaryDirectory(prefix="fanal-original-") as folder:
        chemin = Path(folder) / f"original{suffix}"
        with original.fichier.open("rb") as source, chemin.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        yield chemin
