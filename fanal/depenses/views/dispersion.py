"""Price dispersion: the products that a territory pays at several prices, the largest potential first."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.depenses.queries.dispersion import Comparaison, SommeGht, comparer, sommes_par_ght
from fanal.depenses.queries.dispersion_prix import PIECE
from fanal.depenses.queries.exploration import valeurs_de
from fanal.depenses.queries.portee import Portee
from fanal.depenses.views.demande import Demande, bornes, en_mots, lire
from fanal.depenses.views.dispersion_commun import (
    Terrain,
    adresse_lignes,
    du_produit,
    requete,
    tarifs,
    terrain,
)
from fanal.depenses.views.explorer import periode
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.depenses.views.qualite import deposer
from fanal.interface.nombres import ecrire_millions, ecrire_nombre
from fanal.interface.tableaux import Absence, Colonne, Tableau, Valeur, rendre
from fanal.parametres.catalogue import valeur
from fanal.refus import Inutilisable

if TYPE_CHECKING:
    from fanal.interface.images import Image
    from fanal.moteurs.consolidation.requetes.dispersion import Dispersion

TITRE = "Dispersion des prix"


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The products bought at several prices on the territory of the top bar."""
    place = lieu(request)
    context: dict[str, Any] = {"titre": TITRE, "territoire": request.GET.get("territoire", "")}
    if place.vide:
        context |= {"phrase": place.phrase_vide, "vide": True, "deposer_url": deposer(request)}
        return rendre(request, "depenses/dispersion/liste.html", context)
    asked, ground = lire(request.GET, place), terrain(place)
    context |= _filters(asked, place)
    try:
        context |= _sums(asked, place) if ground.ferme else _prices(asked, place, ground)
    except Inutilisable as refusal:
        context |= {"phrase": refusal.phrase, "fautes": [*asked.fautes, refusal.phrase]}
    return rendre(request, "depenses/dispersion/liste.html", context)


def _filters(asked: Demande, place: Lieu) -> dict[str, Any]:
    since, until = bornes(place)
    families = valeurs_de("famille", Portee(place.finess, place.portee.prix))
    return {
        "demande": asked,
        "fautes": asked.fautes,
        "premier": since,
        "dernier": until,
        "familles": sorted(f for f in families if f),
    }


def _prices(asked: Demande, place: Lieu, ground: Terrain) -> dict[str, Any]:
    found = comparer(asked.filtres, ground.finess, tarifs(ground, asked, place))
    return {
        "phrase": phrase(asked, found, ground),
        "total": totaux(found.produits),
        "montant": found.montant_ht,
        "nombre": a_plusieurs_prix(found.produits),
        "sans_ght": ground.ght is None,
        "image": _image(found),
        "produits": tableau(asked, found, place, ground),
    }


def totaux(rows: "Sequence[Dispersion]") -> dict[str, Decimal | None]:
    """What aligning every price would save, at the best, at the median, at the contract's."""
    contract = [d.potentiel_marche for d in rows if d.potentiel_marche is not None]
    return {
        "meilleur": sum((d.potentiel_meilleur for d in rows), Decimal("0.00")),
        "median": sum((d.potentiel_median for d in rows), Decimal("0.00")),
        "marche": sum(contract, Decimal("0.00")) if contract else None,
    }


def a_plusieurs_prix(rows: "Sequence[Dispersion]") -> int:
    """How many products are paid at several prices: one buyer who pays more than the contract is not one."""
    return sum(d.maxi > d.mini for d in rows)


def phrase(asked: Demande, found: Comparaison, ground: Terrain) -> str:
    """The answer in one sentence."""
    when, total = periode(asked.du, asked.au), totaux(found.produits)
    number = a_plusieurs_prix(found.produits)
    if not number:
        none = f"{when}, aucun produit n'est acheté dans la même unité à plusieurs prix ({ground.nom})"
        contract = f" ; s'aligner sur le prix du marché éviterait {ecrire_millions(total['marche'])} HT"
        return f"{none}{contract if total['marche'] else ''}."
    said = "1 produit se paie" if number == 1 else f"{ecrire_nombre(number)} produits se paient"
    text = (
        f"{when}, {said} à plusieurs prix ({ground.nom}) : s'aligner sur le prix médian éviterait "
        f"{ecrire_millions(total['median'])} HT, sur le meilleur {ecrire_millions(total['meilleur'])}"
    )
    if total["marche"] is not None:
        text += f", sur le prix du marché {ecrire_millions(total['marche'])}"
    return f"{text}."


def _image(found: Comparaison) -> "Image | None":
    # Drawing loads its library: only a page that has something to draw waits for it.
    from fanal.depenses.images_explorer import RANGS_BARRES, Point, barres

    kept = [d for d in found.produits if d.potentiel_meilleur > 0][:RANGS_BARRES]
    if not kept:
        return None
    names: list[str] = []
    for d in kept:
        name = found.libelle(d.produit)
        names.append(name if name not in names else f"{name} ({d.produit}, {d.unite})")
    points = [
        Point(n, "", d.potentiel_meilleur, ecrire_millions(d.potentiel_meilleur) or "")
        for n, d in zip(names, kept, strict=True)
    ]
    title = f"Le plus grand écart à résorber : {names[0]}, {points[0].texte}"
    return barres(title, points, "Euros HT évités au meilleur prix payé, même quantité, même unité.")


def tableau(asked: Demande, found: Comparaison, place: Lieu, ground: Terrain) -> Tableau:
    """A row per product and unit; the product opens its page, amounts open their lines."""
    query = requete(asked, place)

    def page(d: "Dispersion") -> str:
        return f"{reverse('depenses:dispersion_produit', args=[d.produit])}?{query}"

    def name(d: "Dispersion") -> str:
        return found.libelle(d.produit) + (f" ({d.unite})" if d.unite != PIECE else "")

    def amount(d: "Dispersion") -> Valeur:
        units = found.unites.get((d.produit, d.unite or ""), ())
        return Valeur(
            d.montant_ht, url=adresse_lignes(du_produit(asked.filtres, d.produit, units), ground, place)
        )

    def price(key: str, title: str, **options: Any) -> Colonne:
        return Colonne(key, title, "nombre", unite="€", decimales=4, **options)

    def saved(key: str, title: str, help_: str) -> Colonne:
        return Colonne(
            key, title, "montant_rond", total="somme", aide=help_, absence=Absence.SANS_OBJET,
            valeur=lambda d: getattr(d, key),
        )  # fmt: skip

    return Tableau(
        nom="produits",
        titre="Produits payés à plusieurs prix, ou plus cher que leur marché, en euros HT",
        lignes=list(found.produits),
        tri="-potentiel_meilleur",
        filtres=en_mots(asked.filtres),
        vide="Aucun produit n'est acheté dans la même unité à plusieurs prix.",
        colonnes=[
            Colonne("libelle", "Produit", "lien", valeur=name, lien=page),
            Colonne("produit", "Code", visible=False),
            Colonne("unite", "Unité", choix=True, visible=False),
            Colonne("etablissements", "Acheteurs", "entier", valeur=lambda d: len(d.prix)),
            price("mini", "Meilleur prix"),
            price("median", "Prix médian"),
            price("maxi", "Prix le plus haut", visible=False),
            Colonne("ecart", "Écart", "taux", aide="Du prix le plus bas au plus haut."),
            price("marche", "Prix du marché", valeur=prix_marche, absence=Absence.SANS_OBJET),
            Colonne("montant_ht", "Montant", "montant_rond", valeur=amount, total="somme"),
            saved("potentiel_median", "Au prix médian", "Évité si les plus chers payaient le médian."),
            saved("potentiel_meilleur", "Au meilleur prix", "Évité si tous payaient le plus bas."),
            saved("potentiel_marche", "Au prix du marché", "Évité si tous payaient le prix du marché."),
        ],
    )


def prix_marche(d: "Dispersion") -> Decimal | None:
    """The lowest contract price among those that apply to its buyers."""
    return min((p.prix_marche for p in d.prix if p.prix_marche is not None), default=None)


def _sums(asked: Demande, place: Lieu) -> dict[str, Any]:
    """For who reads sums only: the potential of each GHT, never a price."""
    minimum = int(valeur("confidentialite.prix.acheteurs_minimum", le=timezone.localdate()))
    rows = sommes_par_ght(asked.filtres, place.finess, minimum)
    total = sum((r.potentiel_median for r in rows), Decimal("0.00"))
    when = periode(asked.du, asked.au)
    text = (
        f"{when}, s'aligner sur le prix médian dans chaque GHT éviterait {ecrire_millions(total)} HT. Les "
        "prix unitaires relèvent du secret des affaires : votre compte en lit les sommes."
        if rows
        else f"{when}, aucun GHT de ce territoire n'achète assez de produits à plusieurs prix pour en dire "
        "une somme sans révéler un prix."
    )
    return {"phrase": text, "sommes": _table_sums(rows, asked) if rows else None}


def _table_sums(rows: Sequence[SommeGht], asked: Demande) -> Tableau:
    def money(key: str, title: str) -> Colonne:
        return Colonne(key, title, "montant_rond", total="somme")

    def below(row: SommeGht) -> str:
        pairs = {"territoire": f"ght:{row.ght}", "du": asked.du, "au": asked.au, "lignes": "famille"}
        return f"{reverse('depenses:explorer')}?{urlencode({k: v for k, v in pairs.items() if v})}"

    return Tableau(
        nom="sommes",
        titre="Potentiel d'alignement des prix par GHT, en euros HT",
        lignes=rows,
        tri="-potentiel_median",
        filtres=en_mots(asked.filtres),
        colonnes=[
            Colonne("ght", "GHT", "lien", lien=below),
            Colonne("produits", "Produits à plusieurs prix", "entier", total="somme"),
            money("montant_ht", "Montant de ces produits"),
            money("potentiel_median", "Au prix médian"),
            money("potentiel_meilleur", "Au meilleur prix"),
        ],
    )
