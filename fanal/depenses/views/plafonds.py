"""Contracts ordered beyond their maximum, with the day it was passed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.comptes.acces import perimetre_de
from fanal.depenses.mots import nommer
from fanal.depenses.queries.hors_marche import ACHATS
from fanal.depenses.queries.plafonds import Depasse, contrats_depasses
from fanal.depenses.views.dispersion_commun import voisins
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.depenses.views.qualite import deposer
from fanal.interface.ici import parametre
from fanal.interface.nombres import ecrire_millions, ecrire_nombre
from fanal.interface.tableaux import Absence, Colonne, Tableau, Valeur, rendre
from fanal.moteurs.consolidation.filtres import Filtres

if TYPE_CHECKING:
    from fanal.interface.images import Image

TITRE = "Maximums dépassés"


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The contracts of the territory whose orders passed the maximum."""
    place = lieu(request)
    back = request.GET.get("territoire", "")
    after = f"?{urlencode({'territoire': back})}" if back else ""
    context: dict[str, Any] = {
        "titre": TITRE,
        "fil": [("Achats hors marché", f"{reverse('depenses:hors_marche')}{after}")],
    }
    if place.vide:
        context |= {
            "phrase": place.phrase_vide,
            "vide": True,
            "deposer_url": deposer(request),
        }
        return rendre(request, "depenses/plafonds/liste.html", context)
    finess, _ = voisins(place)
    rows, known = contrats_depasses(
        perimetre_de(request, "marche.voir"), place.noeud, finess, timezone.localdate()
    )
    context |= {
        "phrase": phrase(rows, known, place),
        "nombre": len(rows),
        "connus": known,
        "depasse": sum((r.calcul.depasse_ht for r in rows), Decimal("0.00")),
        "image": _image(rows),
        "contrats": tableau(rows, place),
    }
    return rendre(request, "depenses/plafonds/liste.html", context)


def phrase(rows: Sequence[Depasse], known: int, place: Lieu) -> str:
    """The answer in one sentence."""
    if not known:
        return (
            f"Aucun marché de ce territoire n'a de maximum connu ({place.nom}) : rien ne peut être comparé."
        )
    if not rows:
        return f"Aucun des {ecrire_nombre(known)} marchés dont le maximum est connu n'est commandé au-delà."
    over = sum((r.calcul.depasse_ht for r in rows), Decimal("0.00"))
    said = "1 marché a été commandé" if len(rows) == 1 else f"{len(rows)} marchés ont été commandés"
    return (
        f"{said} au-delà du maximum, pour {ecrire_millions(over)} HT de trop, sur {ecrire_nombre(known)} "
        "dont le maximum est connu."
    )


def _image(rows: Sequence[Depasse]) -> "Image | None":
    if not rows:
        return None
    from fanal.depenses.images_explorer import RANGS_BARRES, Point, barres

    points = [
        Point(
            r.marche.identifiant,
            "",
            r.calcul.depasse_ht,
            f"{ecrire_millions(r.calcul.depasse_ht)} au-delà de {ecrire_millions(r.calcul.maximum_ht)}",
            ecrire_millions(r.calcul.depasse_ht) or "",
        )
        for r in rows[:RANGS_BARRES]
    ]
    title = f"Le plus grand dépassement : {points[0].nom}, {ecrire_millions(rows[0].calcul.depasse_ht)}"
    return barres(title, points, "Euros HT commandés, avoirs déduits, au-delà du maximum.")


def tableau(rows: Sequence[Depasse], place: Lieu) -> Tableau:
    """A row per contract; its total opens the lines of its establishments."""
    names: Mapping[str | None, str] = nommer("finess", {f for r in rows for f in r.calcul.par_etablissement})

    def total(row: Depasse) -> Valeur:
        node = urlencode({"territoire": parametre(place.noeud)})
        numbers = Filtres().avec("numero_marche", "=", *row.numeros)
        lines = Filtres((*numbers.conditions, ACHATS)).avec("finess", "=", *row.calcul.par_etablissement)
        page = "depenses:lignes" if place.prix else "depenses:explorer"
        return Valeur(row.calcul.total_ht, url=f"{reverse(page)}?{node}&{lines.en_requete()}")

    def who(row: Depasse) -> Any:
        parts = sorted(row.calcul.par_etablissement.items(), key=lambda p: (-p[1], p[0]))
        said = [f"{names[f]} : {ecrire_millions(v)}" for f, v in parts[:5]]
        more = f" ; et {len(parts) - 5} autres" if len(parts) > 5 else ""
        return " ; ".join(said) + more if said else Absence.SANS_OBJET

    def money(key: str, title: str) -> Colonne:
        return Colonne(key, title, "montant_rond", valeur=lambda r: getattr(r.calcul, key))

    return Tableau(
        nom="contrats",
        titre="Marchés commandés au-delà de leur maximum, en euros HT",
        lignes=list(rows),
        tri="-depasse_ht",
        vide="Aucun marché n'est commandé au-delà de son maximum connu.",
        filtres=[place.nom],
        colonnes=[
            Colonne(
                "marche",
                "Marché",
                "lien",
                valeur=lambda r: r.marche.identifiant,
                lien=lambda r: reverse("marches:marche", args=[r.marche.pk]),
            ),
            Colonne("objet", "Objet", valeur=lambda r: r.marche.objet),
            money("maximum_ht", "Maximum"),
            Colonne("total_ht", "Commandé", "montant_rond", valeur=total),
            money("depasse_ht", "Au-delà"),
            Colonne("premier_jour", "Dépassé le", "date", valeur=lambda r: r.calcul.premier_jour),
            Colonne("etablissements", "Commandé par", valeur=who, triable=False),
        ],
    )
