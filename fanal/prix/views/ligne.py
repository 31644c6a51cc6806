"""One line of a price list: its history, the pharmacists' opinion, a price agreed apart."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.comptes.acces import compte
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.models import Marche
from fanal.prix.actions.lignes import changer_prix, noter_avis
from fanal.prix.compute.ecriture import ecrire_part, ecrire_prix
from fanal.prix.compute.historique import points
from fanal.prix.forms import AvisForm, PrixForm
from fanal.prix.models import LigneBpu
from fanal.prix.queries.prix import LigneActuelle, est_notifie, fin_du_marche, histoires
from fanal.prix.views.commun import LECTURE_SEULE, fil_prix, marche_gere, marche_vu, peut_gerer
from fanal.prix.views.images import image_prix
from fanal.prix.views.tables import AVIS, ETATS, LIVRETS, ORIGINES, decimales
from fanal.refus import Introuvable, Refus

# Codes that a drug or a device bears: the pharmacists' commission may have an opinion on it.
PRODUIT_DE_SANTE = ("CIP13", "UCD", "LPP", "GTIN")


@require_http_methods(["GET", "POST"])
def ligne(request: HttpRequest, pk: int, ligne: int) -> HttpResponse:
    """The line, and what can be written about it."""
    marche = marche_gere(request, pk) if request.method == "POST" else marche_vu(request, pk)
    found = LigneBpu.objects.select_related("version__depot").filter(pk=ligne, version__marche=marche).first()
    if found is None:
        raise Introuvable("Cette ligne n'existe pas dans le bordereau de ce marché.")
    found.version.marche = marche
    forms: dict[str, Any] = {"avis": _avis(request, found), "prix": _prix(request, est_notifie(marche))}
    error = ""
    if request.method == "POST":
        asked = request.POST.get("acte", "")
        form = forms.get(asked)
        if form is not None and form.is_valid():
            try:
                _ecrire(request, found, asked, form.cleaned_data)
            except Refus as refus:
                error = refus.phrase
            else:
                return redirect("prix:ligne", marche.pk, found.pk)
    contexte = _contexte(request, marche, found) | {"forms": forms, "erreur": error}
    wrong = error or (request.method == "POST" and any(f.errors for f in forms.values()))
    return rendre(request, "prix/ligne.html", contexte, status=422 if wrong else 200)


def _avis(request: HttpRequest, line: LigneBpu) -> AvisForm:
    mine = request.method == "POST" and request.POST.get("acte") == "avis"
    initial = {"avis": line.avis_comedims, "avis_le": line.avis_comedims_le, "livret": line.livret}
    return AvisForm(request.POST if mine else None, initial=initial, prefix="avis")


def _prix(request: HttpRequest, notifie: bool) -> PrixForm:
    mine = request.method == "POST" and request.POST.get("acte") == "prix"
    return PrixForm(
        request.POST if mine else None,
        notifie=notifie,
        initial={"depuis": timezone.localdate()},
        prefix="prix",
    )


def _ecrire(request: HttpRequest, line: LigneBpu, acte: str, donnees: dict[str, Any]) -> None:
    by, instant = compte(request), timezone.now()
    if acte == "avis":
        noter_avis(ligne=line, by=by, instant=instant, **donnees)
        messages.success(request, "L'avis et le statut au livret sont enregistrés.")
    else:
        given = {"origine": "", "au": None} | donnees
        written = changer_prix(ligne=line, by=by, instant=instant, **given)
        messages.success(
            request,
            f"Le prix est de {ecrire_prix(written.prix_unitaire_ht)} à partir du {written.depuis:%d/%m/%Y}.",
        )


def _contexte(request: HttpRequest, marche: Marche, line: LigneBpu) -> dict[str, Any]:
    today = timezone.localdate()
    history = histoires(marche, [line.cle]).get(line.cle, [])
    actual = LigneActuelle(line, tuple(history), today, fin_du_marche(marche, today))
    may = peut_gerer(request, marche)
    last = actual.courant
    steps = points(history, max(today, history[-1].depuis) if history else today)
    return {
        "titre": line.libelle,
        "phrase": _phrase(actual),
        "fil": fil_prix(marche),
        "marche": marche,
        "ligne": line,
        "actuelle": actual,
        "etat": ETATS[actual.echue],
        "avis": AVIS.get(line.avis_comedims),
        "livret": LIVRETS.get(line.livret),
        "image": image_prix(_titre(actual), steps, "Prix hors taxes, promotions comprises."),
        "histoire": _table(history),
        "produit_de_sante": line.type_code in PRODUIT_DE_SANTE,
        "gerer": may,
        "raison": "" if may else LECTURE_SEULE,
        "notifie": est_notifie(marche),
        "dernier": last,
    }


def _phrase(actual: LigneActuelle) -> str:
    price = actual.courant
    if price is None:
        return "Cette ligne n'a pas de prix aujourd'hui."
    said = f"{ecrire_prix(price.prix)} HT par {actual.ligne.unite} depuis le {price.depuis:%d/%m/%Y}"
    if price.au:
        said += f", jusqu'au {price.au:%d/%m/%Y} (promotion)"
    if actual.echue and actual.fin:
        return f"Ligne échue le {actual.fin:%d/%m/%Y} ; dernier prix : {said}."
    return f"{said}."


def _titre(actual: LigneActuelle) -> str:
    prices = [p for p in actual.histoire if p.origine != "promotion"]
    if len(prices) < 2 or not prices[0].prix:
        return "Un seul prix depuis le début"
    change = prices[-1].prix / prices[0].prix - 1
    return f"{ecrire_part(change, 1)} depuis le {prices[0].depuis:%d/%m/%Y}"


def _table(history: list[Any]) -> Tableau:
    digits = decimales([p.prix for p in history])
    return Tableau(
        nom="histoire",
        titre="Histoire du prix",
        lignes=list(reversed(history)),
        vide="Aucun prix enregistré.",
        recherche=False,
        colonnes=[
            Colonne("depuis", "Depuis", "date"),
            Colonne("prix", "Prix unitaire", "montant", unite="€ HT", decimales=digits),
            Colonne("origine", "Origine", "etat", etats=ORIGINES),
            Colonne("au", "Jusqu'au", "date", valeur=lambda p: p.au or Absence.SANS_OBJET),
            Colonne("calcul", "Calcul", valeur=_calcul),
            Colonne("motif", "Motif", valeur=lambda p: p.motif or Absence.SANS_OBJET),
        ],
    )


def _calcul(price: Any) -> Any:
    said = price.calcul.get("phrase")
    if said:
        return said
    if version := price.calcul.get("version"):
        return f"Bordereau, version {version}"
    return Absence.SANS_OBJET
