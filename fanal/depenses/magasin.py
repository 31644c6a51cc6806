"""The files of the lake in backups: the register names them, they follow it."""

from typing import IO

from fanal.depenses.queries.lac import stockage
from fanal.exploitation.magasins import Magasin, enregistrer_magasin


def _possede(nom: str, empreinte: str) -> bool:
    from fanal.moteurs.lac.verification import empreinte_lointaine

    try:
        return empreinte_lointaine(stockage(), nom) == empreinte
    except FileNotFoundError:
        return False


def _ouvrir(nom: str) -> IO[bytes]:
    return stockage().ouvrir(nom)


def _remettre(nom: str, contenu: IO[bytes]) -> None:
    stockage().remettre(nom, contenu)


def enregistrer() -> None:
    """Have the files of the lake follow the base."""
    enregistrer_magasin(Magasin("lac", "depenses.FichierLac", "nom", _ouvrir, _possede, _remettre))
