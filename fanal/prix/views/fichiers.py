"""A file received through a page: kept, named by a signed token, read at each step, mapped if needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from fanal.depots import formats, lecture
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.models import Correspondance, Original
from fanal.depots.originaux import local_copy
from fanal.refus import Introuvable, Inutilisable
from fanal.territoires.noeuds import Noeud

SEL = "fanal.prix.fichier"
DUREE = 24 * 3600
TAILLE_MAX = 50 * 1024 * 1024


@dataclass(frozen=True)
class Recu:
    """A file received: content, name, format, who sent it, the contract, the mapping to read it with."""

    empreinte: str
    nom: str
    format: str
    compte: int
    marche: int | None = None
    correspondance: int | None = None
    le: str = ""

    @property
    def jeton(self) -> str:
        """The token that stands in addresses; it cannot be forged."""
        return signing.dumps(asdict(self), salt=SEL, compress=True)

    def mapping(self) -> Correspondance | None:
        """The mapping chosen, if any."""
        return Correspondance.objects.filter(pk=self.correspondance).first() if self.correspondance else None

    def avec(self, correspondance: Correspondance) -> "Recu":
        """The same file, read with a mapping."""
        return replace(self, correspondance=correspondance.pk)

    @contextmanager
    def chemin(self) -> Iterator[Path]:
        """The file as a local path. Raises `Introuvable` when it was eliminated."""
        original = Original.objects.filter(empreinte=self.empreinte).first()
        if original is None:
            raise Introuvable("Ce fichier n'est plus là. Déposez-le de nouveau.")
        with local_copy(original, self.nom) as path:
            yield path


def recevoir(
    request: HttpRequest,
    envoye: UploadedFile,
    format: str,
    *,
    marche: int | None,
    correspondance: str,
    le: str = "",
) -> Recu:
    """Keep the bytes of an upload. Raises `Inutilisable` past the size that is read."""
    if (envoye.size or 0) > TAILLE_MAX:
        raise Inutilisable("Ce fichier dépasse 50 Mo. Partagez-le en plusieurs fichiers.")
    with TemporaryDirectory(prefix="fanal-prix-") as folder:
        path = Path(folder) / "recu"
        with path.open("wb") as out:
            for chunk in envoye.chunks():
                out.write(chunk)
        empreinte = file_hash(path)
        with transaction.atomic():
            keep_original(chemin=path, empreinte=empreinte)
    key = int(correspondance) if correspondance.isdecimal() else None
    return Recu(empreinte, (envoye.name or "fichier")[:200], format, _compte(request), marche, key, le)


def recu_de(request: HttpRequest, format: str, marche: int | None = None) -> Recu | None:
    """The file that the address names; None without a token, or with one that is not this account's."""
    try:
        values: dict[str, Any] = signing.loads(request.GET.get("f", ""), salt=SEL, max_age=DUREE)
        found = Recu(**values)
    except (signing.BadSignature, TypeError):
        found = None
    if found is None or found.compte != _compte(request) or found.format != format or found.marche != marche:
        return None
    return found


def redeposer(request: HttpRequest, adresse: str) -> HttpResponse:
    """Back to the page where a file is chosen: the one that the address named is not there."""
    messages.error(request, "Ce fichier n'est plus là. Déposez-le de nouveau.")
    return redirect(adresse)


def gardees(format: str, noeud: Noeud | None) -> list[Correspondance]:
    """The mappings of a node and those of the nation for a format."""
    rows = Correspondance.objects.filter(format=format)
    mine = rows.filter(niveau="national")
    if noeud is not None:
        mine |= rows.filter(**noeud.champs())
    return list(mine.order_by("nom"))


def apercu(recu: Recu, feuille: str, entete: str) -> lecture.Apercu:
    """The file as found, its columns with a suggested field. Raises `Inutilisable`."""
    mapping = None
    if feuille or entete.isdecimal():
        row = int(entete) if entete.isdecimal() and len(entete) < 7 else None
        mapping = lecture.Correspondance(nom="", feuille=feuille or None, ligne_entete=row)
    try:
        with recu.chemin() as path:
            return lecture.apercu(path, formats.charger(recu.format), correspondance=mapping)
    except lecture.FichierIllisible as error:
        raise Inutilisable(error.phrase) from error


def _compte(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
