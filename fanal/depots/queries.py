"""Reads of deposits and of the mappings kept for a node."""

import polars as pl

from fanal.depots import lecture
from fanal.depots.models import AnomalieDepot, Correspondance, Depot
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud


def mapping(*, nom: str, format: str, noeud: Noeud) -> Correspondance:
    """The mapping kept under *nom* for this node, or for the nation.

    Raises `Introuvable` with the names that exist.
    """
    known = Correspondance.objects.filter(format=format).filter(niveau="national") | (
        Correspondance.objects.filter(format=format, **noeud.champs())
    )
    found = known.filter(nom=nom).order_by("-niveau").first()
    if found is None:
        names = ", ".join(f"« {n} »" for n in known.values_list("nom", flat=True)) or "aucune"
        raise Introuvable(
            f"La correspondance « {nom} » n'existe pas pour {noeud}. Correspondances enregistrées : {names}."
        )
    return found


def as_reading_mapping(correspondance: Correspondance) -> lecture.Correspondance:
    """The value that the reading engine takes."""
    return lecture.Correspondance(
        nom=correspondance.nom,
        colonnes=correspondance.colonnes,
        codes=correspondance.codes,
        formats=correspondance.formats,
        feuille=correspondance.feuille or None,
        ligne_entete=correspondance.ligne_entete,
    )


def anomalies(depot: Depot) -> list[lecture.Anomalie]:
    """The remarks of a deposit, as the reading engine gave them."""
    return [as_anomaly(a) for a in depot.anomalies.all()]


def as_anomaly(row: AnomalieDepot) -> lecture.Anomalie:
    """A stored remark as the value that the report, the API and the terminal share."""
    return lecture.Anomalie(
        feuille=row.feuille or None,
        ligne=row.ligne,
        colonne=row.colonne or None,
        valeur=row.valeur or None,
        regle=row.regle,
        gravite=row.gravite,
        phrase=row.phrase,
    )


def raw_cells(depot: Depot) -> pl.DataFrame:
    """The cells of a deposit's main table as text, under the titles of the file, with `_ligne`."""
    with depot.brutes.open("rb") as file:
        return pl.read_parquet(file.read())
