"""Which declared interests bear on a dossier. Pure: names compare without accents, case, legal form."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fanal.fournisseurs.compute.noms import FORMES, normaliser_nom, noyau

SUITE = re.compile(r"[^\W_]+")
TRANCHE = 160
NOM_MINIMUM = 3


@dataclass(frozen=True)
class Lien:
    """A declared interest: with a dossier, a GHT, an establishment, or a supplier (only one of them set)."""

    cle: int
    dossier: int | None = None
    ght: int | None = None
    etablissement: int | None = None
    fournisseur: str = ""


@dataclass(frozen=True)
class Objet:
    """What a dossier is touched by: itself, its GHT, its establishments, the words of its answers."""

    dossier: int
    ghts: frozenset[int]
    etablissements: frozenset[int]
    texte: str = ""


def touches(objet: Objet, liens: Sequence[Lien]) -> list[Lien]:
    """The interests among *liens* that bear on *objet*."""
    return [lien for lien in liens if _touche(objet, lien)]


def _touche(objet: Objet, lien: Lien) -> bool:
    if lien.dossier is not None:
        return lien.dossier == objet.dossier
    if lien.ght is not None:
        return lien.ght in objet.ghts
    if lien.etablissement is not None:
        return lien.etablissement in objet.etablissements
    return nomme(objet.texte, lien.fournisseur)


def nomme(texte: str, fournisseur: str) -> bool:
    """Whether *texte* (of `mots_de`) holds the supplier's name as whole words, legal forms left out."""
    return any(f" {nom} " in f" {texte} " for nom in noms_cherches(fournisseur))


def noms_cherches(fournisseur: str) -> set[str]:
    """The words that are looked for: « Éts. Alpha S.A.S. » gives "ALPHA". Empty when it is too short."""
    normal = normaliser_nom(fournisseur)
    entier = " ".join(_sans_formes(normal.split()))
    return {nom for nom in (noyau(normal), entier) if len(nom) >= NOM_MINIMUM}


def mots_de(reponses: Any) -> str:
    """Every text of the answers, however nested, made comparable and laid end to end."""
    return " ".join(mot for texte in _textes(reponses) for mot in _sans_formes(_mots(texte)))


def _sans_formes(mots: Iterable[str]) -> Iterator[str]:
    return (mot for mot in mots if mot not in FORMES)


def _textes(valeur: Any) -> Iterator[str]:
    if isinstance(valeur, str):
        yield valeur
    elif isinstance(valeur, dict):
        for interieur in valeur.values():
            yield from _textes(interieur)
    elif isinstance(valeur, list | tuple):
        for interieur in valeur:
            yield from _textes(interieur)


def _mots(texte: str) -> Iterator[str]:
    """The words of a long text: the normalisation of names keeps 240 characters, so it goes by slices."""
    tranche: list[str] = []
    longueur = 0
    for mot in SUITE.findall(texte):
        if longueur + len(mot) > TRANCHE:
            yield from normaliser_nom(" ".join(tranche)).split()
            tranche, longueur = [], 0
        tranche.append(mot)
        longueur += len(mot) + 1
    yield from normaliser_nom(" ".join(tranche)).split()
