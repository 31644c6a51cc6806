"""What order lines show of the pharmacy and of the general store, beside published benchmarks."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.depenses.images_explorer import Point, barres
from fanal.depenses.queries.reperes import ACTIVITES, MOYENNE, Repere, reperes
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.depenses.views.qualite import deposer
from fanal.interface.ici import parametre
from fanal.interface.images import Image
from fanal.interface.nombres import ecrire_montant
from fanal.interface.tableaux import Absence, Colonne, Tableau, Valeur, rendre
from fanal.moteurs.consolidation.filtres import Filtres


@dataclass(frozen=True)
class Rang:
    """One benchmark as the page prints it: `url` opens the lines that the observed value is made of."""

    repere: Repere
    activite: str
    url: str


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The benchmarks beside what the lines of the territory show for its year."""
    place = lieu(request)
    found = reperes(place.portee_ici, place.annee, timezone.localdate())
    rows = [Rang(r, ACTIVITES[r.activite], _lines(r, place)) for r in found.reperes]
    context = {
        "titre": f"Repères {place.annee}",
        "phrase": phrase(rows, place),
        "vide": place.vide,
        "deposer_url": deposer(request),
        "image": image(rows),
        "reperes": _table(rows, place),
        "source": found.source,
        "comptes": [(ACTIVITES[a], ", ".join(c)) for a, c in found.comptes.items()],
    }
    return rendre(request, "depenses/reperes/page.html", context)


def phrase(rows: list[Rang], place: Lieu) -> str:
    """The answer in one sentence: the mean of an order line beside its benchmark."""
    told = [
        f"{row.activite} {ecrire_montant(row.repere.observe)} (repère {ecrire_montant(row.repere.publie)})"
        for row in rows
        if row.repere.code == MOYENNE and row.repere.observe is not None
    ]
    if not told:
        return f"En {place.annee}, aucune ligne ne porte un compte de la pharmacie ou du magasin général."
    return f"En {place.annee}, une ligne de commande vaut en moyenne : {', '.join(told)}. Repères indicatifs."


def image(rows: list[Rang]) -> Image | None:
    """The mean of an order line, observed and published."""
    shown = [r for r in rows if r.repere.code == MOYENNE and r.repere.observe is not None]
    points = [
        Point(f"{row.activite}, {word}", "", value, ecrire_montant(value) or "")
        for row in shown
        for word, value in (("vos lignes", row.repere.observe), ("repère", row.repere.publie))
    ]
    if not points:
        return None
    first = shown[0].repere
    gap = "au-dessus" if (first.observe or Decimal(0)) > first.publie else "en dessous"
    title = f"{shown[0].activite} : montant moyen d'une ligne de commande {gap} du repère"
    return barres(title, points, "€ par ligne de commande. Repère indicatif, moyenne d'établissements.")


def _lines(row: Repere, place: Lieu) -> str:
    """The lines of the accounts of an activity, in the explorer."""
    if row.observe is None or not row.comptes:
        return ""
    filters = Filtres().avec("annee", "=", str(place.annee)).avec("compte_m21", "=", *row.comptes)
    query = urlencode({"territoire": parametre(place.noeud), "lignes": "compte_m21", "colonnes": "finess"})
    return f"{reverse('depenses:explorer')}?{query}&{filters.en_requete()}"


def _table(rows: list[Rang], place: Lieu) -> Tableau:
    def observed(row: Rang) -> Any:
        if row.repere.observe is None:
            return Absence.NON_CALCULABLE
        return Valeur(row.repere.observe, url=row.url)

    return Tableau(
        nom="reperes",
        titre="Repères publiés et valeurs observées",
        lignes=rows,
        recherche=False,
        filtres=[f"Année : {place.annee}"],
        colonnes=[
            Colonne("activite", "Activité", choix=True),
            Colonne("titre", "Repère", valeur=lambda r: r.repere.titre),
            Colonne("unite", "Unité", valeur=lambda r: r.repere.unite),
            Colonne("publie", "Publié, indicatif", "nombre", valeur=lambda r: r.repere.publie, decimales=2),
            Colonne("observe", "Observé", "nombre", valeur=observed, decimales=2),
            Colonne("pourquoi", "Ce qui est compté, ou pourquoi rien", valeur=lambda r: r.repere.pourquoi),
        ],
    )
