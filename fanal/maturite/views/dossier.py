"""A self-assessment: who answers, what is kept for each topic, its score once handed in."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.campagnes.actions import dossiers as moteur
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.temps import local_day
from fanal.comptes.acces import compte
from fanal.comptes.models import Utilisateur
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.maturite.actions import evaluations as actions
from fanal.maturite.actions.evaluations import Choix
from fanal.maturite.compute import est_faible
from fanal.maturite.forms import OUI_NON, InvitationForm, MotifForm, ProfilForm
from fanal.maturite.images import mot, par_theme, repartitions
from fanal.maturite.models import ActionProgres, Evaluateur, NiveauRetenu
from fanal.maturite.queries.evaluations import Autoevaluation, SujetArrete, autoevaluation, sujets_arretes
from fanal.maturite.queries.resultats import evolution, groupes, histoire, reponses
from fanal.maturite.views.commun import SAISIR, TRANSMETTRE, dossier_de, du_ght, faire, fil, peut
from fanal.parametres import valeur
from fanal.refus import Introuvable, Refus

BOOLEENS = {"": None, "oui": True, "non": False}
MOTS = {v: k for k, v in BOOLEENS.items()}


@require_GET
def dossier(request: HttpRequest, numero: int) -> HttpResponse:
    """Where the self-assessment stands; once handed in, its score."""
    seen = dossier_de(request, numero)
    if reception_de(seen).etape(seen.etape).preparation and du_ght(request, seen):
        return _in_progress(request, seen)
    if seen.version_courante is None:
        raise Introuvable("Cette autoévaluation n'est pas encore transmise.")
    return _handed_in(request, seen, autoevaluation(seen.version_courante))


def _in_progress(
    request: HttpRequest, seen: Dossier, typed: Mapping[int, Choix] | None = None
) -> HttpResponse:
    """*typed*: what was chosen for each topic when it was refused, shown again beside the sentence."""
    chosen = {k: (c.niveau, c.motif) for k, c in (typed or {}).items()}
    people = list(seen.evaluateurs.select_related("utilisateur"))
    done = [p for p in people if p.rendu_le]
    mine = next((p for p in people if p.utilisateur_id == compte(request).pk), None)
    profile = seen.profil_maturite
    context = {
        **_frame(seen),
        "phrase": (
            f"{len(done)} évaluation{'s' if len(done) > 1 else ''} rendue{'s' if len(done) > 1 else ''} "
            f"sur {len(people)}."
            if people
            else "Invitez les personnes qui évaluent : chacune répond de son côté, sans voir les autres."
        ),
        "personnes": people,
        "mienne": mine,
        "peut_saisir": peut(request, SAISIR, seen),
        "peut_transmettre": peut(request, TRANSMETTRE, seen),
        "invitation": InvitationForm(),
        "profil": ProfilForm(initial={"chu": MOTS[profile.chu], "accompagne": MOTS[profile.accompagne]}),
        "oui_non": OUI_NON,
        # What others answered is shown to those who have handed in themselves: answers stay blind.
        "sujets": sujets_arretes(seen, chosen) if done and (mine is None or mine.rendu_le) else [],
        "attend": [p for p in people if not p.rendu_le],
    }
    return render(request, "maturite/preparation.html", context, status=200 if typed is None else 409)


def _frame(seen: Dossier) -> dict[str, Any]:
    return {
        "titre": f"{seen.ght} : {seen.campagne.titre.lower()}",
        "fil": fil(),
        "dossier": seen,
        "grille": seen.profil_maturite.grille,
    }


def _handed_in(request: HttpRequest, seen: Dossier, found: Autoevaluation) -> HttpResponse:
    weak = Decimal(valeur("maturite.note_faible", le=local_day(seen.campagne.cloture)))
    rows = list(
        NiveauRetenu.objects.filter(version=found.version)
        .select_related("sujet__theme", "niveau", "prouve")
        .order_by("sujet__theme__ordre", "sujet__ordre")
    )
    acts = {a.sujet_id: a for a in ActionProgres.objects.filter(ght=seen.ght, version=found.version)}
    change = evolution(seen)
    past = histoire(seen)
    context = {
        **_frame(seen),
        "phrase": _sentence(found, change),
        "note": found.declare.globale,
        "prouvee": found.prouve.globale,
        "cotes": found.declare.cotes,
        "image": par_theme(found, _finding(found)),
        "pairs": repartitions(
            groupes(reponses(seen.campagne), seen.campagne), found.declare.globale, "Votre note parmi les GHT"
        ),
        "faibles": [
            (row, acts.get(row.sujet_id))
            for row in rows
            if est_faible(row.niveau.note if row.niveau else None, weak)
        ],
        "peut_saisir": peut(request, SAISIR, seen),
        "peut_reprendre": peut(request, TRANSMETTRE, seen) and seen.etape == "transmise",
        "evolution": change,
        "histoire": [(year, one.declare.globale, one.prouve.globale) for year, one in past],
        "t": _topics(rows, change.evolutions if change else {}, seen.campagne.demonstration),
    }
    return rendre(request, "maturite/resultat.html", context)


def _finding(found: Autoevaluation) -> str:
    rated = [t for t in found.declare.themes if t.exacte is not None]
    if not rated:
        return "Aucun thème n'est noté"
    low = min(rated, key=lambda t: t.exacte or 0)
    return f"Le thème le plus faible : {low.theme.titre} ({mot(low.note)} sur 20)"


def _sentence(found: Autoevaluation, change: Any) -> str:
    if found.declare.globale is None:
        return "Un thème n'a aucun sujet coté : la note globale n'est pas calculable."
    said = f"Note de {mot(found.declare.globale)} sur 20, dont {mot(found.prouve.globale)} prouvés"
    if change is not None and change.sur_communs:
        gap = change.sur_communs[0] - change.sur_communs[1]
        sign = "+" if gap > 0 else "−" if gap < 0 else ""
        what = "depuis la précédente enquête"
        said += f" ; {sign}{mot(abs(gap))} {what}" + (
            "" if change.meme_grille else ", sur les sujets communs"
        )
    return f"{said}."


def _topics(rows: list[NiveauRetenu], moved: Mapping[str, Any], demonstration: bool) -> Tableau:
    return Tableau(
        "sujets",
        [
            Colonne("theme", "Thème", valeur=lambda r: r.sujet.theme.titre, choix=True),
            Colonne("sujet", "Sujet", valeur=lambda r: r.sujet.titre),
            Colonne(
                "niveau",
                "Niveau retenu",
                valeur=lambda r: f"{r.niveau.rang}. {r.niveau.titre}" if r.niveau else None,
            ),
            Colonne(
                "note",
                "Note sur 20",
                "nombre",
                decimales=1,
                valeur=lambda r: r.niveau.note if r.niveau else None,
                absence=Absence.NON_RENSEIGNE,
            ),
            Colonne(
                "prouve",
                "Niveau prouvé",
                valeur=lambda r: str(r.prouve.rang) if r.prouve else "aucun",
            ),
            Colonne("ecart", "Désaccord (niveaux)", "entier", absence=Absence.SANS_OBJET),
            Colonne("motif", "Motif", visible=False),
            Colonne(
                "evolution",
                "Évolution",
                "nombre",
                decimales=1,
                valeur=lambda r: moved.get(r.sujet.code),
                absence=Absence.SANS_OBJET,
            ),
        ],
        rows,
        titre="Sujets",
        demonstration=demonstration,
    )


@require_POST
def profil(request: HttpRequest, numero: int) -> HttpResponse:
    """What places the GHT among its peers."""
    seen = dossier_de(request, numero, SAISIR)
    form = ProfilForm(request.POST)
    form.is_valid()
    asked = {k: BOOLEENS.get(form.cleaned_data.get(k, "")) for k in ("chu", "accompagne")}
    faire(
        request,
        lambda: actions.renseigner(dossier=seen, by=compte(request), instant=timezone.now(), **asked),
        "Le profil est enregistré.",
    )
    return redirect("maturite:dossier", seen.pk)


@require_POST
def inviter(request: HttpRequest, numero: int) -> HttpResponse:
    """Ask a person of the GHT to assess."""
    seen = dossier_de(request, numero, SAISIR)
    form = InvitationForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise Refus("Donnez l'adresse du compte et la fonction de la personne.")
        found = Utilisateur.objects.filter(email__iexact=form.cleaned_data["compte"], is_active=True).first()
        if found is None:
            raise Refus(
                "Aucun compte de votre GHT n'a cette adresse. Vérifiez-la auprès de l'administrateur."
            )
        actions.inviter(
            dossier=seen,
            utilisateur=found,
            fonction=form.cleaned_data["fonction"],
            by=compte(request),
            instant=timezone.now(),
        )

    faire(request, act, "La personne est invitée.")
    return redirect("maturite:dossier", seen.pk)


@require_http_methods(["GET", "POST"])
def retirer(request: HttpRequest, numero: int, personne: int) -> HttpResponse:
    """Withdraw an invitation, with a reason."""
    seen = dossier_de(request, numero, SAISIR)
    found = Evaluateur.objects.filter(dossier=seen, pk=personne).first()
    if found is None:
        raise Introuvable("Cette invitation n'existe plus. Revenez à l'autoévaluation.")
    return _with_reason(
        request,
        seen,
        f"Retirer l'invitation : {found.fonction}",
        "Retirer l'invitation",
        lambda why: actions.retirer(evaluateur=found, by=compte(request), instant=timezone.now(), motif=why),
    )


@require_http_methods(["GET", "POST"])
def reprendre(request: HttpRequest, numero: int) -> HttpResponse:
    """Take the self-assessment back to correct it, with a reason."""
    seen = dossier_de(request, numero, TRANSMETTRE)
    return _with_reason(
        request,
        seen,
        "Corriger l'autoévaluation transmise",
        "Corriger",
        lambda why: moteur.franchir(
            dossier=seen, transition="reprendre", by=compte(request), instant=timezone.now(), motif=why
        ),
    )


def _with_reason(request: HttpRequest, seen: Dossier, title: str, verb: str, act: Any) -> HttpResponse:
    form = MotifForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["motif"])
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            return redirect("maturite:dossier", seen.pk)
    context = {
        "titre": title,
        "phrase": "Le motif reste lisible dans le journal.",
        "fil": fil(seen),
        "form": form,
        "verbe": verb,
    }
    return render(request, "maturite/formulaire.html", context, status=422 if form.errors else 200)


@require_POST
def transmettre(request: HttpRequest, numero: int) -> HttpResponse:
    """Keep the levels chosen and hand the self-assessment in."""
    seen = dossier_de(request, numero, TRANSMETTRE)
    typed = {t.sujet.pk: _choice(request, t) for t in sujets_arretes(seen)}
    done = faire(
        request,
        lambda: actions.transmettre(dossier=seen, choix=typed, by=compte(request), instant=timezone.now()),
        "L'autoévaluation est transmise.",
    )
    return redirect("maturite:dossier", seen.pk) if done else _in_progress(request, seen, typed)


def _choice(request: HttpRequest, topic: SujetArrete) -> Choix:
    raw = request.POST.get(f"niveau-{topic.sujet.pk}", str(topic.arret.niveau or ""))
    level = int(raw) if raw.isascii() and raw.isdigit() and int(raw) in topic.niveaux else None
    return Choix(level, request.POST.get(f"motif-{topic.sujet.pk}", "").strip())
