"""Bringing in the lists of drugs: a file is read and shown, then recorded once somebody agrees."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.campagnes.rules import pluriel
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.formats import charger
from fanal.depots.lecture.resultats import Anomalie, FichierIllisible
from fanal.depots.originaux import local_copy
from fanal.journal.actions import inscrire
from fanal.molecules.actions.rapprochements import rapprocher_en_cours
from fanal.molecules.compute.ucd import code_court
from fanal.molecules.models import ImportListe, Inscription
from fanal.molecules.rules.listes import check_periode, check_recouvrement
from fanal.refus import Inutilisable, Refus

FORMAT = "liste_en_sus"
LOT = 500
Cle = tuple[str, str, str]


@dataclass
class BilanListe:
    """What a file does: rows read, new, changed, as they were, left aside; and every remark."""

    lues: int = 0
    nouvelles: list[Inscription] = field(default_factory=list)
    modifiees: list[Inscription] = field(default_factory=list)
    inchangees: int = 0
    ecartees: int = 0
    anomalies: list[Anomalie] = field(default_factory=list)

    def document(self) -> dict[str, int]:
        """The counts, for the terminal and the base."""
        return {
            "lues": self.lues,
            "nouvelles": len(self.nouvelles),
            "modifiees": len(self.modifiees),
            "inchangees": self.inchangees,
            "ecartees": self.ecartees,
        }

    def phrase(self) -> str:
        """The one sentence that sums the file up."""
        return (
            f"{pluriel(self.lues, 'ligne lue', 'lignes lues')} : "
            f"{pluriel(len(self.nouvelles), 'nouvelle', 'nouvelles')}, "
            f"{pluriel(len(self.modifiees), 'modifiée', 'modifiées')}, "
            f"{pluriel(self.inchangees, 'inchangée', 'inchangées')}, "
            f"{pluriel(self.ecartees, 'écartée', 'écartées')}."
        )


def apercevoir(chemin: Path) -> BilanListe:
    """What the file would do; nothing is written. Raises Inutilisable when it cannot be read at all."""
    from fanal.depots.lecture import lire  # heavy, and only imports need it

    try:
        lecture = lire(chemin, charger(FORMAT))
    except FichierIllisible as error:
        raise Inutilisable(error.phrase) from error
    table = next(iter(lecture.tables.values()))
    bilan = BilanListe(lecture.lues, ecartees=lecture.ecartees, anomalies=list(lecture.anomalies))
    acceptees = table.lignes.filter(table.lignes["_acceptee"]).to_dicts()
    connues = _connues()
    for row in acceptees:
        try:
            _placer(row, connues, bilan)
        except (Refus, ValueError) as error:
            bilan.ecartees += 1
            bilan.anomalies.append(
                Anomalie(
                    table.feuille, row["_ligne"], "code_ucd", row["code_ucd"], "liste", "refus", str(error)
                )
            )
    return bilan


@transaction.atomic
def recevoir(
    *, chemin: Path, nom_fichier: str, by: Utilisateur | None, instant: datetime
) -> tuple[ImportListe, BilanListe]:
    """Keep the file, and say what it would do. Raises Inutilisable."""
    bilan = apercevoir(chemin)
    recu = ImportListe.objects.create(
        nom_fichier=nom_fichier[:255],
        original=keep_original(chemin=chemin, empreinte=file_hash(chemin)),
        recu_le=instant,
        auteur=by,
        bilan=bilan.document(),
    )
    inscrire(action="molecules.liste_recue", objet=recu, by=by, instant=instant, donnees=recu.bilan)
    return recu, bilan


@transaction.atomic
def confirmer(*, importation: ImportListe, by: Utilisateur | None, instant: datetime) -> BilanListe:
    """Record the rows of a file that was shown, and look again at the requests under examination.

    The rows are those of the file against the lists as they are now. Raises Refus when done already.
    """
    importation = ImportListe.objects.select_for_update().get(pk=importation.pk)
    if importation.importe_le is not None:
        raise Refus("Ce fichier est déjà enregistré. Envoyez-en un autre pour changer les listes.")
    with local_copy(importation.original, importation.nom_fichier) as chemin:
        bilan = apercevoir(chemin)
    for ligne in (*bilan.nouvelles, *bilan.modifiees):
        ligne.importation = importation
    Inscription.objects.bulk_create(bilan.nouvelles, batch_size=LOT)
    Inscription.objects.bulk_update(
        bilan.modifiees, ["libelle", "fin", "source", "importation"], batch_size=LOT
    )
    importation.importe_le, importation.bilan = instant, bilan.document()
    importation.save(update_fields=["importe_le", "bilan"])
    inscrire(
        action="molecules.liste_importee",
        objet=importation,
        by=by,
        instant=instant,
        donnees=importation.bilan,
    )
    touchees = {ligne.ucd for ligne in (*bilan.nouvelles, *bilan.modifiees)}
    rapprocher_en_cours(ucds=touchees, by=by, instant=instant)
    return bilan


def importer(*, chemin: Path, by: Utilisateur | None, instant: datetime) -> BilanListe:
    """Read and record a file at once, as the terminal does. Raises Inutilisable."""
    recu, _ = recevoir(chemin=chemin, nom_fichier=chemin.name, by=by, instant=instant)
    return confirmer(importation=recu, by=by, instant=instant)


def _connues() -> dict[Cle, list[Inscription]]:
    rangees: dict[Cle, list[Inscription]] = {}
    for ligne in Inscription.objects.order_by("debut"):
        rangees.setdefault((ligne.liste, ligne.ucd, ligne.indication), []).append(ligne)
    return rangees


def _placer(row: dict[str, Any], connues: dict[Cle, list[Inscription]], bilan: BilanListe) -> None:
    """Put one row of the file among the known ones. Raises Refus or ValueError with its sentence."""
    ucd, indication = code_court(row["code_ucd"]), (row["code_indication"] or "").upper()
    check_periode(row["debut"], row["fin"])
    memes = connues.setdefault((row["liste"], ucd, indication), [])
    deja = next((m for m in memes if m.debut == row["debut"]), None)
    autres = [(m.debut, m.fin) for m in memes if m is not deja]
    check_recouvrement(row["debut"], row["fin"], autres)
    if deja is None:
        deja = Inscription(liste=row["liste"], ucd=ucd, indication=indication, debut=row["debut"])
        memes.append(deja)
        bilan.nouvelles.append(deja)
    elif (deja.libelle, deja.fin, deja.source) == (row["libelle"], row["fin"], row["source"]):
        bilan.inchangees += 1
        return
    elif deja.pk and deja not in bilan.modifiees:
        bilan.modifiees.append(deja)
    else:
        raise Refus("Cette ligne contredit une autre ligne du même fichier. Gardez celle qui est juste.")
    deja.libelle, deja.fin, deja.source = row["libelle"], row["fin"], row["source"]
