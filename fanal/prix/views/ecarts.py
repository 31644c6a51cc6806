"""The same product at different prices inside a GHT."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.ici import ici
from fanal.interface.nombres import Absence, ecrire_montant
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.prix.compute.ecarts import EcartPrix, PrixProduit
from fanal.prix.compute.ecriture import ecrire_prix
from fanal.prix.queries.ecarts import ecarts as lire_ecarts
from fanal.prix.queries.ecarts import quartiles_ailleurs
from fanal.prix.views.commun import VOIR
from fanal.refus import Interdit
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud


@require_GET
def ecarts(request: HttpRequest) -> HttpResponse:
    """The gaps of the GHT where one stands, or of the only one whose prices the account sees."""
    exiger(request, VOIR)
    today = timezone.localdate()
    ght = _ght(request)
    found = lire_ecarts(ght, le=today, cpv=_cpv(request)) if ght else []
    rows = [row for gap in found for row in _rangs(gap)]
    contexte = {
        "titre": "Écarts de prix",
        "phrase": _phrase(ght, found),
        "fil": [("Révisions de prix", reverse("prix:revisions"))],
        "cpv": _cpv(request),
        "produits": len(found),
        "marches": len({line.marche for gap in found for line in gap.lignes}),
        "quartiles": [_quartiles(ght, gap, today) for gap in found[:5]] if ght else [],
        "ecarts": _table(rows),
    }
    return rendre(request, "prix/ecarts.html", contexte)


def _ght(request: HttpRequest) -> Ght | None:
    place = ici(request, timezone.localdate()).noeud
    held = perimetre_de(request, VOIR)
    if isinstance(place.objet, Ght):
        if not held.contient(place):
            raise Interdit("Les prix unitaires de ce GHT ne sont visibles que de ses acheteurs.")
        return place.objet
    mine = Ght.objects.filter(held.ghts_q())[:2]
    only = mine[0] if len(mine) == 1 else None
    return only if only and held.contient(Noeud("ght", only)) else None


def _cpv(request: HttpRequest) -> str:
    asked = request.GET.get("cpv", "").strip()
    return asked[:8] if asked.isdecimal() else ""


def _phrase(ght: Ght | None, found: list[EcartPrix]) -> str:
    if ght is None:
        return "Choisissez votre GHT dans la barre du haut pour comparer les prix de ses marchés."
    known = [gap.enjeu for gap in found if gap.enjeu is not None]
    different = [gap for gap in found if gap.maxi > gap.mini]
    if not found:
        return f"Aucun produit n'est acheté par deux marchés de {ght.code} sur la même unité."
    said = f"{len(different)} produit{'s' if len(different) > 1 else ''} de {ght.code} à des prix différents"
    if known:
        said += f" : s'aligner sur le plus bas vaut {ecrire_montant(sum(known, Decimal(0)), 0)} HT par an"
    return f"{said}."


def _rangs(gap: EcartPrix) -> list[dict[str, Any]]:
    return [
        {
            "code": f"{gap.type_code} {gap.code}",
            "libelle": line.libelle,
            "marche": line.marche,
            "identifiant": line.identifiant,
            "acheteur": line.acheteur,
            "unite": f"{line.unite} de {line.conditionnement.normalize():f}",
            "prix": line.prix,
            "piece": _decimal(line.prix_piece),
            "ecart": _decimal(line.prix_piece / gap.mini - 1) if gap.mini else None,
            "enjeu": _enjeu(line, gap.mini),
        }
        for line in gap.lignes
    ]


def _enjeu(line: PrixProduit, lowest: Fraction) -> Decimal | None:
    """(price − lowest) of a piece × pieces in the unit × estimated quantity."""
    if line.quantite is None:
        return None
    return _decimal((line.prix_piece - lowest) * Fraction(line.conditionnement) * Fraction(line.quantite))


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _quartiles(ght: Ght | None, gap: EcartPrix, today: Any) -> dict[str, Any]:
    found = quartiles_ailleurs(ght, gap.type_code, gap.code, today) if ght else None
    said = "Pas assez d'autres acheteurs pour montrer une comparaison."
    if found:
        said = (
            f"Ailleurs, sur {found.acheteurs} acheteurs : un quart sous {ecrire_prix(found.bas)}, la moitié "
            f"sous {ecrire_prix(found.median)}, trois quarts sous {ecrire_prix(found.haut)} la pièce."
        )
    return {
        "libelle": gap.libelle,
        "mini": ecrire_prix(gap.mini),
        "maxi": ecrire_prix(gap.maxi),
        "phrase": said,
    }


def _table(rows: list[dict[str, Any]]) -> Tableau:
    return Tableau(
        nom="ecarts",
        titre="Mêmes produits, marchés différents",
        lignes=rows,
        vide="Aucun écart.",
        colonnes=[
            Colonne("code", "Code", choix=False),
            Colonne("libelle", "Libellé"),
            Colonne(
                "identifiant",
                "Marché",
                "lien",
                lien=lambda r: reverse("prix:bpu", args=[r["marche"]]),
            ),
            Colonne("acheteur", "Acheteur", choix=True),
            Colonne("unite", "Unité"),
            Colonne("prix", "Prix unitaire", "montant", unite="€ HT", decimales=4),
            Colonne("piece", "Prix de la pièce", "montant", unite="€ HT", decimales=4),
            Colonne("ecart", "Écart au plus bas", "taux"),
            Colonne("enjeu", "Enjeu annuel", "montant", total="somme", absence=Absence.NON_CALCULABLE),
        ],
    )
