"""The e-mails of procedures, as text: a subject and a body. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Courriel:
    objet: str
    texte: str


def _compose(objet: str, *paragraphes: str) -> Courriel:
    return Courriel(objet, "\n\n".join(["Bonjour,", *filter(None, paragraphes), "Fanal"]) + "\n")


def dans(jours: int) -> str:
    """« aujourd'hui », « demain », « dans 7 jours »."""
    return {0: "aujourd'hui", 1: "demain"}.get(jours, f"dans {jours} jours")


def recensement(
    *, intitule: str, etablissement: str, echeance: date, jours: int, consigne: str, adresse: str
) -> Courriel:
    """A reminder to an establishment that has not answered a survey of needs."""
    if jours < 0:
        objet = f"Recensement des besoins attendu : {intitule}"
        delai = (
            f"Le recensement « {intitule} » s'est terminé le {echeance:%d/%m/%Y}. "
            "Votre réponse est encore reçue."
        )
    else:
        objet = f"Recensement des besoins, réponse {dans(jours)} : {intitule}"
        delai = f"Le recensement « {intitule} » se termine {dans(jours)}, le {echeance:%d/%m/%Y} inclus."
    return _compose(
        objet,
        delai,
        f"{etablissement} : aucun besoin n'a encore été transmis. Si vous n'en avez pas, répondez-le aussi.",
        f"Consigne de l'acheteur : {consigne}" if consigne else "",
        f"Pour répondre : {adresse}",
    )


def jalons(*, lignes: Sequence[str], adresse: str) -> Courriel:
    """The milestones that come, for one person, in one message."""
    nombre = len(lignes)
    objet = "Procédures : un jalon approche" if nombre == 1 else f"Procédures : {nombre} jalons approchent"
    return _compose(objet, "\n".join(f"- {ligne}" for ligne in lignes), f"Votre calendrier : {adresse}")
