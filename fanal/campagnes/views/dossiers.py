"""The page of a dossier: where it stands, what can be done now, what was said and decided."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.campagnes import rules
from fanal.campagnes.actions import dossiers as actions
from fanal.campagnes.actions import observations
from fanal.campagnes.forms import MotifForm, ReponseForm
from fanal.campagnes.models import Avis, Decision, Dossier, Observation, Version
from fanal.campagnes.queries.dossiers import (
    ActionPossible,
    actions_possibles,
    avis_du_dossier,
    reception_de,
    versions_du_dossier,
)
from fanal.campagnes.queries.rapport import lignes_decrites, rapport
from fanal.campagnes.queries.suivi import LigneSuivie, demandes, historique, lignes_suivies, marches
from fanal.campagnes.registre import Exigence, LigneDecrite
from fanal.campagnes.temps import local_day
from fanal.campagnes.views.commun import (
    dossier_de,
    fil_campagne,
    fil_dossier,
    nom_dossier,
    peut_sur,
    titre_format,
    url_dossier,
    url_version,
)
from fanal.campagnes.views.versions import correction_possible
from fanal.comptes.acces import compte, exiger
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

A_DECIDER = "a_decider"
DECISIONS = {
    Decision.Sens.RETENU: ("Retenu", "decide"),
    Decision.Sens.MOINDRE: ("Retenu pour un montant moindre", "attention"),
    Decision.Sens.RETIRE: ("Retiré", "refus"),
    Decision.Sens.REPRIS: ("Repris de l'opérateur", "information"),
    A_DECIDER: ("À décider", "attente"),
}


@require_GET
def dossier(request: HttpRequest, numero: int) -> HttpResponse:
    """Where the dossier stands and what its reader can do."""
    vu = dossier_de(request, numero)
    maintenant = timezone.now()
    reception = reception_de(vu)
    noeud = Noeud.de(vu)
    version = vu.version_courante
    if version:
        version.dossier = vu  # read already
    decrites = lignes_decrites(version) if version else {}
    dite = rapport(version, decrites) if version else None
    possible, raison = correction_possible(request, vu, version) if version else (False, "")
    contexte = {
        "titre": f"{nom_dossier(vu)}",
        "phrase": _phrase(vu, dite.phrase if dite else ""),
        "fil": fil_campagne(vu.campagne),
        "dossier": vu,
        "nom_format": titre_format(vu.format),
        "marches": marches(vu),
        "actions": [*_actions(request, vu, noeud), *_action_avis(request, vu, noeud)],
        "rapport": dite,
        "version": version,
        "versions": versions_du_dossier(vu),
        "peut_deposer": peut_sur(request, reception.permission, noeud),
        "url_deposer": _url_deposer(vu, noeud),
        "peut_corriger": possible,
        "raison_correction": raison,
        "url_corriger": url_version(version, "corriger") if version else "",
        "decidable": reception.decidable or bool(reception.sens),
        "lignes": table_lignes(vu, version, decrites)
        if version and (reception.decidable or reception.sens)
        else None,
        "avis": avis_du_dossier(vu),
        "demandes": demandes(vu, local_day(maintenant)),
        "peut_repondre": peut_sur(request, reception.permission_reponse, noeud),
        "historique": historique(vu),
    }
    return rendre(
        request, "campagnes/dossier.html", contexte, etat=(version.pk if version else 0, vu.campagne.revision)
    )


def _phrase(vu: Dossier, lecture: str) -> str:
    """The answer to « où en est ce dossier ? »."""
    etape = reception_de(vu).etape(vu.etape)
    if vu.version_courante is None:
        return "Rien n'a encore été déposé : déposez votre fichier, il sera vérifié aussitôt."
    retard = " Déposé en retard." if vu.en_retard else ""
    return f"{lecture} {etape.phrase}{retard}"


def _url_deposer(vu: Dossier, noeud: Noeud) -> str:
    code = f"{vu.format}@{noeud.niveau}:{noeud.code}"
    return f"{reverse('depots_envois:nouveau')}?campagne={vu.campagne.code}&depot={code}"


def _actions(request: HttpRequest, vu: Dossier, noeud: Noeud) -> list[dict[str, Any]]:
    """The transitions that belong to the account on this node; one that cannot act keeps its reason."""
    return [
        {
            "titre": a.transition.titre,
            "url": reverse("campagnes:franchir", args=[vu.pk, a.transition.code]),
            "possible": a.possible,
            "phrase": a.phrase,
            "principal": Exigence.MOTIF not in a.transition.exige,
        }
        for a in actions_possibles(vu, compte(request), timezone.now())
        if peut_sur(request, a.transition.permission, noeud)
    ]


def _action_avis(request: HttpRequest, vu: Dossier, noeud: Noeud) -> list[dict[str, Any]]:
    """Giving an opinion, for those who may; the reason when none is awaited."""
    reception = reception_de(vu)
    if not any(e.avis for e in reception.etapes) or not peut_sur(request, reception.permission_avis, noeud):
        return []
    phrase = ""
    try:
        rules.check_deposee(vu.version_courante)
        rules.check_avis(
            reception.etape(vu.etape), sens=Avis.Sens.FAVORABLE, texte="", connus=Avis.Sens.values
        )
    except Refus as refus:
        phrase = refus.phrase
    return [
        {
            "titre": "Donner l'avis",
            "url": reverse("campagnes:rendre_avis", args=[vu.pk]),
            "possible": not phrase,
            "phrase": phrase,
            "principal": True,
        }
    ]


def table_lignes(vu: Dossier, version: Version, decrites: Mapping[str, LigneDecrite]) -> Tableau:
    """The lines of the current version with their decisions and reasons."""
    return Tableau(
        nom="lignes",
        titre="Lignes et décisions",
        colonnes=[
            Colonne("cle", "Ligne"),
            Colonne("titre", "Intitulé", valeur=lambda x: x.ligne.titre),
            Colonne("declare", "Déclaré", "montant", valeur=lambda x: x.montant, total="somme"),
            Colonne(
                "decision",
                "Décision",
                "etat",
                valeur=lambda x: x.decision.sens if x.decision else A_DECIDER,
                etats=DECISIONS,
                choix=True,
            ),
            Colonne("decide", "Montant décidé", "montant", valeur=_decide("montant"), visible=False),
            Colonne("motif", "Motif", valeur=_decide("motif")),
            Colonne("commentaire", "Commentaire DGOS", valeur=_decide("commentaire"), visible=False),
        ],
        lignes=lignes_suivies(vu, decrites),
        vide="Aucune ligne n'est prise en compte.",
        detail=lambda x: url_version(version, "ligne", x.ligne.ligne),
        demonstration=vu.campagne.demonstration,
    )


def _decide(champ: str) -> Callable[[LigneSuivie], Any]:
    """What the decision on a line says; nothing to say where there is none."""

    def lire(suivie: LigneSuivie) -> Any:
        valeur = getattr(suivie.decision, champ) if suivie.decision else None
        return Absence.SANS_OBJET if valeur in (None, "") else valeur

    return lire


@require_http_methods(["GET", "POST"])
def franchir(request: HttpRequest, numero: int, code: str) -> HttpResponse:
    """Confirm a step of the dossier, with a reason where one is due."""
    vu = dossier_de(request, numero)
    transition = reception_de(vu).transition(code)
    exiger(request, transition.permission, Noeud.de(vu))
    action = next(
        (a for a in actions_possibles(vu, compte(request), timezone.now()) if a.transition.code == code), None
    )
    motif_du = Exigence.MOTIF in transition.exige
    form = MotifForm(request.POST if request.method == "POST" else None, obligatoire=motif_du)
    if request.method == "POST" and form.is_valid():
        try:
            actions.franchir(
                dossier=vu,
                transition=code,
                by=compte(request),
                instant=timezone.now(),
                motif=form.cleaned_data["motif"],
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            vu.refresh_from_db()
            titre = reception_de(vu).etape(vu.etape).titre
            messages.success(request, f"C'est fait : le dossier est à l'étape « {titre} ».")
            return redirect(url_dossier(vu))
    contexte = {
        "titre": transition.titre,
        "phrase": _phrase_franchir(vu, action, transition.vers),
        "fil": fil_dossier(vu),
        "dossier": vu,
        "transition": transition,
        "form": form,
        "possible": action is not None and action.possible,
        "retour": url_dossier(vu),
    }
    return render(request, "campagnes/franchir.html", contexte, status=409 if form.errors else 200)


def _phrase_franchir(vu: Dossier, action: ActionPossible | None, vers: str) -> str:
    etapes = reception_de(vu)
    if action is None:
        return f"Ce n'est pas possible à l'étape « {etapes.etape(vu.etape).titre} »."
    if not action.possible:
        return action.phrase
    suivante = etapes.etape(vers)
    return f"Le dossier passera à l'étape « {suivante.titre} ». {suivante.phrase}"


@require_POST
def repondre(request: HttpRequest, numero: int, observation: int) -> HttpResponse:
    """The respondent's answer to a request for observations."""
    vu = dossier_de(request, numero)
    exiger(request, reception_de(vu).permission_reponse, Noeud.de(vu))
    demande = Observation.objects.filter(dossier=vu, pk=observation).first()
    if demande is None:
        raise Introuvable("Cette demande n'est pas dans ce dossier. Rechargez la page.")
    form = ReponseForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["reponse"])))
        return redirect(f"{url_dossier(vu)}#observations")
    try:
        observations.repondre(
            observation=demande,
            reponse=form.cleaned_data["reponse"],
            by=compte(request),
            instant=timezone.now(),
        )
    except Refus as refus:
        messages.error(request, refus.phrase)
    else:
        messages.success(request, "Votre réponse est enregistrée.")
    return redirect(f"{url_dossier(vu)}#observations")
