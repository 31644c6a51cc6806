"""What operators declare for a GHT's establishments and its trame lacks: chosen, previewed, accepted."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.achats.actions.reprise import accept
from fanal.achats.forms import PERIODES
from fanal.achats.queries.instruction import campaign_of
from fanal.achats.queries.reprise import LigneOperateur, lines_to_take, trame_of
from fanal.achats.rules.reprise import check_reprise
from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Campagne
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface import ici
from fanal.interface.nombres import ecrire_montant
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import Noeud

PERMISSION = "dossier.deposer"
MONTREES = 50
TOUT = "tout"


@require_GET
def reprise(request: HttpRequest) -> HttpResponse:
    """The lines of the operators that the trame lacks."""
    annee, periode, ght = _place(request)
    campagne = campaign_of(annee, periode)
    lines = lines_to_take(campagne, ght) if campagne and ght else []
    dossier = trame_of(campagne, ght) if campagne and ght else None
    contexte = {
        "titre": f"Reprise des opérateurs {annee}",
        "phrase": _sentence(campagne, ght, lines),
        "lignes": _table(lines) if ght and campagne else None,
        "nombre": len(lines),
        "total": _sum(lines),
        "operateurs": len({line.operateur.pk for line in lines}),
        "garde": [("annee", annee), ("periode", periode), ("territoire", f"ght:{ght.code}" if ght else "")],
        "dossier": dossier,
    }
    return rendre(request, "achats/reprise.html", contexte)


@require_http_methods(["GET", "POST"])
def accepter(request: HttpRequest) -> HttpResponse:
    """What accepting the chosen lines would write, then the writing itself."""
    annee, periode, ght = _place(request)
    campagne = campaign_of(annee, periode)
    if ght is None or campagne is None:
        raise Introuvable("Choisissez d'abord un GHT et une année de campagne, puis les lignes à reprendre.")
    back = f"{reverse('achats:reprise')}?{urlencode(_kept(annee, periode, ght))}"
    known = {line.cle: line for line in lines_to_take(campagne, ght)}
    asked = list(known) if request.GET.get("portee") == TOUT else request.GET.getlist("ligne")
    try:
        check_reprise(asked, known)
    except Refus as refus:
        messages.error(request, refus.phrase)
        return redirect(back)
    chosen = [line for cle, line in known.items() if cle in set(asked)]
    proof = sha256([line.cle for line in chosen])
    if request.method == "POST" and request.POST.get("empreinte") == proof:
        try:
            done = accept(campagne=campagne, ght=ght, cles=asked, by=compte(request), instant=timezone.now())
        except Refus as refus:
            messages.error(request, refus.phrase)
            return redirect(back)
        lignes = pluriel(len(chosen), "ligne reprise", "lignes reprises")
        messages.success(request, f"{lignes}. C'est maintenant la version {done.version.numero} de la trame.")
        return redirect("campagnes:version", done.dossier.pk, done.version.numero)
    if request.method == "POST":
        messages.error(request, "Ces lignes ont changé depuis l'aperçu : relisez-les avant de les reprendre.")
    return render(request, "achats/reprise_apercu.html", _preview(campagne, ght, chosen, proof, back))


def _place(request: HttpRequest) -> tuple[int, str, Ght | None]:
    """The year, the period and the GHT of the page. Raises 404 or 403 where the account may not deposit."""
    place = ici.ici(request, timezone.localdate())
    periode = request.GET.get("periode", "")
    periode = periode if periode in dict(PERIODES) else "fin-annee"
    if place.noeud.niveau == Niveau.GHT:
        exiger(request, PERMISSION, place.noeud)
        return place.annee, periode, place.noeud.objet  # type: ignore[return-value]  # the level was checked
    exiger(request, PERMISSION)
    ghts = Ght.objects.filter(perimetre_de(request, PERMISSION).ghts_q())[:2]
    if len(ghts) != 1:
        return place.annee, periode, None
    exiger(request, PERMISSION, Noeud(Niveau.GHT, ghts[0]))
    return place.annee, periode, ghts[0]


def _kept(annee: int, periode: str, ght: Ght) -> dict[str, Any]:
    return {"annee": annee, "periode": periode, "territoire": f"ght:{ght.code}"}


def _sum(lines: Sequence[LigneOperateur]) -> Decimal:
    return sum((line.gain_ttc for line in lines), Decimal("0.00"))


def _sentence(campagne: Campagne | None, ght: Ght | None, lines: Sequence[LigneOperateur]) -> str:
    if ght is None:
        return "Choisissez votre GHT dans la barre du haut pour voir les déclarations des opérateurs."
    if campagne is None:
        return "Aucune campagne n'est ouverte pour cette année et cette période."
    if not lines:
        return f"Votre trame contient déjà tout ce que les opérateurs déclarent pour {ght.code}."
    lignes = pluriel(len(lines), "ligne que votre trame n'a pas", "lignes que votre trame n'a pas")
    return f"Les opérateurs déclarent {lignes} : {ecrire_montant(_sum(lines))} pour {campagne.annee}."


def _table(lines: Sequence[LigneOperateur]) -> Tableau:
    return Tableau(
        nom="operateurs",
        titre="Lignes à reprendre",
        lignes=lines,
        tri="-gain_ttc",
        vide="Rien à reprendre.",
        cle_ligne=lambda line: line.cle,
        selection="ligne",
        formulaire="choix",
        colonnes=[
            Colonne("numero_marche", "Marché"),
            Colonne("operateur", "Opérateur", valeur=lambda line: line.operateur.nom, choix=True),
            Colonne("etablissement", "Établissement", valeur=lambda line: line.etablissement.nom, choix=True),
            Colonne("finess", "FINESS", valeur=lambda line: line.etablissement.finess),
            Colonne("role", "Rôle", visible=False),
            Colonne("gain_ttc", "Gain de l'année civile", "montant", total="somme"),
            Colonne("identifiant", "Identifiant proposé", visible=False),
        ],
    )


def _preview(
    campagne: Campagne, ght: Ght, chosen: Sequence[LigneOperateur], proof: str, back: str
) -> dict[str, Any]:
    lignes = pluriel(len(chosen), "ligne sera ajoutée", "lignes seront ajoutées")
    groups: dict[str, list[LigneOperateur]] = {}
    for line in chosen:
        groups.setdefault(line.operateur.nom, []).append(line)
    dossier = trame_of(campagne, ght)
    version = dossier.version_courante if dossier else None
    return {
        "titre": "Aperçu : reprendre des opérateurs",
        "phrase": f"{lignes} à la trame de {ght.code}, pour {ecrire_montant(_sum(chosen))}. "
        f"Ce sera la version {version.numero + 1 if version else 1}.",
        "fil": [("Reprise des opérateurs", back)],
        "par_operateur": [(nom, len(some), _sum(some)) for nom, some in sorted(groups.items())],
        "nombre": len(chosen),
        "total": _sum(chosen),
        "montrees": chosen[:MONTREES],
        "reste": max(0, len(chosen) - MONTREES),
        "empreinte": proof,
        "retour": back,
        "confirmer": f"Ajouter {pluriel(len(chosen), 'ligne', 'lignes')} à la trame",
    }
