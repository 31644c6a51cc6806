"""Windows: opening, closing, corrections; who answers which format, in which period."""

from collections.abc import Collection
from datetime import datetime

from fanal.campagnes.registre import Etape, Reception
from fanal.campagnes.rules.etats import DECLARANTS
from fanal.campagnes.temps import instant_fr, to_second
from fanal.refus import Inutilisable, Refus


def check_fenetres(ouverture: datetime, cloture: datetime, correction_jusqu_au: datetime) -> None:
    """A campaign opens, then closes, then stops taking corrections."""
    if not ouverture <= cloture <= correction_jusqu_au:
        raise Refus(
            f"Les dates de la campagne ne se suivent pas : ouverture le {instant_fr(ouverture)}, clôture le "
            f"{instant_fr(cloture)}, corrections jusqu'au {instant_fr(correction_jusqu_au)}. "
            "Corrigez-les dans cet ordre."
        )


def check_ouverte(titre: str, ouverture: datetime, instant: datetime) -> None:
    """Nothing comes in before the opening."""
    if to_second(instant) < ouverture:
        raise Refus(
            f"La campagne « {titre} » ouvre le {instant_fr(ouverture)}. Revenez à partir de cette date : "
            "votre fichier peut être vérifié dès maintenant sans être déposé."
        )


def is_after(fin: datetime, instant: datetime) -> bool:
    """Whether *instant* is past the last second of a window."""
    return to_second(instant) > fin


def is_late(*, cloture: datetime, correction_jusqu_au: datetime, instant: datetime, correction: bool) -> bool:
    """Whether a version is late: a first answer after the closing, a correction after its own end."""
    return is_after(correction_jusqu_au if correction else cloture, instant)


def check_modifiable(etape: Etape) -> None:
    """A version comes in only at a step that allows it."""
    if etape.publiee:
        raise Refus(
            "Ce dossier est publié : il ne peut plus être corrigé. Demandez sa réouverture, avec un "
            "motif, au "
            "responsable de la campagne."
        )
    if not etape.modifiable:
        raise Refus(
            f"Ce dossier est à l'étape « {etape.titre} » : il ne peut pas être corrigé maintenant. "
            "Attendez l'étape suivante ou écrivez au responsable de la campagne."
        )


def check_correction(*, correction_jusqu_au: datetime, instant: datetime, motif: str) -> None:
    """A correction after its last instant is kept, with a reason."""
    if is_after(correction_jusqu_au, instant) and not motif.strip():
        raise Refus(
            f"Les corrections sans motif étaient possibles jusqu'au {instant_fr(correction_jusqu_au)}. "
            "Indiquez pourquoi vous corrigez maintenant : le motif est inscrit au journal et montré avec "
            "la version."
        )


def check_niveau(reception: Reception, titre: str, niveau: str) -> None:
    """A format is answered only by the kinds of node that the type says."""
    if niveau not in reception.niveaux:
        attendus = " ou ".join(DECLARANTS[n] for n in reception.niveaux)
        raise Inutilisable(
            f"Dans la campagne « {titre} », le format « {reception.format} » est déposé par {attendus}, "
            "pas par "
            f"{DECLARANTS[niveau]}. Choisissez un autre déclarant."
        )


def check_periode(titre: str, periodes: Collection[str], periode: str) -> None:
    """A campaign stands on one of the periods of its type."""
    if periode not in periodes:
        connues = ", ".join(f"« {p} »" for p in periodes if p) or "aucune"
        raise Inutilisable(
            f"La campagne « {titre} » n'a pas de période « {periode} ». Périodes possibles : {connues}."
        )
