"""A supplier's proposed prices: sent, compared line by line with the clause, answered."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.comptes.acces import compte, exiger
from fanal.depots.queries import anomalies
from fanal.interface.nombres import Absence, ecrire_montant
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.models import Marche
from fanal.prix.actions.propositions import (
    accepter_proposition,
    recevoir_proposition,
    refuser_proposition,
)
from fanal.prix.compute.propositions import CONFORME, FAVORABLE, TITRES, Verdict
from fanal.prix.forms import MotifForm, PropositionForm
from fanal.prix.models import PropositionPrix
from fanal.prix.queries.prix import clauses
from fanal.prix.queries.propositions import verdicts_de
from fanal.prix.rules.propositions import check_acceptable, check_recue
from fanal.prix.views.colonnes import designer
from fanal.prix.views.commun import (
    LECTURE_SEULE,
    VOIR,
    fil_prix,
    lire_jour,
    marche_gere,
    marche_vu,
    peut_gerer,
)
from fanal.prix.views.fichiers import Recu, gardees, recevoir, recu_de, redeposer
from fanal.prix.views.tables import decimales, table_anomalies
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

STATUTS = {
    "recue": ("Reçue", "attente"),
    "acceptee": ("Acceptée", "decide"),
    "refusee": ("Refusée", "refus"),
}
GENRES = {
    code: (titre, "decide" if code in (CONFORME, FAVORABLE) else "attention")
    for code, titre in TITRES.items()
}


@require_http_methods(["GET", "POST"])
def deposer(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the file of a supplier and the day its prices would hold."""
    marche = marche_gere(request, pk)
    noeud = Noeud.de(marche)
    form = PropositionForm(
        request.POST or None,
        request.FILES or None,
        gardees=gardees("prix_proposes", noeud),
        initial={"applicable_le": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            recu = recevoir(
                request,
                form.cleaned_data["fichier"],
                "prix_proposes",
                marche=marche.pk,
                correspondance=form.cleaned_data["correspondance"],
                le=form.cleaned_data["applicable_le"].isoformat(),
            )
            return _prendre(request, marche, recu)
        except Refus as refus:
            form.add_error("fichier", refus.phrase)
    contexte = {
        "titre": "Prix proposés par le fournisseur",
        "phrase": "Chaque prix est comparé à ce que donne la clause ; l'écart est expliqué.",
        "fil": fil_prix(marche),
        "form": form,
        "modele": reverse("depots:modele", args=["prix_proposes"]),
        "sans_clause": not clauses(marche),
        "clause": reverse("prix:clause_nouvelle", args=[marche.pk]),
    }
    return render(request, "prix/deposer.html", contexte, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def lire(request: HttpRequest, pk: int) -> HttpResponse:
    """The file received, once its columns are known: compare it and keep it as a proposal."""
    marche = marche_gere(request, pk)
    recu = recu_de(request, "prix_proposes", marche.pk)
    if recu is None:
        return redeposer(request, reverse("prix:proposition_deposer", args=[marche.pk]))
    if request.method == "POST":
        return _prendre(request, marche, recu)
    contexte = {
        "titre": "Prix proposés prêts à comparer",
        "phrase": f"Les colonnes de « {recu.nom} » sont désignées.",
        "fil": fil_prix(marche),
        "envoyer": "Comparer à la clause",
    }
    return render(request, "prix/pret.html", contexte)


def _prendre(request: HttpRequest, marche: Marche, recu: Recu) -> HttpResponse:
    try:
        with recu.chemin() as path:
            kept = recevoir_proposition(
                marche=marche,
                chemin=path,
                nom_fichier=recu.nom,
                applicable_le=lire_jour(recu.le, timezone.localdate()),
                by=compte(request),
                instant=timezone.now(),
                correspondance=recu.mapping(),
            )
    except Refus as refus:
        return _illisible(request, marche.pk, recu, refus.phrase)
    return redirect("prix:proposition", kept.pk)


def _illisible(request: HttpRequest, pk: int, recu: Recu, said: str) -> HttpResponse:
    marche = marche_vu(request, pk)
    contexte = {
        "titre": "Cette proposition ne peut pas être comparée",
        "phrase": said,
        "fil": fil_prix(marche),
        "colonnes": f"{reverse('prix:proposition_colonnes', args=[pk])}?f={recu.jeton}",
        "retour": reverse("prix:proposition_deposer", args=[pk]),
        "modele": reverse("depots:modele", args=["prix_proposes"]),
    }
    return render(request, "prix/illisible.html", contexte, status=422)


@require_http_methods(["GET", "POST"])
def colonnes(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column of the proposal is which."""
    marche = marche_gere(request, pk)
    recu = recu_de(request, "prix_proposes", marche.pk)
    if recu is None:
        return redeposer(request, reverse("prix:proposition_deposer", args=[marche.pk]))
    back = reverse("prix:proposition_lire", args=[marche.pk])
    return designer(request, recu, Noeud.de(marche), back, fil_prix(marche))


@require_http_methods(["GET", "POST"])
def proposition(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict line by line, and the answer."""
    exiger(request, VOIR)
    found = PropositionPrix.objects.select_related("depot").filter(pk=pk).first()
    if found is None:
        raise Introuvable("Cette proposition n'existe pas, ou votre compte n'y a pas accès.")
    found.marche = marche_vu(request, found.marche_id)
    form = MotifForm(request.POST or None, aide="Nécessaire pour refuser : il est donné au fournisseur.")
    error = ""
    if request.method == "POST":
        marche_gere(request, found.marche_id)
        act = accepter_proposition if request.POST.get("reponse") == "accepter" else refuser_proposition
        try:
            act(
                proposition=found,
                motif=request.POST.get("motif", ""),
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            error = refus.phrase
        else:
            messages.success(request, "La réponse est enregistrée.")
            return redirect("prix:proposition", found.pk)
    verdicts = verdicts_de(found)
    contexte = {
        "titre": f"Prix proposés au {found.applicable_le:%d/%m/%Y}",
        "phrase": _phrase(verdicts),
        "fil": fil_prix(found.marche),
        "proposition": found,
        "statut": STATUTS[found.statut],
        "verdicts": _table(verdicts),
        "anomalies": table_anomalies(anomalies(found.depot)) if found.depot else None,
        "form": form,
        "erreur": error,
        "recue": found.statut == "recue" and peut_gerer(request, found.marche),
        "raison": "" if peut_gerer(request, found.marche) else LECTURE_SEULE,
        "refus_acceptation": _refus(found, verdicts),
        "clauses": clauses(found.marche),
    }
    return rendre(request, "prix/proposition.html", contexte, status=422 if error else 200)


def _refus(found: PropositionPrix, verdicts: list[Verdict]) -> str:
    try:
        check_recue(found.statut)
        check_acceptable(verdicts)
    except Refus as refus:
        return refus.phrase
    return ""


def _phrase(verdicts: list[Verdict]) -> str:
    wrong = [v for v in verdicts if not v.conforme]
    if not wrong:
        return f"Les {len(verdicts)} prix proposés respectent la clause."
    over = [v.enjeu for v in wrong if v.enjeu is not None and v.enjeu > 0]
    lines = "prix s'écartent" if len(wrong) > 1 else "prix s'écarte"
    said = f"{len(wrong)} {lines} de la clause sur {len(verdicts)}"
    if over:
        said += f", pour {ecrire_montant(sum(over, Decimal(0)), 0)} HT par an sur les quantités estimées"
    return f"{said}."


def _table(verdicts: list[Verdict]) -> Tableau:
    digits = decimales([x for v in verdicts for x in (v.avant, v.attendu, v.proposee.prix)])
    return Tableau(
        nom="verdicts",
        titre="Comparaison ligne par ligne",
        lignes=sorted(verdicts, key=lambda v: v.conforme),
        colonnes=[
            Colonne("cle", "Ligne", valeur=lambda v: v.proposee.cle),
            Colonne("genre", "Constat", "etat", etats=GENRES, choix=True),
            Colonne(
                "avant",
                "Prix en vigueur",
                "montant",
                unite="€ HT",
                decimales=digits,
                absence=Absence.SANS_OBJET,
            ),
            Colonne(
                "attendu",
                "Selon la clause",
                "montant",
                unite="€ HT",
                decimales=digits,
                absence=Absence.SANS_OBJET,
            ),
            Colonne(
                "propose",
                "Proposé",
                "montant",
                unite="€ HT",
                decimales=digits,
                valeur=lambda v: v.proposee.prix,
            ),
            Colonne("enjeu", "Écart annuel", "montant", total="somme", absence=Absence.NON_CALCULABLE),
            Colonne("phrase", "Explication"),
        ],
    )
