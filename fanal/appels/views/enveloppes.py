"""The envelopes of a call, one of them with what it granted, and the acts on it."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.appels import forms_enveloppes as forms
from fanal.appels import images_enveloppes
from fanal.appels.actions import attributions as actes
from fanal.appels.actions import enveloppes as actions
from fanal.appels.actions.courriers import dit_la_decision
from fanal.appels.models import Appel, Attribution, Enveloppe
from fanal.appels.queries.enveloppes import (
    Solde,
    attributions_de,
    enveloppes_de,
    liste_complementaire,
    solde,
    soldes,
)
from fanal.appels.rules.enveloppes import euros
from fanal.appels.views.attributions import page_acte
from fanal.appels.views.commun import fil_appel, nom_dossier
from fanal.appels.views.enveloppes_commun import (
    STATUTS,
    TOUS_GENRES,
    appel_reparti,
    contexte_enveloppes,
    fil_enveloppe,
    fil_enveloppes,
    page_formulaire,
    une_enveloppe,
    url_enveloppe,
)
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.moteurs.allocation.demandes import REGLES
from fanal.refus import Refus

ETATS_COURRIER = {
    "aucun": ("À établir", "attention"),
    "perime": ("À refaire", "attention"),
    "etabli": ("Établi", "attente"),
    "envoye": ("Envoyé", "decide"),
    "sans_objet": ("Sans objet", "neutre"),
}


@require_GET
def liste(request: HttpRequest, code: str) -> HttpResponse:
    """The envelopes of a call, each with its balance."""
    appel = appel_reparti(request, code)
    lus = soldes(enveloppes_de(appel))
    contexte = contexte_enveloppes(request, appel) | {
        "titre": "Enveloppes",
        "phrase": phrase_soldes(lus),
        "fil": fil_appel(appel),
        "image": images_enveloppes.soldes(lus) if lus else None,
        "enveloppes": _tableau(lus),
    }
    return rendre(request, "appels/enveloppes/liste.html", contexte)


def phrase_soldes(lus: list[Solde]) -> str:
    """« 12 500 000,00 € attribués sur 20 000 000,00 €… », firm envelopes only."""
    if not lus:
        return "Cet appel n'a pas encore d'enveloppe. Créez-en une pour répartir l'argent."
    fermes = [s for s in lus if s.enveloppe.ferme]
    engage = sum((s.engage for s in fermes), Decimal(0))
    montant = sum((s.montant for s in fermes), Decimal(0))
    dit = pluriel(sum(s.retenus for s in fermes), "dossier retenu", "dossiers retenus")
    return f"{euros(engage)} attribués sur {euros(montant)} votés, {dit} ; {euros(montant - engage)} restent."


def _tableau(lus: list[Solde]) -> Tableau:
    return Tableau(
        nom="enveloppes",
        titre="Enveloppes",
        lignes=lus,
        vide="Aucune enveloppe.",
        colonnes=[
            Colonne(
                "nom",
                "Enveloppe",
                "lien",
                valeur=lambda s: str(s.enveloppe),
                lien=lambda s: url_enveloppe(s.enveloppe),
            ),
            Colonne("annee", "Année", "texte", valeur=lambda s: str(s.enveloppe.annee), choix=True),
            Colonne(
                "ferme",
                "Nature",
                "etat",
                etats={True: ("Votée", "decide"), False: ("Prévision", "attente")},
                valeur=lambda s: s.enveloppe.ferme,
            ),
            Colonne("montant", "Montant", "montant", total="somme"),
            Colonne("provisoire", "Provisoire", "montant", total="somme"),
            Colonne("definitif", "Définitif", "montant", total="somme"),
            Colonne("reste", "Solde", "montant", total="somme"),
            Colonne("retenus", "Retenus", "entier", total="somme"),
            Colonne("en_attente", "En liste complémentaire", "entier", total="somme"),
            Colonne("source", "Source", valeur=lambda s: s.enveloppe.source, visible=False),
        ],
    )


@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest, code: str) -> HttpResponse:
    """A new envelope."""
    appel = appel_reparti(request, code)
    form = forms.EnveloppeForm(
        request.POST if request.method == "POST" else None, initial={"annee": appel.campagne.annee}
    )
    if request.method == "POST" and form.is_valid():
        try:
            creee = actions.creer(
                appel=appel, by=compte(request), instant=timezone.now(), **form.cleaned_data
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"L'enveloppe « {creee} » est créée.")
            return redirect(url_enveloppe(creee))
    return page_formulaire(
        request,
        appel,
        form,
        titre="Nouvelle enveloppe",
        phrase="Une enveloppe porte un montant pour une année. Son solde n'est jamais dépassé.",
        bouton="Créer l'enveloppe",
        retour=reverse("appels:enveloppes", args=[code]),
        fil=fil_enveloppes(appel),
    )


@require_GET
def enveloppe(request: HttpRequest, numero: int) -> HttpResponse:
    """Where an envelope stands: its balance, who was granted what and why, who waits, what was tried."""
    lue = une_enveloppe(request, numero)
    s = solde(lue)
    decidees = list(attributions_de(lue).prefetch_related("courriers"))
    retenue = lue.simulations.filter(retenue_le__isnull=False, rouverte_le=None).first()
    contexte = contexte_enveloppes(request, lue.appel) | {
        "titre": str(lue),
        "phrase": phrase_enveloppe(s),
        "fil": fil_enveloppes(lue.appel),
        "enveloppe": lue,
        "solde": s,
        "retenue": retenue,
        "image": images_enveloppes.soldes([s]),
        "attributions": tableau_attributions(decidees, lue.appel),
        "decisions": bool(decidees),
        "prochaine": liste_complementaire(lue).first(),
        "simulations": _tableau_simulations(lue),
        "essais": lue.simulations.count(),
    }
    return rendre(request, "appels/enveloppes/enveloppe.html", contexte)


def phrase_enveloppe(s: Solde) -> str:
    """What is granted, to how many, what is left."""
    if not s.enveloppe.ferme:
        return f"{euros(s.montant)} en prévision pour {s.enveloppe.annee} : cette enveloppe n'attribue rien."
    if not s.engage:
        return f"{euros(s.montant)} à répartir : rien n'est encore attribué."
    attente = f", {s.en_attente} en liste complémentaire" if s.en_attente else ""
    return (
        f"{euros(s.engage)} attribués à {pluriel(s.retenus, 'dossier', 'dossiers')} sur {euros(s.montant)} ; "
        f"{euros(s.reste)} restent{attente}."
    )


def etat_courrier(attribution: Attribution) -> str:
    """A key of `ETATS_COURRIER`."""
    if attribution.statut == "abandonnee":
        return "sans_objet"
    courriers = list(attribution.courriers.all())
    if not courriers:
        return "aucun"
    dernier = courriers[-1]
    if not dit_la_decision(dernier, attribution):
        return "perime"
    return "envoye" if dernier.envoye_le else "etabli"


def tableau_attributions(decidees: list[Attribution], appel: Appel) -> Tableau:
    """Every decision of an envelope: asked, at most, granted, why, and where its letter stands."""
    return Tableau(
        nom="decisions",
        titre="Décisions",
        lignes=decidees,
        vide="Rien n'est encore décidé.",
        cle_ligne=lambda a: str(a.pk),
        selection="attribution",
        formulaire="choix",
        demonstration=appel.campagne.demonstration,
        colonnes=[
            Colonne(
                "dossier",
                "Dossier",
                "lien",
                valeur=lambda a: nom_dossier(a.dossier),
                lien=lambda a: reverse("appels:attribution", args=[a.pk]),
            ),
            Colonne("rang", "Rang", "entier", valeur=lambda a: a.rang),
            Colonne("statut", "Décision", "etat", etats=STATUTS, choix=True, valeur=lambda a: a.statut),
            Colonne("demande", "Demandé", "montant", total="somme"),
            Colonne("maximum", "Maximum", "montant", total="somme", visible=False),
            Colonne("montant", "Attribué", "montant", total="somme"),
            Colonne("courrier", "Courrier", "etat", etats=ETATS_COURRIER, choix=True, valeur=etat_courrier),
            Colonne("motif", "Pourquoi", valeur=lambda a: a.motif),
            Colonne(
                "par",
                "Décidé par",
                valeur=lambda a: str(a.decidee_par or "Système"),
                visible=False,
                choix=True,
            ),
            Colonne("le", "Décidé le", "date", valeur=lambda a: a.decidee_le, visible=False),
        ],
    )


def _tableau_simulations(lue: Enveloppe) -> Tableau:
    return Tableau(
        nom="simulations",
        titre="Simulations",
        lignes=list(lue.simulations.select_related("auteur", "retenue_par").order_by("-created_at")),
        vide="Aucune simulation.",
        cle_ligne=lambda x: str(x.pk),
        selection="simulation",
        formulaire="comparer",
        colonnes=[
            Colonne(
                "titre",
                "Simulation",
                "lien",
                valeur=lambda x: x.titre,
                lien=lambda x: reverse("appels:simulation", args=[x.pk]),
            ),
            Colonne("regle", "Règle", valeur=lambda x: REGLES[x.resultat["regle"]], choix=True),
            Colonne("enveloppe", "Enveloppe", "montant", valeur=lambda x: Decimal(x.resultat["enveloppe"])),
            Colonne("attribue", "Attribué", "montant", valeur=lambda x: Decimal(x.resultat["attribue"])),
            Colonne(
                "servis",
                "Servis",
                "entier",
                valeur=lambda x: sum(Decimal(r["attribue"]) > 0 for r in x.resultat["demandes"]),
            ),
            Colonne(
                "etat",
                "État",
                "etat",
                etats={
                    "decision": ("Décision", "decide"),
                    "rouverte": ("Décision reprise", "attention"),
                    "essai": ("Essai", "neutre"),
                },
                valeur=etat_simulation,
            ),
            Colonne("auteur", "Faite par", valeur=lambda x: str(x.auteur or "Système")),
            Colonne("le", "Le", "date", valeur=lambda x: x.created_at),
            Colonne("par", "Décidée par", valeur=lambda x: str(x.retenue_par or ""), visible=False),
        ],
    )


def etat_simulation(simulation: Any) -> str:
    """« decision », « rouverte » or « essai »."""
    if simulation.retenue_le is None:
        return "essai"
    return "rouverte" if simulation.rouverte_le else "decision"


@require_http_methods(["GET", "POST"])
def modifier(request: HttpRequest, numero: int) -> HttpResponse:
    """Change an envelope, with a reason."""
    lue = une_enveloppe(request, numero)
    form = forms.ModifierEnveloppeForm(
        request.POST if request.method == "POST" else None,
        initial={"montant": lue.montant, "lu": lue.montant, "ferme": lue.ferme, "source": lue.source},
    )
    engage = solde(lue).engage
    if request.method == "POST" and form.is_valid():
        try:
            actions.modifier(enveloppe=lue, by=compte(request), instant=timezone.now(), **form.cleaned_data)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "L'enveloppe est modifiée.")
            return redirect(url_enveloppe(lue))
    return page_formulaire(
        request,
        lue.appel,
        form,
        titre="Modifier l'enveloppe",
        phrase=f"{euros(engage)} sont attribués : le montant ne peut pas descendre en dessous.",
        bouton="Enregistrer",
        retour=url_enveloppe(lue),
        fil=fil_enveloppe(lue),
    )


@require_http_methods(["GET", "POST"])
def promouvoir(request: HttpRequest, numero: int) -> HttpResponse:
    """Serve the next of the waiting list."""
    lue = une_enveloppe(request, numero)
    prochaine = liste_complementaire(lue).first()
    if prochaine is None:
        raise Refus("Personne n'attend sur la liste complémentaire de cette enveloppe.")
    reste = solde(lue).reste
    form = forms.AttribuerForm(
        request.POST if request.method == "POST" else None,
        initial={"montant": min(prochaine.maximum, max(reste, Decimal(0)))},
    )

    def act(donnees: dict[str, Any]) -> str:
        servie = actes.promouvoir(enveloppe=lue, by=compte(request), instant=timezone.now(), **donnees)
        return f"{nom_dossier(servie.dossier)} reçoit {euros(servie.montant)}."

    return page_acte(
        request,
        lue,
        form,
        act,
        titre="Servir la liste complémentaire",
        phrase=(
            f"{nom_dossier(prochaine.dossier)} est le prochain : {euros(prochaine.maximum)} au plus, "
            f"{euros(reste)} disponibles."
        ),
        bouton="Attribuer",
    )


@require_POST
def finaliser(request: HttpRequest, numero: int) -> HttpResponse:
    """Make the decisions chosen final."""
    lue = une_enveloppe(request, numero, TOUS_GENRES)
    if request.POST.get("portee") == "tout" and lue.genre == Enveloppe.Genre.PLACES:
        choisies = lue.attributions.filter(statut=Attribution.Statut.PROVISOIRE)
    else:
        cochees = [v for v in request.POST.getlist("attribution") if v.isdecimal()]
        choisies = lue.attributions.filter(pk__in=cochees)
    try:
        finales = actes.finaliser(attributions=choisies, by=compte(request), instant=timezone.now())
    except Refus as refus:
        messages.error(request, refus.phrase)
    else:
        messages.success(
            request, f"{pluriel(len(finales), 'décision est définitive', 'décisions sont définitives')}."
        )
    return redirect(url_enveloppe(lue))
