"""The e-mails of a campaign, as text: a subject and a body. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import instant_fr, jour_fr


@dataclass(frozen=True)
class Courriel:
    objet: str
    texte: str


def _compose(objet: str, *paragraphes: str) -> Courriel:
    texte = "\n\n".join(["Bonjour,", *filter(None, paragraphes), "Fanal"])
    return Courriel(objet, f"{texte}\n")


def dans(jours: int) -> str:
    """« aujourd'hui », « demain », « dans 7 jours »."""
    return {0: "aujourd'hui", 1: "demain"}.get(jours, f"dans {jours} jours")


def rappel(
    *, campagne: str, declarant: str, cloture: datetime, jours: int, reste: str, adresse: str
) -> Courriel:
    """A reminder before the closing, *jours* days ahead; *reste* says what remains to be done."""
    fin = f"{instant_fr(cloture)} (heure de Paris)"
    if jours < 0:
        objet = f"{campagne} : votre réponse est attendue"
        delai = (
            f"La campagne « {campagne} » s'est terminée le {fin}. Votre réponse est encore reçue, en retard."
        )
    else:
        objet = f"{campagne} : clôture {dans(jours)}"
        delai = f"La campagne « {campagne} » se termine {dans(jours)}, le {fin}."
    return _compose(objet, delai, f"{declarant} : {reste[0].lower()}{reste[1:]}", f"Votre espace : {adresse}")


def accuse(
    *,
    campagne: str,
    declarant: str,
    fichier: str,
    numero: int,
    recu_le: datetime,
    acceptees: int,
    ecartees: int,
    empreinte: str,
    en_retard: bool,
    adresse: str,
) -> Courriel:
    """The acknowledgement of a deposit, with the file's SHA-256 as a proof."""
    lignes = pluriel(acceptees, "ligne prise en compte", "lignes prises en compte")
    fautes = pluriel(
        ecartees, "ligne non prise en compte, à corriger", "lignes non prises en compte, à corriger"
    )
    retard = (
        "Ce dépôt est arrivé après la date prévue : il est gardé et marqué en retard." if en_retard else ""
    )
    return _compose(
        f"{campagne} : dépôt reçu (version {numero})",
        f"Le fichier « {fichier} » a été reçu le {instant_fr(recu_le)} (heure de Paris) pour {declarant}, "
        "dans la "
        f"campagne « {campagne} ». C'est la version {numero} du dossier.",
        f"{lignes} ; {fautes}." if ecartees else f"{lignes}.",
        retard,
        f"Empreinte du fichier (SHA-256) : {empreinte}",
        f"Votre espace : {adresse}",
    )


def observations(*, campagne: str, declarant: str, demandes: int, echeance: date, adresse: str) -> Courriel:
    """The notice that observations are asked, with the last day to answer."""
    lignes = pluriel(demandes, "demande attend", "demandes attendent")
    return _compose(
        f"{campagne} : vos observations avant le {jour_fr(echeance)} inclus",
        f"{lignes} une réponse de votre part pour {declarant}, dans la campagne « {campagne} ».",
        f"Vous pouvez répondre, ou corriger les lignes, jusqu'au {jour_fr(echeance)} inclus. Passé ce "
        "jour, les "
        "lignes pourront être retirées ou réduites sans votre réponse.",
        f"Votre espace : {adresse}",
    )
