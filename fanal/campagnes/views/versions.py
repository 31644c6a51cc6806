"""A version of a dossier: its report, what it changed, its files, and each of its rows back to its cell."""

import tempfile
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.campagnes import rules
from fanal.campagnes.models import Dossier, Version
from fanal.campagnes.queries.cellules import rangee, remarques_gardees
from fanal.campagnes.queries.correction import base_de
from fanal.campagnes.queries.differences import AJOUTEE, MODIFIEE, RETIREE, Differences, differences, previous
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.provenance import origine
from fanal.campagnes.queries.rapport import Rapport, Remarque, rapport
from fanal.campagnes.queries.trame import commented_workbook
from fanal.campagnes.views.commun import (
    dossier_de,
    fil_dossier,
    peut_sur,
    titre_format,
    url_version,
    version_de,
)
from fanal.depots import formats, lecture
from fanal.depots.models import Depot
from fanal.depots.originaux import local_copy
from fanal.depots.queries import anomalies
from fanal.depots.views import XLSX, attachment
from fanal.interface.nombres import Absence
from fanal.interface.rendu import ecrire
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Inutilisable, Refus
from fanal.territoires.noeuds import Noeud

GRAVITES = {
    "refus": ("Non prise en compte", "refus"),
    "controle": ("À contrôler", "attention"),
    "information": ("Information", "information"),
}
CHANGEMENTS = {
    AJOUTEE: ("Ajoutée", "information"),
    MODIFIEE: ("Modifiée", "attention"),
    RETIREE: ("Retirée", "neutre"),
}


def correction_possible(request: HttpRequest, dossier: Dossier, version: Version) -> tuple[bool, str]:
    """Whether the account may correct the cells of this version now, and why not."""
    reception = reception_de(dossier)
    if not peut_sur(request, reception.permission, Noeud.de(dossier)):
        return False, ""
    if version.pk != dossier.version_courante_id:
        return False, "Une version plus récente existe : corrigez celle-là."
    try:
        rules.check_modifiable(reception.etape(dossier.etape))
    except Refus as refus:
        return False, refus.phrase
    return True, ""


@require_GET
def version(request: HttpRequest, dossier: int, numero: int) -> HttpResponse:
    """The report of a version."""
    le_dossier = dossier_de(request, dossier)
    vue = version_de(request, le_dossier, numero)
    dite = rapport(vue)
    avant = previous(vue)
    change = differences(avant, vue) if avant else None
    possible, raison = correction_possible(request, le_dossier, vue)
    contexte = {
        "titre": f"{titre_format(le_dossier.format)}, version {vue.numero}",
        "phrase": dite.phrase,
        "fil": fil_dossier(le_dossier),
        "dossier": le_dossier,
        "version": vue,
        "rapport": dite,
        "courante": vue.pk == le_dossier.version_courante_id,
        "remarques": table_remarques(vue, dite),
        "avant": avant,
        "change": change,
        "ecarts": table_ecarts(change) if change else None,
        "corrections": depot_corrections(vue.depot),
        "peut_corriger": possible,
        "raison_correction": raison,
        "url_corriger": url_version(vue, "corriger"),
        "inconnues": _inconnues(vue),
    }
    etat = (vue.empreinte, le_dossier.campagne.revision)
    return rendre(request, "campagnes/version.html", contexte, etat=etat)


def _inconnues(vue: Version) -> list[str]:
    depot = vue.depot
    return depot.lecture.get(depot.format, {}).get("inconnues", []) if depot else []


def depot_corrections(depot: Depot | None) -> list[tuple[str, str, str, str]]:
    """The cells that a correction in place changed: (row, title, before, after)."""
    if depot is None or depot.corrige_id is None:
        return []
    return [
        (ligne, titre, avant, apres)
        for ligne, cellules in sorted(depot.corrections.items(), key=lambda x: int(x[0]))
        for titre, (avant, apres) in cellules.items()
    ]


def table_remarques(vue: Version, dite: Rapport) -> Tableau:
    """The remarks, the rows that do not count first; a row opens on its cells."""

    def detail(r: Remarque) -> str:
        return url_version(vue, "ligne", r.ligne) if dite.corrigeable(r) else url_version(vue, "hors_ligne")

    return Tableau(
        nom="anomalies",
        titre="Remarques",
        colonnes=[
            Colonne("ligne", "Ligne", "entier", valeur=lambda r: r.ligne or Absence.SANS_OBJET),
            Colonne("phrase", "Ce qu'il faut savoir"),
            Colonne("gravite", "Suite donnée", "etat", etats=GRAVITES, choix=True),
            Colonne(
                "colonne",
                "Colonne",
                choix=True,
                visible=False,
                valeur=lambda r: dite.colonnes.get(r.colonne, r.colonne) or "toute la ligne",
            ),
            Colonne(
                "regle",
                "Règle",
                choix=True,
                visible=False,
                valeur=lambda r: dite.regles.get(r.regle, r.regle),
            ),
        ],
        lignes=dite.remarques,
        vide="Aucune remarque : toutes les lignes sont prises en compte.",
        detail=detail,
        demonstration=vue.dossier.campagne.demonstration,
    )


def _valeur_ecrite(champ: formats.Champ | None, valeur: Any) -> str:
    if champ is None:
        return ""
    genre = {"date": "date", "integer": "entier"}.get(champ.type, "texte")
    if champ.type == "number":
        genre = "montant" if champ.fanal.get("unite") == "EUR" else "nombre"
    return "non renseigné" if valeur in (None, "") else ecrire(valeur, genre)


def table_ecarts(change: Differences) -> Tableau:
    """What changed, one row per value."""
    return Tableau(
        nom="ecarts",
        titre="Ce qui a changé",
        colonnes=[
            Colonne("cle", "Ligne", valeur=lambda e: e.cle),
            Colonne("genre", "Changement", "etat", etats=CHANGEMENTS, choix=True),
            Colonne("titre", "Intitulé"),
            Colonne("champ", "Colonne", valeur=lambda e: e.champ.titre if e.champ else "toute la ligne"),
            Colonne("avant", "Avant", valeur=lambda e: _valeur_ecrite(e.champ, e.avant) or "sans objet"),
            Colonne("apres", "Après", valeur=lambda e: _valeur_ecrite(e.champ, e.apres) or "sans objet"),
        ],
        lignes=change.ecarts,
        vide="Aucune ligne n'a changé.",
    )


@require_GET
def hors_ligne(request: HttpRequest, dossier: int, numero: int) -> HttpResponse:
    """The detail of a remark that bears on no row of the main table."""
    le_dossier = dossier_de(request, dossier)
    vue = version_de(request, le_dossier, numero)
    contexte = {
        "titre": "Ensemble du fichier",
        "fil": fil_dossier(le_dossier),
        "dossier": le_dossier,
        "version": vue,
    }
    return render(request, "campagnes/hors_ligne.html", contexte)


@require_GET
def ligne(request: HttpRequest, dossier: int, numero: int, ligne: int) -> HttpResponse:
    """One row: where it comes from, its cells as read, what is wrong, and its correction in place."""
    le_dossier = dossier_de(request, dossier)
    vue = version_de(request, le_dossier, numero)
    base = base_de(vue)
    base.check_ligne(ligne)
    possible, raison = correction_possible(request, le_dossier, vue)
    dites = remarques_gardees(rapport(vue)).get(ligne, [])
    source = origine(vue, base.principale.nom, ligne)
    contexte = {
        "titre": f"Ligne {ligne}",
        "fil": [*fil_dossier(le_dossier), (f"Version {vue.numero}", url_version(vue))],
        "dossier": le_dossier,
        "version": vue,
        "rangee": rangee(base, ligne, dites, {}),
        "origine": source,
        "origine_version": source.depot.versions.get(),
        "peut_corriger": possible,
        "raison_correction": raison,
        "motif_requis": motif_requis(le_dossier),
    }
    return render(request, "campagnes/ligne.html", contexte)


def motif_requis(dossier: Dossier) -> bool:
    """Whether a new version needs a reason now."""
    return rules.is_after(dossier.campagne.correction_jusqu_au, timezone.now())


@require_GET
def original(request: HttpRequest, dossier: int, numero: int) -> FileResponse:
    """The file as it was received."""
    depot = _depot(request, dossier, numero)
    return FileResponse(
        depot.original.fichier.open("rb"),
        as_attachment=True,
        filename=depot.nom_fichier,
        content_type="application/octet-stream",
    )


@require_GET
def annote(request: HttpRequest, dossier: int, numero: int) -> FileResponse:
    """The person's own workbook, its faulty cells coloured and commented."""
    depot = _depot(request, dossier, numero)
    with tempfile.TemporaryDirectory(prefix="fanal-annote-") as folder:
        sortie = Path(folder) / "annote.xlsx"
        try:
            with local_copy(depot.original, depot.nom_fichier) as chemin:
                lecture.annoter(
                    chemin,
                    anomalies(depot),
                    sortie,
                    format=formats.charger(depot.format),
                    correspondance=_as_read(depot),
                )
        except lecture.FichierIllisible as error:
            raise Inutilisable(error.phrase) from error
        contenu = sortie.read_bytes()
    return attachment(contenu, f"{Path(depot.nom_fichier).stem}-annote.xlsx", XLSX)


def _as_read(depot: Depot) -> lecture.Correspondance:
    resume = depot.lecture[depot.format]
    return lecture.Correspondance(
        nom="",
        colonnes=resume["correspondance"] | dict.fromkeys(resume["inconnues"], ""),
        feuille=resume["feuille"],
    )


@require_GET
def trame(request: HttpRequest, dossier: int, numero: int) -> FileResponse:
    """The same workbook with the decisions and the « Commentaire DGOS »."""
    depot = _depot(request, dossier, numero)
    vue = version_de(request, dossier_de(request, dossier), numero)
    return attachment(commented_workbook(vue), f"{Path(depot.nom_fichier).stem}-decisions.xlsx", XLSX)


def _depot(request: HttpRequest, dossier: int, numero: int) -> Depot:
    vue = version_de(request, dossier_de(request, dossier), numero)
    if vue.depot is None:
        raise Refus("Cette version n'a pas été déposée par un fichier.")
    return vue.depot
