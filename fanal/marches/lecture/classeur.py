"""Our own workbook of contracts: a row each, several holders or labels in one cell separated by ";"."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from fanal.depots.lecture.resultats import LIGNE, Anomalie
from fanal.marches.lecture import valeurs
from fanal.marches.lecture.champs import BOOLEENS, DATES, LIBELLES, LISTES, PARTS
from fanal.marches.lecture.consolide import separer
from fanal.marches.lecture.phrases import remarque
from fanal.marches.lecture.resultats import Brut

# Column of the workbook -> DECP name.
SIMPLES = {
    **{champ: nom for nom, champ in (LIBELLES | BOOLEENS | PARTS | DATES).items()},
    "objet": "objet",
    "code_cpv": "codeCPV",
    "id_accord_cadre": "idAccordCadre",
    "duree_mois": "dureeMois",
    "montant": "montant",
    "offres_recues": "offresRecues",
}
PLUSIEURS = {champ: nom for nom, (_, champ) in LISTES.items()}
TITULAIRES = ("titulaire_type", "titulaire_identifiant", "titulaire_nom")


def _jour(valeur: Any) -> tuple[date | None, str]:
    # A start or an end may lie further ahead than a notification.
    try:
        return date.fromisoformat(str(valeur)[:10]), ""
    except ValueError:
        return None, "date-forme"


def _montant(valeur: Any) -> tuple[Decimal | None, str]:
    lu = valeurs.nombre(valeur)
    if lu is None or not 0 <= lu < valeurs.MONTANT_MAX:
        return None, "montant-invalide"
    return lu.quantize(valeurs.CENT), ""


def _liste(*admises: str) -> Callable[[Any], tuple[str, str]]:
    def lire(valeur: Any) -> tuple[str, str]:
        lu = valeurs.texte(valeur).casefold()
        return (lu, "") if lu in admises else ("", "libelle-inconnu")

    return lire


# What only the workbook says: column (a field of `Marche`) -> how it is read.
PROPRES: dict[str, Callable[[Any], tuple[Any, str]]] = {
    "nature_achat": _liste("fournitures", "services", "travaux"),
    "ccag_version": _liste("2009", "2021"),
    "minimum_ht": _montant,
    "maximum_ht": _montant,
    "date_debut": _jour,
    "date_fin": _jour,
    "date_fin_totale": _jour,
    "reconductions_prevues": lambda v: valeurs.entier(v, 0, 50),
    "reconduction_mois": lambda v: valeurs.entier(v, 1, 120),
    "reconduction_tacite": valeurs.booleen,
    "preavis_mois": lambda v: valeurs.entier(v, 0, 60),
    "famille": lambda v: (valeurs.texte(v)[:160], ""),
    "acheteur_fonction": lambda v: (valeurs.texte(v)[:120], ""),
}


def contrats(
    rangees: Iterable[dict[str, Any]],
    colonnes: frozenset[str],
    remarques: dict[int, list[Anomalie]],
    feuille: str | None,
) -> Iterator[Brut]:
    """The contracts of the workbook, in its order."""
    prevus = _prevus(colonnes)
    for rangee in rangees:
        ligne = rangee[LIGNE]
        trouvees = list(remarques.get(ligne, ()))
        contenu: dict[str, Any] = {
            "id": rangee.get("identifiant"),
            "acheteur": {"id": rangee.get("acheteur_siret"), "nom": rangee.get("acheteur_nom")},
            **{nom: rangee[champ] for champ, nom in SIMPLES.items() if champ in rangee},
            **{nom: separer(rangee[champ]) for champ, nom in PLUSIEURS.items() if champ in rangee},
        }
        if "lieu_code" in rangee or "lieu_type" in rangee:
            contenu["lieuExecution"] = {
                "code": rangee.get("lieu_code"),
                "typeCode": rangee.get("lieu_type"),
            }
        if any(c in rangee for c in TITULAIRES):
            contenu["titulaires"] = list(_titulaires(rangee))
        contenu["fanal"] = _propres(rangee, trouvees, feuille)
        yield Brut(ligne, contenu, prevus, feuille=feuille, anomalies=trouvees)


def _prevus(colonnes: frozenset[str]) -> frozenset[str]:
    prevus = {"id", "acheteur", "objet", "fanal"}
    prevus |= {nom for champ, nom in (SIMPLES | PLUSIEURS).items() if champ in colonnes}
    if colonnes.intersection(TITULAIRES):
        prevus.add("titulaires")
    return frozenset(prevus)


def _titulaires(rangee: dict[str, Any]) -> Iterator[dict[str, str]]:
    genres, identifiants, noms = (separer(rangee.get(c) or "") for c in TITULAIRES)
    for genre, identifiant, nom in zip_longest(genres, identifiants, noms, fillvalue=""):
        if identifiant or nom:
            yield {"typeIdentifiant": genre, "id": identifiant, "denominationSociale": nom}


def _propres(rangee: dict[str, Any], trouvees: list[Anomalie], feuille: str | None) -> dict[str, Any]:
    propres: dict[str, Any] = {}
    for champ, lire in PROPRES.items():
        if champ not in rangee:
            continue
        lu, regle = lire(rangee[champ])
        if regle:
            trouvees.append(
                remarque(regle, champ, valeurs.texte(rangee[champ]), ligne=rangee[LIGNE], feuille=feuille)
            )
        elif lu is not None:
            propres[champ] = lu
    if "beneficiaires" in rangee:
        propres["beneficiaires"] = [f.replace(" ", "").upper() for f in separer(rangee["beneficiaires"])]
    return propres
