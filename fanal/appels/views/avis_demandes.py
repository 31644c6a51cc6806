"""The organiser's side of opinions: asking for them on many dossiers, following them, acting on requests."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels.actions import demandes_avis as actions
from fanal.appels.actions import relances_avis
from fanal.appels.forms_instruction import ChoixInstanceForm, DemanderForm, MotifForm
from fanal.appels.models import Appel, DemandeAvis
from fanal.appels.queries.avis import (
    RELIES,
    attendu,
    echeance_par_defaut,
    experts_possibles,
    nom_instance,
)
from fanal.appels.queries.demandes_avis import ApercuDemandes, previsualiser_demandes
from fanal.appels.queries.gestes_avis import (
    GESTES,
    ApercuGeste,
    SuiviAvis,
    check_geste_connu,
    demandes_de_l_appel,
    previsualiser,
)
from fanal.appels.queries.portee import un_appel
from fanal.appels.queries.textes_avis import fondement_de, textes_de_demande
from fanal.appels.rules.avis import INSTANCES, SENS, phrase_avis
from fanal.appels.types_campagne import INSTRUIRE
from fanal.appels.views.avis import modele_choisi
from fanal.appels.views.commun import contexte_appel, nom_dossier
from fanal.appels.views.instruction import dossiers_choisis, fil_instruction, rien_de_choisi
from fanal.appels.views.mots_avis import ETATS_DEMANDE
from fanal.appels.views.mots_avis import SENS as ETATS_SENS
from fanal.campagnes.models import TexteType
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte
from fanal.comptes.models import Utilisateur
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud


@require_http_methods(["GET", "POST"])
def demander(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for opinions on the dossiers of the address; of whom stands there too: the preview follows."""
    appel = un_appel(request, code, INSTRUIRE)
    choisis = dossiers_choisis(request, appel)
    if not choisis:
        return rien_de_choisi(request, appel)
    instant, jour = timezone.now(), timezone.localdate()
    instance = request.GET.get("instance", "") or _premiere(appel)
    possibles = experts_possibles([Noeud.de(d) for d in choisis], jour) if instance == "expert" else []
    experts = [e for e in possibles if str(e.pk) in request.GET.getlist("expert")]
    apercu = _apercu(request, appel, choisis, instance, experts)
    modele = modele_choisi(request, textes_de_demande(appel))
    form = DemanderForm(
        request.POST if request.method == "POST" else None,
        initial=_initial(appel, instance, modele),
    )
    if request.method == "POST" and form.is_valid() and apercu.prevues and _comme_vu(request, form, apercu):
        try:
            faites = actions.demander_lot(
                dossiers=list({p.dossier.pk: p.dossier for p in apercu.prevues}.values()),
                instance=instance,
                experts=experts,
                by=compte(request),
                instant=instant,
                **form.cleaned_data,
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"{pluriel(len(faites), 'avis demandé', 'avis demandés')}.")
            return redirect("appels:avis_demandes", code=code)
    contexte = contexte_appel(request, appel) | {
        "titre": "Demander des avis",
        "phrase": _annonce(apercu),
        "fil": fil_instruction(appel),
        "apercu": apercu,
        "choix": ChoixInstanceForm(
            initial={"instance": instance, "expert": [e.pk for e in experts]}, experts=possibles
        ),
        "instance": instance,
        "caches": [
            (cle, valeur)
            for cle, valeurs in request.GET.lists()
            for valeur in valeurs
            if cle in ("dossier", "portee")
        ],
        "sens": [SENS[s] for s in attendu(appel, instance).sens],
        "textes": textes_de_demande(appel),
        "form": form,
        "bouton": f"Demander {pluriel(len(apercu.prevues), 'avis', 'avis')}",
    }
    return render(request, "appels/demander_avis.html", contexte, status=422 if form.errors else 200)


def _premiere(appel: Appel) -> str:
    """The first body that the rules of the call name, else the agency."""
    return next((i for i in INSTANCES if attendu(appel, i).echeance), "ars")


def _apercu(
    request: HttpRequest, appel: Appel, choisis: Sequence[Any], instance: str, experts: Sequence[Utilisateur]
) -> ApercuDemandes:
    if instance == "expert" and not experts:
        return ApercuDemandes()
    return previsualiser_demandes(
        appel=appel,
        dossiers=choisis,
        instance=instance,
        experts=experts,
        by=compte(request),
        instant=timezone.now(),
    )


def _initial(appel: Appel, instance: str, modele: TexteType | None) -> dict[str, Any]:
    connue = instance if instance in INSTANCES else "ars"
    initial: dict[str, Any] = {"echeance": echeance_par_defaut(appel, connue, timezone.localdate())}
    if modele is not None:
        initial |= {"texte": modele.texte, "fondement": fondement_de(modele)}
    return initial


def _comme_vu(request: HttpRequest, form: DemanderForm, apercu: ApercuDemandes) -> bool:
    """Whether what will be asked is what the preview showed."""
    if set(request.POST.getlist("vu")) == {str(p.dossier.pk) for p in apercu.prevues}:
        return True
    form.add_error(
        None, "La liste a changé pendant votre lecture, et rien n'a été fait. Vérifiez, puis confirmez."
    )
    return False


def _annonce(apercu: ApercuDemandes) -> str:
    n, r = len(apercu.prevues), len(apercu.refus)
    if not n and not r:
        return "Choisissez à qui demander un avis."
    phrase = pluriel(n, "avis sera demandé", "avis seront demandés")
    return f"{phrase} ; {pluriel(r, 'ne peut pas l', 'ne peuvent pas l')}'être." if r else f"{phrase}."


@require_GET
def suivi(request: HttpRequest, code: str) -> HttpResponse:
    """Every opinion asked in a call: given, awaited, past its last day; and the acts on those checked."""
    appel = un_appel(request, code, INSTRUIRE)
    suivis = demandes_de_l_appel(appel, timezone.localdate())
    vivants = [s for s in suivis if s.etat != "retire"]
    rendus = sum(s.demande.avis_id is not None for s in vivants)
    depasses = sum(s.etat == "en_retard" for s in vivants)
    contexte = contexte_appel(request, appel) | {
        "titre": "Avis demandés",
        "phrase": _phrase_suivi(rendus, len(vivants), depasses),
        "fil": fil_instruction(appel),
        "attendus": len(vivants) - rendus,
        "rendus": rendus,
        "depasses": depasses,
        "en_retard": sum(s.etat == "rendu_en_retard" for s in vivants),
        "gestes": list(GESTES.items()),
        "demandes": _tableau(appel, suivis),
    }
    return rendre(request, "appels/avis_demandes.html", contexte)


def _phrase_suivi(rendus: int, attendus: int, depasses: int) -> str:
    if not attendus:
        return "Aucun avis n'a encore été demandé. Choisissez des dossiers dans l'instruction."
    phrase = phrase_avis(rendus, attendus)
    if depasses:
        phrase += f" ; {pluriel(depasses, 'a dépassé son échéance', 'ont dépassé leur échéance')}"
    return f"{phrase}."


def _tableau(appel: Appel, suivis: Sequence[SuiviAvis]) -> Tableau:
    return Tableau(
        nom="avis",
        titre="Avis demandés",
        lignes=suivis,
        vide="Aucun avis n'a encore été demandé.",
        cle_ligne=lambda s: str(s.demande.pk),
        selection="demande",
        formulaire="choix",
        demonstration=appel.campagne.demonstration,
        colonnes=[
            Colonne(
                "declarant",
                "Déclarant",
                "lien",
                valeur=lambda s: nom_dossier(s.demande.dossier),
                lien=lambda s: reverse("appels:instruire_dossier", args=[s.demande.dossier_id]),
            ),
            Colonne("qui", "Demandé à", choix=True, valeur=lambda s: nom_instance(s.demande, nom=True)),
            Colonne("etat", "Avis", "etat", choix=True, etats=ETATS_DEMANDE),
            Colonne(
                "sens",
                "Sens",
                "etat",
                choix=True,
                etats=ETATS_SENS,
                valeur=lambda s: s.demande.avis.sens if s.demande.avis else "aucun",
            ),
            Colonne("echeance", "Échéance, incluse", "date", valeur=lambda s: s.demande.echeance),
            Colonne("demandee_le", "Demandé le", "date", valeur=lambda s: s.demande.demandee_le),
            Colonne("relancee_le", "Relancé le", "date", valeur=lambda s: s.demande.relancee_le),
            Colonne("motif", "Retrait", visible=False, valeur=lambda s: s.demande.motif_retrait),
        ],
    )


@require_http_methods(["GET", "POST"])
def geste(request: HttpRequest, code: str) -> HttpResponse:
    """What an act on the requests of the address would do; posted, done for those shown, all or none."""
    appel = un_appel(request, code, INSTRUIRE)
    voulu = request.GET.get("geste", "")
    check_geste_connu(voulu)
    cles = {int(c) for c in request.GET.getlist("demande") if c.isdecimal() and len(c) < 10}
    choisies = list(
        DemandeAvis.objects.filter(pk__in=cles, dossier__campagne=appel.campagne_id).select_related(*RELIES)
    )
    if not choisies:
        messages.error(request, "Aucune demande n'est choisie. Cochez des demandes, puis recommencez.")
        return redirect("appels:avis_demandes", code=code)
    apercu = previsualiser(choisies, voulu, timezone.localdate())
    form = _formulaire(request, voulu, appel, apercu)
    if request.method == "POST" and form.is_valid() and apercu.possibles:
        try:
            phrase = _faire(request, voulu, apercu, form)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, phrase)
            return redirect("appels:avis_demandes", code=code)
    n = len(apercu.possibles)
    contexte = contexte_appel(request, appel) | {
        "titre": GESTES[voulu],
        "phrase": f"{pluriel(n, 'demande concernée', 'demandes concernées')}."
        if n
        else "Aucune de ces demandes ne le permet.",
        "fil": [
            *fil_instruction(appel),
            ("Avis demandés", reverse("appels:avis_demandes", args=[code])),
        ],
        "possibles": [(d, nom_instance(d, nom=True)) for d in apercu.possibles],
        "refus": [(d, nom_instance(d, nom=True), phrase) for d, phrase in apercu.refus],
        "form": form,
        "bouton": f"{GESTES[voulu]} : {pluriel(n, 'avis', 'avis')}",
    }
    return render(request, "appels/avis_geste.html", contexte, status=422 if form.errors else 200)


def _formulaire(request: HttpRequest, voulu: str, appel: Appel, apercu: ApercuGeste) -> MotifForm:
    aides = {
        "relancer": "",
        "reporter": "Inscrit au journal.",
        "retirer": "Ceux à qui l'avis était demandé le lisent.",
        "redemander": "Ceux à qui l'avis est demandé le lisent ; l'avis déjà rendu reste au dossier.",
    }
    donnees = request.POST if request.method == "POST" else None
    form = MotifForm(
        donnees,
        obligatoire=voulu != "relancer",
        aide=aides[voulu],
        jour=voulu in ("reporter", "redemander"),
        initial={
            "echeance": echeance_par_defaut(appel, apercu.possibles[0].instance, timezone.localdate())
            if apercu.possibles
            else None
        },
    )
    if voulu == "relancer":
        del form.fields["motif"]
    if voulu == "reporter":
        form.fields["echeance"].required = True
    return form


def _faire(request: HttpRequest, voulu: str, apercu: ApercuGeste, form: MotifForm) -> str:
    commun: dict[str, Any] = {
        "demandes": apercu.possibles,
        "by": compte(request),
        "instant": timezone.now(),
        **form.cleaned_data,
    }
    if voulu == "relancer":
        bilan = relances_avis.relancer_maintenant(**commun)
        phrase = f"{pluriel(len(bilan.relancees), 'demande relancée', 'demandes relancées')}"
        sans = len(bilan.sans_compte)
        return f"{phrase} ; {sans} sans compte à prévenir." if sans else f"{phrase}."
    gestes: dict[str, Callable[..., list[DemandeAvis]]] = {
        "reporter": actions.reporter,
        "retirer": actions.retirer,
        "redemander": actions.redemander,
    }
    faites = gestes[voulu](**commun)
    mots = {"reporter": "échéance changée", "retirer": "demande retirée", "redemander": "demande refaite"}
    mot = mots[voulu]
    return f"{pluriel(len(faites), mot, ' '.join(f'{m}s' for m in mot.split()))}."
