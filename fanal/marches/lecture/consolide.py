"""The consolidated form of DECP: a row per holder, the rows of one contract brought together.

Rows of one contract that disagree on a value leave it unknown: nothing says which of them is right.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fanal.depots.lecture.resultats import LIGNE, Anomalie
from fanal.depots.noms import normaliser
from fanal.marches.lecture.phrases import remarque
from fanal.marches.lecture.resultats import Brut
from fanal.marches.lecture.valeurs import texte

# Column -> DECP name, for the values that a contract has once.
SIMPLES = (
    "nature",
    "objet",
    "codeCPV",
    "idAccordCadre",
    "montant",
    "dateNotification",
    "datePublicationDonnees",
    "procedure",
    "dureeMois",
    "offresRecues",
    "formePrix",
    "ccag",
    "typeGroupementOperateurs",
    "marcheInnovant",
    "attributionAvance",
    "tauxAvance",
    "sousTraitanceDeclaree",
    "origineUE",
    "origineFrance",
)
LISTES = (
    "techniques",
    "modalitesExecution",
    "typesPrix",
    "considerationsSociales",
    "considerationsEnvironnementales",
)
LIEU = {"lieuExecution_code": "code", "lieuExecution_typeCode": "typeCode", "lieuExecution_nom": "nom"}
TITULAIRE = {"titulaire_id": "id", "titulaire_typeIdentifiant": "typeIdentifiant", "titulaire_nom": "nom"}
NATURES = {"travaux": "travaux", "services": "services", "fournitures": "fournitures"}


def contrats(
    rangees: Iterable[dict[str, Any]],
    colonnes: frozenset[str],
    remarques: dict[int, list[Anomalie]],
    feuille: str | None,
) -> Iterator[Brut]:
    """The contracts of the table, in the order of their first row."""
    groupes: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for rangee in rangees:
        acheteur, identifiant = texte(rangee.get("acheteur_id")), texte(rangee.get("id"))
        # A row that names no contract cannot be brought together with another.
        seule = "" if acheteur and identifiant else f"\n{rangee[LIGNE]}"
        groupes.setdefault((acheteur, identifiant + seule), []).append(rangee)
    prevus = _prevus(colonnes)
    for groupe in groupes.values():
        contenu, divergences = _reunir(groupe)
        ligne = groupe[0][LIGNE]
        trouvees = [a for r in groupe for a in remarques.get(r[LIGNE], ())]
        trouvees += [
            remarque("rangees-divergentes", nom, ", ".join(valeurs), ligne=ligne, feuille=feuille)
            for nom, valeurs in divergences.items()
        ]
        yield Brut(ligne, contenu, prevus - divergences.keys(), feuille=feuille, anomalies=trouvees)


def _prevus(colonnes: frozenset[str]) -> frozenset[str]:
    prevus = {"id", "acheteur", "fanal", *colonnes.intersection(SIMPLES), *colonnes.intersection(LISTES)}
    if "titulaire_id" in colonnes or "titulaire_nom" in colonnes:
        prevus.add("titulaires")
    return frozenset(prevus)


def _reunir(groupe: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """One contract in the shape of DECP 2, and the values on which its rows disagree."""
    premiere = groupe[0]
    contenu: dict[str, Any] = {
        "id": premiere.get("id"),
        "acheteur": {"id": premiere.get("acheteur_id"), "nom": premiere.get("acheteur_nom")},
    }
    divergences: dict[str, list[str]] = {}
    for nom in (*SIMPLES, *LISTES):
        lues = _distinctes(groupe, nom)
        if len(lues) > 1:
            divergences[nom] = list(lues)
        elif lues:
            valeur = next(iter(lues.values()))
            contenu[nom] = separer(valeur) if nom in LISTES else valeur
    lieu = {nom: premiere[colonne] for colonne, nom in LIEU.items() if colonne in premiere}
    if lieu:
        contenu["lieuExecution"] = lieu
    titulaires = [
        {nom: rangee[colonne] for colonne, nom in TITULAIRE.items() if colonne in rangee} for rangee in groupe
    ]
    contenu["titulaires"] = [t for t in titulaires if t]
    natures = {NATURES.get(normaliser(texte(r.get("type"))), "") for r in groupe}
    if len(natures) == 1 and natures != {""}:
        contenu["fanal"] = {"nature_achat": natures.pop()}
    if divergences:
        contenu["rangees"] = divergences
    return contenu, divergences


def _distinctes(groupe: list[dict[str, Any]], nom: str) -> dict[str, Any]:
    lues: dict[str, Any] = {}
    for rangee in groupe:
        if nom in rangee:
            lues.setdefault(texte(rangee[nom]), rangee[nom])
    return lues


def separer(valeur: Any) -> list[str]:
    """The labels of a cell that holds several, separated by ";", "|" or a line break."""
    ecrit = str(valeur).replace("|", ";").replace("\n", ";").replace("_x000A_", ";")
    return [part.strip() for part in ecrit.split(";") if part.strip()]
