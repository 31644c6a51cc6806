"""A file becomes a version of a dossier: read, keep, record, seal; all of it or nothing."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.campagnes import registre
from fanal.campagnes.actions import campagnes, dossiers
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.comptes.models import Utilisateur
from fanal.depots import formats, lecture
from fanal.depots.actions import conventions_of, file_hash, record_deposit, summary_of
from fanal.depots.models import Correspondance, Depot
from fanal.depots.queries import as_reading_mapping
from fanal.refus import Inutilisable
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class ResultatDepot:
    """What a deposit did. `deja_depose`: the same bytes were already the current version, nothing changed."""

    depot: Depot
    dossier: Dossier
    version: Version
    deja_depose: bool
    lecture: lecture.Lecture


def read(chemin: Path, format: str, correspondance: Correspondance | None = None) -> lecture.Lecture:
    """Read and check a file without writing anything.

    Raises `Inutilisable` with the reader's sentence when the file cannot be read as the format.
    """
    mapping = as_reading_mapping(correspondance) if correspondance else None
    try:
        return lecture.lire(chemin, formats.charger(format), correspondance=mapping)
    except lecture.FichierIllisible as error:
        raise Inutilisable(error.phrase) from error


def _already_there(
    dossier: Dossier, empreinte: str, lue: lecture.Lecture, correspondance: Correspondance | None
) -> bool:
    """Whether the current version is the same bytes, understood the same way: a mapping may have changed."""
    depot = dossier.version_courante.depot if dossier.version_courante else None
    if depot is None or depot.original.empreinte != empreinte:
        return False
    understood = (depot.lecture, depot.conventions)
    return bool(understood == (summary_of(lue), conventions_of(correspondance)))


def deposer(
    *,
    chemin: Path,
    nom_fichier: str,
    format: str,
    campagne: Campagne,
    noeud: Noeud,
    by: Utilisateur | None,
    instant: datetime,
    canal: str,
    correspondance: Correspondance | None = None,
    motif: str = "",
    lue: lecture.Lecture | None = None,
) -> ResultatDepot:
    """Deposit a file for a node in a campaign. *lue* spares a second reading of the same file.

    Sound lines count; faulty ones are kept with their anomalies and count for nothing.
    Raises `Inutilisable` for an unreadable file or a node of the wrong level, `Refus` when the step
    forbids it.
    """
    reception = registre.obtenir(campagne.type_campagne).reception(format)
    lue = lue or read(chemin, format, correspondance)
    empreinte = file_hash(chemin)
    with transaction.atomic():
        dossier = dossiers.ouvrir(campagne=campagne, format=format, noeud=noeud, instant=instant, by=by)
        courante = dossier.version_courante
        if (
            courante is not None
            and courante.depot is not None
            and _already_there(dossier, empreinte, lue, correspondance)
        ):
            return ResultatDepot(courante.depot, dossier, courante, True, lue)
        depot = record_deposit(
            lecture=lue,
            chemin=chemin,
            nom_fichier=nom_fichier,
            empreinte=empreinte,
            canal=canal,
            by=by,
            instant=instant,
            correspondance=correspondance,
        )
        version = dossiers.enregistrer_version(
            dossier=dossier, depot=depot, by=by, instant=instant, motif=motif
        )
        lignes = reception.enregistrer(version, lue)
        dossiers.sceller(version=version, lignes=lignes, by=by, instant=instant)
        dossier.refresh_from_db()
    return ResultatDepot(depot, dossier, version, False, lue)


def deposer_dans_annee(
    *,
    type_campagne: str,
    annee: int,
    periode: str,
    chemin: Path,
    format: str,
    by: Utilisateur | None,
    instant: datetime,
    correspondance: Correspondance | None = None,
    **depot: Any,
) -> ResultatDepot:
    """Deposit in the campaign of a year and period, opened with the usual windows when there is none."""
    lue = read(chemin, format, correspondance)
    with transaction.atomic():
        campagne = campagnes.obtenir_ou_ouvrir(
            type_campagne=type_campagne, annee=annee, periode=periode, by=by, instant=instant
        )
        return deposer(
            campagne=campagne,
            chemin=chemin,
            format=format,
            by=by,
            instant=instant,
            correspondance=correspondance,
            lue=lue,
            **depot,
        )
