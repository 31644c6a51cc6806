"""Declaring the indicators of a project: a form for each due date, or a workbook filled in."""

import tempfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.appels.actions.releves import Bilan, RefusDeclaration, declarer
from fanal.appels.actions.releves_fichier import RefusFichier, declarer_fichier
from fanal.appels.classeur_releves import ecrire
from fanal.appels.forms_suivi import DeclarationForm, FichierForm
from fanal.appels.models import Attribution, Jalon
from fanal.appels.queries.suivi import EtatIndicateur, Projet, accord_du_dossier, mesure_a, projet
from fanal.appels.views.commun import nom_dossier
from fanal.appels.views.projet_actes import fil_projet
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte
from fanal.refus import Introuvable, Refus

SAISIR = "suivi.saisir"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def declaration(request: HttpRequest, numero: int, jalon: int) -> HttpResponse:
    """The form of a due date: its indicators, what was declared before beside each."""
    accord = accord_du_dossier(request, numero, SAISIR)
    vise = accord.dossier.jalons.exclude(nature=Jalon.Nature.ETAPE).filter(pk=jalon).first()
    if vise is None:
        raise Introuvable(INVISIBLE)
    p = projet(accord, timezone.localdate())
    form = _formulaire(request, p, vise)
    if request.method == "POST" and form.is_valid() and (bilan := _declarer(request, accord, form)):
        messages.success(request, dire_bilan(bilan))
        return redirect("appels:projet", numero)
    contexte = {
        "titre": vise.titre,
        "phrase": f"{nom_dossier(accord.dossier)}. À déclarer pour le {vise.prevu_le:%d/%m/%Y}.",
        "fil": fil_projet(accord),
        "form": form,
        "fichier": FichierForm(),
        "numero": numero,
        "jalon": vise,
        "groupes": list(zip(form.groupes, p.indicateurs, strict=True)),
    }
    return render(request, "appels/suivi/declarer.html", contexte, status=409 if form.errors else 200)


def _formulaire(request: HttpRequest, p: Projet, jalon: Jalon) -> DeclarationForm:
    natures = ("reference", "cible") if jalon.nature == Jalon.Nature.REFERENCE else ("mesure",)
    courantes, jours = _courantes(p, jalon, natures)
    aujourd_hui = timezone.localdate()
    initial: dict[str, Any] = {"jour": jours.get("mesure") or jours.get("reference") or aujourd_hui}
    if "mesure" in natures and not jours:
        initial["jour"] = min(jalon.prevu_le, aujourd_hui)
    if "cible" in natures:
        initial["jour_cible"] = jours.get("cible") or _fin(p)
    return DeclarationForm(
        request.POST if request.method == "POST" else None,
        indicateurs=[e.indicateur for e in p.indicateurs],
        natures=natures,
        courantes=courantes,
        initial=initial,
    )


def _fin(p: Projet) -> date | None:
    return p.convention.fin_le if p.convention else None


def _courantes(
    p: Projet, jalon: Jalon, natures: Sequence[str]
) -> tuple[dict[tuple[str, str], Decimal], dict[str, date]]:
    """The current values of that due date by (code, nature), and the day of each nature."""
    valeurs: dict[tuple[str, str], Decimal] = {}
    jours: dict[str, date] = {}
    for e in p.indicateurs:
        for nature in natures:
            releve = _releve(p, e, jalon, nature)
            if releve is not None:
                valeurs[e.indicateur.code, nature] = releve.valeur
                jours.setdefault(nature, releve.jour)
    return valeurs, jours


def _releve(p: Projet, e: EtatIndicateur, jalon: Jalon, nature: str) -> Any:
    if nature == "mesure":
        return mesure_a(p, e, jalon.titre)
    return e.reference if nature == "reference" else e.cible


def _declarer(request: HttpRequest, accord: Attribution, form: DeclarationForm) -> Bilan | None:
    saisies = form.saisies()
    try:
        return declarer(
            dossier=accord.dossier,
            saisies=[s for _, s in saisies],
            by=compte(request),
            instant=timezone.now(),
            motif=form.cleaned_data.get("motif", ""),
        )
    except RefusDeclaration as refus:
        for rang, phrase in refus.fautes.items():
            form.add_error(saisies[rang][0], phrase)
    except Refus as refus:
        form.add_error(None, refus.phrase)
    return None


def dire_bilan(bilan: Bilan) -> str:
    """What a declaration did, in words."""
    if not bilan.ajoutes and not bilan.corriges:
        return "Ces valeurs étaient déjà déclarées : rien n'a changé."
    mots = []
    if bilan.ajoutes:
        mots.append(pluriel(bilan.ajoutes, "valeur déclarée", "valeurs déclarées"))
    if bilan.corriges:
        mots.append(pluriel(bilan.corriges, "valeur corrigée", "valeurs corrigées"))
    return f"{', '.join(mots)}."


@require_POST
def fichier(request: HttpRequest, numero: int) -> HttpResponse:
    """Receive a workbook filled in; its faults are listed row by row and nothing is recorded."""
    accord = accord_du_dossier(request, numero, SAISIR)
    form = FichierForm(request.POST, request.FILES)
    remarques: list[str] = []
    if form.is_valid():
        upload = form.cleaned_data["fichier"]
        with tempfile.TemporaryDirectory(prefix="fanal-releves-") as folder:
            chemin = Path(folder) / Path(upload.name or "releves.xlsx").name
            with chemin.open("wb") as copy:
                for chunk in upload.chunks():
                    copy.write(chunk)
            try:
                bilan = declarer_fichier(
                    dossier=accord.dossier,
                    chemin=chemin,
                    by=compte(request),
                    instant=timezone.now(),
                    motif=form.cleaned_data["motif"],
                )
            except RefusFichier as refus:
                form.add_error("fichier", "Rien n'a été enregistré : voyez les remarques ci-dessous.")
                remarques = refus.remarques
            except Refus as refus:
                form.add_error("fichier", refus.phrase)
            else:
                messages.success(request, dire_bilan(bilan))
                return redirect("appels:projet", numero)
    contexte = {
        "titre": "Déclarer par classeur",
        "phrase": nom_dossier(accord.dossier),
        "fil": fil_projet(accord),
        "form": form,
        "remarques": remarques,
        "numero": numero,
    }
    return render(request, "appels/suivi/fichier.html", contexte, status=409)


@require_GET
def classeur(request: HttpRequest, numero: int) -> HttpResponse:
    """The workbook to fill in: a row for each value that the project owes, those declared written."""
    accord = accord_du_dossier(request, numero, SAISIR)
    p = projet(accord, timezone.localdate())
    reponse = HttpResponse(ecrire(p), content_type=XLSX)
    reponse["Content-Disposition"] = f'attachment; filename="indicateurs-projet-{numero}.xlsx"'
    return reponse
