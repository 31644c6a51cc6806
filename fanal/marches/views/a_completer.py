"""« À compléter »: the worklists, a contract completed in place, notification dates typed many at once."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.interface.nombres import Absence, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.actions.completer import Saisie, champ_de, completer, completer_lot
from fanal.marches.forms_completion import CompletionForm
from fanal.marches.models import Marche
from fanal.marches.publication.completude import manques
from fanal.marches.queries import a_completer as listes
from fanal.marches.queries.cpv import libelle
from fanal.marches.queries.portee import un_marche
from fanal.marches.queries.publication import contrat_de
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

GERER = "marche.gerer"
PAR_PAGE = 50
FIL = ("Portefeuille", "marches:portefeuille")


@require_GET
def a_completer(request: HttpRequest) -> HttpResponse:
    """Every worklist with its count."""
    etat = listes.etat(exiger(request, GERER))
    contexte = {
        "titre": "Marchés à compléter",
        "phrase": phrase(etat),
        "etat": etat,
        "url_echeance": reverse("marches:notifications"),
        "lignes": Tableau(
            "listes",
            [
                Colonne(
                    "titre",
                    "Liste",
                    "lien",
                    lien=lambda ligne: reverse("marches:a_completer_liste", args=[ligne.code]),
                ),
                Colonne("genre", "Pourquoi", choix=True),
                Colonne("nombre", "Marchés", "entier"),
            ],
            list(etat.listes),
            titre="Listes de travail",
            vide="Tous les marchés sont complets.",
        ),
    }
    return rendre(request, "marches/a_completer.html", contexte)


def phrase(etat: listes.Etat) -> str:
    """What remains, in one sentence."""
    if not etat.marches:
        return "Aucun marché n'est enregistré ici. Importez-les pour commencer."
    if not etat.listes:
        return f"Les {ecrire_nombre(etat.marches)} marchés sont complets."
    sans = "aucun n'a d'échéance inconnue"
    if etat.sans_echeance:
        verbe = "a une échéance inconnue" if etat.sans_echeance == 1 else "ont une échéance inconnue"
        sans = f"{ecrire_nombre(etat.sans_echeance)} {verbe}"
    return (
        f"Sur {ecrire_nombre(etat.marches)} marchés, {sans} ; "
        f"{ecrire_nombre(etat.remarques)} remarques d'import restent à régler."
    )


@require_GET
def liste(request: HttpRequest, code: str) -> HttpResponse:
    """The contracts of one worklist, each leading to its form."""
    titre, marches = listes.liste(code, exiger(request, GERER))
    ici = reverse("marches:a_completer_liste", args=[code])
    nombre = marches.count()
    contexte = {
        "titre": titre,
        "phrase": f"{ecrire_nombre(nombre)} marchés." if nombre != 1 else "1 marché.",
        "fil": [(FIL[0], reverse(FIL[1])), ("À compléter", reverse("marches:a_completer"))],
        "saisie_dates": code in (listes.ECHEANCE, "regle-notification-absente", "champ-date_notification"),
        "lignes": Tableau(
            "marches",
            [
                Colonne(
                    "identifiant",
                    "Numéro",
                    "lien",
                    lien=lambda m: f"{reverse('marches:completer', args=[m.pk])}?retour={ici}",
                ),
                Colonne("objet", "Objet", valeur=lambda m: m.objet or Absence.NON_RENSEIGNE),
                Colonne("acheteur_nom", "Acheteur", valeur=lambda m: m.acheteur_nom or m.acheteur_siret),
                Colonne("montant", "Montant HT", "montant", absence=Absence.NON_RENSEIGNE),
                Colonne("date_notification", "Notifié le", "date", absence=Absence.NON_RENSEIGNE),
                Colonne("duree_mois", "Durée (mois)", "entier", absence=Absence.NON_RENSEIGNE),
            ],
            marches.order_by("acheteur_nom", "identifiant"),
            titre=titre,
            vide="Aucun marché : cette liste est terminée.",
        ),
    }
    return rendre(request, "marches/a_completer_liste.html", contexte)


@require_http_methods(["GET", "POST"])
def completer_marche(request: HttpRequest, pk: int) -> HttpResponse:
    """Complete or correct one contract."""
    marche = un_marche(pk, perimetre_de(request, "marche.voir"))
    exiger(request, GERER, Noeud.de(marche))
    retour = _retour(request)
    form = CompletionForm(request.POST or None, initial=CompletionForm.initiales(marche))
    if request.method == "POST" and form.is_valid():
        try:
            completer(
                saisie=_saisie(request, marche, form),
                motif=form.cleaned_data["motif"],
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"Le marché {marche.identifiant} est complété.")
            return redirect(retour or reverse("marches:marche", args=[pk]))
    ouvertes = marche.anomalies.filter(levee_le=None)
    contexte = {
        "titre": f"Compléter le marché {marche.identifiant}",
        "phrase": marche.objet or "L'objet de ce marché est inconnu.",
        "fil": [
            (FIL[0], reverse(FIL[1])),
            ("À compléter", reverse("marches:a_completer")),
        ],
        "marche": marche,
        "form": form,
        "retour": retour,
        "anomalies": [(a, champ_de(a.colonne)) for a in ouvertes],
        "coches": {int(n) for n in request.POST.getlist("lever") if n.isdecimal()},
        "manques": manques(contrat_de(marche)),
        "libelle_cpv": libelle(marche.code_cpv),
        "recus": recus(marche),
    }
    return render(request, "marches/completer.html", contexte, status=422 if form.errors else 200)


def recus(marche: Marche) -> list[tuple[str, str]]:
    """What arrived and could not be taken as it was, by DECP name."""
    lus = []
    for nom, valeur in (marche.recu or {}).items():
        if nom == "autres":
            continue
        ecrit = ", ".join(map(str, valeur)) if isinstance(valeur, list) else str(valeur)
        lus.append((nom, ecrit[:300]))
    return lus


def _saisie(request: HttpRequest, marche: Marche, form: CompletionForm) -> Saisie:
    lever = frozenset(int(n) for n in request.POST.getlist("lever") if n.isdecimal() and len(n) < 19)
    titulaires = form.cleaned_data["titulaires"] if "titulaires" in form.changed_data else None
    return Saisie(marche, form.valeurs(), form.cleaned_data["verrou"], titulaires, lever)


def _retour(request: HttpRequest) -> str:
    """Where to go back: a page of this site, or nowhere in particular."""
    demande = request.POST.get("retour") or request.GET.get("retour") or ""
    admis = url_has_allowed_host_and_scheme(demande, allowed_hosts=None) and demande.startswith("/")
    return demande if admis else ""


@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """Contracts without a date of notification, fifty a page: the dates known are typed and kept together."""
    held = exiger(request, GERER)
    marches = _sans_notification(request, held)
    erreur, saisies = "", dict[str, str]()
    if request.method == "POST":
        saisies = {
            nom: v for nom, v in request.POST.items() if nom.startswith("date-") and isinstance(v, str)
        }
        try:
            nombre = completer_lot(
                saisies=_dates(saisies, request, held),
                motif=request.POST.get("motif", ""),
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            erreur = refus.phrase
        else:
            enregistrees = "1 date est enregistrée" if nombre == 1 else f"{nombre} dates sont enregistrées"
            messages.success(request, f"{enregistrees}. Les échéances sont calculées.")
            return redirect(request.get_full_path())
    page = Paginator(marches, PAR_PAGE).get_page(request.GET.get("page"))
    total = page.paginator.count
    contexte = {
        "titre": "Dates de notification",
        "phrase": _phrase_dates(total),
        "fil": [(FIL[0], reverse(FIL[1])), ("À compléter", reverse("marches:a_completer"))],
        "page": page,
        "q": request.GET.get("q", ""),
        "lignes": [(m, saisies.get(f"date-{m.pk}", "")) for m in page],
        "erreur": erreur,
        "motif": request.POST.get("motif", ""),
    }
    return render(request, "marches/notifications.html", contexte, status=422 if erreur else 200)


def _phrase_dates(total: int) -> str:
    if not total:
        return "Tous les marchés ont une date de notification."
    debut = "1 marché n'a" if total == 1 else f"{ecrire_nombre(total)} marchés n'ont"
    return f"{debut} pas de date de notification : l'échéance est inconnue."


def _sans_notification(request: HttpRequest, held: Perimetre) -> Any:
    marches = listes.a_gerer(held).filter(date_notification=None).order_by("acheteur_nom", "identifiant")
    q = request.GET.get("q", "").strip()[:100]
    return marches.filter(objet__icontains=q) if q else marches


def _dates(saisies: dict[str, str], request: HttpRequest, held: Perimetre) -> list[Saisie]:
    """The dates typed, each for a contract that the account manages. Raises `Refus`."""
    tapees = {nom[5:]: v.strip() for nom, v in saisies.items() if v.strip() and nom[5:].isdecimal()}
    marches = listes.a_gerer(held).in_bulk([int(pk) for pk in tapees if len(pk) < 19])
    resultat = []
    for pk, texte in tapees.items():
        marche = marches.get(int(pk))
        if marche is None:
            raise Refus("Un de ces marchés n'existe plus. Relisez la liste, puis refaites votre saisie.")
        try:
            jour = date.fromisoformat(texte)
        except ValueError:
            raise Refus(f"« {texte} » n'est pas une date (marché {marche.identifiant}).") from None
        verrou = request.POST.get(f"verrou-{pk}", "")
        resultat.append(
            Saisie(marche, {"date_notification": jour}, int(verrou) if verrou.isdecimal() else -1)
        )
    return resultat
