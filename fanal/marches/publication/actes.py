"""Subcontracting acts and their modifications, in the words of the DECP schema."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from fanal.marches.publication import nomenclatures as mots
from fanal.marches.publication.contrat import Contrat
from fanal.marches.publication.manque import Manque

JOUR = re.compile(r"\d{4}-\d{2}-\d{2}")
# Required fields of each (DECP schema 2.0.3), with the word a person knows them by.
ACTE = {
    "dureeMois": "la durée en mois",
    "dateNotification": "la date de notification",
    "datePublicationDonnees": "la date de publication",
    "montant": "le montant HT",
}
MODIFICATION = {
    "dateNotificationModificationSousTraitance": "la date de notification",
    "datePublicationDonnees": "la date de publication",
}
DATES = {"dateNotification", "datePublicationDonnees", "dateNotificationModificationSousTraitance"}
NOMBRES = {"dureeMois", "montant"}


def manques_des_actes(contrat: Contrat) -> Iterator[Manque]:
    """What is missing in the subcontracting acts of a contract and in their modifications."""
    for acte in contrat.actes:
        champ = "actesSousTraitance"
        nom = f"l'acte de sous-traitance n° {acte.get('id', '?')}"
        yield from _numero(champ, acte, nom)
        yield from _requis(champ, acte, ACTE, nom)
        if acte.get("variationPrix") not in mots.VARIATIONS:
            yield Manque(f"{champ}.variationPrix", f"Dites si le prix de {nom} est ferme ou révisable.")
        qui = acte.get("sousTraitant")
        if not isinstance(qui, Mapping) or not qui.get("id"):
            yield Manque(f"{champ}.sousTraitant", f"Indiquez le sous-traitant de {nom}.")
        elif qui.get("typeIdentifiant") not in mots.IDENTIFIANTS:
            yield Manque(f"{champ}.sousTraitant", f"Dites de quel identifiant il s'agit pour {nom}.")
    for modification in contrat.modifications_actes:
        champ = "modificationsActesSousTraitance"
        nom = f"la modification de l'acte de sous-traitance n° {modification.get('id', '?')}"
        yield from _numero(champ, modification, nom)
        yield from _requis(champ, modification, MODIFICATION, nom)


def _numero(champ: str, acte: Mapping[str, Any], nom: str) -> Iterator[Manque]:
    numero = acte.get("id")
    if not isinstance(numero, int) or isinstance(numero, bool) or numero < 1:
        yield Manque(f"{champ}.id", f"Le numéro de {nom} est un nombre entier à partir de 1.")


def _requis(champ: str, acte: Mapping[str, Any], requis: Mapping[str, str], nom: str) -> Iterator[Manque]:
    for cle, mot in requis.items():
        if acte.get(cle) in (None, ""):
            yield Manque(f"{champ}.{cle}", f"Indiquez {mot} de {nom}.")
        elif cle in DATES and not est_un_jour(acte[cle]):
            yield Manque(f"{champ}.{cle}", f"« {acte[cle]} » n'est pas une date, pour {mot} de {nom}.")
    for cle in NOMBRES & set(acte):
        if acte[cle] is not None and not _au_moins_un(acte[cle]):
            yield Manque(f"{champ}.{cle}", f"La valeur « {acte[cle]} » de {nom} est inférieure à 1.")


def est_un_jour(lu: Any) -> bool:
    """Whether it is a day written AAAA-MM-JJ."""
    if not isinstance(lu, str) or not JOUR.fullmatch(lu):
        return False
    try:
        date.fromisoformat(lu)
    except ValueError:
        return False
    return True


def _au_moins_un(lu: Any) -> bool:
    return isinstance(lu, int | float) and not isinstance(lu, bool) and lu >= 1
