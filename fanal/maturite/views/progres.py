"""Actions for progress of the purchasing function: their list, one click from a weak topic, following "
"them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.comptes.acces import INVISIBLE, compte, exiger, perimetre_de
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.maturite.actions import progres as actions
from fanal.maturite.forms import ActionForm, EtatForm
from fanal.maturite.models import ActionProgres, NiveauRetenu
from fanal.maturite.views.commun import SAISIR, VOIR, dossier_de, faire, fil, ghts_de
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

ETATS = {
    "a_faire": ("À faire", "attente"),
    "en_cours": ("En cours", "information"),
    "faite": ("Faite", "decide"),
    "abandonnee": ("Abandonnée", "neutre"),
}


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The actions of one's GHT."""
    held = exiger(request, VOIR)
    today = timezone.localdate()
    found = list(ActionProgres.objects.filter(held.ghts_q("ght__")).select_related("ght", "sujet__theme"))
    open_ones = [a for a in found if a.etat in ("a_faire", "en_cours")]
    late = [a for a in open_ones if a.echeance and a.echeance < today]
    context = {
        "titre": "Actions de progrès de la fonction achat",
        "phrase": (
            f"{len(open_ones)} en cours ou à faire, dont {len(late)} en retard."
            if found
            else "Aucune action n'est écrite : partez d'un sujet faible de votre autoévaluation."
        ),
        "fil": fil(),
        "peut_creer": bool(ghts_de(request, SAISIR)),
        "t": Tableau(
            "actions",
            [
                Colonne("titre", "Action", "lien", lien=lambda a: reverse("maturite:action", args=[a.pk])),
                Colonne("ght", "GHT", valeur=lambda a: a.ght.code, choix=True),
                Colonne(
                    "theme", "Thème", valeur=lambda a: a.sujet.theme.titre if a.sujet else None, choix=True
                ),
                Colonne("niveau_vise", "Niveau visé", "entier", absence=Absence.SANS_OBJET),
                Colonne("fonction", "Portée par"),
                Colonne("echeance", "Échéance", "date", absence=Absence.NON_RENSEIGNE),
                Colonne("etat", "État", "etat", etats=ETATS, choix=True),
            ],
            found,
            titre="Actions de progrès",
            vide="Aucune action de progrès.",
        ),
    }
    return rendre(request, "maturite/actions.html", context)


@require_POST
def du_sujet(request: HttpRequest, numero: int, sujet: int) -> HttpResponse:
    """A weak topic becomes an action, in one click."""
    seen = dossier_de(request, numero, SAISIR)
    kept = NiveauRetenu.objects.filter(version=seen.version_courante_id or 0, sujet=sujet).first()
    if kept is None:
        raise Introuvable("Ce sujet n'est pas de cette autoévaluation. Revenez à ses résultats.")
    faire(
        request,
        lambda: actions.creer_du_sujet(retenu=kept, by=compte(request), instant=timezone.now()),
        "L'action de progrès est créée : donnez-lui une échéance et une fonction qui la porte.",
    )
    return redirect("maturite:dossier", seen.pk)


@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Write an action freely, for one's own GHT."""
    exiger(request, SAISIR)
    own = ghts_de(request, SAISIR)
    if not own:
        raise Introuvable(
            "Votre compte ne tient pas de rôle dans un GHT : aucune action n'y peut être écrite."
        )
    form = ActionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.creer(ght=own[0], by=compte(request), instant=timezone.now(), **form.cleaned_data)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "L'action de progrès est créée.")
            return redirect("maturite:action", made.pk)
    context = {
        "titre": "Écrire une action de progrès",
        "phrase": f"Pour {own[0]}.",
        "fil": [*fil(), ("Actions de progrès", reverse("maturite:actions"))],
        "form": form,
        "verbe": "Créer l'action",
    }
    return render(request, "maturite/formulaire.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def action(request: HttpRequest, numero: int) -> HttpResponse:
    """One action: what it aims at, and moving it on."""
    found = ActionProgres.objects.select_related("ght", "sujet", "version__dossier").filter(pk=numero).first()
    if found is None or not perimetre_de(request, VOIR).contient(Noeud("ght", found.ght)):
        raise Introuvable(INVISIBLE)
    may = perimetre_de(request, SAISIR).contient(Noeud("ght", found.ght))
    start = {"etat": found.etat, "fonction": found.fonction, "echeance": found.echeance}
    form = EtatForm(request.POST or None, initial=start)
    if request.method == "POST":
        exiger(request, SAISIR, Noeud("ght", found.ght))
        if form.is_valid():
            try:
                actions.modifier(
                    action=found, by=compte(request), instant=timezone.now(), **form.cleaned_data
                )
            except Refus as refus:
                form.add_error(None, refus.phrase)
            else:
                messages.success(request, "L'action est mise à jour.")
                return redirect("maturite:action", found.pk)
    context = {
        "titre": found.titre,
        "phrase": f"{found.ght} : {found.get_etat_display().lower()}.",
        "fil": [*fil(), ("Actions de progrès", reverse("maturite:actions"))],
        "action": found,
        "form": form if may else None,
    }
    return render(request, "maturite/action.html", context, status=422 if form.errors else 200)
