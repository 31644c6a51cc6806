"""Indicators declared by a workbook: read, checked like the form, recorded whole or not at all."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from fanal.appels.actions.releves import Bilan, RefusDeclaration, Saisi, declarer
from fanal.campagnes.actions.depot import read
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus

FORMAT = "releves"
DITES = 20  # remarks told at once


@dataclass(frozen=True)
class LigneLue:
    """A row of the file and what it declares."""

    rang: int
    saisi: Saisi


class RefusFichier(Refus):
    """The file has faults: nothing was recorded; `remarques` names each row."""

    def __init__(self, remarques: list[str]) -> None:
        super().__init__(f"Rien n'a été enregistré. {remarques[0]}")
        self.remarques = remarques


def lire(chemin: Path) -> list[LigneLue]:
    """The rows of a file that bear a value. Raises Inutilisable (unreadable), RefusFichier (faulty rows)."""
    lecture = read(chemin, FORMAT)
    fautes = [a for a in lecture.anomalies if a.gravite == "refus"]
    if fautes:
        raise RefusFichier([a.phrase for a in fautes[:DITES]])
    table = lecture.tables[FORMAT].lignes
    return [
        LigneLue(
            ligne["_ligne"],
            Saisi(
                indicateur=ligne["indicateur"].strip(),
                nature=ligne["nature"],
                jour=ligne["jour"],
                valeur=Decimal(str(ligne["valeur"])),
                commentaire=ligne["commentaire"] or "",
            ),
        )
        for ligne in table.filter(table["_acceptee"]).iter_rows(named=True)
        if ligne["valeur"] is not None
    ]


def declarer_fichier(
    *, dossier: Dossier, chemin: Path, by: Utilisateur | None, instant: datetime, motif: str = ""
) -> Bilan:
    """Declare the values of a workbook. Raises Inutilisable, RefusFichier, Refus, Interdit."""
    lignes = lire(chemin)
    try:
        return declarer(
            dossier=dossier,
            saisies=[ligne.saisi for ligne in lignes],
            by=by,
            instant=instant,
            motif=motif,
        )
    except RefusDeclaration as refus:
        remarques = [f"Ligne {lignes[r].rang} : {p}" for r, p in list(refus.fautes.items())[:DITES]]
        raise RefusFichier(remarques) from refus
