"""Instructing one dossier: its decision table, its answers, what changed between versions, its opinions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.appels.actions import instruction as actions
from fanal.appels.forms_instruction import TrancherForm
from fanal.appels.models import Constat
from fanal.appels.queries.appels import montants_de
from fanal.appels.queries.avis import avis_pour_l_instruction, etat_avis
from fanal.appels.queries.instruction import examen_de
from fanal.appels.queries.lecture_dossier import changements, passages_du_dossier, sections_de
from fanal.appels.queries.portee import candidature_de, organise
from fanal.appels.rules import instruction as rules
from fanal.appels.types_campagne import APPEL, FORMAT, INSTRUIRE
from fanal.appels.views.commun import contexte_appel, nom_dossier
from fanal.appels.views.instruction import ETATS_ETAPES, fil_instruction
from fanal.appels.views.mots_avis import ETATS_DEMANDE, SENS
from fanal.campagnes.models import Dossier, Version
from fanal.campagnes.queries.dossiers import actions_possibles
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte, exiger, perimetre_de
from fanal.comptes.rules import check_permission
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.questionnaires.queries.effectifs import voit_effectifs
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

VERDICTS = {
    "oui": ("Satisfait", "decide"),
    "non": ("Non satisfait", "refus"),
    "inconnu": ("À vérifier", "attente"),
    "attente": ("En attente", "attente"),
}
CONSEQUENCES = {
    "rejet": "non recevable",
    "rejet_ligne": "ligne non retenue",
    "incomplet": "incomplet",
    "retard": "en retard",
    "attente": "en attente",
    "information": "information",
}


@require_http_methods(["GET", "POST"])
def dossier(request: HttpRequest, numero: int) -> HttpResponse:
    """One dossier as those who instruct read it; its unknown tests are settled here, with a reason."""
    vu = candidature_de(request, numero)
    exiger(request, "instruction.voir", Noeud.de(vu))
    version = vu.version_courante
    if version is None:
        raise Introuvable(INVISIBLE)
    appel = vu.campagne.appel
    peut = organise(request, appel, INSTRUIRE)
    form = TrancherForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        check_permission(perimetre_de(request, INSTRUIRE), Noeud.de(appel), INSTRUIRE)
        if form.is_valid() and _trancher(request, vu, form):
            return redirect("appels:instruire_dossier", numero=vu.pk)
    comparee = _comparee(request, vu)
    contexte = contexte_appel(request, appel) | {
        "titre": nom_dossier(vu),
        "phrase": _phrase(vu, version),
        "fil": fil_instruction(appel),
        "dossier": vu,
        "version": version,
        "etape": ETATS_ETAPES[vu.etape],
        "montants": montants_de(version) if hasattr(version, "reponse") else None,
        "constats": _table(list(version.constats.select_related("tranche_par"))),
        "a_trancher": version.constats.filter(verdict=Constat.Verdict.INCONNU) if peut else [],
        "test_voulu": request.POST.get("code") or request.GET.get("test", ""),
        "form": form,
        "peut_instruire": peut,
        "tranchable": vu.etape in rules.OUVERTES,
        "gestes": _gestes(request, vu) if peut else [],
        "avis": avis_pour_l_instruction(vu, timezone.localdate(), noms=peut),
        "etat_avis": etat_avis(vu),
        "etats_demande": ETATS_DEMANDE,
        "sens": SENS,
        "sections": sections_de(version, effectifs=voit_effectifs(request, vu)),
        "versions": vu.versions.exclude(pk=version.pk).order_by("-numero"),
        "comparee": comparee,
        "changements": _table_changements(request, vu, comparee, version) if comparee else None,
        "passages": passages_du_dossier(vu),
    }
    return rendre(request, "appels/instruction_dossier.html", contexte, status=422 if form.errors else 200)


def _phrase(vu: Dossier, version: Version) -> str:
    table = examen_de(vu)
    dits = [
        pluriel(len(table.contraires), "test non satisfait", "tests non satisfaits")
        if table.contraires
        else "Aucun test ne s'oppose au dossier"
    ]
    if table.a_verifier:
        dits.append(f"{pluriel(len(table.a_verifier), 'test', 'tests')} à vérifier")
    return f"{', '.join(dits)} ; {etat_avis(vu).phrase.lower()}. Version {version.numero}."


def _trancher(request: HttpRequest, vu: Dossier, form: TrancherForm) -> bool:
    try:
        actions.trancher(
            dossiers=[vu],
            code=request.POST.get("code", ""),
            by=compte(request),
            instant=timezone.now(),
            **form.cleaned_data,
        )
    except Refus as refus:
        form.add_error(None, refus.phrase)
        return False
    messages.success(request, "Le test est tranché ; le motif est inscrit au journal.")
    return True


def _table(constats: list[Constat]) -> Tableau:
    return Tableau(
        nom="constats",
        titre="Table de recevabilité",
        lignes=constats,
        vide="Aucun test n'est prévu par les règles de l'appel.",
        recherche=False,
        colonnes=[
            Colonne("titre", "Test"),
            Colonne("effectif", "Verdict", "etat", etats=VERDICTS, choix=True, valeur=_verdict),
            Colonne("phrase", "Pourquoi", valeur=_pourquoi),
            Colonne("consequence", "Sinon", valeur=lambda c: CONSEQUENCES.get(c.consequence, c.consequence)),
            Colonne("reference", "Texte"),
        ],
    )


def _verdict(constat: Constat) -> str:
    """A key of `VERDICTS`: what is awaited is no failure."""
    attendu = constat.effectif == Constat.Verdict.NON and constat.consequence == "attente"
    return "attente" if attendu else str(constat.effectif)


def _pourquoi(constat: Constat) -> str:
    if not constat.tranche or constat.verdict != Constat.Verdict.INCONNU:
        return constat.phrase
    qui = f" par {constat.tranche_par}" if constat.tranche_par else ""
    quand = f" le {timezone.localtime(constat.tranche_le):%d/%m/%Y}" if constat.tranche_le else ""
    return f"Tranché à la main{qui}{quand} : {constat.motif_tranche}"


def _gestes(request: HttpRequest, vu: Dossier) -> list[dict[str, Any]]:
    """The acts of the desk on this dossier, each with the sentence that forbids it."""
    adresse = reverse("appels:instruction_geste", args=[vu.campagne.code])
    table = examen_de(vu)
    reception = APPEL.reception(FORMAT)
    possibles = {a.transition.code: a for a in actions_possibles(vu, compte(request), timezone.now())}
    dits = []
    for code in rules.TRANSITIONS:
        transition = reception.transition(code)
        action = possibles.get(code)
        phrase = action.phrase if action else f"Pas à l'étape « {ETATS_ETAPES[vu.etape][0]} »."
        if action and action.possible and code == "declarer_recevable":
            phrase = _refus_recevable(table)
        dits.append(
            {
                "titre": transition.titre,
                "url": f"{adresse}?geste={code}&dossier={vu.pk}",
                "possible": action is not None and action.possible and not phrase,
                "phrase": phrase,
            }
        )
    return dits


def _refus_recevable(table: rules.Examen) -> str:
    try:
        rules.check_recevable(table, motif=None)
    except Refus as refus:
        return refus.phrase
    return ""


def _comparee(request: HttpRequest, vu: Dossier) -> Version | None:
    """The earlier version that the address names, else the one just before the current one."""
    anterieures = vu.versions.exclude(pk=vu.version_courante_id or 0).order_by("-numero")
    voulue = request.GET.get("version", "")
    if voulue.isdecimal() and len(voulue) < 9:
        return anterieures.filter(numero=int(voulue)).first()
    return anterieures.first()


def _table_changements(request: HttpRequest, vu: Dossier, avant: Version, apres: Version) -> Tableau:
    return Tableau(
        nom="changements",
        titre=f"Ce qui a changé depuis la version {avant.numero}",
        lignes=changements(avant, apres, effectifs=voit_effectifs(request, vu)),
        vide="Aucune réponse n'a changé.",
        colonnes=[
            Colonne("libelle", "Question"),
            Colonne("avant", "Avant"),
            Colonne("apres", "Maintenant"),
        ],
    )
