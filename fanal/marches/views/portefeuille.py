"""The portfolio: what runs, what ends, what passes its maximum, what nobody knows."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.acces import exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.interface import ici
from fanal.interface.nombres import Absence, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.compute.definitions import CHAMPS, INDICATEURS
from fanal.marches.compute.echeances import ETATS_TEMPS
from fanal.marches.compute.portefeuille import DEPASSE, FIN_PROCHE, INCONNUE, Resume
from fanal.marches.forms_portefeuille import REPONSES, FiltresPortefeuille
from fanal.marches.queries.portefeuille import (
    Demande,
    Portefeuille,
    choix,
    etablissements_nommes,
    groupe_du_fournisseur,
    portefeuille,
)
from fanal.marches.queries.registre import libelle_cpv, revision
from fanal.marches.views.images import image_fins
from fanal.memoire import Memoire
from fanal.territoires.noeuds import Noeud

VOIR = "marche.voir"
_pages: Memoire[dict[str, Any]] = Memoire(24)
FINS = ("aucun ne prend fin dans six mois", "1 prend fin dans six mois", "{} prennent fin dans six mois")
DEPASSEMENTS = (
    "aucun ne dépasse son maximum",
    "1 dépasse son maximum",
    "{} dépassent leur maximum",
)
SANS_ECHEANCE = (
    "tous ont une échéance connue",
    "1 n'a pas d'échéance connue",
    "{} n'ont pas d'échéance connue",
)


def portefeuille_page(request: HttpRequest) -> HttpResponse:
    """The contracts that the account sees on the territory of the top bar."""
    today = timezone.localdate()
    place = ici.ici(request, today)
    held = exiger(request, VOIR)
    key = (request.path, request.GET.urlencode(), held, place.parametre)
    # Written once for an address and what the account sees: the same page is asked for again and again.
    shown = _pages.lire(key, (revision(), today), lambda: montrer(request, held, place.noeud, today))
    context = shown | {"peut_gerer": not perimetre_de(request, "marche.gerer").vide}
    etat = (shown["etat"], place.parametre)
    return rendre(request, "marches/portefeuille.html", context, etat=etat)


def montrer(request: HttpRequest, held: Perimetre, noeud: Noeud, today: date) -> dict[str, Any]:
    """All that the page says of the contracts seen under the filters of the address."""
    form = filtres_de(request, held, noeud, today)
    found = portefeuille(held, noeud, demande(form), today)
    filters = {"form": form, "efface": request.path if request.GET else ""}
    return {
        "titre": "Portefeuille des marchés",
        "phrase": phrase(found.resume, bool(form.phrases())),
        "filtres_html": render_to_string("marches/_filtres.html", filters, request),
        "resume": found.resume,
        "liens": {code: lien(request, etat=code) for code in (FIN_PROCHE, DEPASSE, INCONNUE)},
        "image": image_fins(found.fins),
        "lignes": tableau(found, phrases(form), today),
        "precision": precision(form),
        "etat": found.etat,
    }


def filtres_de(request: HttpRequest, held: Perimetre, noeud: Noeud, today: date) -> FiltresPortefeuille:
    """The filters of the address, with the choices of this account."""
    families, procedures = choix(held, noeud, today)
    return FiltresPortefeuille(request.GET, familles=families, procedures=procedures)


def demande(form: FiltresPortefeuille) -> Demande:
    """What the filters ask of the register."""
    executants = etablissements_nommes(form.texte("executant"))
    suppliers = groupe_du_fournisseur(form.cleaned_data.get("fournisseur"))
    return Demande(form.filtres(executants, suppliers), form.indicateur_choisi(), form.texte("inconnu"))


def phrase(resume: Resume, filtre: bool) -> str:
    """The answer in one sentence."""
    if not resume.nombre:
        if filtre:
            return "Aucun marché ne répond à ces filtres."
        return "Aucun marché n'est enregistré sur ce territoire. Importez-les pour commencer."
    total = _dire(resume.nombre, ("", "1 marché enregistré", "{} marchés enregistrés"))
    parts = [
        _dire(resume.en_cours, ("aucun en cours", "1 en cours", "{} en cours")),
        _dire(resume.fin_proche, FINS),
        _dire(resume.depasses, DEPASSEMENTS),
        _dire(resume.inconnus, SANS_ECHEANCE),
    ]
    return f"{total} : {', '.join(parts)}."


def _dire(nombre: int, mots: tuple[str, str, str]) -> str:
    """The words for none, one, many."""
    return mots[min(nombre, 2)].format(ecrire_nombre(nombre))


def precision(form: FiltresPortefeuille) -> str:
    """What the page is narrowed to by a link: rows of an indicator, an unknown datum, a CPV group."""
    found = []
    chosen = form.indicateur_choisi()
    if chosen:
        found.append(f"{INDICATEURS[chosen[0]].titre} : {REPONSES[chosen[1]]}")
    if form.texte("inconnu") in CHAMPS:
        found.append(f"{CHAMPS[form.texte('inconnu')]} : inconnu")
    if year := form.texte("exercice"):
        found.append(f"Notifiés en {year}")
    if form.texte("cpv"):
        label = libelle_cpv(form.texte("cpv"))
        found.append(f"CPV {form.texte('cpv')} : {label}" if label else f"CPV {form.texte('cpv')}")
    if form.texte("fournisseur"):
        found.append("Marchés d'un fournisseur")
    return " · ".join(found)


def phrases(form: FiltresPortefeuille) -> list[str]:
    """The filters in words, as the exports repeat them."""
    return [*form.phrases(), *filter(None, [precision(form)])]


def lien(request: HttpRequest, **changes: str) -> str:
    """The address of the page with some filters changed, the table's own left out."""
    query = {k: v for k, v in request.GET.items() if not k.startswith("marches.")} | changes
    return f"{request.path}?{urlencode(query)}"


def tableau(found: Portefeuille, filtres: list[str], today: date) -> Tableau:
    """The rows: no unit price here, so that a région or the nation may read them."""

    def page(row: Any) -> str:
        return reverse("marches:marche", args=[row["marche_id"]])

    def amount(cle: str, titre: str, **options: Any) -> Colonne:
        known: dict[str, Any] = {"total": "somme", "absence": Absence.NON_RENSEIGNE} | options
        return Colonne(cle, titre, "montant_rond", **known)

    return Tableau(
        nom="marches",
        titre="Marchés",
        lignes=found.lignes,
        vide="Aucun marché à afficher.",
        filtres=filtres,
        recherche=False,
        cle_ligne=lambda row: str(row["marche_id"]),
        colonnes=[
            Colonne("identifiant", "Marché", "lien", lien=page),
            Colonne("objet", "Objet"),
            Colonne("acheteur", "Acheteur"),
            Colonne("ght", "GHT", visible=False),
            Colonne("titulaires", "Titulaire"),
            Colonne("famille", "Famille", visible=False),
            Colonne("cpv", "CPV", visible=False),
            Colonne("cpv_libelle", "Libellé CPV", visible=False),
            Colonne("procedure", "Procédure", visible=False),
            amount("montant", "Montant HT", aide="Montant publié ou, à défaut, maximum de l'accord-cadre"),
            amount("maximum", "Maximum HT", visible=False, total=""),
            amount("consomme", "Consommé HT", visible=False),
            Colonne("part", "Part du maximum", "taux", absence=Absence.NON_RENSEIGNE),
            Colonne("debut", "Début", "date", visible=False),
            Colonne("notification", "Notification", "date", visible=False),
            Colonne("fin", "Fin", "date", valeur=lambda row: row["fin"] or Absence.NON_RENSEIGNE),
            Colonne("fin_totale", "Fin, reconductions comprises", "date", visible=False),
            Colonne("epuisement", "Épuisement prévu du maximum", "date", visible=False),
            Colonne("etat_temps", "État", "etat", etats=ETATS_TEMPS),
            Colonne("offres", "Offres reçues", "entier", visible=False, absence=Absence.NON_RENSEIGNE),
            Colonne("anomalies", "Anomalies", "entier"),
        ],
    )
