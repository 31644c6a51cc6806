"""Surveys: their list, the spread of their scores, opening one, bringing a grid in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.appels.fichiers import copie, taille_classeur
from fanal.campagnes.models import Campagne, Dossier
from fanal.campagnes.queries.avancement import etat_campagne
from fanal.campagnes.temps import end_of, local_day, start_of
from fanal.campagnes.views.campagnes import ETATS
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.maturite.actions import enquetes as actions
from fanal.maturite.actions import grilles
from fanal.maturite.forms import EnqueteForm, GrilleForm
from fanal.maturite.images import mot, repartitions
from fanal.maturite.models import Grille
from fanal.maturite.queries.evaluations import sujets_de, themes_de
from fanal.maturite.queries.resultats import Groupe, Reponse, groupes, reponses
from fanal.maturite.types_campagne import TYPE
from fanal.maturite.views.commun import (
    GERER,
    INSTRUIRE,
    SAISIR,
    dossiers_vus,
    enquete_de,
    fil,
    ghts_de,
)
from fanal.parametres import valeur
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL


@require_GET
def enquetes(request: HttpRequest) -> HttpResponse:
    """The surveys, the latest first, and where one's GHT stands in each."""
    exiger(request, "appel.voir")
    now = timezone.now()
    found = list(Campagne.objects.filter(type_campagne=TYPE).order_by("-annee"))
    mine = {d.campagne_id: d for d in dossiers_vus(request).filter(ght__in=ghts_de(request))}
    open_ones = [c for c in found if etat_campagne(c, now)[0] == "ouverte"]
    context = {
        "titre": "Maturité de la fonction achat",
        "phrase": _phrase(found, open_ones),
        "ouvertes": [(c, mine.get(c.pk), ghts_de(request, SAISIR)) for c in open_ones],
        "peut_gerer": perimetre_de(request, GERER).national,
        "t": Tableau(
            "enquetes",
            [
                Colonne(
                    "titre", "Enquête", "lien", lien=lambda c: reverse("maturite:enquete", args=[c.code])
                ),
                Colonne("etat", "État", "etat", valeur=lambda c: etat_campagne(c, now)[0], etats=ETATS),
                Colonne("cloture", "Clôture", "date", valeur=lambda c: local_day(c.cloture)),
                Colonne(
                    "dossier",
                    "Votre autoévaluation",
                    "lien",
                    valeur=lambda c: _step(mine.get(c.pk)),
                    lien=lambda c: _address(mine.get(c.pk)),
                ),
            ],
            found,
            titre="Enquêtes",
            vide="Aucune enquête n'a encore été ouverte.",
            recherche=False,
        ),
    }
    return rendre(request, "maturite/enquetes.html", context)


def _step(dossier: Dossier | None) -> str:
    if dossier is None:
        return "—"
    return {"evaluation": "En préparation", "transmise": "Transmise", "publiee": "Publiée"}[dossier.etape]


def _address(dossier: Dossier | None) -> str:
    return reverse("maturite:dossier", args=[dossier.pk]) if dossier else ""


def _phrase(found: list[Campagne], open_ones: list[Campagne]) -> str:
    if not found:
        return "Aucune enquête n'a encore été ouverte."
    if not open_ones:
        return f"La dernière enquête, celle de {found[0].annee}, est close."
    end = local_day(open_ones[0].cloture)
    return f"L'enquête de {open_ones[0].annee} est ouverte jusqu'au {end:%d/%m/%Y} inclus."


@require_GET
def enquete(request: HttpRequest, code: str) -> HttpResponse:
    """The scores of a survey: their spread by class of GHT, and with or without a CHU."""
    campagne = enquete_de(request, code)
    lues = reponses(campagne)
    spread = groupes(lues, campagne)
    mine = next((r for r in lues if r.ght in ghts_de(request)), None)
    everybody = spread[0].repartition
    where = perimetre_de(request, INSTRUIRE)
    seen = [r for r in lues if where.national or r.ght.pk in where.ghts]
    context = {
        "titre": campagne.titre,
        "phrase": (
            f"{len(lues)} GHT ont répondu ; la note médiane est {mot(everybody.mediane)} sur 20."
            if everybody
            else f"{len(lues)} GHT ont répondu : trop peu pour montrer une répartition."
        ),
        "fil": fil(),
        "campagne": campagne,
        "mienne": mine,
        "image": repartitions(spread, mine.note if mine else None, "Notes par classe de GHT"),
        "peut_gerer": perimetre_de(request, GERER).national,
        "t": Tableau(
            "groupes",
            [
                Colonne("titre", "Groupe"),
                Colonne("nombre", "GHT", "entier"),
                *[
                    Colonne(
                        key,
                        title,
                        "nombre",
                        decimales=1,
                        valeur=_of_spread(key),
                        absence=Absence.SANS_OBJET,
                    )
                    for key, title in (
                        ("minimum", "Minimum"),
                        ("q1", "1er quartile"),
                        ("mediane", "Médiane"),
                        ("q3", "3e quartile"),
                        ("maximum", "Maximum"),
                        ("moyenne", "Moyenne"),
                    )
                ],
            ],
            spread,
            titre="Répartition des notes sur 20",
            recherche=False,
            demonstration=campagne.demonstration,
        ),
        "reponses": _answers(seen, campagne) if seen else None,
    }
    return rendre(request, "maturite/enquete.html", context)


def _of_spread(key: str) -> Callable[[Groupe], Any]:
    """What reads a figure of a group's spread; None when the group is not shown."""
    return lambda group: getattr(group.repartition, key) if group.repartition else None


def _answers(seen: list[Reponse], campagne: Campagne) -> Tableau:
    return Tableau(
        "ght",
        [
            Colonne(
                "ght",
                "GHT",
                "lien",
                valeur=lambda r: f"{r.ght.code} {r.ght.nom}",
                lien=lambda r: reverse("maturite:dossier", args=[r.dossier.pk]),
            ),
            Colonne("region", "Région", valeur=lambda r: r.ght.region.nom, choix=True),
            Colonne(
                "classe", "Classe", "entier", valeur=lambda r: r.ght.classe, absence=Absence.NON_RENSEIGNE
            ),
            Colonne("note", "Note déclarée", "nombre", decimales=1),
            Colonne(
                "prouve", "Note prouvée", "nombre", decimales=1, valeur=lambda r: r.evaluation.prouve.globale
            ),
            Colonne(
                "cotes",
                "Sujets cotés",
                valeur=lambda r: f"{r.evaluation.declare.cotes} sur {r.evaluation.declare.sujets}",
            ),
        ],
        seen,
        titre="Réponses que vous suivez",
        demonstration=campagne.demonstration,
    )


@require_http_methods(["GET", "POST"])
def ouvrir(request: HttpRequest) -> HttpResponse:
    """Open a survey for every GHT of the platform."""
    exiger(request, GERER, NATIONAL)
    form = EnqueteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(request, form)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "L'enquête est ouverte, et tous les GHT y sont invités.")
            return redirect("maturite:enquete", opened.code)
    context = {
        "titre": "Ouvrir une enquête de maturité",
        "phrase": "Tous les GHT sont invités ; les rappels partent 15, 7 et 1 jours avant la clôture.",
        "fil": fil(),
        "form": form,
        "verbe": "Ouvrir l'enquête",
        "aucune_grille": not Grille.objects.exists(),
    }
    return render(request, "maturite/formulaire.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, form: EnqueteForm) -> Campagne:
    asked, now = form.cleaned_data, timezone.now()
    days = timedelta(days=int(valeur("maturite.correction_jours", le=asked["cloture"])))
    opened = actions.ouvrir(
        annee=asked["annee"],
        grille=asked["grille"],
        ouverture=start_of(asked["ouverture"]),
        cloture=end_of(asked["cloture"]),
        correction_jusqu_au=end_of(asked["cloture"] + days),
        by=compte(request),
        instant=now,
    )
    actions.inviter(campagne=opened, ghts=Ght.objects.all(), by=compte(request), instant=now)
    return opened


@require_POST
def commencer(request: HttpRequest, code: str, ght: str) -> HttpResponse:
    """Begin the self-assessment of a GHT."""
    found = next((g for g in ghts_de(request, SAISIR) if g.code == ght), None)
    if found is None:
        raise Introuvable("Ce GHT n'est pas le vôtre. Revenez à la liste des enquêtes.")
    campagne = enquete_de(request, code)
    dossier = actions.commencer(campagne=campagne, ght=found, by=compte(request), instant=timezone.now())
    return redirect("maturite:dossier", dossier.pk)


@require_http_methods(["GET", "POST"])
def importer_grille(request: HttpRequest) -> HttpResponse:
    """Bring a grid in."""
    exiger(request, GERER, NATIONAL)
    form = GrilleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = _import(request, form)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"La grille « {kept.titre} » est gardée.")
            return redirect("maturite:grille", kept.code)
    context = {
        "titre": "Importer une grille de maturité",
        "phrase": "La grille se prend entière : une seule ligne refusée, et rien n'est écrit.",
        "fil": fil(),
        "form": form,
        "verbe": "Importer la grille",
        "grilles": Grille.objects.all(),
        "modele": True,
    }
    return render(request, "maturite/formulaire.html", context, status=422 if form.errors else 200)


def _import(request: HttpRequest, form: GrilleForm) -> Grille:
    asked = form.cleaned_data
    sent = asked["fichier"]
    suffix = "." + sent.name.rpartition(".")[2].lower()
    with copie(sent, taille_classeur(timezone.localdate()), f"grille{suffix}") as path:
        return grilles.importer(
            chemin=path,
            nom_fichier=sent.name,
            code=asked["code"],
            titre=asked["titre"],
            annee=asked["annee"],
            source=asked["source"],
            by=compte(request),
            instant=timezone.now(),
        )


@require_GET
def grille(request: HttpRequest, code: str) -> HttpResponse:
    """A grid: themes, topics, levels and the proofs they ask for."""
    exiger(request, "appel.voir")
    found = Grille.objects.filter(code=code).first()
    if found is None:
        raise Introuvable(f"La grille « {code} » n'existe pas. Revenez à la liste des enquêtes.")
    topics = sujets_de(found)
    themes = themes_de(found)
    context = {
        "titre": found.titre,
        "phrase": f"{len(themes)} thèmes, {len(topics)} sujets ; les poids des thèmes font 100.",
        "fil": fil(),
        "grille": found,
        "themes": [(t, [s for s in topics if s.theme.code == t.code]) for t in themes],
    }
    return render(request, "maturite/grille.html", context)
