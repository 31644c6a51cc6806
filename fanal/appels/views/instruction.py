"""The instruction desk of a call: its queue, and acts on many dossiers, shown before they are done."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels.actions import instruction as actions
from fanal.appels.forms_instruction import MotifForm, TrancherForm
from fanal.appels.images_instruction import par_region
from fanal.appels.models import Appel
from fanal.appels.queries.instruction import (
    ApercuInstruction,
    RangInstruction,
    a_instruire,
    file_d_instruction,
    previsualiser_geste,
    tests_a_verifier,
)
from fanal.appels.queries.portee import organise, un_appel
from fanal.appels.rules import instruction as rules
from fanal.appels.types_campagne import APPEL, ETAPES, FORMAT, INSTRUIRE
from fanal.appels.views.commun import contexte_appel, fil_appel, nom_dossier
from fanal.campagnes.models import Dossier
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import local_day
from fanal.comptes.acces import compte, exiger
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, Valeur, rendre
from fanal.refus import Refus

TONS = {
    "depose": "attente",
    "incomplet": "attention",
    "irrecevable": "refus",
    "recevable": "information",
    "retenu": "decide",
    "complementaire": "attente",
    "non_retenu": "neutre",
    "abandonne": "neutre",
    "brouillon": "neutre",
}
ETATS_ETAPES = {e.code: (e.titre, TONS[e.code]) for e in ETAPES}
ETATS_TABLE = {
    "rejet": ("Rejet", "refus"),
    "incomplet": ("Incomplet", "attention"),
    "retard": ("En retard", "attention"),
    "inconnu": ("À vérifier", "attente"),
    "attente": ("En attente", "attente"),
    "conforme": ("Conforme", "decide"),
    "sans_objet": ("Sans table", "neutre"),
}
GESTES = rules.TRANSITIONS


def appel_instruit(request: HttpRequest, code: str) -> Appel:
    """A call whose dossiers the account instructs or reads to instruct. Raises Introuvable or Interdit."""
    appel = un_appel(request, code)
    exiger(request, "instruction.voir")
    return appel


@require_GET
def bureau(request: HttpRequest, code: str) -> HttpResponse:
    """The queue of a call, its picture, and the acts on many dossiers for who organises it."""
    appel = appel_instruit(request, code)
    jour = timezone.localdate()
    rangs = file_d_instruction(appel, a_instruire(request, appel), jour)
    peut = organise(request, appel, INSTRUIRE)
    manquants = sum(len(r.avis.manquants) for r in rangs)
    contexte = contexte_appel(request, appel) | {
        "titre": "Instruction",
        "phrase": phrase_file(rangs),
        "fil": fil_appel(appel),
        "image": par_region(rangs, _titre_image(rangs)) if rangs else None,
        "dossiers": tableau_file(appel, rangs, selection=peut),
        "gestes": _gestes(rangs) if peut else [],
        "a_verifier": sum(r.a_verifier > 0 for r in rangs),
        "peut_instruire": peut,
        "a_decider": sum(r.dossier.etape == "depose" for r in rangs),
        "en_retard": sum(r.en_retard for r in rangs),
        "manquants": manquants,
        "depasses": sum(r.avis.depasses for r in rangs),
    }
    return rendre(request, "appels/instruction.html", contexte)


def phrase_file(rangs: Sequence[RangInstruction]) -> str:
    """« 140 dossiers reçus : 12 à l'étape « Déposé », 128 à l'étape « Recevable ». »"""
    if not rangs:
        return "Aucun dossier n'est encore déposé."
    nombres = Counter(r.dossier.etape for r in rangs)
    recus = pluriel(len(rangs), "dossier reçu", "dossiers reçus")
    if len(nombres) == 1:
        tous = "" if len(rangs) == 1 else "tous "
        return f"{recus}, {tous}à l'étape « {ETATS_ETAPES[rangs[0].dossier.etape][0]} »."
    dits = [f"{nombres[e.code]} à l'étape « {e.titre} »" for e in ETAPES if nombres[e.code]]
    return f"{recus} : {', '.join(dits)}."


def _titre_image(rangs: Sequence[RangInstruction]) -> str:
    nombres = Counter(r.region or "National" for r in rangs)
    premiere, nombre = max(sorted(nombres.items()), key=lambda paire: paire[1])
    if len(nombres) == 1:
        return f"{premiere} : {pluriel(nombre, 'dossier', 'dossiers')}"
    if list(nombres.values()).count(nombre) > 1:
        return f"{len(rangs)} dossiers, {len(nombres)} régions"
    return f"{premiere} compte le plus de dossiers : {nombre} sur {len(rangs)}"


def _gestes(rangs: Sequence[RangInstruction]) -> list[dict[str, Any]]:
    """The acts, with how many dossiers stand where each starts."""
    reception = APPEL.reception(FORMAT)
    dits = []
    for code in GESTES:
        t = reception.transition(code)
        nombre = sum(r.dossier.etape in t.de for r in rangs)
        dits.append({"code": code, "titre": t.titre, "nombre": nombre})
    return dits


def tableau_file(appel: Appel, rangs: Sequence[RangInstruction], *, selection: bool) -> Tableau:
    """The queue as a table: filters by région, step, table, lateness and opinions stand in the address."""
    return Tableau(
        nom="dossiers",
        titre="Dossiers à instruire",
        lignes=rangs,
        vide="Aucun dossier n'est encore déposé.",
        cle_ligne=lambda r: str(r.dossier.pk),
        selection="dossier" if selection else "",
        formulaire="choix" if selection else "",
        demonstration=appel.campagne.demonstration,
        colonnes=[
            Colonne(
                "declarant",
                "Déclarant",
                "lien",
                valeur=lambda r: nom_dossier(r.dossier),
                lien=lambda r: reverse("appels:instruire_dossier", args=[r.dossier.pk]),
            ),
            Colonne("region", "Région", choix=True, valeur=lambda r: r.region or "National"),
            Colonne(
                "etape", "Étape", "etat", choix=True, etats=ETATS_ETAPES, valeur=lambda r: r.dossier.etape
            ),
            Colonne("depose_le", "Déposé le", "date", valeur=lambda r: local_day(r.depose_le)),
            Colonne(
                "delai",
                "Délai",
                "etat",
                choix=True,
                etats={"non": ("À temps", "neutre"), "oui": ("En retard", "attention")},
                valeur=lambda r: "oui" if r.en_retard else "non",
            ),
            Colonne(
                "table",
                "Recevabilité",
                "etat",
                choix=True,
                etats=ETATS_TABLE,
                aide="Ce que donne la table de l'appel. « En attente » : d'un avis ou d'une pièce.",
            ),
            Colonne("satisfaits", "Satisfaits", "entier", visible=False),
            Colonne("non_satisfaits", "Non satisfaits", "entier"),
            Colonne("a_verifier", "À vérifier", "entier", total="somme"),
            Colonne("avis", "Avis rendus", valeur=_avis),
            Colonne(
                "avis_manquants",
                "Avis manquants",
                "etat",
                choix=True,
                visible=False,
                etats={
                    "depasse": ("Échéance passée", "refus"),
                    "attendu": ("Attendus", "attente"),
                    "aucun": ("Aucun", "neutre"),
                },
                valeur=etat_manquants,
            ),
            Colonne("montant", "Demandé", "montant_rond", total="somme"),
        ],
    )


def etat_manquants(rang: RangInstruction) -> str:
    """Whether opinions are missing, and past their last day."""
    if rang.avis.depasses:
        return "depasse"
    return "attendu" if rang.avis.manquants else "aucun"


def _avis(rang: RangInstruction) -> Any:
    if not rang.avis.attendus:
        return Absence.SANS_OBJET
    texte = f"{rang.avis.rendus} sur {rang.avis.attendus}"
    marques = []
    if rang.avis.depasses:
        marques.append(f"{pluriel(rang.avis.depasses, 'avis manque', 'avis manquent')} à l'échéance.")
    if rang.avis.en_retard:
        marques.append(f"{pluriel(rang.avis.en_retard, 'avis rendu', 'avis rendus')} en retard.")
    return Valeur(texte, marque=" ".join(marques)) if marques else texte


def dossiers_choisis(request: HttpRequest, appel: Appel) -> list[Dossier]:
    """The dossiers of the address: those checked, or all that the desk shows; those the account sees."""
    vus = a_instruire(request, appel).select_related("campagne__appel", "etablissement__departement__region")
    if request.GET.get("portee") == "tout":
        return list(vus)
    cles = {int(c) for c in request.GET.getlist("dossier") if c.isdecimal() and len(c) < 10}
    return list(vus.filter(pk__in=cles))


def rien_de_choisi(request: HttpRequest, appel: Appel) -> HttpResponse:
    """Back to the desk, saying that dossiers are to be chosen first."""
    messages.error(request, "Aucun dossier n'est choisi. Cochez des dossiers, puis recommencez.")
    return redirect("appels:instruction", code=appel.campagne.code)


@require_http_methods(["GET", "POST"])
def geste(request: HttpRequest, code: str) -> HttpResponse:
    """What an act would do to the dossiers of the address; posted, done for those shown, all or none."""
    appel = un_appel(request, code, INSTRUIRE)
    voulu = request.GET.get("geste", "")
    rules.check_geste(voulu)
    choisis = dossiers_choisis(request, appel)
    if not choisis:
        return rien_de_choisi(request, appel)
    if request.GET.get("portee") == "tout":
        depart = APPEL.reception(FORMAT).transition(voulu).de
        choisis = [d for d in choisis if d.etape in depart] or choisis
    instant = timezone.now()
    apercu = previsualiser_geste(
        appel=appel, dossiers=choisis, geste=voulu, by=compte(request), instant=instant
    )
    form = _formulaire(request, voulu, apercu)
    if request.method == "POST" and form.is_valid() and _comme_vu(request, form, apercu):
        try:
            faits = _faire(voulu, apercu, form, request)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            titre = APPEL.reception(FORMAT).etape(apercu.transition.vers).titre
            dits = pluriel(len(faits), "dossier est", "dossiers sont")
            messages.success(request, f"{dits} maintenant à l'étape « {titre} ».")
            return redirect("appels:instruction", code=code)
    n = len(apercu.possibles)
    contexte = contexte_appel(request, appel) | {
        "titre": apercu.transition.titre,
        "phrase": _annonce(apercu),
        "fil": fil_instruction(appel),
        "apercu": apercu,
        "possibles": [(d, apercu.derogations.get(d.pk)) for d in apercu.possibles],
        "form": form,
        "bouton": f"{apercu.transition.titre} : {pluriel(n, 'dossier', 'dossiers')}",
    }
    return render(request, "appels/instruction_geste.html", contexte, status=422 if form.errors else 200)


def fil_instruction(appel: Appel) -> list[tuple[str, str]]:
    """The path back from the pages of the desk."""
    return [*fil_appel(appel), ("Instruction", reverse("appels:instruction", args=[appel.campagne.code]))]


def _formulaire(request: HttpRequest, voulu: str, apercu: ApercuInstruction) -> MotifForm:
    aides = {
        "declarer_recevable": "Inscrit au journal ; obligatoire quand la table de recevabilité dit non.",
        "declarer_irrecevable": "Les déclarants le lisent, et le reçoivent par courriel.",
        "demander_complement": "Dites ce qui manque : les déclarants le reçoivent par courriel.",
    }
    return MotifForm(
        request.POST if request.method == "POST" else None,
        obligatoire=apercu.motif_exige,
        aide=aides[voulu],
        jour=voulu == "demander_complement",
    )


def _comme_vu(request: HttpRequest, form: MotifForm, apercu: ApercuInstruction) -> bool:
    """Whether what will be done is what the preview showed; otherwise the page says that it changed."""
    vus = set(request.POST.getlist("vu"))
    if not apercu.possibles:
        return False
    if vus == {str(d.pk) for d in apercu.possibles}:
        return True
    form.add_error(
        None,
        "La liste a changé pendant votre lecture, et rien n'a été fait. Vérifiez, puis confirmez.",
    )
    return False


def _faire(voulu: str, apercu: ApercuInstruction, form: MotifForm, request: HttpRequest) -> list[Dossier]:
    commun: dict[str, Any] = {
        "dossiers": apercu.possibles,
        "motif": form.cleaned_data["motif"],
        "by": compte(request),
        "instant": timezone.now(),
    }
    if voulu == "demander_complement":
        return actions.demander_complement(echeance=form.cleaned_data["echeance"], **commun)
    return actions.instruire(geste=voulu, **commun)


def _annonce(apercu: ApercuInstruction) -> str:
    vers = APPEL.reception(FORMAT).etape(apercu.transition.vers)
    n, r = len(apercu.possibles), len(apercu.refus)
    if not n:
        return "Aucun de ces dossiers ne le permet maintenant."
    phrase = f"{pluriel(n, 'dossier passera', 'dossiers passeront')} à l'étape « {vers.titre} »"
    if r:
        phrase += f" ; {pluriel(r, 'dossier restera où il est', 'dossiers resteront où ils sont')}"
    if apercu.derogations:
        combien = f"pour {len(apercu.derogations)} d'entre eux" if n > 1 else "pour lui"
        phrase += f" ; {combien}, la table dit non et un motif est demandé"
    return f"{phrase}. Chaque déclarant est prévenu par courriel."


@require_http_methods(["GET", "POST"])
def trancher(request: HttpRequest, code: str) -> HttpResponse:
    """Settle one test on all the dossiers of the address where it waits for a person."""
    appel = un_appel(request, code, INSTRUIRE)
    choisis = dossiers_choisis(request, appel)
    if not choisis:
        return rien_de_choisi(request, appel)
    tests = tests_a_verifier(choisis)
    voulu = request.GET.get("test", "") or (tests[0][0] if tests else "")
    concernes = [d for d in choisis if _attend(d, voulu)]
    form = TrancherForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and concernes:
        try:
            faits = actions.trancher(
                dossiers=concernes,
                code=voulu,
                by=compte(request),
                instant=timezone.now(),
                **form.cleaned_data,
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"Test tranché sur {pluriel(len(faits), 'dossier', 'dossiers')}.")
            return redirect("appels:instruction", code=code)
    n = len(concernes)
    contexte = contexte_appel(request, appel) | {
        "titre": "Trancher un test",
        "phrase": f"{pluriel(n, 'dossier attend', 'dossiers attendent')} votre vérification sur ce test."
        if n
        else "Aucun de ces dossiers n'attend de vérification.",
        "fil": fil_instruction(appel),
        "tests": tests,
        "voulu": voulu,
        "concernes": [(d, _constat(d, voulu)) for d in concernes],
        "dossiers_choisis": choisis,
        "form": form,
        "bouton": f"Trancher sur {pluriel(n, 'dossier', 'dossiers')}",
    }
    return render(request, "appels/instruction_trancher.html", contexte, status=422 if form.errors else 200)


def _constat(dossier: Dossier, code: str) -> Any:
    version = dossier.version_courante
    return version.constats.filter(code=code).first() if version else None


def _attend(dossier: Dossier, code: str) -> bool:
    constat = _constat(dossier, code)
    return constat is not None and constat.effectif == "inconnu" and dossier.etape in rules.OUVERTES
