"""Where the files of the lake lie: a disk or S3-compatible storage, by fsspec, named by their content."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import fsspec


@dataclass(frozen=True)
class Stockage:
    """A root address (`/disk/lac`, `s3://seau/lac`) and the options of its file system.

    Files are immutable and named `genre/ab/abcdef….parquet` by their SHA-256: writing twice is harmless, and
    a file left by a stopped writer is taken again or swept later, never read by mistake. `cache` is a local
    directory where files of a remote root are brought once.
    """

    racine: str
    options: Mapping[str, Any] = field(default_factory=dict)
    cache: Path | None = None

    @property
    def local(self) -> bool:
        return "://" not in self.racine

    def nom(self, genre: str, empreinte: str) -> str:
        """The name of a file of a kind by its hash, relative to the root."""
        return f"{genre}/{empreinte[:2]}/{empreinte}.parquet"

    def poser(self, chemin: Path, genre: str) -> tuple[str, str, int]:
        """Move a local file into the lake; returns its name, SHA-256 and size in bytes.

        The bytes are whole and on the disk before the name exists: a reader never sees half a file.
        """
        empreinte, taille = empreinte_de(chemin), chemin.stat().st_size
        nom = self.nom(genre, empreinte)
        if self.local:
            cible = Path(self.racine) / nom
            cible.parent.mkdir(parents=True, exist_ok=True)
            provisoire = cible.with_suffix(f".{uuid.uuid4().hex}.tmp")
            shutil.move(chemin, provisoire)
            with provisoire.open("rb") as file:
                os.fsync(file.fileno())
            provisoire.replace(cible)
        else:
            if not self._systeme.exists(f"{self._base}/{nom}"):
                self._systeme.put_file(str(chemin), f"{self._base}/{nom}")
            chemin.unlink()
        return nom, empreinte, taille

    def chemin(self, nom: str) -> Path:
        """A local path of the file, brought from far the first time. Raises FileNotFoundError."""
        if self.local:
            return Path(self.racine) / nom
        if self.cache is None:
            raise ValueError("Un lac distant se lit par un répertoire de cache.")
        cible = self.cache / nom
        if not cible.exists():
            cible.parent.mkdir(parents=True, exist_ok=True)
            provisoire = cible.with_suffix(f".{uuid.uuid4().hex}.tmp")
            self._systeme.get_file(f"{self._base}/{nom}", str(provisoire))
            provisoire.replace(cible)
        return cible

    def adresse(self, nom: str) -> str:
        """The address of the file for an engine that reads the storage itself (Spark)."""
        return f"{self.racine.rstrip('/')}/{nom}"

    def ouvrir(self, nom: str) -> IO[bytes]:
        """The bytes of the file where it lies, not those of the cache. Raises FileNotFoundError."""
        fichier: IO[bytes] = self._systeme.open(f"{self._base}/{nom}", "rb")
        return fichier

    def remettre(self, nom: str, contenu: IO[bytes]) -> None:
        """Write a file back under its name, whole or not at all (a backup that is restored)."""
        if not self.local:
            with self._systeme.open(f"{self._base}/{nom}", "wb") as distant:
                shutil.copyfileobj(contenu, distant)
            return
        cible = Path(self.racine) / nom
        cible.parent.mkdir(parents=True, exist_ok=True)
        provisoire = cible.with_suffix(f".{uuid.uuid4().hex}.tmp")
        with provisoire.open("wb") as fichier:
            shutil.copyfileobj(contenu, fichier)
            fichier.flush()
            os.fsync(fichier.fileno())
        provisoire.replace(cible)

    def modifie(self, nom: str) -> datetime:
        """When the file was written, with its time zone."""
        moment: datetime = self._systeme.modified(f"{self._base}/{nom}")
        return moment

    def existe(self, nom: str) -> bool:
        """Whether the file is there."""
        return bool(self._systeme.exists(f"{self._base}/{nom}"))

    def noms(self) -> Iterator[str]:
        """The names of all the files under the root, in order."""
        if not self._systeme.exists(self._base):
            return
        for trouve in sorted(self._systeme.find(self._base)):
            yield trouve[len(self._base) :].lstrip("/")

    def retirer(self, nom: str) -> None:
        """Remove a file that no register names any more."""
        self._systeme.rm_file(f"{self._base}/{nom}")

    @property
    def _systeme(self) -> Any:
        protocole = "file" if self.local else self.racine.split("://", 1)[0]
        return fsspec.filesystem(protocole, **self.options)

    @property
    def _base(self) -> str:
        return self.racine.rstrip("/") if self.local else self.racine.split("://", 1)[1].rstrip("/")


def empreinte_de(chemin: Path) -> str:
    """The SHA-256 of a local file, in hexadecimal."""
    with chemin.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
