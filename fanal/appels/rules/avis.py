"""Opinions on the dossiers of a call: what forbids asking, giving, withdrawing; who reads them and when."""

from collections.abc import Collection
from datetime import date, datetime

from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import instant_fr, jour_fr
from fanal.refus import Refus

SENS = {"favorable": "favorable", "reserve": "réservé", "defavorable": "défavorable"}
INSTANCES = {"ars": "l'ARS", "omedit": "l'OMEDIT", "expert": "un expert"}
DE_INSTANCE = {"ars": "de l'ARS", "omedit": "de l'OMEDIT", "expert": "d'un expert"}
# Who gives the opinion of each body, and the level that `campagnes.Avis` keeps.
DROITS = {"ars": "avis.donner", "omedit": "omedit.avis", "expert": "expertise.donner"}
NIVEAUX = {"ars": "region", "omedit": "omedit", "expert": "expert"}


def check_instance(instance: str) -> None:
    """The body asked is one of those that give opinions."""
    if instance not in INSTANCES:
        raise Refus(f"L'instance « {instance} » n'existe pas. Choisissez parmi : {', '.join(INSTANCES)}.")


def check_region(declarant: str, connue: bool) -> None:
    """An agency or an OMEDIT is asked in the région of the applicant: there must be one."""
    if not connue:
        raise Refus(f"{declarant} n'est rattaché à aucune région : demandez l'avis d'un expert nommé.")


def check_expert(nom: str, *, instance: str, habilite: bool, interesse: bool) -> None:
    """A named expert holds that role where the dossier stands, and does not belong to the applicant."""
    if instance == "expert" and not nom:
        raise Refus("Aucun expert n'est choisi. Choisissez-en au moins un.")
    if instance == "expert" and not habilite:
        raise Refus(f"{nom} n'a pas le rôle d'expert sur ce territoire. Choisissez une autre personne.")
    if instance == "expert" and interesse:
        raise Refus(f"{nom} a un rôle chez ce déclarant : son avis ne peut pas être demandé sur ce dossier.")


def check_pas_deja_demande(instance: str, demandee_le: datetime | None, rendu: bool) -> None:
    """One request at a time to the same body (or person) on a dossier."""
    if demandee_le is None:
        return
    qui = DE_INSTANCE[instance].replace("d'un expert", "de cet expert")
    if rendu:
        raise Refus(f"L'avis {qui} est déjà rendu. Pour un nouvel avis, refaites la demande, avec un motif.")
    raise Refus(
        f"L'avis {qui} est déjà demandé depuis le {jour_fr(demandee_le.date())}. Relancez-le, ou retirez "
        "cette demande avant d'en faire une autre."
    )


def check_ouverte(retiree_le: datetime | None, motif: str) -> None:
    """A withdrawn request takes no opinion."""
    if retiree_le is not None:
        raise Refus(f"Cette demande d'avis a été retirée le {instant_fr(retiree_le)} : {motif}")


def check_a_rendre(rendu_le: datetime | None, *, change: bool) -> None:
    """An opinion is given once on what it saw; again only when the dossier has changed since."""
    if rendu_le is not None and not change:
        raise Refus(
            f"Cet avis a été rendu le {instant_fr(rendu_le)} et le dossier n'a pas changé depuis. Pour le "
            "changer, demandez à l'organisateur de refaire la demande."
        )


def check_version_vue(vue: int | None, courante: int) -> None:
    """The opinion bears on what its author read: not on a version that came in meanwhile."""
    if vue is not None and vue != courante:
        raise Refus(
            f"Le dossier a changé pendant votre lecture : la version {courante} a remplacé la version {vue}. "
            "Relisez ce qui a changé, puis rendez votre avis."
        )


def check_sens(sens: str, permis: Collection[str], instance: str) -> None:
    """The answers possible are those that the rules of the call give that body."""
    if sens not in permis:
        dits = " ou ".join(f"« {SENS[s]} »" for s in permis)
        raise Refus(f"Dans cet appel, l'avis {DE_INSTANCE[instance]} est {dits}. Choisissez l'un d'eux.")


def check_motif(motif: str, geste: str) -> None:
    """What undoes or overrides says why."""
    if not motif.strip():
        raise Refus(f"Pour {geste}, indiquez le motif : il est inscrit au journal.")


def check_retirable(rendu: bool) -> None:
    """What was given stays: a request that got its opinion is asked anew, never withdrawn."""
    if rendu:
        raise Refus("Cet avis est rendu : il reste au dossier. Pour un nouvel avis, refaites la demande.")


def check_rendu(rendu: bool) -> None:
    """Only an opinion that was given is asked anew; the others are reminded."""
    if not rendu:
        raise Refus("Cet avis n'est pas encore rendu : relancez-le, ou changez son échéance.")


def is_late(rendu: date, echeance: date) -> bool:
    """Whether an opinion given on the day *rendu* (in Paris) came after its last day, which is included."""
    return rendu > echeance


def lisible_par_le_declarant(visible: str, *, decidee: bool) -> bool:
    """Whether an applicant reads an opinion given on its dossier: what the rules of the call say ("rendu",
    "decision", "jamais"), and by default once the decision is taken.
    """
    return visible == "rendu" or (visible == "decision" and decidee)


def phrase_avis(rendus: int, attendus: int) -> str:
    """« 2 avis sur 3 rendus »."""
    if not attendus:
        return "Aucun avis demandé"
    if rendus == attendus:
        return f"{pluriel(rendus, 'avis rendu', 'avis rendus')} sur {attendus}"
    return f"{rendus} avis sur {attendus} {'rendu' if rendus < 2 else 'rendus'}"
