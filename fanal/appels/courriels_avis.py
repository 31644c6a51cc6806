"""E-mails of the instruction of a call, as text. Pure. They name no expert and no reader."""

from collections.abc import Sequence
from datetime import date

from fanal.campagnes.courriels import Courriel, dans
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import jour_fr

LISTE_MAX = 20


def _compose(objet: str, *paragraphes: str) -> Courriel:
    texte = "\n\n".join(["Bonjour,", *filter(None, paragraphes), "Fanal"])
    return Courriel(objet, f"{texte}\n")


def _liste(declarants: Sequence[str]) -> str:
    dits = [f"- {nom}" for nom in declarants[:LISTE_MAX]]
    if len(declarants) > LISTE_MAX:
        dits.append(f"- et {len(declarants) - LISTE_MAX} de plus")
    return "\n".join(dits)


def demande(*, appel: str, declarants: Sequence[str], echeance: date, texte: str, adresse: str) -> Courriel:
    """The request for opinions on some dossiers; *texte* is that of the request when there is only one."""
    nombre = pluriel(len(declarants), "avis vous est demandé", "avis vous sont demandés")
    return _compose(
        f"{appel} : {nombre}, avant le {jour_fr(echeance)} inclus",
        f"{nombre} dans l'appel « {appel} », au plus tard le {jour_fr(echeance)} inclus :",
        _liste(declarants),
        texte,
        f"Pour lire les dossiers et rendre vos avis : {adresse}",
    )


def rappel(*, appel: str, declarants: Sequence[str], echeance: date, jour: date, adresse: str) -> Courriel:
    """A reminder of the opinions not given yet, the first of which is due on *echeance*."""
    nombre = pluriel(len(declarants), "avis reste à rendre", "avis restent à rendre")
    reste = (echeance - jour).days
    quand = f"échéance {dans(reste)}" if reste >= 0 else f"échéance passée le {jour_fr(echeance)}"
    retard = (
        "Un avis rendu après l'échéance est gardé et marqué en retard."
        if reste >= 0
        else "L'échéance est passée ; votre avis est encore reçu, et sera marqué en retard."
    )
    return _compose(
        f"{appel} : {nombre}, {quand}",
        f"Dans l'appel « {appel} », {nombre} ({quand}) :",
        _liste(declarants),
        retard,
        f"Pour lire les dossiers et rendre vos avis : {adresse}",
    )


def instruction(*, appel: str, declarant: str, geste: str, motif: str, adresse: str) -> Courriel:
    """What the instruction decided on a dossier, told to its applicant. *geste*: code of the transition."""
    dit = {
        "demander_complement": ("un complément est demandé", "Un complément est demandé pour le dossier"),
        "declarer_recevable": ("dossier recevable", "Le dossier est déclaré recevable"),
        "declarer_irrecevable": ("dossier non recevable", "Le dossier est déclaré non recevable"),
    }[geste]
    suite = (
        "Reprenez le dossier, complétez-le, puis déposez-le de nouveau."
        if geste == "demander_complement"
        else ""
    )
    return _compose(
        f"{appel} : {dit[0]}",
        f"{dit[1]} de {declarant}, dans l'appel « {appel} ».",
        f"Motif : {motif}" if motif and geste != "declarer_recevable" else "",
        suite,
        f"Votre dossier : {adresse}",
    )
