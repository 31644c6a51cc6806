"""Kinds of calls that have code of their own (SESAME, molécules): a call names its kind in `Appel.genre`.

Most calls have none: a form and a rule file are enough.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from fanal.refus import Introuvable

if TYPE_CHECKING:
    from fanal.appels.rules.eligibilite import ConstatLu
    from fanal.appels.volets import Volet
    from fanal.campagnes.models import Dossier, Version
    from fanal.comptes.models import Utilisateur

    Examiner = Callable[[Version, Sequence[ConstatLu], datetime], Sequence[ConstatLu]]
    ApresDepot = Callable[[Dossier, Version, Utilisateur | None, datetime], None]
    Partage = Callable[[Sequence[Dossier]], "Mapping[int, Part]"]


@dataclass(frozen=True)
class Part:
    """What a kind knows of a dossier to share money between, and its answers do not say.

    `priorite`: its rank (1 first). `maximum`: the most it may get, in euros. `ecart`: why it takes no part, a
    key of `queries.simulations.RAISONS`.
    """

    priorite: int | None = None
    maximum: Decimal | None = None
    ecart: str = ""


@dataclass(frozen=True)
class Genre:
    """A kind of call. `examiner(version, constats, instant)` gives the findings to add after those of the
    rule file; `apres_depot(dossier, version, by, instant)` runs inside the transaction of a deposit; `volets`
    are panels shown on the dossiers of these calls only; `partage(dossiers)` tells, by dossier, what the
    sharing of an envelope must know.
    """

    code: str
    titre: str
    examiner: "Examiner | None" = None
    apres_depot: "ApresDepot | None" = None
    volets: "tuple[Volet, ...]" = ()
    partage: "Partage | None" = None


_genres: dict[str, Genre] = {}


def enregistrer_genre(genre: Genre) -> None:
    """Make *genre* known, from `AppConfig.ready()`; the same code replaces it."""
    _genres[genre.code] = genre


def genre_de(code: str) -> Genre | None:
    """The kind *code*, None for a call that has none (or whose application is not installed)."""
    return _genres.get(code)


def check_genre(code: str) -> None:
    """Raise Introuvable when *code* names no kind."""
    if code and code not in _genres:
        connus = ", ".join(sorted(_genres)) or "aucun"
        raise Introuvable(f"Le genre d'appel « {code} » n'existe pas. Genres connus : {connus}.")


def genres() -> list[Genre]:
    """Every kind, by title."""
    return sorted(_genres.values(), key=lambda g: g.titre)
