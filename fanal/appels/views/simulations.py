"""Simulating a sharing: settings that move, what comes of them, several tries side by side, the decision."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.appels.actions import attributions as actes
from fanal.appels.actions import enveloppes as actions
from fanal.appels.forms_enveloppes import MotifForm, ReglagesForm, RetenirForm
from fanal.appels.models import Enveloppe, Simulation
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.enveloppes import solde
from fanal.appels.queries.jury import a_revoir
from fanal.appels.queries.simulations import (
    RAISONS,
    changements,
    dossiers_examines,
    issues,
    nom_du_dossier,
    question_de,
)
from fanal.appels.rules.enveloppes import euros
from fanal.appels.views.enveloppes import etat_simulation
from fanal.appels.views.enveloppes_commun import (
    STATUTS,
    contexte_enveloppes,
    fil_enveloppe,
    page_formulaire,
    une_enveloppe,
    une_simulation,
    url_enveloppe,
)
from fanal.appels.views.simulations_tables import ecartes_dits, resultat_de, tableau_issues, url_simulation
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte
from fanal.interface.tableaux import rendre
from fanal.moteurs.allocation import (
    lire_annees,
    repartir_annees,
)
from fanal.moteurs.allocation.demandes import REGLES
from fanal.moteurs.allocation.documents import annees_en_document
from fanal.refus import Refus


@require_GET
def simuler(request: HttpRequest, numero: int) -> HttpResponse:
    """« Simulation de répartition »: the settings are those of the address, the result moves with them."""
    lue = une_enveloppe(request, numero)
    form = _form(request, lue)
    contexte = contexte_enveloppes(request, lue.appel) | _essai(lue, form)
    contexte |= {
        "titre": "Simulation de répartition",
        "fil": fil_enveloppe(lue),
        "enveloppe": lue,
        "form": form,
        "reste": form.reste,
        "parametres": request.GET.urlencode(),
        "nombre_exclus": len(form.data.get("exclus", [])),
        "partielle": _partielle(request),
        "cible": reverse("appels:simuler", args=[lue.pk]),
    }
    if contexte["partielle"]:
        return rendre(request, "appels/enveloppes/_essai.html", contexte)
    return rendre(request, "appels/enveloppes/simuler.html", contexte)


def _partielle(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and htmx.target == "essai"


def _form(request: HttpRequest, lue: Enveloppe) -> ReglagesForm:
    donnees = request.POST if request.method == "POST" else request.GET
    dossiers = [(str(d.pk), nom_du_dossier(d)) for d in dossiers_examines(lue.appel)]
    form = ReglagesForm(
        donnees.dict(),
        donnees.getlist("exclus"),
        dossiers,
        regles_de(lue.appel),
        max(solde(lue).reste, Decimal(0)),
    )
    form.is_valid()
    return form


def _essai(lue: Enveloppe, form: ReglagesForm) -> dict[str, Any]:
    """The result of settings, not kept: the sentence, the figures, the pictures, the table."""
    question = question_de(lue, form.reglages())
    if not question.document["demandes"]:
        return {
            "phrase": "Aucun dossier ne peut entrer dans le partage.",
            "vide": "Il faut des dossiers recevables, notés par une séance close du jury si l'appel a une "
            "grille, et qui indiquent un montant.",
            "ecartes": ecartes_dits(question.ecartes),
        }
    try:
        resultat = annees_en_document(repartir_annees(lire_annees(question.document)))
    except Refus as refus:
        return {"phrase": refus.phrase, "vide": refus.phrase, "ecartes": ecartes_dits(question.ecartes)}
    essai = Simulation(
        enveloppe=lue, question=question.document, resultat=resultat, contexte=question.contexte
    )
    lignes = issues(essai)
    return resultat_de(essai, lignes) | {
        "lignes": tableau_issues(essai, lignes, "essai"),
        "ecartes": ecartes_dits(question.ecartes),
    }


@require_POST
def garder(request: HttpRequest, numero: int) -> HttpResponse:
    """Keep a try, with its question, its answer and their hash."""
    lue = une_enveloppe(request, numero)
    form = _form(request, lue)
    try:
        if form.errors:
            raise Refus("Un réglage ne se lit pas : corrigez-le, puis gardez la simulation.")
        simulation = actions.simuler(
            enveloppe=lue,
            titre=request.POST.get("titre", ""),
            reglages=form.reglages(),
            by=compte(request),
            instant=timezone.now(),
        )
    except Refus as refus:
        messages.error(request, refus.phrase)
        lus = request.POST.copy()
        lus.pop("csrfmiddlewaretoken", None)
        return redirect(f"{reverse('appels:simuler', args=[lue.pk])}?{lus.urlencode()}")
    messages.success(request, f"« {simulation.titre} » est gardée.")
    return redirect(url_simulation(simulation))


@require_GET
def simulation(request: HttpRequest, numero: int) -> HttpResponse:
    """A kept simulation: what it gives, why, its hash, and the way to the decision."""
    lue = une_simulation(request, numero)
    lignes = issues(lue)
    etat = etat_simulation(lue)
    contexte = contexte_enveloppes(request, lue.enveloppe.appel) | resultat_de(lue, lignes)
    contexte |= {
        "titre": lue.titre,
        "fil": fil_enveloppe(lue.enveloppe),
        "simulation": lue,
        "etat": etat,
        "lignes": tableau_issues(lue, lignes, "repartition"),
        "change": changements(lue) if etat != "decision" else [],
        "ecartes": _ecartes_gardes(lue),
        "reglages": _reglages_dits(lue),
        "url_variantes": reverse("appels:variantes", args=[lue.pk]),
    }
    return rendre(request, "appels/enveloppes/simulation.html", contexte)


def _ecartes_gardes(lue: Simulation) -> list[tuple[str, str]]:
    from fanal.campagnes.models import Dossier

    etats = {int(pk): e["ecart"] for pk, e in lue.contexte["dossiers"].items() if e["ecart"]}
    noms = Dossier.objects.filter(pk__in=etats).select_related("ght", "etablissement", "region", "operateur")
    return [(nom_du_dossier(d), RAISONS[etats[d.pk]]) for d in noms]


def _reglages_dits(lue: Simulation) -> list[tuple[str, str]]:
    q = lue.question
    contraintes = q.get("contraintes") or {}
    mots = {
        "planchers_region": "Planchers par région",
        "plafonds_region": "Plafonds par région",
        "nombre_max_par_classe": "Nombre maximal par classe",
    }
    dits = [
        ("Règle", REGLES[q["regle"]]),
        ("Enveloppe", euros(Decimal(q["enveloppe"]))),
        ("Taux maximal", f"{Decimal(q['taux_max']) * 100:.0f} %" if q.get("taux_max") else "Sans"),
        ("Plafond par projet", euros(Decimal(q["plafond"])) if q.get("plafond") else "Sans"),
    ]
    dits += [
        (mots[k], ", ".join(f"{cle} {valeur}" for cle, valeur in table.items()))
        for k, table in contraintes.items()
        if table
    ]
    return dits


@require_http_methods(["GET", "POST"])
def retenir(request: HttpRequest, numero: int) -> HttpResponse:
    """What the decision would do, dossier by dossier; posted, it is taken."""
    lue = une_simulation(request, numero)
    donnees = request.POST if request.method == "POST" else None
    form = RetenirForm(donnees)
    en_liste = (donnees or request.GET).get("liste") != "non"
    if request.method == "POST" and form.is_valid():
        try:
            prises = actes.retenir(
                simulation=lue,
                motif=form.cleaned_data["motif"],
                liste=en_liste,
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"{pluriel(len(prises), 'décision prise', 'décisions prises')}.")
            return redirect(url_enveloppe(lue.enveloppe))
    lignes = issues(lue, liste=en_liste)
    comptes = {s: sum(i.statut == s for i in lignes) for s in STATUTS}
    contexte = contexte_enveloppes(request, lue.enveloppe.appel) | {
        "titre": "Décider d'après cette simulation",
        "phrase": (
            f"{pluriel(comptes['provisoire'], 'dossier sera retenu', 'dossiers seront retenus')}, "
            f"{comptes['complementaire']} en liste complémentaire, {comptes['refusee']} non retenus. "
            "Les montants seront provisoires, et aucun courrier ne part."
        ),
        "fil": [*fil_enveloppe(lue.enveloppe), (lue.titre, url_simulation(lue))],
        "simulation": lue,
        "form": form,
        "change": changements(lue),
        "entaches": [nom_du_dossier(d.dossier) for d in a_revoir(lue.enveloppe.appel)],
        "reste": solde(lue.enveloppe).reste,
        "attribue": Decimal(lue.resultat["attribue"]),
        "lignes": tableau_issues(lue, lignes, "decision"),
        "retour": url_simulation(lue),
    }
    reponse = rendre(request, "appels/enveloppes/retenir.html", contexte)
    reponse.status_code = 422 if form.errors else reponse.status_code
    return reponse


@require_http_methods(["GET", "POST"])
def rouvrir(request: HttpRequest, numero: int) -> HttpResponse:
    """Take the decision back, with a reason."""
    lue = une_simulation(request, numero)
    form = MotifForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actes.rouvrir(
                simulation=lue,
                motif=form.cleaned_data["motif"],
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "La décision est reprise : les dossiers sont revenus à l'examen.")
            return redirect(url_enveloppe(lue.enveloppe))
    return page_formulaire(
        request,
        lue.enveloppe.appel,
        form,
        titre="Reprendre la décision",
        phrase="Les dossiers reviendront à l'examen et leurs montants à l'enveloppe.",
        bouton="Reprendre la décision",
        retour=url_simulation(lue),
        fil=[*fil_enveloppe(lue.enveloppe), (lue.titre, url_simulation(lue))],
    )


@require_POST
def supprimer(request: HttpRequest, numero: int) -> HttpResponse:
    """Throw a try away."""
    lue = une_simulation(request, numero)
    try:
        actions.supprimer_simulation(simulation=lue, by=compte(request), instant=timezone.now())
    except Refus as refus:
        messages.error(request, refus.phrase)
        return redirect(url_simulation(lue))
    messages.success(request, "La simulation est supprimée.")
    return redirect(url_enveloppe(lue.enveloppe))
