"""Consumption in a file: cut into batches, each recorded once; a broken-off reception is taken up again."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.campagnes.actions.depot import read
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, record_deposit
from fanal.depots.lecture import Anomalie, Lecture
from fanal.depots.models import Depot
from fanal.marches.actions.consommation import Reception, recevoir
from fanal.marches.models import LotConsommation
from fanal.marches.rules.reception import COMPTES, LigneRecue, additionner
from fanal.territoires.models import Ght

FORMAT = "consommations"
LOT = 5000  # lines of a batch
CENT, UNITE = Decimal("0.01"), Decimal("0.0001")


@dataclass
class ReceptionFichier:
    """What a file did: its counts, its remarks, its batches. `deja_recu`: nothing of it was new."""

    bilan: dict[str, int]
    anomalies: list[Anomalie]
    lots: list[LotConsommation] = field(default_factory=list)
    deja_recu: bool = False

    def en_json(self, cle: str) -> dict[str, Any]:
        """The document of the command line and of the API."""
        return {
            "format": FORMAT,
            "cle": cle,
            "deja_recu": self.deja_recu,
            **self.bilan,
            "lots": [lot.cle for lot in self.lots],
            "anomalies": [asdict(a) for a in self.anomalies],
        }


def recevoir_fichier(
    *,
    chemin: Path,
    nom_fichier: str,
    ght: Ght,
    cle: str | None,
    canal: str,
    by: Utilisateur | None,
    instant: datetime,
) -> tuple[ReceptionFichier, str]:
    """Read a file of the format `consommations` and record it by batches; returns what it did and its key.

    Without *cle* the file's own hash is the key: the same file twice counts once. Each batch is a
    transaction: sent again after a cut, those already there are recognised. Raises Inutilisable (unreadable
    file), Refus (key used for another content), Interdit.
    """
    lecture = read(chemin, FORMAT)
    mark = file_hash(chemin)
    key = cle or f"fichier-{mark[:24]}"
    refused, of_file = _par_lot(lecture)
    batches = list(_lots(lecture)) or [[]]
    done: list[Reception] = []
    depot: Depot | None = None
    for number, lines in enumerate(batches, start=1):
        name = key if len(batches) == 1 else f"{key}/{number}"
        with transaction.atomic():
            known = LotConsommation.objects.filter(ght=ght, cle=name).exists()
            if depot is None and not known:
                depot = record_deposit(
                    lecture=lecture,
                    chemin=chemin,
                    nom_fichier=nom_fichier,
                    empreinte=mark,
                    canal=canal,
                    by=by,
                    instant=instant,
                )
            last = number == len(batches)
            done.append(
                recevoir(
                    ght=ght,
                    cle=name,
                    lignes=lines,
                    source="fichier",
                    by=by,
                    instant=instant,
                    depot=depot,
                    # Rows that could not be read are counted once, with the last batch.
                    ecartees=refused if last else (),
                    nombre_ecartees=lecture.ecartees if last else 0,
                )
            )
    remarks = [*of_file, *(a for reception in done for a in reception.anomalies)]
    return (
        ReceptionFichier(
            bilan={k: v for k, v in additionner([r.bilan for r in done]).items() if k in COMPTES},
            anomalies=[replace(a, feuille=a.feuille or _feuille(lecture)) for a in remarks],
            lots=[r.lot for r in done],
            deja_recu=all(r.deja_recu for r in done),
        ),
        key,
    )


def _par_lot(lecture: Lecture) -> tuple[list[Anomalie], list[Anomalie]]:
    """The remarks that leave rows out, kept with a batch; and the others, said of the file."""
    by_severity: dict[bool, list[Anomalie]] = defaultdict(list)
    for anomalie in lecture.anomalies:
        by_severity[anomalie.gravite == "refus"].append(anomalie)
    return by_severity[True], by_severity[False]


def _feuille(lecture: Lecture) -> str | None:
    return next(iter(lecture.tables.values())).feuille


def _lots(lecture: Lecture) -> Iterator[list[LigneRecue]]:
    table = lecture.tables[FORMAT].lignes
    rows = table.filter(table["_acceptee"]).iter_rows(named=True)
    batch: list[LigneRecue] = []
    for row in rows:
        batch.append(_ligne(row))
        if len(batch) == LOT:
            yield batch
            batch = []
    if batch:
        yield batch


def _ligne(row: dict[str, Any]) -> LigneRecue:
    return LigneRecue(
        rang=row["_ligne"],
        cle=row["cle"].strip(),
        finess=row["finess"],
        le=row["date"],
        montant_ht=row["montant_ht"].quantize(CENT),
        numero_marche=(row["numero_marche"] or "").strip(),
        siret_acheteur=(row["siret_acheteur"] or "").replace(" ", ""),
        quantite=None if row["quantite"] is None else row["quantite"].quantize(UNITE),
        code_produit=(row["code_produit"] or "").strip(),
        libelle=(row["libelle"] or "").strip(),
        siret_fournisseur=(row["siret_fournisseur"] or "").replace(" ", ""),
    )
