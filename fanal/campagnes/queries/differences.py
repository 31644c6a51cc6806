"""What a version changed against the one before, line by line and value by value."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.campagnes.models import Version
from fanal.campagnes.queries.lignes import ecarts
from fanal.campagnes.queries.rapport import describe_lines
from fanal.campagnes.registre import LigneDecrite
from fanal.depots import formats
from fanal.depots.formats import Champ
from fanal.memoire import stable

AJOUTEE, MODIFIEE, RETIREE = "ajoutee", "modifiee", "retiree"


@dataclass(frozen=True)
class Ecart:
    """One value that changed, or one line that came or went (`champ` is then `None`)."""

    genre: str
    cle: str
    ligne: int | None
    titre: str
    champ: Champ | None = None
    avant: Any = None
    apres: Any = None


@dataclass(frozen=True)
class Differences:
    """The changes of a version; the counts are of lines."""

    ajoutees: int
    modifiees: int
    retirees: int
    ecarts: list[Ecart]

    def __bool__(self) -> bool:
        return bool(self.ajoutees or self.modifiees or self.retirees)

    @property
    def phrase(self) -> str:
        """« 2 lignes ajoutées, 1 modifiée, 3 retirées. »"""
        morceaux = [
            (self.ajoutees, "ajoutée"),
            (self.modifiees, "modifiée"),
            (self.retirees, "retirée"),
        ]
        dits = [f"{n} {mot}{'s' if n > 1 else ''}" for n, mot in morceaux if n]
        if not dits:
            return "Aucune ligne n'a changé."
        premier = next(n for n, _ in morceaux if n)
        nombre, _, reste = dits[0].partition(" ")
        dits[0] = f"{nombre} ligne{'s' if premier > 1 else ''} {reste}"
        return ", ".join(dits) + "."


def previous(version: Version) -> Version | None:
    """The version before, if any."""

    def read() -> Version | None:
        return version.dossier.versions.filter(numero__lt=version.numero).order_by("-numero").first()

    return stable(("campagnes.precedente", version.pk), read, lourd=True)


def differences(avant: Version | None, apres: Version) -> Differences:
    """What *apres* changed against *avant*; lines of the file in its order, those withdrawn last."""
    change = ecarts(avant, apres)
    connues = [*change.ajoutees, *change.modifiees]
    nouvelles = describe_lines(apres, connues) if connues else {}
    perdues = [*change.modifiees, *change.retirees]
    anciennes = describe_lines(avant, perdues) if avant is not None and perdues else {}
    champs = formats.charger(apres.dossier.format).principal.champs
    trouves = [_seul(AJOUTEE, cle, nouvelles.get(cle)) for cle in change.ajoutees]
    for cle in change.modifiees:
        trouves += _valeurs(cle, anciennes.get(cle), nouvelles.get(cle), champs)
    trouves.sort(key=lambda e: (e.ligne or 0, e.cle))
    trouves += [_seul(RETIREE, cle, anciennes.get(cle)) for cle in change.retirees]
    return Differences(len(change.ajoutees), len(change.modifiees), len(change.retirees), trouves)


def _seul(genre: str, cle: str, ligne: LigneDecrite | None) -> Ecart:
    return Ecart(genre, cle, ligne.ligne if ligne else None, ligne.titre if ligne else cle)


def _valeurs(
    cle: str, avant: LigneDecrite | None, apres: LigneDecrite | None, champs: tuple[Champ, ...]
) -> list[Ecart]:
    """The values of a line that changed; one line without detail when only columns outside the format did."""
    if avant is None or apres is None:
        return [Ecart(MODIFIEE, cle, None, cle)]
    changees = [
        Ecart(MODIFIEE, cle, apres.ligne, apres.titre, champ, _plain(a), _plain(b))
        for champ in champs
        if (a := avant.valeurs.get(champ.nom)) != (b := apres.valeurs.get(champ.nom))
    ]
    return changees or [Ecart(MODIFIEE, cle, apres.ligne, apres.titre)]


def _plain(valeur: Any) -> Any:
    return valeur if isinstance(valeur, (Decimal, date, int, str)) else None
