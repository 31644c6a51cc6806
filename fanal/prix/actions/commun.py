"""What acts on prices share: the right, the contract under lock, the file received."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, record_deposit
from fanal.depots.lecture import Lecture
from fanal.depots.models import Correspondance, Depot
from fanal.marches.actions.commun import prendre
from fanal.marches.models import Marche
from fanal.prix.compute.historique import PrixDate, contractuel
from fanal.prix.models import LigneBpu, PrixLigne

GERER = "prix.gerer"


def verrouiller(
    marche: Marche, *, by: Utilisateur | None, instant: datetime, verrou: int | None = None
) -> Marche:
    """The contract taken for writing its prices. Raises Interdit, or Refus when it changed meanwhile."""
    locked, _ = prendre(marche, by=by, instant=instant, verrou=verrou, permission=GERER)
    return locked


def garder_fichier(
    *,
    lue: Lecture,
    chemin: Path,
    nom_fichier: str,
    by: Utilisateur | None,
    instant: datetime,
    correspondance: Correspondance | None,
) -> Depot:
    """The deposit of a file: original and anomalies. Call it inside the transaction that uses its rows."""
    return record_deposit(
        lecture=lue,
        chemin=chemin,
        nom_fichier=nom_fichier,
        empreinte=file_hash(chemin),
        canal=Depot.Canal.PAGE if by else Depot.Canal.CLI,
        by=by,
        instant=instant,
        correspondance=correspondance,
    )


def ecrire_prix(
    marche: Marche,
    line: LigneBpu,
    *,
    depuis: date,
    origine: str,
    by: Utilisateur | None,
    instant: datetime,
    prix: Any = None,
    au: date | None = None,
    motif: str = "",
    calcul: dict[str, Any] | None = None,
) -> PrixLigne:
    """One price of a line, not yet saved; the price of the line itself unless *prix* says otherwise."""
    return PrixLigne(
        marche=marche,
        cle=line.cle,
        prix_unitaire_ht=line.prix_unitaire_ht if prix is None else prix,
        depuis=depuis,
        au=au,
        origine=origine,
        motif=motif,
        calcul=calcul or {},
        auteur=by,
        created_at=instant,
    )


def en_vigueur(histoire: list[PrixDate], le: date) -> PrixDate | None:
    """The contractual price at a date, or the first to come."""
    return contractuel(histoire, le) or (histoire[0] if histoire else None)
