"""Files sent through a page: what is refused at once, before anything is read."""

from datetime import datetime, timedelta

from fanal.campagnes.models import Envoi
from fanal.refus import Inutilisable, Refus

SILENCE = timedelta(minutes=10)  # a reading that has not ended by then was interrupted
INTERRUPTION = (
    "La lecture de votre fichier a été interrompue. Votre fichier est conservé et rien n'a été modifié : "
    "relancez la lecture."
)


def check_taille(taille: int, maximum: int) -> None:
    """A file is neither empty nor larger than the reader takes."""
    if not taille:
        raise Inutilisable("Ce fichier est vide. Déposez un fichier qui contient au moins une ligne.")
    if taille > maximum:
        raise Inutilisable(
            f"Ce fichier pèse {taille // 1_000_000} Mo ; {maximum // 1_000_000} Mo au plus sont admis. "
            "Retirez les images et les feuilles inutiles, ou partagez-le en plusieurs fichiers."
        )


def en_panne(etat: str, lecture_le: datetime | None, instant: datetime) -> bool:
    """Whether the reading stopped on the way: said so by the reader, or silent for too long."""
    if etat == Envoi.Etat.INTERROMPU:
        return True
    en_cours = etat in (Envoi.Etat.LECTURE, Envoi.Etat.CONTROLE)
    return en_cours and lecture_le is not None and instant - lecture_le > SILENCE


def check_reprise(etat: str, lecture_le: datetime | None, instant: datetime) -> None:
    """Only a reading that stopped is started again."""
    if not en_panne(etat, lecture_le, instant):
        raise Refus("La lecture de ce fichier n'est pas interrompue : il n'y a rien à relancer.")
