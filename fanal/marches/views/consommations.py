"""Consumption received: each batch with its counts and remarks, and the deposit of a file."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import instant_fr
from fanal.comptes.acces import INVISIBLE, compte, exiger, perimetre_de
from fanal.depots.models import Depot
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre
from fanal.marches.actions.consommation_fichier import ReceptionFichier, recevoir_fichier
from fanal.marches.forms_consommation import FormulaireConsommations
from fanal.marches.models import LotConsommation
from fanal.marches.queries.consommation import lignes_visibles
from fanal.marches.queries.lots import ghts_servis, lignes_du_lot, lots_visibles
from fanal.marches.queries.portee import un_marche
from fanal.marches.rules.reception import COMPTES
from fanal.refus import Introuvable, Refus

VOIR, SAISIR = "marche.voir", "consommation.saisir"
SOURCES = {"api": "API", "fichier": "Fichier", "saisie": "Saisie"}
RACINE = "Achats hors marché"
CONTROLE = ("À vérifier", "attention")
GRAVITES = {"refus": ("Refus", "refus"), "controle": CONTROLE, "information": ("Information", "information")}


@require_http_methods(["GET", "POST"])
def lots(request: HttpRequest) -> HttpResponse:
    """What came in, the last first, and a form to send a file."""
    held = exiger(request, VOIR)
    ghts = ghts_servis(perimetre_de(request, SAISIR))
    form = FormulaireConsommations(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        ghts=ghts,
    )
    if request.method == "POST":
        exiger(request, SAISIR)
        if form.is_valid() and (done := _receive(request, form)) is not None:
            return _tell(request, done)
    rows = lots_visibles(held)
    number = rows.count()
    context = {
        "titre": "Consommations reçues",
        "phrase": pluriel(number, "envoi reçu.", "envois reçus.") if number else "Aucun envoi reçu.",
        "fil": [(RACINE, reverse("marches:hors_marche"))],
        "form": form if ghts else None,
        "lots": _table(rows),
    }
    status = 400 if request.method == "POST" else 200
    return rendre(request, "marches/consommations.html", context, status=status)


def _receive(request: HttpRequest, form: FormulaireConsommations) -> ReceptionFichier | None:
    upload: UploadedFile = form.cleaned_data["fichier"]
    ght = next(g for g in ghts_servis(perimetre_de(request, SAISIR)) if g.code == form.cleaned_data["ght"])
    # The reader opens a path; the name is kept, because it says what the file is.
    with tempfile.TemporaryDirectory(prefix="fanal-consommations-") as folder:
        path = Path(folder) / Path(upload.name or "consommations").name
        with path.open("wb") as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
        try:
            done, _ = recevoir_fichier(
                chemin=path,
                nom_fichier=upload.name or "consommations",
                ght=ght,
                cle=form.cleaned_data["cle"].strip() or None,
                canal=Depot.Canal.PAGE,
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error("fichier", refus.phrase)
            return None
    return done


def _tell(request: HttpRequest, done: ReceptionFichier) -> HttpResponse:
    if done.deja_recu:
        messages.info(request, "Ce fichier était déjà reçu : rien n'a changé, rien n'est compté deux fois.")
    else:
        counts = done.bilan
        messages.success(
            request,
            f"{pluriel(counts['acceptees'], 'ligne enregistrée', 'lignes enregistrées')}, "
            f"{counts['deja_connues']} déjà connues, {counts['ecartees']} écartées, "
            f"{counts['depassees']} au-delà d'un maximum, {counts['hors_marche']} hors marché.",
        )
    if len(done.lots) == 1:
        return redirect("marches:consommation_lot", done.lots[0].pk)
    return redirect("marches:consommations")


def _compte(code: str, lot: LotConsommation) -> int:
    return int(lot.bilan.get(code, 0))


def _table(rows: Any) -> Tableau:
    counts = [
        Colonne(compte_, titre, "entier", valeur=partial(_compte, compte_), triable=False)
        for compte_, titre in zip(
            COMPTES,
            ("Lignes", "Enregistrées", "Déjà connues", "Écartées", "Au-delà d'un maximum", "Hors marché"),
            strict=True,
        )
    ]
    return Tableau(
        nom="lots",
        titre="Envois reçus",
        lignes=rows,
        vide="Aucun envoi reçu.",
        colonnes=[
            Colonne("recu_le", "Reçu le", valeur=lambda lot: instant_fr(lot.recu_le)),
            Colonne(
                "cle",
                "Clé",
                "lien",
                lien=lambda lot: reverse("marches:consommation_lot", args=[lot.pk]),
            ),
            Colonne("ght", "GHT", champ="ght__code", valeur=lambda lot: lot.ght.code if lot.ght else ""),
            Colonne("source", "Par", valeur=lambda lot: SOURCES.get(lot.source, lot.source)),
            *counts,
        ],
    )


@require_GET
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: its lines, those past a maximum first, and its remarks."""
    held = perimetre_de(request, VOIR)
    found: LotConsommation | None = lots_visibles(held).filter(pk=pk).first()
    if found is None:
        raise Introuvable(INVISIBLE)
    rows = lignes_du_lot(found, held)
    bilan = found.bilan
    context = {
        "titre": f"Envoi « {found.cle} »",
        "phrase": f"{pluriel(bilan.get('acceptees', 0), 'ligne enregistrée', 'lignes enregistrées')} sur "
        f"{bilan.get('lues', 0)} reçues le {instant_fr(found.recu_le)}.",
        "fil": [
            (RACINE, reverse("marches:hors_marche")),
            ("Consommations reçues", reverse("marches:consommations")),
        ],
        "bilan": bilan,
        "remarques": Tableau(
            nom="remarques",
            titre="Remarques",
            # A remark quotes a line: an account of one establishment reads only the batches it sent whole.
            lignes=bilan.get("anomalies", []) if held.ghts or held.national else [],
            vide="Aucune remarque.",
            colonnes=[
                Colonne("ligne", "Ligne", "entier"),
                Colonne("colonne", "Colonne", choix=True),
                Colonne("valeur", "Valeur"),
                Colonne("gravite", "Gravité", "etat", etats=GRAVITES, choix=True),
                Colonne("phrase", "Remarque"),
            ],
        ),
        "lignes": Tableau(
            nom="lignes",
            titre="Lignes enregistrées",
            lignes=rows,
            vide="Aucune ligne.",
            colonnes=colonnes_lignes(),
        ),
    }
    return rendre(request, "marches/consommation_lot.html", context)


def colonnes_lignes(avec_marche: bool = True) -> list[Colonne]:
    """The columns of lines of consumption."""
    contract = Colonne(
        "marche",
        "Marché",
        "lien",
        champ="marche__identifiant",
        valeur=lambda c: c.marche.identifiant if c.marche else Absence.NON_RENSEIGNE,
        lien=lambda c: reverse("marches:marche", args=[c.marche_id]) if c.marche_id else "",
    )
    return [
        Colonne("le", "Date", "date"),
        Colonne("cle", "Clé"),
        *([contract] if avec_marche else []),
        Colonne("numero_marche", "Numéro reçu", valeur=lambda c: c.numero_marche or "aucun", visible=False),
        Colonne(
            "etablissement",
            "Établissement",
            champ="etablissement__nom",
            valeur=lambda c: c.etablissement.nom,
            choix=True,
        ),
        Colonne("libelle", "Libellé", valeur=lambda c: c.libelle or Absence.NON_RENSEIGNE),
        Colonne("code_produit", "Code", visible=False),
        Colonne("quantite", "Quantité", "nombre", absence=Absence.NON_RENSEIGNE),
        Colonne("montant_ht", "Montant HT", "montant", total="somme"),
        Colonne(
            "depasse",
            "Maximum",
            "etat",
            etats={True: ("Dépassé", "refus"), False: ("Dans le maximum", "neutre")},
        ),
    ]


@require_GET
def du_marche(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of consumption of one contract."""
    held = perimetre_de(request, VOIR)
    contract = un_marche(pk, held)
    rows, whole = lignes_visibles(contract, held)
    number = rows.count()
    said = pluriel(number, "ligne reçue", "lignes reçues") if number else "Aucune consommation reçue"
    context = {
        "titre": f"Consommations de {contract.identifiant}",
        "phrase": f"{said} sur ce marché{'' if whole else ', pour vos établissements'}.",
        "fil": [(contract.identifiant, reverse("marches:marche", args=[contract.pk]))],
        "lignes": Tableau(
            nom="lignes",
            titre=f"Consommations de {contract.identifiant}",
            lignes=rows.order_by("-le", "-pk"),
            vide="Aucune consommation reçue.",
            colonnes=colonnes_lignes(avec_marche=False),
        ),
    }
    return rendre(request, "marches/marche_consommations.html", context)
