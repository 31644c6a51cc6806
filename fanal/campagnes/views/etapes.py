"""The steps of a campaign's dossiers, taken on many at once: chosen, shown beforehand, then done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.campagnes.actions import dossiers as actions
from fanal.campagnes.forms import MotifForm
from fanal.campagnes.models import Campagne, Dossier
from fanal.campagnes.queries.avancement import etats_etapes, reception_principale
from fanal.campagnes.queries.campagnes import comptes, demandes_par_dossier
from fanal.campagnes.queries.passages import ApercuPassage, passages_en_nombre, previsualiser_passage
from fanal.campagnes.registre import Exigence, Reception, Transition
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import local_day
from fanal.campagnes.views.commun import campagne_de, fil_campagne, url_dossier
from fanal.comptes.acces import exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.memoire import Memoire
from fanal.refus import Introuvable, Refus
from fanal.territoires.queries import revision

RELIES = ("campagne", "version_courante", "region", "ght__region", "etablissement", "operateur")
# For the list only: steps are taken on dossiers read anew.
_presents: Memoire[list[Dossier]] = Memoire(64)


@require_GET
def etapes(request: HttpRequest, code: str) -> HttpResponse:
    """Where every dossier stands, and the steps that may be taken on those chosen."""
    campagne = campagne_de(request, code)
    perimetre = exiger(request, "controle.voir")
    reception = reception_principale(campagne)
    presents = _presents.lire(
        (campagne.pk, perimetre),
        (campagne.revision, *revision()),
        lambda: _dossiers(campagne, reception, perimetre),
    )
    decide = not perimetre_de(request, reception.permission_decision).vide
    contexte = {
        "titre": "Étapes des dossiers",
        "phrase": _phrase(presents, reception),
        "fil": fil_campagne(campagne),
        "campagne": campagne,
        "passages": _passages(presents, reception) if decide else [],
        "dossiers": _table(campagne, presents, selection=decide),
        "peut_decider": decide,
    }
    etat = (campagne.revision, timezone.localdate(), revision(), perimetre, decide)
    return rendre(request, "campagnes/etapes.html", contexte, etat=etat)


def _dossiers(campagne: Campagne, reception: Reception, perimetre: Perimetre) -> list[Dossier]:
    siens = campagne.dossiers.filter(perimetre.dossiers_q(), format=reception.format)
    # The hashes of the lines are many, and are not shown.
    siens = siens.select_related(*RELIES).defer("version_courante__lignes")
    return list(siens.filter(version_courante__isnull=False))


def _phrase(presents: list[Dossier], reception: Reception) -> str:
    if not presents:
        return "Aucun dossier n'est encore déposé."
    nombres = [(e.titre, sum(d.etape == e.code for d in presents)) for e in reception.etapes]
    detail = ", ".join(f"{n} « {titre} »" for titre, n in nombres if n)
    return f"{pluriel(len(presents), 'dossier déposé', 'dossiers déposés')} : {detail}."


def _passages(presents: list[Dossier], reception: Reception) -> list[dict[str, Any]]:
    """The steps that can be taken on many, with how many dossiers stand where they start."""
    dits = []
    for t in passages_en_nombre(reception):
        places = [e.titre for e in reception.etapes if e.code in t.de]
        nombre = sum(d.etape in t.de for d in presents)
        vide = f"Aucun dossier n'est à l'étape « {' » ni « '.join(places)} »."
        dits.append({"code": t.code, "titre": t.titre, "nombre": nombre, "phrase": "" if nombre else vide})
    return dits


def _table(campagne: Campagne, presents: list[Dossier], *, selection: bool) -> Tableau:
    connus = comptes(campagne)
    attente = demandes_par_dossier(campagne, local_day(timezone.now()))

    def compte(champ: str) -> Any:
        return lambda d: getattr(connus[d.pk], champ) if d.pk in connus else 0

    return Tableau(
        nom="dossiers",
        titre="Dossiers",
        lignes=presents,
        vide="Aucun dossier n'est encore déposé.",
        cle_ligne=lambda d: str(d.pk),
        selection="dossier" if selection else "",
        formulaire="choix" if selection else "",
        demonstration=campagne.demonstration,
        colonnes=[
            Colonne("noeud", "Déclarant", "lien", valeur=lambda d: d.nom_noeud, lien=url_dossier),
            Colonne("region", "Région", valeur=lambda d: d.ght.region.sigle if d.ght else "", choix=True),
            Colonne("etape", "Étape", "etat", etats=etats_etapes(campagne), choix=True),
            Colonne("depuis", "Depuis le", "date", valeur=lambda d: local_day(d.etape_depuis)),
            Colonne("lignes", "Lignes", "entier", valeur=compte("lignes"), total="somme"),
            Colonne("a_decider", "À décider", "entier", valeur=compte("a_decider"), total="somme"),
            Colonne(
                "attente",
                "Réponses attendues",
                "entier",
                valeur=lambda d: attente.get(d.pk, 0),
                total="somme",
            ),
        ],
    )


@require_http_methods(["GET", "POST"])
def passer(request: HttpRequest, code: str) -> HttpResponse:
    """What taking the step on the dossiers of the address would do; posted, it is done for those that can."""
    campagne = campagne_de(request, code)
    reception = reception_principale(campagne)
    transition = request.GET.get("passage", "")
    exiger(request, reception.permission_decision)
    voulue = reception.transition(transition)
    held = exiger(request, voulue.permission)
    choisis = _choisis(request, _dossiers(campagne, reception, held), voulue)
    user: Any = request.user
    apercu = previsualiser_passage(dossiers=choisis, transition=transition, by=user, instant=timezone.now())
    motif_du = Exigence.MOTIF in voulue.exige
    form = MotifForm(request.POST if request.method == "POST" else None, obligatoire=motif_du)
    if request.method == "POST" and form.is_valid() and apercu.possibles:
        try:
            actions.franchir_lot(
                dossiers=apercu.possibles,
                transition=transition,
                by=user,
                instant=timezone.now(),
                motif=form.cleaned_data["motif"],
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, _fait(apercu, reception))
            return redirect("campagnes:etapes", code=campagne.code)
    contexte = {
        "titre": voulue.titre,
        "phrase": _annonce(apercu, reception),
        "fil": [*fil_campagne(campagne), ("Étapes", reverse("campagnes:etapes", args=[campagne.code]))],
        "campagne": campagne,
        "apercu": apercu,
        "form": form,
        "bouton": f"{voulue.titre} : {pluriel(len(apercu.possibles), 'dossier', 'dossiers')}",
    }
    return render(request, "campagnes/passage.html", contexte, status=422 if form.errors else 200)


def _choisis(request: HttpRequest, presents: list[Dossier], voulue: Transition) -> list[Dossier]:
    """The dossiers of the address: those checked, or all that stand where the step starts."""
    if request.GET.get("portee") == "tout":
        choisis = [d for d in presents if d.etape in voulue.de]
    else:
        cles = set(request.GET.getlist("dossier"))
        choisis = [d for d in presents if str(d.pk) in cles]
    if not choisis:
        raise Introuvable(
            "Aucun dossier n'est choisi. Revenez aux étapes, cochez des dossiers, puis recommencez."
        )
    return choisis


def _annonce(apercu: ApercuPassage, reception: Reception) -> str:
    vers = reception.etape(apercu.transition.vers)
    n, r = len(apercu.possibles), len(apercu.refus)
    if not n:
        return "Aucun de ces dossiers ne peut passer cette étape maintenant."
    verbe = "passera" if n == 1 else "passeront"
    phrase = f"{pluriel(n, 'dossier', 'dossiers')} {verbe} à l'étape « {vers.titre} »"
    if r:
        restent = "pas et reste où il est" if r == 1 else "pas et restent où ils sont"
        phrase += f" ; {pluriel(r, 'dossier ne le peut', 'dossiers ne le peuvent')} {restent}"
    return f"{phrase}. {vers.phrase}"


def _fait(apercu: ApercuPassage, reception: Reception) -> str:
    n = len(apercu.possibles)
    titre = reception.etape(apercu.transition.vers).titre
    phrase = f"{pluriel(n, 'dossier est', 'dossiers sont')} maintenant à l'étape « {titre} »."
    if apercu.refus:
        laisses = pluriel(len(apercu.refus), "dossier n'a pas bougé", "dossiers n'ont pas bougé")
        phrase += f" {laisses} : {apercu.refus[0].phrase}"
    return phrase
