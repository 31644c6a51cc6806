"""Opening a campaign, moving its dates, inviting its respondents, reminding those who have not answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.campagnes import registre
from fanal.campagnes.actions import campagnes as actions
from fanal.campagnes.actions.relances import BilanRelances, relancer_maintenant
from fanal.campagnes.fenetres import fenetres_par_defaut
from fanal.campagnes.forms import OuvertureForm, ReglagesForm
from fanal.campagnes.models import Campagne
from fanal.campagnes.queries.avancement import reception_principale
from fanal.campagnes.queries.relances import relances_prevues
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import local_day
from fanal.campagnes.views.commun import campagne_de, fil_campagne, fil_campagnes, titre_format
from fanal.comptes.acces import compte, exiger
from fanal.refus import Refus
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

GERER = "campagne.gerer"


@require_http_methods(["GET", "POST"])
def ouvrir(request: HttpRequest) -> HttpResponse:
    """Open the campaign of a year; the usual dates are proposed."""
    exiger(request, GERER, NATIONAL)
    types = [(t.code, t.titre) for t in registre.a_classeurs()]
    periodes = [(p, t.titres_periodes.get(p, p)) for t in registre.a_classeurs() for p in t.periodes]
    choix = {"types": types, "periodes": list(dict.fromkeys(periodes))}
    if request.method == "POST":
        form = OuvertureForm(request.POST, **choix)
        if form.is_valid():
            fenetres = form.fenetres()
            try:
                campagne = actions.ouvrir(
                    type_campagne=form.cleaned_data["type_campagne"],
                    annee=form.cleaned_data["annee"],
                    periode=form.cleaned_data["periode"],
                    by=compte(request),
                    instant=timezone.now(),
                    **fenetres,
                )
            except Refus as refus:
                form.add_error(None, refus.phrase)
            else:
                messages.success(
                    request, f"La campagne « {campagne.titre} » est ouverte. Invitez ses répondants."
                )
                return redirect("campagnes:reglages", campagne.code)
    else:
        form = OuvertureForm(initial=_initiales(types, choix["periodes"]), **choix)
    contexte = {
        "titre": "Ouvrir une campagne",
        "phrase": "Les dates proposées sont celles des paramètres ; changez-les si besoin.",
        "fil": fil_campagnes(),
        "form": form,
    }
    return render(request, "campagnes/ouvrir.html", contexte, status=422 if form.errors else 200)


def _initiales(types: list[tuple[str, str]], periodes: list[tuple[str, str]]) -> dict[str, Any]:
    """The year that ends, with the windows of the parameters when they have any."""
    annee = timezone.localdate().year
    initiales: dict[str, Any] = {"annee": annee}
    if types:
        initiales["type_campagne"] = types[0][0]
    if periodes:
        initiales["periode"] = periodes[0][0]
        try:
            ouverture, cloture, correction = fenetres_par_defaut(annee, periodes[0][0])
        except Refus:
            return initiales
        initiales |= {
            "ouverture": local_day(ouverture),
            "cloture": local_day(cloture),
            "correction_jusqu_au": local_day(correction),
        }
    return initiales


@require_http_methods(["GET", "POST"])
def reglages(request: HttpRequest, code: str) -> HttpResponse:
    """Move the dates of a campaign, with a reason; invite its respondents."""
    campagne = campagne_de(request, code)
    exiger(request, GERER, NATIONAL)
    if request.method == "POST":
        form = ReglagesForm(request.POST)
        if form.is_valid():
            try:
                actions.regler(
                    campagne=campagne,
                    motif=form.cleaned_data["motif"],
                    by=compte(request),
                    instant=timezone.now(),
                    **form.fenetres(),
                )
            except Refus as refus:
                form.add_error(None, refus.phrase)
            else:
                messages.success(request, "Les dates de la campagne sont changées.")
                return redirect("campagnes:campagne", campagne.code)
    else:
        form = ReglagesForm(initial=ReglagesForm.initiales(campagne))
    reception = reception_principale(campagne)
    invites = campagne.repondants.filter(format=reception.format).count()
    contexte = {
        "titre": "Régler la campagne",
        "phrase": f"{pluriel(invites, 'répondant est invité', 'répondants sont invités')} à répondre.",
        "fil": fil_campagne(campagne),
        "campagne": campagne,
        "form": form,
        "nom_format": titre_format(reception.format),
        "a_inviter": len(_a_inviter(campagne)),
        "par_ght": Niveau.GHT in reception.niveaux,
    }
    return render(request, "campagnes/reglages.html", contexte, status=422 if form.errors else 200)


def _a_inviter(campagne: Campagne) -> list[Noeud]:
    """The GHT that are not invited yet; those of the demonstration only in its campaigns."""
    format_ = reception_principale(campagne).format
    deja = campagne.repondants.filter(format=format_, niveau=Niveau.GHT).values("ght")
    ghts = Ght.objects.exclude(pk__in=deja)
    if not campagne.demonstration:
        ghts = ghts.filter(demonstration=False)
    return [Noeud(Niveau.GHT, g) for g in ghts]


@require_POST
def inviter(request: HttpRequest, code: str) -> HttpResponse:
    """Invite every GHT that is not yet."""
    campagne = campagne_de(request, code)
    exiger(request, GERER, NATIONAL)
    nouveaux = actions.inviter(
        campagne=campagne,
        format=reception_principale(campagne).format,
        noeuds=_a_inviter(campagne),
        by=compte(request),
        instant=timezone.now(),
    )
    dits = pluriel(len(nouveaux), "GHT est invité", "GHT sont invités")
    messages.success(request, f"{dits} à répondre.")
    return redirect("campagnes:campagne", campagne.code)


@require_http_methods(["GET", "POST"])
def relancer(request: HttpRequest, code: str) -> HttpResponse:
    """Who would be written to, then the sending."""
    campagne = campagne_de(request, code)
    exiger(request, GERER, NATIONAL)
    erreur = ""
    if request.method == "POST":
        choisis = {int(n) for n in request.POST.getlist("repondant") if n.isdecimal() and len(n) < 19}
        try:
            bilan = relancer_maintenant(
                campagne=campagne, repondants=choisis, by=compte(request), instant=timezone.now()
            )
        except Refus as refus:
            erreur = refus.phrase
        else:
            _dire(request, bilan)
            return redirect("campagnes:campagne", campagne.code)
    lignes = relances_prevues(campagne, timezone.localdate())
    joignables = sum(bool(x.comptes) for x in lignes)
    contexte = {
        "titre": "Relancer",
        "phrase": _phrase(len(lignes), joignables),
        "fil": fil_campagne(campagne),
        "campagne": campagne,
        "lignes": lignes,
        "joignables": joignables,
        "erreur": erreur,
        "retour": reverse("campagnes:campagne", args=[campagne.code]),
    }
    return render(request, "campagnes/relancer.html", contexte, status=409 if erreur else 200)


def _phrase(attendus: int, joignables: int) -> str:
    if not attendus:
        return "Tous les répondants ont répondu : il n'y a personne à relancer."
    sans = attendus - joignables
    phrase = f"{pluriel(attendus, 'répondant est attendu', 'répondants sont attendus')}."
    return f"{phrase} {pluriel(sans, 'n’a', 'n’ont')} aucun compte à qui écrire." if sans else phrase


def _dire(request: HttpRequest, bilan: BilanRelances) -> None:
    """What the sending did, in one message per outcome."""
    if bilan.envoyees:
        messages.success(request, f"{pluriel(len(bilan.envoyees), 'relance envoyée', 'relances envoyées')}.")
    if bilan.deja_envoyees:
        deja = pluriel(
            bilan.deja_envoyees, "répondant a déjà été relancé", "répondants ont déjà été relancés"
        )
        messages.info(request, f"{deja} aujourd'hui : rien ne leur est envoyé.")
    if bilan.sans_compte:
        sans = pluriel(len(bilan.sans_compte), "répondant n'a", "répondants n'ont")
        messages.warning(request, f"{sans} aucun compte à qui écrire.")
    if bilan.echecs:
        echecs = pluriel(len(bilan.echecs), "relance n'est pas partie", "relances ne sont pas parties")
        messages.error(request, f"{echecs} : le serveur de courrier ne répond pas. Réessayez plus tard.")
    if not (bilan.envoyees or bilan.deja_envoyees or bilan.sans_compte or bilan.echecs):
        messages.info(request, "Ceux que vous avez choisis ont répondu entre-temps : rien n'a été envoyé.")
