"""Cells corrected on a page become a new version, deposited like any file."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from fanal.campagnes.actions import dossiers
from fanal.campagnes.actions.commun import lock
from fanal.campagnes.actions.depot import ResultatDepot, deposer
from fanal.campagnes.models import Campagne, Version
from fanal.campagnes.queries.correction import (
    Base,
    Changements,
    Corrections,
    ajouter,
    appliquer,
    base_de,
    rediger,
    reecrite,
)
from fanal.campagnes.queries.provenance import origine
from fanal.campagnes.rules.correction import check_correction_utile, check_version_courante
from fanal.comptes.models import Utilisateur
from fanal.depots.models import Depot
from fanal.territoires.noeuds import Noeud

ENTETE_NOTES = ["Ligne", "Colonne corrigée", "Avant", "Après", "Fichier d'origine", "Feuille d'origine"]
NOTES = "Corrections"


def corriger(
    *, version: Version, corrections: Corrections, by: Utilisateur | None, instant: datetime, motif: str = ""
) -> ResultatDepot:
    """Deposit *version* again with some cells changed: `{ligne: {champ: texte}}`, rows as seen in the
    spreadsheet.

    Every row keeps its number, and every line that is not touched keeps its hash: decisions on it hold.
    Raises `Refus` when nothing changed or when another version came in meanwhile, and what `deposer` raises.
    """
    base = base_de(version)
    corrigee, changements = appliquer(base, corrections)
    check_correction_utile(len(changements))
    faites = notes(version, base, changements)
    return _redeposit(version, corrigee, faites, by, instant, motif, corrections=changements)


def completer(
    *,
    version: Version,
    lignes: Sequence[Mapping[str, str]],
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> ResultatDepot:
    """Deposit *version* again with more rows at the end, each given by its texts by field.

    The other rows keep their numbers and their hashes, as in a correction. Raises what `corriger` raises.
    """
    base = base_de(version)
    check_correction_utile(len(lignes))
    completee, ajouts = ajouter(base, lignes)
    faites = [ENTETE_NOTES, *([str(n), "Ligne ajoutée", "", motif.strip(), "", ""] for n in ajouts)]
    return _redeposit(version, completee, faites, by, instant, motif, ajouts=ajouts)


def _redeposit(
    version: Version,
    base: Base,
    faites: list[list[str]],
    by: Utilisateur | None,
    instant: datetime,
    motif: str,
    *,
    corrections: Changements | None = None,
    ajouts: Sequence[int] = (),
) -> ResultatDepot:
    """Write the cells of *base* as a file, and deposit it as the version after *version*."""
    with reecrite(base, {NOTES: faites}) as (chemin, lue), transaction.atomic():
        dossier = lock(version.dossier)
        courante = dossier.version_courante
        check_version_courante(version.numero, courante.numero if courante else 0)
        resultat = deposer(
            chemin=chemin,
            nom_fichier=corrected_name(base.depot.nom_fichier, chemin.suffix),
            format=dossier.format,
            campagne=dossier.campagne,
            noeud=Noeud.de(dossier),
            by=by,
            instant=instant,
            canal=Depot.Canal.SAISIE,
            correspondance=base.depot.correspondance,
            motif=motif.strip(),
            lue=lue,
        )
        depot = resultat.depot
        depot.corrige = base.depot
        depot.corrections, depot.ajouts = corrections or {}, list(ajouts)
        # The cells were rewritten day first: only the person's own codes still apply.
        depot.conventions = {k: v for k, v in base.depot.conventions.items() if k == "codes"}
        depot.save(update_fields=["corrige", "corrections", "ajouts", "conventions"])
    return resultat


def commencer(
    *,
    campagne: Campagne,
    format: str,
    noeud: Noeud,
    lignes: Sequence[Mapping[str, str]],
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> ResultatDepot:
    """Deposit rows as the first version of a node that has deposited nothing, under the format's own names.

    Raises `Refus` when a version is there by then: nobody's deposit is undone.
    """
    check_correction_utile(len(lignes))
    with rediger(format, lignes) as (chemin, lue), transaction.atomic():
        dossier = dossiers.ouvrir(campagne=campagne, format=format, noeud=noeud, instant=instant, by=by)
        courante = lock(dossier).version_courante
        check_version_courante(0, courante.numero if courante else 0)
        resultat = deposer(
            chemin=chemin,
            nom_fichier=f"{format}-{noeud.code}{chemin.suffix}",
            format=format,
            campagne=campagne,
            noeud=noeud,
            by=by,
            instant=instant,
            canal=Depot.Canal.SAISIE,
            motif=motif.strip(),
            lue=lue,
        )
        resultat.depot.ajouts = sorted(next(iter(lue.tables.values())).lignes["_ligne"].to_list())
        resultat.depot.save(update_fields=["ajouts"])
    return resultat


def notes(version: Version, base: Base, changements: Changements) -> list[list[str]]:
    """The sheet that tells what was changed in a corrected file, and where the cells came from."""
    lignes = [ENTETE_NOTES]
    for ligne, cellules in changements.items():
        source = origine(version, base.principale.nom, int(ligne))
        for titre, (avant, apres) in cellules.items():
            lignes.append([ligne, titre, avant, apres, source.fichier, source.feuille or ""])
    return lignes


def corrected_name(nom: str, extension: str) -> str:
    """`trame.xlsx` gives `trame-corrigee.xlsx`, once only."""
    tige = nom.rsplit(".", 1)[0].removesuffix("-corrigee")
    return f"{tige}-corrigee{extension}"
