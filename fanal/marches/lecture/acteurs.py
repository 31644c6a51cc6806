"""Who buys and who holds a contract, as published."""

from typing import Any

from fanal.fournisseurs.rules.identites import controler
from fanal.marches.lecture import valeurs
from fanal.marches.lecture.fiche import Fiche, deballer
from fanal.marches.lecture.libelles import TYPES_IDENTIFIANT


def lire_acheteur(fiche: Fiche) -> tuple[str, str]:
    """The buyer's identifier without its blanks, and its name."""
    recu = fiche.lire("acheteur")
    if not isinstance(recu, dict):
        recu = {"id": recu}
    siret = valeurs.texte(recu.get("id"))
    compact = "".join(siret.split())
    nom = fiche.texte_accents("acheteur.nom", recu.get("nom"))
    return ("" if compact.casefold() in valeurs.ABSENTS else compact), nom


def lire_titulaires(fiche: Fiche) -> list[tuple[str, str, str]]:
    """The holders as (kind, identifier, name), in their order, each once."""
    lus: dict[tuple[str, str, str], None] = {}
    for recu in deballer(fiche.lire("titulaires"), "titulaire"):
        genre, identifiant, nom = identite(recu)
        nom, regle = valeurs.accents(nom)
        if regle:
            fiche.noter(regle, "titulaires.denominationSociale", nom)
        if not identifiant and not nom:
            fiche.noter("titulaire-absent", "titulaires", "")
            continue
        if not identifiant:
            fiche.noter("titulaire-sans-identifiant", "titulaires.id", nom)
        elif not controler(genre, identifiant).valide:
            fiche.noter("siret-titulaire", "titulaires.id", identifiant)
        lus[genre, identifiant, nom] = None
    if not lus and "titulaires" in fiche.prevus and fiche.absent("titulaires"):
        fiche.noter("titulaire-absent", "titulaires", "")
    return list(lus)


def identite(recu: Any) -> tuple[str, str, str]:
    """(kind, identifier, name) of a holder as received; "" for what is missing."""
    if not isinstance(recu, dict):
        return "", valeurs.texte(recu), ""
    genre = valeurs.texte(recu.get("typeIdentifiant"))
    identifiant = valeurs.texte(recu.get("id"))
    if identifiant.casefold() in valeurs.ABSENTS:
        identifiant = ""
    nom = valeurs.texte(recu.get("denominationSociale") or recu.get("nom"))
    return TYPES_IDENTIFIANT.get(genre, genre), identifiant, nom
