"""Reading a file as a format, in this process. Callers go through `fanal.depots.lecture.lire`."""

from __future__ import annotations

from pathlib import Path

from fanal.depots.formats import Format, Schema
from fanal.depots.lecture import entetes, ouverture, phrases
from fanal.depots.lecture.classeur import Classeur
from fanal.depots.lecture.entetes import Placement
from fanal.depots.lecture.grille import Grille
from fanal.depots.lecture.resultats import (
    ACCEPTEE,
    Anomalie,
    Correspondance,
    FichierIllisible,
    Lecture,
    Limites,
    TableLue,
)
from fanal.depots.lecture.tables import construire
from fanal.depots.noms import citer, enumerer, normaliser

# Sheets of the empty model that carry no data.
HORS_DONNEES = frozenset({"exemple", "notice", "listes", "lisezmoi"})


def lire_ici(
    chemin: Path, format_: Format, correspondance: Correspondance | None, limites: Limites
) -> Lecture:
    """Read and check a file in this process. Raises FichierIllisible when it cannot be read as the format."""
    classeur = ouverture.ouvrir(chemin, format_.principal, correspondance, limites)
    plusieurs = len(classeur.feuilles) > 1
    nom, grille, placement = _principale(classeur, format_, correspondance)
    tables: dict[str, TableLue] = {}
    table, anomalies = construire(grille, placement, format_.principal, correspondance, nommer=plusieurs)
    if table.lignes.height == 0:
        raise _sans_ligne(nom)
    tables[format_.principal.nom] = table
    for annexe, grille, placement in _annexes(classeur, format_, nom):
        tables[annexe.nom], suite = construire(grille, placement, annexe, None, nommer=plusieurs)
        anomalies += suite
    anomalies += _ignorees(classeur, format_.principal, nom, correspondance)
    return bilan(format_.nom, tables, anomalies)


def bilan(nom: str, tables: dict[str, TableLue], anomalies: list[Anomalie]) -> Lecture:
    """The reading with its counts, which are those of the main table."""
    principale = next(iter(tables.values()))
    lues = principale.lignes.height
    acceptees = int(principale.lignes[ACCEPTEE].sum())
    return Lecture(nom, tables, anomalies, lues, acceptees, lues - acceptees)


def _principale(
    classeur: Classeur, format_: Format, correspondance: Correspondance | None
) -> tuple[str | None, Grille, Placement]:
    """The sheet of the main table: the one named so, else the first whose columns are those of the format."""
    schema = format_.principal
    refus: FichierIllisible | None = None
    for nom in ordre_feuilles(classeur, format_, correspondance):
        trouvee = chercher(classeur, nom, schema, correspondance)
        if trouvee is None:
            continue
        grille, placement = trouvee
        try:
            entetes.verifier_placement(
                placement, grille.titres, schema, nom if len(classeur.feuilles) > 1 else None
            )
        except FichierIllisible as erreur:
            refus = refus or erreur
            continue
        if grille.hauteur == 0:
            refus = refus or _sans_ligne(nom)
            continue
        return nom, grille, placement
    raise refus or _sans_entete(classeur, schema)


def ordre_feuilles(
    classeur: Classeur, format_: Format, correspondance: Correspondance | None
) -> list[str | None]:
    """The sheets where the main table may stand, the likeliest first."""
    if correspondance and correspondance.feuille is not None and classeur.feuilles != [None]:
        voulue = normaliser(correspondance.feuille)
        trouvees = [f for f in classeur.feuilles if normaliser(f or "") == voulue]
        if not trouvees:
            noms = enumerer([citer(f or "") for f in classeur.feuilles])
            raise FichierIllisible(
                f"La feuille « {correspondance.feuille} » que votre correspondance désigne n'est pas dans "
                "ce classeur. "
                f"Feuilles trouvées : {noms}. Renommez la feuille ou modifiez la correspondance.",
                "feuille-absente",
            )
        return trouvees[:1]
    attendue = normaliser(format_.principal.feuille)
    annexes = {normaliser(s.feuille) for s in format_.annexes.values()}
    candidates = [f for f in classeur.feuilles if normaliser(f or "") not in HORS_DONNEES | annexes]
    return sorted(candidates, key=lambda f: normaliser(f or "") != attendue)


def chercher(
    classeur: Classeur, nom: str | None, schema: Schema, correspondance: Correspondance | None
) -> tuple[Grille, Placement] | None:
    """The table of a sheet under its header, or None when the sheet has none of the format's columns."""
    if correspondance is None or correspondance.ligne_entete is None:
        grille = classeur.rapide(nom)
        if grille is not None:
            placement = entetes.placer(list(grille.titres), schema, correspondance)
            complet = set(schema.requis) <= set(placement.champs.values())
            if complet and placement.nombre >= min(2, len(schema.champs)):
                return grille, placement
    brute = classeur.brute(nom)
    entete = entetes.trouver_entete(brute, schema, correspondance)
    if entete is None:
        return None
    _, bas, titres, _ = entete
    grille = entetes.grille(brute, bas, titres)
    return grille, entetes.placer(list(grille.titres), schema, correspondance)


def _annexes(
    classeur: Classeur, format_: Format, principale: str | None
) -> list[tuple[Schema, Grille, Placement]]:
    """The optional tables found beside the main one, by the name of their sheet, else by its columns."""
    trouvees = []
    for schema in format_.annexes.values():
        autres = [f for f in classeur.feuilles if f != principale and normaliser(f or "") not in HORS_DONNEES]
        for feuille in sorted(autres, key=lambda f: normaliser(f or "") != normaliser(schema.feuille)):
            trouvee = chercher(classeur, feuille, schema, None)
            nommee = normaliser(feuille or "") == normaliser(schema.feuille)
            if trouvee is None or not (nommee or set(schema.requis) <= set(trouvee[1].champs.values())):
                continue
            grille, placement = trouvee
            entetes.verifier_placement(placement, grille.titres, schema, feuille)
            trouvees.append((schema, grille, placement))
            break
    return trouvees


def _ignorees(
    classeur: Classeur, schema: Schema, lue: str | None, correspondance: Correspondance | None
) -> list[Anomalie]:
    """Say which other sheets look like the main table, since their rows do not count."""
    anomalies = []
    for nom in classeur.feuilles:
        if nom == lue or nom is None or normaliser(nom) in HORS_DONNEES:
            continue
        trouvee = chercher(classeur, nom, schema, correspondance)
        if trouvee and set(schema.requis) <= set(trouvee[1].champs.values()) and trouvee[0].hauteur:
            phrase = phrases.feuille_ignoree(nom, lue or "")
            anomalies.append(Anomalie(nom, None, None, None, "feuille-ignoree", "information", phrase))
    return anomalies


def _sans_ligne(nom: str | None) -> FichierIllisible:
    ou = f"La feuille « {nom} »" if nom else "Ce fichier"
    return FichierIllisible(
        f"{ou} a les bons titres mais aucune ligne au-dessous. Remplissez au moins une ligne et déposez "
        "de nouveau.",
        "vide",
    )


def _sans_entete(classeur: Classeur, schema: Schema) -> FichierIllisible:
    attendues = enumerer(schema.requis)
    if classeur.feuilles == [None]:
        titres = [str(v) for v in next((r for r in classeur.brute(None).rangees if any(r)), []) if v]
        if not titres:
            return FichierIllisible(
                "Ce fichier est vide. Déposez un fichier qui contient au moins une ligne.", "vide"
            )
        return FichierIllisible(
            f"Aucune ligne de ce fichier ne porte les titres attendus ({attendues}). "
            f"Première ligne trouvée : {enumerer([citer(t, 30) for t in titres], 12)}. "
            "Ajoutez une ligne de titres, ou indiquez sur la page de correspondance ce que contient "
            "chaque colonne.",
            "colonnes-absentes",
        )
    noms = enumerer([citer(f or "") for f in classeur.feuilles])
    return FichierIllisible(
        f"Aucune feuille de ce classeur ne porte les titres attendus ({attendues}). Feuilles trouvées : "
        f"{noms}. "
        f"Nommez « {schema.feuille} » la feuille qui contient vos lignes et vérifiez ses titres, "
        "ou indiquez sur la page de correspondance ce que contient chaque colonne.",
        "feuille-absente",
    )
