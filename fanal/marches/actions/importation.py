"""Importing published contracts: all of a file or nothing, the same content twice changes nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.models import AnomalieDepot, Correspondance, Depot
from fanal.depots.queries import as_reading_mapping
from fanal.journal.actions import inscrire
from fanal.marches.actions.bilan import Bilan
from fanal.marches.actions.ecriture import Ecriture
from fanal.marches.lecture.contrat import normaliser
from fanal.marches.lecture.lecteurs import lire
from fanal.marches.lecture.phrases import remarque
from fanal.marches.lecture.resultats import Lu
from fanal.marches.queries.importation import reperes
from fanal.territoires.noeuds import Noeud

LOT = 2000
Progression = Callable[[int], None]


def importer(
    *,
    chemin: Path,
    format: str,
    noeud: Noeud | None,
    by: Utilisateur | None,
    instant: datetime,
    nom_fichier: str = "",
    canal: str = Depot.Canal.CLI,
    correspondance: Correspondance | None = None,
    progresser: Progression | None = None,
) -> Bilan:
    """Read a file and record its contracts, in one transaction: stopped halfway, nothing is there.

    *noeud* is who manages them; None lets the buyer of each decide. Raises `Inutilisable` when the file
    cannot be read: nothing is then recorded.
    """
    bilan = Bilan(format=format, noeud=noeud)
    lus = juges(chemin, format, correspondance, instant, bilan)
    with transaction.atomic():
        depot = _Reception(chemin, nom_fichier or chemin.name, format, canal, by, instant, correspondance)
        ecriture = Ecriture(bilan, depot.obtenir, noeud=noeud, format=format, by=by, instant=instant)
        for lot in par_lots(lus):
            ecriture.lot(lot)
            if progresser:
                progresser(bilan.lues)
        depot.clore(bilan)
    return bilan


def simuler(
    *,
    chemin: Path,
    format: str,
    noeud: Noeud | None,
    instant: datetime,
    correspondance: Correspondance | None = None,
    progresser: Progression | None = None,
) -> Bilan:
    """What `importer` would do, nothing being written. Raises `Inutilisable`."""
    bilan = Bilan(format=format, noeud=noeud)
    ecriture = Ecriture(bilan, _jamais, noeud=noeud, format=format, by=None, instant=instant)
    for lot in par_lots(juges(chemin, format, correspondance, instant, bilan)):
        ecriture.simuler(lot)
        if progresser:
            progresser(bilan.lues)
    return bilan


def _jamais() -> Depot:
    raise AssertionError("a rehearsal records nothing")


def juges(
    chemin: Path, format: str, correspondance: Correspondance | None, instant: datetime, bilan: Bilan
) -> Iterator[Lu]:
    """The contracts of the file that can be recorded; the others, and every remark, go to the account."""
    connue = as_reading_mapping(correspondance) if correspondance else None
    a_juger = reperes(instant)
    vus: set[tuple[str, str]] = set()
    for brut in lire(chemin, format, correspondance=connue):
        if brut.concession:
            titre = str(brut.contenu.get("id") or brut.contenu.get("objet") or "Un contrat")[:60]
            bilan.laisser(remarque("concession", "", titre, ligne=brut.ligne))
            continue
        lu = normaliser(brut, a_juger)
        cle = (lu.acheteur_siret, lu.identifiant)
        if not lu.ecarte and cle in vus:
            lu.ecarte = True
            lu.anomalies.append(
                remarque("doublon", "id", lu.identifiant, ligne=brut.ligne, feuille=brut.feuille)
            )
        bilan.compter(lu)
        if not lu.ecarte:
            vus.add(cle)
            yield lu


def par_lots(lus: Iterator[Lu], taille: int = LOT) -> Iterator[list[Lu]]:
    """The contracts by batches, so that memory and queries stay few."""
    while lot := list(islice(lus, taille)):
        yield lot


class _Reception:
    """The deposit of the file, made only when there is something to record."""

    def __init__(
        self,
        chemin: Path,
        nom: str,
        format: str,
        canal: str,
        by: Utilisateur | None,
        instant: datetime,
        correspondance: Correspondance | None,
    ) -> None:
        self.chemin, self.nom, self.format, self.canal = chemin, nom, format, canal
        self.by, self.instant, self.correspondance = by, instant, correspondance
        self.empreinte = file_hash(chemin) if chemin.is_file() else ""
        self.depot: Depot | None = None

    def obtenir(self) -> Depot:
        """The deposit, created with its original the first time it is asked for."""
        if self.depot is None:
            self.depot = Depot.objects.create(
                format=self.format,
                original=keep_original(chemin=self.chemin, empreinte=self.empreinte),
                nom_fichier=self.nom[:255],
                canal=self.canal,
                auteur=self.by,
                correspondance=self.correspondance,
                recu_le=self.instant,
            )
        return self.depot

    def clore(self, bilan: Bilan) -> None:
        """Counts, contracts set aside and journal; nothing at all when the file was known and unchanged."""
        connu = Depot.objects.filter(original__empreinte=self.empreinte, format=self.format).exists()
        if self.depot is None and connu:
            return
        depot = self.obtenir()
        depot.lues, depot.acceptees, depot.ecartees = bilan.lues, bilan.acceptees, bilan.ecartees
        depot.lecture = {"par_regle": dict(bilan.par_regle), "concessions": bilan.concessions}
        depot.save(update_fields=["lues", "acceptees", "ecartees", "lecture"])
        AnomalieDepot.objects.bulk_create(
            [
                AnomalieDepot(
                    depot=depot,
                    feuille=a.feuille or "",
                    ligne=a.ligne,
                    colonne=a.colonne or "",
                    valeur=a.valeur or "",
                    regle=a.regle,
                    gravite=a.gravite,
                    phrase=a.phrase,
                )
                for a in bilan.refus
            ],
            batch_size=100,
        )
        bilan.depot = depot.pk
        inscrire(
            action="marches.importer",
            objet=depot,
            by=self.by,
            instant=self.instant,
            donnees={"format": self.format, "empreinte": self.empreinte, **bilan.comptes()},
        )
