"""The file as found, for the page where a person says which of their columns is which."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

from fanal.depots.formats import Champ, Format, Schema
from fanal.depots.lecture import entetes, ouverture
from fanal.depots.lecture.classeur import Classeur
from fanal.depots.lecture.grille import FeuilleBrute, Grille, texte_colonne
from fanal.depots.lecture.lecteur import ordre_feuilles
from fanal.depots.lecture.resultats import Apercu, ColonneApercu, Correspondance, Limites
from fanal.depots.noms import normaliser

_LIGNES = 10
_EXEMPLES = 3
# Below this likeness, a suggestion would mislead more often than it helps.
_RESSEMBLANCE = 0.74


def apercu_ici(
    chemin: Path, format_: Format, correspondance: Correspondance | None, limites: Limites
) -> Apercu:
    """The preview of a file, in this process. Raises FichierIllisible when it cannot be opened."""
    schema = format_.principal
    classeur = ouverture.ouvrir(chemin, schema, correspondance, limites)
    grille = _grille(classeur, format_, correspondance)
    noms = [f for f in classeur.feuilles if f is not None]
    if grille is None:
        return Apercu(noms, None, None, [], [], schema.requis)
    colonnes = _colonnes(grille, schema, correspondance)
    trouves = {c.champ for c in colonnes}
    textes = [texte_colonne(c.head(_LIGNES)).to_list() for c in grille.colonnes]
    lignes = [[v or "" for v in ligne] for ligne in zip(*textes, strict=True)]
    absents = [c for c in schema.requis if c not in trouves]
    return Apercu(noms, grille.feuille, grille.ligne_entete, colonnes, lignes, absents)


def _grille(classeur: Classeur, format_: Format, correspondance: Correspondance | None) -> Grille | None:
    """The likeliest table: the sheet whose header is recognised, else the first one with a row of titles."""
    secours: Grille | None = None
    for nom in ordre_feuilles(classeur, format_, correspondance):
        brute = classeur.brute(nom)
        entete = entetes.trouver_entete(brute, format_.principal, correspondance)
        if entete is not None:
            return entetes.grille(brute, entete[1], entete[2])
        secours = secours or _deviner(brute)
    return secours


def _deviner(brute: FeuilleBrute) -> Grille | None:
    """A table under the first of the rows with most text cells."""
    notes = [sum(isinstance(v, str) for v in rangee) for rangee in brute.rangees[: entetes.PROFONDEUR]]
    if not notes or max(notes) == 0:
        return None
    rang = notes.index(max(notes))
    return entetes.grille(brute, rang, entetes.textes(brute.rangees[rang]))


def _colonnes(grille: Grille, schema: Schema, correspondance: Correspondance | None) -> list[ColonneApercu]:
    placement = entetes.placer(list(grille.titres), schema, correspondance)
    exacts = dict(placement.champs)
    libres = [c for c in schema.champs if c.nom not in exacts.values()]
    proches = _rapprocher({i: t for i, t in enumerate(grille.titres) if i not in exacts}, libres)
    colonnes = []
    for rang, titre in enumerate(grille.titres):
        exemples = [
            t for t in texte_colonne(grille.colonnes[rang].drop_nulls().head(_EXEMPLES)).to_list() if t
        ]
        champ = exacts.get(rang) or proches.get(rang)
        colonnes.append(ColonneApercu(titre, champ, rang in exacts, exemples))
    return colonnes


def _rapprocher(titres: dict[int, str], champs: list[Champ]) -> dict[int, str]:
    """Titles to the fields they resemble, best likeness first, each used once."""
    paires = []
    for rang, titre in titres.items():
        for champ in champs:
            note = max(ressemblance(normaliser(titre), cle) for cle in champ.cles | champ.alias)
            if note >= _RESSEMBLANCE:
                paires.append((-note, rang, champ.nom))
    retenus: dict[int, str] = {}
    for _, rang, nom in sorted(paires):
        if rang not in retenus and nom not in retenus.values():
            retenus[rang] = nom
    return retenus


def ressemblance(titre: str, cle: str) -> float:
    """Likeness of two normalised titles, 0 to 1; one that contains the other is very like it."""
    if not titre or not cle:
        return 0.0
    if min(len(titre), len(cle)) >= 5 and (titre in cle or cle in titre):
        return 0.9
    return SequenceMatcher(None, titre, cle).ratio()
