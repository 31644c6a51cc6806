"""Opinions, requests for observations and the right of reply. A due day is inclusive."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TypeVar

from fanal.campagnes.registre import Etape
from fanal.campagnes.rules.etats import EtatLigne, nom_ligne
from fanal.campagnes.temps import instant_fr, jour_fr
from fanal.refus import Inutilisable, Refus

VersionDeposee = TypeVar("VersionDeposee")


def check_deposee(version: VersionDeposee | None) -> VersionDeposee:
    """The current version, when something was deposited."""
    if version is None:
        raise Refus("Rien n'a encore été déposé dans ce dossier. Attendez le premier dépôt.")
    return version


def check_ligne(cle: str, cles: Collection[str]) -> None:
    """The line is in the current version."""
    if cle not in cles:
        raise Refus(
            f"La ligne « {cle} » n'est pas dans la version actuelle du dossier. Rechargez la page pour voir "
            "les lignes à jour."
        )


def check_avis(etape: Etape, *, sens: str, texte: str, connus: Collection[str]) -> None:
    """An opinion is given at a step that takes opinions; a reserved or adverse one says why."""
    if not etape.avis:
        raise Refus(f"Aucun avis n'est attendu à l'étape « {etape.titre} ». {etape.phrase}")
    if sens not in connus:
        raise Inutilisable(f"L'avis « {sens} » n'existe pas. Choisissez parmi : {', '.join(connus)}.")
    if sens != "favorable" and not texte.strip():
        raise Refus("Un avis réservé ou défavorable dit pourquoi. Écrivez vos raisons, puis rendez l'avis.")


def check_demandes(etape: Etape, demandes: Mapping[str, str], cles: Collection[str]) -> None:
    """Observations are asked during control, on lines of the current version, in words."""
    if not etape.controle:
        raise Refus(
            "Les observations se demandent pendant le contrôle ; ce dossier est à l'étape « "
            f"{etape.titre} ». "
            f"{etape.phrase}"
        )
    if not demandes:
        raise Refus("Aucune ligne n'est choisie. Choisissez au moins une ligne et écrivez votre demande.")
    for cle, texte in demandes.items():
        if cle:
            check_ligne(cle, cles)
        if not texte.strip():
            raise Refus(
                f"La demande sur {nom_ligne(cle)} est vide. Écrivez ce que vous attendez du déclarant."
            )


def check_pas_deja_demandee(cle: str, echeance: date, demandes: Collection[str]) -> None:
    """One request at a time on a line."""
    if cle in demandes:
        raise Refus(
            f"Une demande sur {nom_ligne(cle)} attend déjà une réponse jusqu'au {jour_fr(echeance)}. "
            "Attendez la réponse ou la fin de ce délai."
        )


def check_echeance(echeance: date, jour: date) -> None:
    """The answer is due on a coming day, never the very day of the request."""
    if echeance <= jour:
        raise Refus(
            f"L'échéance du {jour_fr(echeance)} ne laisse pas de temps pour répondre. Choisissez un jour "
            "à venir."
        )


def check_reponse(*, reponse: str, repondu_le: datetime | None, decidee: bool, courante: bool) -> None:
    """One answer per request, until the line is decided or its content has changed."""
    if repondu_le is not None:
        raise Refus(f"Vous avez déjà répondu à cette demande le {instant_fr(repondu_le)}.")
    if not courante:
        raise Refus(
            "Cette demande portait sur une ligne que vous avez corrigée depuis : elle est sans objet. "
            "Une nouvelle demande vous sera faite s'il le faut."
        )
    if decidee:
        raise Refus("Cette ligne est déjà décidée : votre réponse ne peut plus être prise en compte ici.")
    if not reponse.strip():
        raise Refus("Votre réponse est vide. Écrivez-la, puis envoyez-la.")


def check_contradictoire(sens: str, ligne: EtatLigne, jour: date) -> None:
    """Withdrawing or reducing comes after the respondent has answered, or its period has ended (inclusive
    day).
    """
    verbe = "retirer cette ligne" if sens == "retire" else "réduire cette ligne"
    if not ligne.demandee:
        raise Refus(
            f"Vous ne pouvez pas encore {verbe} : {ligne.declarant} n'a pas été invité à présenter ses "
            "observations. Demandez-les d'abord."
        )
    if not ligne.repondue and ligne.echeance is not None and jour <= ligne.echeance:
        raise Refus(
            f"Vous ne pouvez pas encore {verbe} : {ligne.declarant} a jusqu'au {jour_fr(ligne.echeance)} "
            "pour répondre."
        )
