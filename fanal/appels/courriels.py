"""The e-mails to those who answer a call, as text. Pure."""

from datetime import datetime

from fanal.campagnes.courriels import Courriel
from fanal.campagnes.temps import instant_fr


def accuse(
    *,
    appel: str,
    declarant: str,
    numero: int,
    recu_le: datetime,
    en_retard: bool,
    attente: bool,
    empreinte: str,
    adresse: str,
) -> Courriel:
    """The acknowledgement of a deposit; `attente` when the dossier waits for a place."""
    paragraphes = [
        "Bonjour,",
        f"Le dossier de {declarant} pour l'appel « {appel} » a été reçu le {instant_fr(recu_le)} (heure de "
        f"Paris). C'est la version {numero} du dossier.",
        "Il est arrivé après la date limite : il est gardé et marqué en retard." if en_retard else "",
        "Toutes les places sont prises : il attend qu'une place se libère." if attente else "",
        f"Empreinte des réponses (SHA-256) : {empreinte}",
        f"Le dossier et son accusé de réception : {adresse}",
        "Fanal",
    ]
    texte = "\n\n".join(filter(None, paragraphes))
    return Courriel(f"{appel} : dossier reçu (version {numero})", f"{texte}\n")
