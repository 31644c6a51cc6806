"""The offers of a lot: recorded, marked, side by side, exported."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.comptes.acces import compte
from fanal.fournisseurs.actions.identites import obtenir_lot
from fanal.interface.actes import dire
from fanal.interface.exports import TYPES
from fanal.interface.nombres import ecrire_nombre
from fanal.procedures.actions import offres as actions
from fanal.procedures.compute.notation import FORMULES, Analyse
from fanal.procedures.exports import classeur_analyse
from fanal.procedures.forms.champs import Montant, Motif
from fanal.procedures.forms.offres import OffreForm
from fanal.procedures.forms.procedures import MotifForm
from fanal.procedures.models import Lot, Offre, Procedure
from fanal.procedures.queries.offres import analyse_de, formule_de_prix, note_maximale
from fanal.procedures.views.commun import GERER, fil, lot_analyse, page_acte, peut_gerer, verrou_de
from fanal.procedures.views.procedure import ETATS_LOT

ETATS_OFFRE = {
    "recue": ("À analyser", "attente"),
    "irreguliere": ("Irrégulière", "refus"),
    "classee": ("Classée", "information"),
    "retenue": ("Retenue", "decide"),
    "rejetee": ("Rejetée", "neutre"),
}


def fil_lot(p: Procedure, lot: Lot) -> list[tuple[str, str]]:
    """The path back to the analysis of a lot."""
    return [*fil(p), (f"Lot {lot.numero}", reverse("procedures:offres", args=[p.pk, lot.numero]))]


def page(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """Suppliers in columns, criteria in rows."""
    p, lot = lot_analyse(request, pk, numero)
    jour = p.date_lancement or timezone.localdate()
    offres = list(lot.offres.select_related("fournisseur").order_by("rang", "pk"))
    analyse = analyse_de(lot, jour, offres)
    formule = formule_de_prix(jour)
    contexte = {
        "titre": f"Lot {lot.numero} : {lot.intitule}",
        "phrase": _phrase(analyse, offres),
        "fil": fil(p),
        "procedure": p,
        "lot": lot,
        "issue": ETATS_LOT[lot.issue],
        "colonnes": [(o, *ETATS_OFFRE[o.sort]) for o in offres],
        "lignes": [_ligne(analyse, c.code, offres) for c in analyse.criteres],
        "criteres": analyse.criteres,
        "totaux": [n.total for n in analyse.offres],
        "maximum": analyse.maximum,
        "formule": FORMULES[formule],
        "ouvert": peut_gerer(request, p) and p.etat in {"lancee", "analyse"} and not lot.issue,
        "decidable": peut_gerer(request, p) and p.etat == "analyse",
    }
    return render(request, "procedures/offres.html", contexte)


def _phrase(analyse: Analyse, offres: list[Offre]) -> str:
    if not offres:
        return "Aucune offre n'est encore enregistrée pour ce lot."
    irregulieres = sum(1 for o in offres if o.sort == "irreguliere")
    dit = f"{len(offres)} offre{'s' if len(offres) > 1 else ''} reçue{'s' if len(offres) > 1 else ''}"
    if irregulieres:
        dit += f", dont {irregulieres} irrégulière{'s' if irregulieres > 1 else ''}"
    classees = sorted((n for n in analyse.offres if n.rang is not None), key=lambda n: n.rang or 0)
    if not classees:
        return f"{dit}. Le classement apparaît quand toutes les notes sont saisies."
    premiere = classees[0]
    dit += f". {premiere.offre.nom} est en tête avec {ecrire_nombre(premiere.total)} points sur 100"
    if len(classees) > 1 and premiere.total is not None and classees[1].total is not None:
        ecart = premiere.total - classees[1].total
        dit += (
            ", à égalité avec la suivante" if ecart == 0 else f", {ecrire_nombre(ecart)} devant la suivante"
        )
    return f"{dit}."


def _ligne(analyse: Analyse, code: str, offres: list[Offre]) -> dict[str, Any]:
    critere = next(c for c in analyse.criteres if c.code == code)
    notes = [n.notes[code] for n in analyse.offres]
    return {
        "critere": critere,
        "notes": [(note, o.commentaires.get(code, "")) for note, o in zip(notes, offres, strict=True)],
        "ecart": analyse.ecarts[code],
    }


def classeur(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """The analysis as a workbook that still computes."""
    p, lot = lot_analyse(request, pk, numero)
    jour = p.date_lancement or timezone.localdate()
    contenu = classeur_analyse(p, lot, analyse_de(lot, jour), formule_de_prix(jour))
    reponse = HttpResponse(contenu, content_type=TYPES["xlsx"])
    nom = f"fanal-analyse-{p.numero}-lot-{lot.numero}{'-demonstration' if p.demonstration else ''}.xlsx"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


@require_http_methods(["GET", "POST"])
def recevoir(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """Record an offer."""
    p, lot = lot_analyse(request, pk, numero, GERER)
    initial = {"recue_le": timezone.localtime().replace(second=0, microsecond=0)}
    form = OffreForm(request.POST if request.method == "POST" else None, initial=initial)

    def agir(d: dict[str, Any]) -> HttpResponse:
        identite = (d["type_identifiant"], d["identifiant"], d["nom"])
        [fournisseur] = obtenir_lot([identite], instant=timezone.now(), demonstration=p.demonstration)
        offre = actions.recevoir(
            procedure=p,
            lot=lot.numero,
            fournisseur=fournisseur,
            recue_le=d["recue_le"],
            montant_ht=d["montant_ht"],
            by=compte(request),
            instant=timezone.now(),
        )
        offre.refresh_from_db()
        dit = (
            "enregistrée comme irrégulière : elle est tardive."
            if offre.sort == "irreguliere"
            else "enregistrée."
        )
        alerte = "" if fournisseur.identifiant_valide else " Son identifiant n'est pas valable : vérifiez-le."
        dire(request, f"L'offre de {fournisseur.nom} est {dit}{alerte}")
        return redirect("procedures:offres", p.pk, lot.numero)

    contexte = {
        "titre": "Enregistrer une offre",
        "phrase": f"Lot {lot.numero} : {lot.intitule}. Une offre tardive ou irrégulière s'enregistre aussi.",
        "fil": fil_lot(p, lot),
        "bouton": "Enregistrer l'offre",
        "retour": reverse("procedures:offres", args=[p.pk, lot.numero]),
    }
    return page_acte(request, form, agir, contexte)


class NotesForm(forms.Form):
    """An amount, then a mark and a comment per criterion."""

    montant_ht = Montant(label="Montant (€ HT)", required=False)

    def __init__(self, *args: Any, lot: Lot, offre: Offre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["montant_ht"].initial = offre.montant_ht
        self.codes = [c["code"] for c in lot.criteres]
        for rang, critere in enumerate(lot.criteres):
            code, titre = critere["code"], critere["titre"]
            if critere["nature"] != "prix":
                self.fields[f"note-{rang}"] = forms.CharField(
                    label=f"{titre} : note", required=False, max_length=8, initial=_note(offre, code)
                )
            self.fields[f"commentaire-{rang}"] = Motif(
                label=f"{titre} : appréciation",
                required=False,
                max_length=2000,
                initial=offre.commentaires.get(code, ""),
            )

    def lire(self, quoi: str) -> dict[str, str]:
        """What was typed, by criterion code: « note » or « commentaire »."""
        lus = {code: self.cleaned_data.get(f"{quoi}-{rang}", "") for rang, code in enumerate(self.codes)}
        return {code: str(texte) for code, texte in lus.items()}


def _note(offre: Offre, code: str) -> str:
    return str(offre.notes.get(code, "")).replace(".", ",")


@require_http_methods(["GET", "POST"])
def noter(request: HttpRequest, pk: int, numero: int, offre: int) -> HttpResponse:
    """Mark an offer."""
    p, lot = lot_analyse(request, pk, numero, GERER)
    ligne = actions.offre_de(lot, offre)
    form = NotesForm(request.POST if request.method == "POST" else None, lot=lot, offre=ligne)

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.noter(
            procedure=p,
            lot=lot.numero,
            offre=ligne.pk,
            notes=form.lire("note"),
            commentaires=form.lire("commentaire"),
            montant_ht=d["montant_ht"],
            by=compte(request),
            instant=timezone.now(),
            verrou=verrou_de(request),
        )
        dire(request, f"L'analyse de l'offre de {ligne.fournisseur.nom} est enregistrée.")
        return redirect("procedures:offres", p.pk, lot.numero)

    maximum = note_maximale(p.date_lancement or timezone.localdate())
    contexte = {
        "titre": f"Analyser l'offre de {ligne.fournisseur.nom}",
        "phrase": f"Lot {lot.numero}. Notes sur {maximum} ; celle du prix est calculée. Vide : pas notée.",
        "fil": fil_lot(p, lot),
        "bouton": "Enregistrer les notes",
        "cache": [("verrou", request.POST.get("verrou", "") if request.method == "POST" else p.verrou)],
        "retour": reverse("procedures:offres", args=[p.pk, lot.numero]),
    }
    return page_acte(request, form, agir, contexte)


@require_http_methods(["GET", "POST"])
def ecarter(request: HttpRequest, pk: int, numero: int, offre: int) -> HttpResponse:
    """Set an offer aside, or take it back, with a reason."""
    p, lot = lot_analyse(request, pk, numero, GERER)
    ligne = actions.offre_de(lot, offre)
    irreguliere = ligne.sort == Offre.Sort.IRREGULIERE
    acte = actions.reintegrer if irreguliere else actions.ecarter
    form = MotifForm(request.POST if request.method == "POST" else None)

    def agir(d: dict[str, Any]) -> HttpResponse:
        acte(
            procedure=p,
            lot=lot.numero,
            offre=ligne.pk,
            motif=d["motif"],
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, "C'est enregistré ; le classement est refait.")
        return redirect("procedures:offres", p.pk, lot.numero)

    titre = "Réintégrer l'offre" if irreguliere else "Déclarer l'offre irrégulière"
    contexte = {
        "titre": f"{titre} de {ligne.fournisseur.nom}",
        "phrase": "Elle reste enregistrée et compte parmi les offres reçues.",
        "fil": fil_lot(p, lot),
        "bouton": titre,
        "danger": not irreguliere,
        "retour": reverse("procedures:offres", args=[p.pk, lot.numero]),
    }
    return page_acte(request, form, agir, contexte)
