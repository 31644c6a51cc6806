"""Finding the header of a table and which of its columns is which field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from fanal.depots.formats import Schema
from fanal.depots.lecture.grille import FeuilleBrute, Grille, colonne_typee, lettre, texte_cellule
from fanal.depots.lecture.resultats import Correspondance, FichierIllisible
from fanal.depots.noms import citer, enumerer, normaliser

# How far below the top of a sheet a header may stand, under titles and notes.
PROFONDEUR = 40


@dataclass
class Placement:
    """Which column holds which field. `doubles` are fields that two columns claim, with their titles."""

    champs: dict[int, str] = field(default_factory=dict)
    doubles: dict[str, list[str]] = field(default_factory=dict)

    @property
    def nombre(self) -> int:
        return len(self.champs)


def placer(titres: list[str | None], schema: Schema, correspondance: Correspondance | None) -> Placement:
    """Match titles to fields: the person's own mapping first, then names and titles, then usual wordings."""
    choix = {} if correspondance is None else {normaliser(t): c for t, c in correspondance.colonnes.items()}
    placement = Placement()
    libres = {rang: normaliser(titre) for rang, titre in enumerate(titres) if titre}
    for table in (choix, schema.par_cle, schema.par_alias):
        deja = set(placement.champs.values())
        vus: dict[str, int] = {}
        for rang, cle in list(libres.items()):
            if not cle or cle not in table:
                continue
            champ = table[cle]
            if table is not schema.par_alias:
                del libres[rang]
            if champ in deja or champ not in schema.par_nom:
                continue
            if champ in vus:
                placement.doubles.setdefault(champ, [titres[vus[champ]] or ""]).append(titres[rang] or "")
                continue
            vus[champ] = rang
            placement.champs[rang] = champ
    return placement


def trouver_entete(
    brute: FeuilleBrute, schema: Schema, correspondance: Correspondance | None
) -> tuple[int, int, list[str | None], Placement] | None:
    """(first row, last row, titles, placement) of the best header, or None when no row looks like one.

    A header may take two rows: group names above (often merged), column names below; a title merged over
    both rows stands in the upper one only.
    """
    impose = correspondance.ligne_entete if correspondance else None
    meilleur: tuple[int, int, list[str | None], Placement] | None = None
    note = (0, False)
    for i, rangee in enumerate(brute.rangees[: PROFONDEUR if impose is None else None]):
        if impose is not None and brute.premiere_ligne + i != impose:
            continue
        seule = textes(rangee)
        candidats = [(i, i, seule)]
        if i + 1 < len(brute.rangees):
            candidats.append((i, i + 1, _superposer(seule, textes(brute.rangees[i + 1]))))
        for haut, bas, titres in candidats:
            placement = placer(titres, schema, correspondance)
            # A repeated title counts: it shows that the row is the header, and is refused later.
            valeur = (placement.nombre + len(placement.doubles), haut == bas)
            if valeur > note:
                meilleur, note = (haut, bas, titres, placement), valeur
    if impose is not None:
        return meilleur
    return meilleur if note[0] >= min(2, len(schema.champs)) else None


def textes(rangee: list[Any]) -> list[str | None]:
    """The cells of a row as titles: the same text for everyone who reads this row."""
    return [(texte_cellule(v) or "").strip() or None for v in rangee]


def _superposer(haut: list[str | None], bas: list[str | None]) -> list[str | None]:
    largeur = max(len(haut), len(bas))
    haut = haut + [None] * (largeur - len(haut))
    bas = bas + [None] * (largeur - len(bas))
    return [b or h for h, b in zip(haut, bas, strict=True)]


def grille(brute: FeuilleBrute, bas: int, titres: list[str | None]) -> Grille:
    """The data rows under a header whose last row is `bas` (index in `brute.rangees`)."""
    donnees = brute.rangees[bas + 1 :]
    largeur = len(titres)
    trop_longues: list[int] = []
    premiere = brute.premiere_ligne + bas + 1
    if any(len(r) != largeur for r in donnees):
        for i, rangee in enumerate(donnees):
            if len(rangee) > largeur and any(v is not None for v in rangee[largeur:]):
                trop_longues.append(premiere + i)
        donnees = [r[:largeur] + [None] * (largeur - len(r)) for r in donnees]
    colonnes = [colonne_typee(list(c)) for c in zip(*donnees, strict=True)] if donnees else []
    if not donnees:
        colonnes = [pl.Series([], dtype=pl.String) for _ in titres]
    noms, gardees = [], []
    for rang, (titre, colonne) in enumerate(zip(titres, colonnes, strict=True)):
        if titre is None and colonne.dtype == pl.Null:
            continue
        noms.append(titre or f"Colonne {lettre(brute.premiere_colonne + rang)}")
        gardees.append(colonne)
    lignes = pl.Series(range(premiere, premiere + len(donnees)), dtype=pl.Int64)
    return Grille(brute.nom, noms, gardees, lignes, brute.premiere_ligne + bas, trop_longues)


def verifier_placement(placement: Placement, titres: list[str], schema: Schema, feuille: str | None) -> None:
    """Refuse a table where two columns are the same field, or where a required column is missing."""
    ou = f"Dans la feuille « {feuille} », " if feuille else "Dans ce fichier, "
    if placement.doubles:
        champ, doubles = next(iter(placement.doubles.items()))
        raise FichierIllisible(
            f"{ou}deux colonnes ou plus désignent « {champ} » ({enumerer([citer(t) for t in doubles])}). "
            "Gardez-en une seule, ou indiquez laquelle lire sur la page de correspondance, puis déposez "
            "de nouveau.",
            "colonnes-doubles",
        )
    absents = [c for c in schema.requis if c not in placement.champs.values()]
    if absents:
        pluriel = "s" if len(absents) > 1 else ""
        raise FichierIllisible(
            f"{ou}il manque {'les' if pluriel else 'la'} colonne{pluriel} obligatoire{pluriel} "
            f"{enumerer(absents)}. Titres trouvés : {enumerer([citer(t) for t in titres], 12)}. "
            f"Ajoutez {'ces' if pluriel else 'cette'} colonne{pluriel}, ou dites sur la page de "
            "correspondance "
            "quelle colonne de votre fichier en tient lieu.",
            "colonnes-absentes",
        )
