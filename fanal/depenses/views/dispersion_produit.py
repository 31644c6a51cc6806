"""One product: what each establishment pays, against the contract, month by month, and why it may differ."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.comptes.acces import INVISIBLE, perimetre_de
from fanal.depenses.compute.comparaison import par_finess, raisons
from fanal.depenses.mots import mois_court, nommer
from fanal.depenses.queries.dispersion import FicheProduit, fiche
from fanal.depenses.queries.dispersion_prix import TarifsGht
from fanal.depenses.queries.portee import VOIR
from fanal.depenses.views.demande import Demande, en_mots, lire
from fanal.depenses.views.dispersion_commun import (
    Terrain,
    adresse_lignes,
    du_produit,
    ecrire_prix,
    requete,
    tarifs,
    terrain,
)
from fanal.depenses.views.explorer import periode
from fanal.depenses.views.hors_marche import sans_finess
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.interface.nombres import ecrire_millions
from fanal.interface.tableaux import Absence, Colonne, Tableau, Valeur, rendre
from fanal.refus import Introuvable, Inutilisable

if TYPE_CHECKING:
    from fanal.depenses.images_explorer import Point
    from fanal.interface.images import Image
    from fanal.moteurs.consolidation.requetes.dispersion import Dispersion, PrixPaye
    from fanal.moteurs.consolidation.requetes.prix import Achats

Noms = Mapping[str | None, str]


@require_GET
def produit(request: HttpRequest, code: str) -> HttpResponse:
    """What one product is paid, and what the others pay when enough of them buy it."""
    if perimetre_de(request, VOIR).vide:
        # A product that others buy does not exist for who sees no spend.
        raise Introuvable(INVISIBLE)
    place = lieu(request)
    asked, ground = lire(request.GET, place), terrain(place)
    contracts = tarifs(ground, asked, place)
    try:
        found = fiche(code, asked.filtres, ground.finess, timezone.localdate(), contracts)
    except Inutilisable as refusal:
        raise Introuvable(refusal.phrase) from refusal
    if found is None:
        raise Introuvable(INVISIBLE)
    main = found.groupes[0] if found.groupes else None
    names = nommer("finess", [p.achats.finess for d in found.groupes for p in d.prix])
    context = {
        "titre": found.libelle,
        "phrase": phrase(found, main, asked, names),
        "fil": [("Dispersion des prix", f"{reverse('depenses:dispersion')}?{requete(asked, place)}")],
        "code": found.code,
        "demande": asked,
        "puces": en_mots(asked.filtres),
        "fautes": asked.fautes,
        "principal": main,
        "unites": ", ".join(u or "unité non écrite" for u in _units(found, main)),
        "montant_url": _lines(found, main, asked, ground, place) if main else "",
        "marche": _contract(contracts, main),
        "ailleurs": list(found.ailleurs.values()),
        "image": _dots(main, names) if main else None,
        "image_mois": _months(found, main, sans_finess(names)) if main else None,
        "prix": tableau(found, asked, ground, place, names) if found.groupes else None,
        "mois": _table_months(found, asked, ground, place, names) if found.mois else None,
    }
    return rendre(request, "depenses/dispersion/produit.html", context)


def phrase(found: FicheProduit, main: "Dispersion | None", asked: Demande, names: Noms) -> str:
    """« Ce produit se paie de 0,38 € à 0,52 € l'unité selon l'établissement… »."""
    when = periode(asked.du, asked.au)
    if main is None:
        if not found.ailleurs:
            return f"{when}, ce produit a été acheté sans quantité à laquelle rapporter un prix."
        first = next(iter(found.ailleurs.values()))
        return (
            f"{when}, {first.acheteurs} acheteurs d'ailleurs paient ce produit de {ecrire_prix(first.bas)} à "
            f"{ecrire_prix(first.haut)} HT ({first.unite}), pour la moitié centrale d'entre eux."
        )
    unit = f"l'unité ({main.unite})" if main.unite != "unité" else "l'unité"
    if len(main.prix) == 1:
        said = (
            f"{when}, {names[main.prix[0].achats.finess]} paie ce produit {ecrire_prix(main.mini)} HT {unit}"
        )
    elif main.mini == main.maxi:
        number, price = len(main.prix), ecrire_prix(main.mini)
        return f"{when}, les {number} établissements paient ce produit {price} HT {unit}."
    else:
        said = (
            f"{when}, ce produit se paie de {ecrire_prix(main.mini)} à {ecrire_prix(main.maxi)} HT {unit} "
            "selon l'établissement"
        )
    for name, saved in (
        ("prix du marché", main.potentiel_marche),
        ("meilleur prix", main.potentiel_meilleur),
    ):
        if saved:
            return f"{said} ; s'aligner sur le {name} éviterait {ecrire_millions(saved)} HT."
    return f"{said}."


def _units(found: FicheProduit, group: "Dispersion | None") -> tuple[str, ...]:
    return () if group is None else found.unites.get((group.produit, group.unite or ""), ())


def _lines(
    found: FicheProduit,
    group: "Dispersion",
    asked: Demande,
    ground: Terrain,
    place: Lieu,
    finess: str = "",
) -> str:
    return adresse_lignes(du_produit(asked.filtres, found.code, _units(found, group), finess), ground, place)


def _contract(contracts: TarifsGht, main: "Dispersion | None") -> tuple[str, str] | None:
    """The contract that prices are held against, and its address."""
    if main is None:
        return None
    held = [contracts.contrat(main.produit, main.unite, p.achats.finess) for p in main.prix]
    first = next((c for c in held if c is not None), None)
    return None if first is None else (first.numero, reverse("marches:marche", args=[first.marche]))


def _dots(main: "Dispersion", names: Noms) -> "Image":
    from fanal.depenses.images_dispersion import Prix, Repere, image_prix

    short = sans_finess(names)
    dots = [Prix(short[p.achats.finess], p.prix, ecrire_prix(p.prix)) for p in main.prix]
    marks = [Repere("Prix médian", main.median, ecrire_prix(main.median))] if len(dots) > 1 else []
    agreed = min((p.prix_marche for p in main.prix if p.prix_marche is not None), default=None)
    if agreed is not None:
        marks.append(Repere("Prix du marché", agreed, ecrire_prix(agreed)))
    if len(dots) > 1 and main.mini != main.maxi:
        title = f"Le plus cher : {dots[0].nom}, {dots[0].texte} ; le moins cher : {dots[-1].texte}"
    else:
        title = f"Un seul prix payé : {dots[0].texte}"
    note = "Prix moyen pondéré HT des commandes et avoirs, remises de fin d'année à part."
    return image_prix(title, dots, marks, note)


def _months(found: FicheProduit, main: "Dispersion", names: Noms) -> "Image | None":
    from fanal.depenses.images_explorer import Point, courbe
    from fanal.interface.images import MAXIMUM

    rows = [a for a in found.mois if a.unite == main.unite and a.comparable]
    months = sorted({a.mois or "" for a in rows})
    if len(months) < 2:
        return None
    places = [p.achats.finess for p in sorted(main.prix, key=lambda p: -p.achats.cents)][:MAXIMUM]
    prices = {(a.finess, a.mois): a.prix for a in rows}
    points = [
        Point(
            mois_court(m),
            names[f],
            prices.get((f, m)),
            ecrire_prix(prices[f, m]) if (f, m) in prices else "aucun achat",
        )
        for f in places
        for m in months
    ]
    more = len(main.prix) - len(places)
    note = f"Prix moyen HT du mois. {more} autres établissements dans le tableau." if more > 0 else ""
    return courbe(titre_des_mois(points), points, note or "Prix moyen HT du mois.")


def titre_des_mois(points: Sequence["Point"]) -> str:
    """What the months show. A price that stands for months names no month: none of them is the dear one."""
    top = max((p for p in points if p.valeur is not None), key=lambda p: p.valeur or Decimal(0))
    same = sum(p.valeur is not None and p.texte == top.texte for p in points) > 1
    return f"Prix le plus haut : {top.texte}{'' if same else f' en {top.nom}'} ({top.serie})"


Rang = tuple["Dispersion", "PrixPaye"]


def tableau(found: FicheProduit, asked: Demande, ground: Terrain, place: Lieu, names: Noms) -> Tableau:
    """A row per establishment and unit, with what may explain its price."""
    months = len({a.mois for a in found.mois if a.comparable})
    short = sans_finess(names)

    def situation(row: Rang) -> Any:
        return par_finess(found.situations, row[1].achats.finess)

    def why(row: Rang) -> Any:
        group, paid = row
        said = raisons(paid.achats, situation(row), [p.achats for p in group.prix], months)
        return "\u00a0; ".join(said) or Absence.SANS_OBJET

    def amount(row: Rang) -> Valeur:
        finess = row[1].achats.finess
        return Valeur(row[1].achats.montant_ht, url=_lines(found, row[0], asked, ground, place, finess))

    def rebates(row: Rang) -> Any:
        value = situation(row).remises
        if not value:
            return Absence.SANS_OBJET
        only = du_produit(asked.filtres, found.code, (), row[1].achats.finess, ("remise",))
        return Valeur(value, url=adresse_lignes(only, ground, place))

    def price(key: str, title: str, read: Any, **options: Any) -> Colonne:
        return Colonne(key, title, "nombre", unite="€", decimales=4, valeur=read, **options)

    def saved(key: str, title: str, **options: Any) -> Colonne:
        return Colonne(
            key, title, "montant_rond", valeur=lambda r: getattr(r[1], key), total="somme",
            absence=Absence.SANS_OBJET, **options,
        )  # fmt: skip

    return Tableau(
        nom="prix",
        titre="Prix payé par établissement, en euros HT",
        lignes=[(d, p) for d in found.groupes for p in d.prix],
        filtres=en_mots(asked.filtres),
        colonnes=[
            Colonne("etablissement", "Établissement", valeur=lambda r: short[r[1].achats.finess]),
            Colonne("unite", "Unité", valeur=lambda r: r[0].unite, visible=len(found.groupes) > 1),
            price("prix", "Prix moyen", lambda r: r[1].prix),
            Colonne("ecart", "Au-dessus du plus bas", "taux", valeur=lambda r: r[1].ecart),
            price(
                "prix_marche", "Prix du marché", lambda r: r[1].prix_marche, absence=Absence.SANS_OBJET
            ),
            price("effectif", "Avec unités gratuites", lambda r: r[1].achats.prix_effectif, visible=False),
            price("bas", "Prix le plus bas écrit", lambda r: r[1].achats.bornes[0], visible=False),
            price("haut", "Prix le plus haut écrit", lambda r: r[1].achats.bornes[1], visible=False),
            Colonne("quantite", "Quantité", "nombre", valeur=lambda r: r[1].achats.quantite),
            Colonne(
                "gratuites", "Unités gratuites", "nombre", valeur=lambda r: r[1].achats.quantite_gratuite,
                visible=False,
            ),
            Colonne("montant", "Montant", "montant", valeur=amount, total="somme"),
            Colonne(
                "part_marche", "Part sur marché", "taux", valeur=lambda r: situation(r).part_sur_marche,
                aide="Part du montant qu'un marché couvre.",
            ),
            Colonne("remises", "Remises à part", "montant", valeur=rebates, absence=Absence.SANS_OBJET),
            saved("au_median", "Évité au médian", visible=False),
            saved("au_meilleur", "Évité au meilleur"),
            saved("au_marche", "Évité au prix du marché"),
            Colonne("pourquoi", "Ce qui peut l'expliquer", valeur=why, triable=False),
        ],
    )  # fmt: skip


def _table_months(found: FicheProduit, asked: Demande, ground: Terrain, place: Lieu, names: Noms) -> Tableau:
    def amount(row: "Achats") -> Valeur:
        units = found.unites.get((row.produit, row.unite or ""), ())
        only = du_produit(asked.filtres, found.code, units, row.finess).avec("mois", "=", row.mois)
        return Valeur(row.montant_ht, url=adresse_lignes(only, ground, place))

    words = {**nommer("finess", [a.finess for a in found.mois]), **names}
    return Tableau(
        nom="mois",
        titre="Prix mois par mois, en euros HT",
        lignes=list(found.mois),
        filtres=en_mots(asked.filtres),
        colonnes=[
            Colonne("mois", "Mois", valeur=lambda a: mois_court(a.mois or ""), triable=False),
            Colonne("etablissement", "Établissement", valeur=lambda a: words[a.finess], choix=True),
            Colonne("unite", "Unité", valeur=lambda a: a.unite or Absence.NON_RENSEIGNE),
            Colonne("prix", "Prix moyen", "nombre", unite="€", decimales=4),
            Colonne("quantite", "Quantité", "nombre"),
            Colonne("quantite_gratuite", "Unités gratuites", "nombre"),
            Colonne("montant", "Montant", "montant", valeur=amount, total="somme"),
        ],
    )
