"""What the search field finds in the territory: it is public, so every account finds all of it."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.urls import reverse

from fanal.depots.noms import sans_accents
from fanal.interface.recherche import LIMITE, Resultat
from fanal.memoire import Memoire
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.queries import revision
from fanal.territoires.rules import repair_code_ght, repair_finess

Noms = list[tuple[Any, str]]  # each node with its names, folded
_noms: Memoire[Noms] = Memoire(2)


def _fold(texte: str) -> str:
    """The same words whatever their case and their accents."""
    return sans_accents(texte).casefold()


def _known(genre: str, read: Callable[[], Noms]) -> Noms:
    """The nodes with their names, kept until the territory changes."""
    return _noms.lire(genre, revision(), read)


def _ghts() -> Noms:
    return [(g, _fold(f"{g.nom}\n{g.code}")) for g in Ght.objects.select_related("region")]


def _etablissements() -> Noms:
    return [(e, _fold(e.nom)) for e in Etablissement.objects.all()]


def find_ghts(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """GHT by short name, official number or words of the name."""
    words, code = _fold(texte), repair_code_ght(texte)
    found = (
        g
        for g, names in _known("ghts", _ghts)
        if (words and words in names) or g.code == code or g.numero == texte
    )
    for g in islice(found, LIMITE):
        yield Resultat(str(g), f"GHT de la région {g.region}", reverse("territoires:ght", args=[g.code]))


def find_etablissements(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Establishments by FINESS, SIREN, SIRET or words of the name."""
    compact, words, finess = texte.replace(" ", ""), _fold(texte), repair_finess(texte)
    found = (
        e
        for e, names in _known("etablissements", _etablissements)
        if (words and words in names) or e.finess == finess or compact in (e.siren, e.siret)
    )
    for e in islice(found, LIMITE):
        yield Resultat(e.nom, f"FINESS {e.finess}", reverse("territoires:etablissement", args=[e.finess]))
