"""The first lines of a file read and checked by the intake's own engine, to be shown; nothing is written."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from fanal.moteurs.lac.entree import phrases
from fanal.moteurs.lac.entree.blocs import TAUX_ABSENT, Bloc, Lecteur
from fanal.moteurs.lac.entree.constantes import VIDE, VIDE_JOUR
from fanal.moteurs.lac.entree.controles import Verdict, controler
from fanal.moteurs.lac.entree.definition import (
    CODES,
    DATES,
    NOMBRES,
    TEXTES,
    Conventions,
    Disposition,
    Regles,
)
from fanal.moteurs.lac.entree.dictionnaires import Dictionnaires
from fanal.moteurs.lac.entree.savoir import Savoir
from fanal.moteurs.lac.schema import TYPES_LIGNE

MONTREES = 8


@dataclass(frozen=True)
class LigneLue:
    """A line as understood: field → text, what is said of it, and whether it would be set aside."""

    numero: int
    valeurs: dict[str, str]
    remarques: tuple[str, ...]
    refusee: bool


@dataclass
class Essai:
    """What reading the first lines gives. `regles`: rule → lines; `inconnus`: field → values to translate."""

    lues: int = 0
    ecartees: int = 0
    lignes: list[LigneLue] = field(default_factory=list)
    regles: Counter[str] = field(default_factory=Counter)
    inconnus: dict[str, list[str]] = field(default_factory=dict)
    finess: list[str] = field(default_factory=list)


def essayer(disposition: Disposition, conventions: Conventions, regles: Regles) -> Essai:
    """Read a small file whole, as the intake would."""
    dictionnaires = Dictionnaires()
    savoir = Savoir(regles, conventions)
    essai = Essai()
    for bloc in Lecteur(disposition, conventions, dictionnaires).blocs():
        verdict = controler(bloc, regles, disposition, savoir.suivre(dictionnaires))
        essai.lues += bloc.nombre
        essai.ecartees += int(verdict.refuses.sum())
        for constat in verdict.constats:
            essai.regles[constat.regle] += len(constat.rangs)
        manque = MONTREES - len(essai.lignes)
        essai.lignes += [
            _ligne(verdict, dictionnaires, disposition, r) for r in range(min(manque, bloc.nombre))
        ]
    essai.inconnus = _inconnus(dictionnaires, conventions, regles)
    essai.finess = sorted(set(dictionnaires.nouvelles("etablissement", 0).values()) & regles.etablissements)
    return essai


def _ligne(verdict: Verdict, dictionnaires: Dictionnaires, disposition: Disposition, rang: int) -> LigneLue:
    bloc = verdict.bloc
    champs = [c for c in disposition.champs if c]
    dites = tuple(
        phrases.sur_la_ligne(int(bloc.lignes[rang]), c.champ, c.suite(rang))
        for c in verdict.constats
        if rang in c.rangs
    )
    return LigneLue(
        int(bloc.lignes[rang]),
        {champ: _valeur(bloc, dictionnaires, champ, rang) for champ in champs},
        dites,
        bool(verdict.refuses[rang]),
    )


def _valeur(bloc: Bloc, dictionnaires: Dictionnaires, champ: str, rang: int) -> str:
    """What the intake understood of a cell, as people write it; empty when missing or not readable."""
    if champ in TEXTES:
        place, longueur = (int(t[TEXTES.index(champ)][rang]) for t in (bloc.t_place, bloc.t_long))
        return bytes(bloc.octets[place : place + longueur]).decode("utf-8", "replace")
    if champ in DATES:
        jour = int(bloc.date(champ)[rang])
        return "" if jour == VIDE_JOUR else phrases.en_jour(jour)
    if champ in NOMBRES:
        nombre = int(bloc.num(champ)[rang])
        return "" if nombre == VIDE else phrases.decimal(nombre, NOMBRES[champ])
    if champ == "type_ligne":
        return TYPES_LIGNE[int(bloc.types[rang])]
    if champ == "taux_tva":
        taux = int(bloc.taux[rang])
        return "" if taux <= TAUX_ABSENT else phrases.decimal(taux, 2).removesuffix(",00")
    code = int(bloc.dim(CODES[champ])[rang])
    return dictionnaires.valeur(CODES[champ], code) if code else ""


def _inconnus(dictionnaires: Dictionnaires, conventions: Conventions, regles: Regles) -> dict[str, list[str]]:
    """The texts of closed columns that stand for nothing the format knows."""
    trouves: dict[str, Any] = {}
    for texte in dictionnaires.nouvelles("type_ligne", 0).values():
        lue = conventions.valeur("type_ligne", texte).texte
        if not conventions.absence(texte) and conventions.type_ligne(lue or "") is None:
            trouves.setdefault("type_ligne", []).append(texte)
    for texte in dictionnaires.nouvelles("famille", 0).values() if regles.familles else ():
        lue = conventions.valeur("famille", texte).texte
        if lue is not None and not conventions.absence(texte) and lue not in regles.familles:
            trouves.setdefault("famille", []).append(texte)
    return trouves
