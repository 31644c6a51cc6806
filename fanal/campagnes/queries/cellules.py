"""The cells of one row as a form shows them: value as read, list of choices, remarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fanal.campagnes.models import Version
from fanal.campagnes.queries.correction import SANS_DEBORDEMENT, Base, Corrections, relire
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.rapport import Rapport
from fanal.depots.formats import Champ
from fanal.territoires.noeuds import Noeud

LONG = 60  # past this a text is typed over several lines


class Dite(Protocol):
    """A remark, kept with the version or just made by the reader."""

    @property
    def gravite(self) -> str: ...
    @property
    def colonne(self) -> str | None: ...
    @property
    def phrase(self) -> str: ...


Dites = dict[int, list[Dite]]


@dataclass(frozen=True)
class Cellule:
    """One cell: `nom` is its name in a form, `valeur` its text (typed, else as read)."""

    champ: Champ
    nom: str
    valeur: str
    fautive: bool

    @property
    def choix(self) -> Sequence[str]:
        return self.champ.enumeration

    @property
    def hors_liste(self) -> bool:
        """Whether the value is none of the list: it stays among the choices until it is corrected."""
        return bool(self.choix and self.valeur and self.valeur not in self.choix)

    @property
    def longue(self) -> bool:
        return "\n" in self.valeur or len(self.valeur) > LONG


@dataclass(frozen=True)
class Rangee:
    """One row: its faulty cells first, the others, and what is wrong with it."""

    ligne: int
    fautives: list[Cellule]
    autres: list[Cellule]
    remarques: list[Dite] = field(default_factory=list)
    deborde: bool = False
    nom_debordement: str = ""

    @property
    def refusee(self) -> bool:
        return any(r.gravite == "refus" for r in self.remarques)


def nom_cellule(ligne: int, champ: str) -> str:
    """The name of a cell in a form."""
    return f"l{ligne}-{champ}"


def lire_saisies(base: Base, donnees: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """The corrections typed in a form: row to {field: text}; what is no cell of this file is left out."""
    saisies: dict[int, dict[str, str]] = {}
    for nom, texte in donnees.items():
        ligne, _, champ = nom.removeprefix("l").partition("-")
        if not nom.startswith("l") or not ligne.isdecimal() or len(ligne) > 7:
            continue
        connue = champ == SANS_DEBORDEMENT or champ in base.schema.par_nom
        if connue and int(ligne) in base.principale.rangees:
            saisies.setdefault(int(ligne), {})[champ] = texte
    return saisies


def remarques(version: Version, base: Base, corrections: Corrections) -> Dites:
    """What the reader and the domain say of each row, with *corrections* in."""
    lue = relire(base, corrections)
    dossier = version.dossier
    controler = reception_de(dossier).controler
    domaine = controler(lue, Noeud.de(dossier), dossier.campagne.annee) if controler else []
    feuille = next(iter(lue.tables.values())).feuille
    par_ligne: Dites = {}
    for anomalie in [*lue.anomalies, *domaine]:
        if anomalie.ligne is not None and anomalie.feuille == feuille:
            par_ligne.setdefault(anomalie.ligne, []).append(anomalie)
    return par_ligne


def remarques_gardees(dite: Rapport) -> Dites:
    """The remarks kept with a version, by row of its main table."""
    par_ligne: Dites = {}
    for remarque in dite.remarques:
        if remarque.ligne is not None and dite.corrigeable(remarque):
            par_ligne.setdefault(remarque.ligne, []).append(remarque)
    return par_ligne


def rangee(base: Base, ligne: int, dites: Sequence[Dite], saisies: Mapping[str, str]) -> Rangee:
    """The row as a form shows it. Raises `Introuvable` when the file has no such row."""
    base.check_ligne(ligne)
    # The cells to look at: those with a remark, and those that were typed.
    visees = {a.colonne for a in dites if a.gravite != "information"}
    visees |= {c for c, texte in saisies.items() if texte.strip() != base.cellule(ligne, c).strip()}
    cellules = [
        Cellule(
            champ=champ,
            nom=nom_cellule(ligne, champ.nom),
            valeur=saisies.get(champ.nom, base.cellule(ligne, champ.nom)),
            fautive=champ.nom in visees,
        )
        for champ in base.schema.champs
    ]
    return Rangee(
        ligne=ligne,
        fautives=[c for c in cellules if c.fautive],
        autres=[c for c in cellules if not c.fautive],
        remarques=[a for a in dites if a.gravite != "information"],
        deborde=ligne in base.principale.debordantes,
        nom_debordement=nom_cellule(ligne, SANS_DEBORDEMENT),
    )
