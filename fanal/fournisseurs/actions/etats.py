"""State of establishments of suppliers (active, closed), from a list that somebody brings. No network.

A closed or unknown SIRET warns and blocks nothing.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.campagnes.rules import pluriel
from fanal.comptes.models import Utilisateur
from fanal.depots.formats import charger
from fanal.depots.lecture.resultats import Anomalie, FichierIllisible
from fanal.fournisseurs.models import Fournisseur
from fanal.fournisseurs.rules.identites import controler
from fanal.journal.actions import inscrire_lot
from fanal.refus import Inutilisable

FORMAT = "etats_siret"
LOT = 900
ETATS = {"A": Fournisseur.Etat.ACTIF, "F": Fournisseur.Etat.FERME}


class BilanEtats:
    """What an import did: rows read, suppliers changed, rows that name no supplier here, remarks."""

    def __init__(self, lues: int, anomalies: list[Anomalie]) -> None:
        self.lues, self.anomalies = lues, anomalies
        self.modifies = self.inchanges = self.inconnus = 0

    @property
    def ecartees(self) -> int:
        return self.lues - self.modifies - self.inchanges - self.inconnus

    def phrase(self) -> str:
        """The one sentence that sums the import up."""
        return (
            f"{pluriel(self.lues, 'ligne lue', 'lignes lues')} : "
            f"{pluriel(self.modifies, 'fournisseur modifié', 'fournisseurs modifiés')}, "
            f"{pluriel(self.inchanges, 'inchangé', 'inchangés')}, "
            f"{self.inconnus} SIRET sans fournisseur ici, "
            f"{pluriel(self.ecartees, 'ligne écartée', 'lignes écartées')}."
        )


def importer_etats(*, chemin: Path, by: Utilisateur | None, instant: datetime) -> BilanEtats:
    """Take the states of a file as they were on their day; an older one never replaces a later one.

    Raises Inutilisable when the file cannot be read as this format.
    """
    from fanal.depots.lecture import lire  # heavy, and only imports need it

    try:
        lecture = lire(chemin, charger(FORMAT))
    except FichierIllisible as error:
        raise Inutilisable(error.phrase) from error
    table = next(iter(lecture.tables.values()))
    rows = table.lignes.filter(table.lignes["_acceptee"]).to_dicts()
    bilan = BilanEtats(lecture.lues, list(lecture.anomalies))
    with transaction.atomic():
        _appliquer(_derniers(rows), chemin.name, bilan, by, instant, len(rows))
    return bilan


def _derniers(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The latest row of each SIRET."""
    latest: dict[str, dict[str, Any]] = {}
    for row in rows:
        siret = controler("SIRET", str(row["siret"])).identifiant
        if siret not in latest or latest[siret]["date_etat"] <= row["date_etat"]:
            latest[siret] = row
    return latest


def _appliquer(
    latest: dict[str, dict[str, Any]],
    source: str,
    bilan: BilanEtats,
    by: Utilisateur | None,
    instant: datetime,
    total: int,
) -> None:
    keys, changed, seen = sorted(latest), [], 0
    for start in range(0, len(keys), LOT):
        wanted = Fournisseur.objects.filter(
            type_identifiant="SIRET", identifiant__in=keys[start : start + LOT]
        ).select_for_update()
        for supplier in wanted:
            seen += 1
            row = latest[supplier.identifiant]
            if _mettre(supplier, row["etat"], row["date_etat"], source):
                changed.append(supplier)
    Fournisseur.objects.bulk_update(changed, ["etat", "etat_source", "etat_le"], batch_size=200)
    inscrire_lot(
        action="fournisseur.etat",
        objets=[(f, {"etat": f.etat, "le": f.etat_le, "source": source}) for f in changed],
        by=by,
        instant=instant,
    )
    bilan.modifies = len(changed)
    # A SIRET written twice counts once among the changed ones, its other rows among the unchanged.
    bilan.inconnus = len(latest) - seen
    bilan.inchanges = total - bilan.modifies - bilan.inconnus


def _mettre(supplier: Fournisseur, code: str, day: date, source: str) -> bool:
    state = ETATS[code]
    later = supplier.etat_le is not None and supplier.etat_le > day
    if later or (supplier.etat == state and supplier.etat_le == day):
        return False
    supplier.etat, supplier.etat_le, supplier.etat_source = state, day, source[:120]
    return True
