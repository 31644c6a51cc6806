"""Completing or correcting what was published of a contract: what cannot be right is refused, with words.

Sources: lists and bounds of the DECP schema 2.0.3; CPV, Règlement (CE) n° 213/2008.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from fanal.depots.noms import citer
from fanal.marches.lecture import libelles
from fanal.marches.lecture.champs import CHAMPS
from fanal.marches.lecture.valeurs import ANNEE_MIN, ANNEES_D_AVANCE, DUREE_MAX_MOIS, lieu_convient
from fanal.refus import Refus

CPV = re.compile(r"\d{8}")
# Field of `Marche` -> closed list it must come from.
UN_SEUL = {
    CHAMPS[nom]: nom for nom in ("nature", "procedure", "ccag", "typeGroupementOperateurs", "formePrix")
}
PLUSIEURS = {
    CHAMPS[nom]: nom
    for nom in (
        "techniques",
        "modalitesExecution",
        "typesPrix",
        "considerationsSociales",
        "considerationsEnvironnementales",
    )
}
EXCLUSIFS = ("Sans objet", "Pas de considération sociale", "Pas de considération environnementale")
COMPLETABLES = frozenset(
    {
        *UN_SEUL,
        *PLUSIEURS,
        "acheteur_siret",
        "acheteur_nom",
        "objet",
        "code_cpv",
        "nature_achat",
        "famille",
        "montant",
        "date_notification",
        "date_debut",
        "duree_mois",
        "date_publication",
        "offres_recues",
        "marche_innovant",
        "attribution_avance",
        "taux_avance",
        "sous_traitance_declaree",
        "origine_ue",
        "origine_france",
        "lieu_code",
        "lieu_type",
        "id_accord_cadre",
    }
)


def check_completion(
    valeurs: Mapping[str, Any],
    complet: Mapping[str, Any],
    *,
    aujourd_hui: date,
    cpv_connu: bool = True,
    siret_valide: bool = True,
) -> None:
    """Refuse values that cannot be right. *valeurs* are those that change, *complet* the contract after them.

    *cpv_connu*: the vocabulary holds the code, or is not loaded. An unknown value (None, "", []) is always
    allowed, but for the object: nobody can say what an unnamed contract buys.
    """
    inconnus = set(valeurs) - COMPLETABLES
    if inconnus:
        raise Refus(f"Ces données ne se complètent pas ici : {', '.join(sorted(inconnus))}.")
    for champ, valeur in valeurs.items():
        if valeur in (None, "", []):
            if champ in ("objet", "acheteur_siret"):
                raise Refus("L'objet et l'acheteur d'un marché ne peuvent pas être vides. Indiquez-les.")
            continue
        _check_liste(champ, valeur)
        if champ in BORNES:
            BORNES[champ](valeur)
    _check_dates(valeurs, aujourd_hui)
    if valeurs.get("code_cpv") and not cpv_connu:
        raise Refus(
            f"Le code CPV {citer(valeurs['code_cpv'])} n'existe pas dans le vocabulaire. Vérifiez ses huit "
            "chiffres."
        )
    if valeurs.get("acheteur_siret") and not siret_valide:
        raise Refus(
            f"Le SIRET {citer(valeurs['acheteur_siret'])} n'est pas valide. Vérifiez ses quatorze chiffres."
        )
    _check_ensemble(complet)


def _check_liste(champ: str, valeur: Any) -> None:
    if champ in UN_SEUL and not libelles.exact(UN_SEUL[champ], valeur):
        raise Refus(f"{citer(valeur)} n'est pas une valeur du format. Choisissez-la dans la liste.")
    if champ in PLUSIEURS:
        if not libelles.tous_exacts(PLUSIEURS[champ], valeur):
            raise Refus("Une des valeurs n'est pas dans la liste du format. Choisissez-la dans la liste.")
        seuls = [v for v in valeur if v in EXCLUSIFS]
        if seuls and len(valeur) > 1:
            raise Refus(f"{citer(seuls[0])} ne se combine avec aucune autre valeur. Retirez l'un ou l'autre.")


def _au_moins_un(titre: str) -> Callable[[Any], None]:
    def check(valeur: Any) -> None:
        if valeur < 1:
            raise Refus(f"{titre} est d'au moins 1. Laissez la case vide si vous ne le savez pas.")

    return check


def _part(valeur: Any) -> None:
    if not 0 <= valeur <= 1:
        raise Refus("Une part s'écrit entre 0 et 1 : 0,25 pour un quart.")


def _duree(valeur: int) -> None:
    if not 1 <= valeur <= DUREE_MAX_MOIS:
        raise Refus(f"La durée s'exprime en mois, de 1 à {DUREE_MAX_MOIS}. Vérifiez-la.")


def _cpv(valeur: str) -> None:
    if not CPV.fullmatch(valeur):
        raise Refus("Le code CPV s'écrit avec huit chiffres, sans la clé.")


BORNES: dict[str, Callable[[Any], None]] = {
    "montant": _au_moins_un("Le montant HT"),
    "offres_recues": _au_moins_un("Le nombre d'offres reçues"),
    "duree_mois": _duree,
    "code_cpv": _cpv,
    "taux_avance": _part,
    "origine_ue": _part,
    "origine_france": _part,
}


def _check_dates(valeurs: Mapping[str, Any], aujourd_hui: date) -> None:
    for champ in ("date_notification", "date_publication"):
        jour = valeurs.get(champ)
        if jour and not ANNEE_MIN <= jour.year <= aujourd_hui.year + ANNEES_D_AVANCE:
            raise Refus(f"La date {jour:%d/%m/%Y} n'est pas vraisemblable. Vérifiez l'année.")


def _check_ensemble(complet: Mapping[str, Any]) -> None:
    notification, publication = complet.get("date_notification"), complet.get("date_publication")
    if notification and publication and publication < notification:
        raise Refus(
            f"La publication ({publication:%d/%m/%Y}) précède la notification ({notification:%d/%m/%Y}). "
            "Corrigez l'une des deux."
        )
    ue, france = complet.get("origine_ue"), complet.get("origine_france")
    if france is not None and ue is not None and france > ue:
        raise Refus("La part d'origine France est comprise dans la part d'origine UE. Corrigez les deux.")
    code, genre = complet.get("lieu_code"), complet.get("lieu_type")
    if bool(code) != bool(genre):
        raise Refus("Le lieu d'exécution demande un code et son type. Indiquez les deux.")
    if code and genre and not lieu_convient(genre, code):
        raise Refus(f"{citer(code)} n'a pas la forme d'un {genre.lower()}. Corrigez le code ou son type.")
