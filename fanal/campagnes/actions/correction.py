"""Cells corrected on a page become a new version, deposited like any file."""

from datetime import datetime

from django.db import transaction

from fanal.campagnes.actions.commun import lock
from fanal.campagnes.actions.depot import ResultatDepot, deposer
from fanal.campagnes.models import Version
from fanal.campagnes.queries.correction import Base, Changements, Corrections, appliquer, base_de, reecrite
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
    faites = {NOTES: notes(version, base, changements)}
    with reecrite(corrigee, faites) as (chemin, lue), transaction.atomic():
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
        depot.corrections = changements
        # The cells were rewritten day first: only the person's own codes still apply.
        depot.conventions = {k: v for k, v in base.depot.conventions.items() if k == "codes"}
        depot.save(update_fields=["corrige", "corrections", "conventions"])
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
