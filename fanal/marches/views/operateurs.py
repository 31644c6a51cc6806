"""Contracts of purchasing operators that a GHT may join: what they publish, and a dated membership."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import INVISIBLE, compte, exiger
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.actions import beneficiaires
from fanal.marches.forms_vie import AdhesionForm
from fanal.marches.models import Adhesion, Marche
from fanal.marches.queries.situation import situation
from fanal.marches.rules.cycle import check_en_cours
from fanal.marches.views.phrases import phrase
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Ght

GERER = "marche.gerer"


@require_GET
def operateurs(request: HttpRequest) -> HttpResponse:
    """The contracts of operators still running, with those that a GHT of the account has joined."""
    held = exiger(request, GERER)
    today = timezone.localdate()
    running = Marche.objects.filter(
        niveau="operateur", etat=Marche.Etat.NOTIFIE, date_fin_totale__gte=today
    ).select_related("operateur")
    joined = set(Adhesion.objects.filter(held.ghts_q("ght__")).values_list("marche", flat=True))
    n = running.count()
    done = len(joined & {m.pk for m in running})
    table = Tableau(
        nom="operateurs",
        titre="Marchés des opérateurs d'achat",
        lignes=list(running),
        vide="Aucun marché d'opérateur en cours n'est enregistré.",
        colonnes=[
            Colonne("identifiant", "Marché", "lien", lien=lambda m: _url(m, joined)),
            Colonne("operateur", "Opérateur", valeur=lambda m: m.operateur.nom, choix=True),
            Colonne("objet", "Objet"),
            Colonne("code_cpv", "CPV"),
            Colonne("date_fin_totale", "Fin", "date"),
            Colonne(
                "adhesion",
                "Adhésion",
                "etat",
                valeur=lambda m: m.pk in joined,
                etats={True: ("Rejoint", "decide"), False: ("À rejoindre", "neutre")},
                choix=True,
            ),
        ],
    )
    many = "marchés d'opérateurs sont" if n > 1 else "marché d'opérateur est"
    word = "déjà rejoints" if done > 1 else "déjà rejoint"
    contexte = {
        "titre": "Marchés des opérateurs",
        "phrase": f"{n or 'Aucun'} {many} en cours, dont {done or 'aucun'} {word}.",
        "tableau": table,
    }
    return rendre(request, "marches/liste_simple.html", contexte)


def _url(marche: Marche, joined: set[int]) -> str:
    name = "marches:marche" if marche.pk in joined else "marches:adherer"
    return reverse(name, args=[marche.pk])


@require_http_methods(["GET", "POST"])
def adherer(request: HttpRequest, pk: int) -> HttpResponse:
    """Join an operator's contract from a day on, with the need declared to the operator."""
    held = exiger(request, GERER)
    wanted = Marche.objects.filter(pk=pk, niveau="operateur").first()
    if wanted is None:
        raise Introuvable(INVISIBLE)
    now = timezone.now()
    today = timezone.localdate(now)
    facts = situation(wanted, today)
    reason = ""
    try:
        check_en_cours(facts, "une adhésion")
    except Refus as refus:
        reason = refus.phrase
    ghts = list(Ght.objects.filter(held.ghts_q()).order_by("code"))
    posted = request.method == "POST"
    form = AdhesionForm(
        request.POST if posted else None,
        initial={"verrou": wanted.verrou, "debut": today},
        choix={"ght": [(str(g.pk), g.code) for g in ghts]},
    )
    if posted and form.is_valid():
        data = dict(form.cleaned_data)
        chosen = next(g for g in ghts if str(g.pk) == data.pop("ght"))
        try:
            beneficiaires.adherer(marche=wanted, ght=chosen, by=compte(request), instant=now, **data)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "L'adhésion est enregistrée.")
            return redirect("marches:marche", pk=pk)
    contexte = {
        "titre": f"Adhérer : {wanted.objet}",
        "phrase": reason or phrase(facts),
        "fil": [("Marchés des opérateurs", reverse("marches:operateurs"))],
        "form": form,
        "raison": reason,
        "bouton": "Adhérer",
    }
    return render(request, "marches/formulaire.html", contexte, status=409 if form.errors else 200)
