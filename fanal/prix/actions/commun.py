"""What acts on prices share: the right, the contract under lock, the file received."""

import hashlib
import json
from collections.abc import Iterable, Sequence
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


def remplacer_prix(prices: Sequence[PrixLigne]) -> None:
    """Take the place of the prices of the same line, day and origin; what they were stays with the new ones.

    All of *prices* are of one contract.
    """
    if not prices:
        return
    new = {(p.cle, p.depuis, p.origine): p for p in prices}
    same = PrixLigne.objects.filter(
        marche=prices[0].marche,
        depuis__in={p.depuis for p in prices},
        origine__in={p.origine for p in prices},
    )
    gone = []
    for old in same:
        taken = new.get((old.cle, old.depuis, old.origine))
        if taken is not None:
            before = {"prix": str(old.prix_unitaire_ht), "ecrit_le": old.created_at.isoformat(), **old.calcul}
            taken.calcul = {**taken.calcul, "remplace": before}
            gone.append(old.pk)
    for lot in (gone[i : i + 500] for i in range(0, len(gone), 500)):
        PrixLigne.objects.filter(pk__in=lot).delete()


def empreinte(document: object) -> str:
    """The SHA-256 of a document in its canonical form.

    The journal proves unit prices by this fingerprint and does not hold them: those who read the journal of a
    contract may not read its prices, which are business secrets.
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def empreinte_prix(prices: Iterable[PrixLigne]) -> str:
    """The fingerprint of prices written together: line, price, first and last day."""
    return empreinte([[p.cle, f"{p.prix_unitaire_ht:.6f}", p.depuis, p.au] for p in prices])


def en_vigueur(histoire: list[PrixDate], le: date) -> PrixDate | None:
    """The contractual price at a date, or the first to come."""
    return contractuel(histoire, le) or (histoire[0] if histoire else None)
