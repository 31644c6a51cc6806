"""The tables of the proof of one action."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from fanal.depenses.compute.gains_reference import DOUZE_MOIS
from fanal.depenses.compute.gains_valeurs import Ecart, Mesure, MesureProduit
from fanal.depenses.models import ReferenceGain
from fanal.depenses.queries.gains_detail import LigneMontree
from fanal.depenses.rules.references import SOURCES
from fanal.depenses.views.gains import TONS as TONS
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau
from fanal.prix.compute.ecriture import ecrire_mois

ZERO = Decimal("0.00")
TYPES = {
    "commande": ("Commande", "neutre"),
    "avoir": ("Avoir", "attention"),
    "unites_gratuites": ("Unités gratuites", "information"),
}


def ecarts(measure: Mesure, lignes_url: str, facture: str) -> Tableau:
    """Declared, each reason, ordered, then what is not invoiced: a running sum that ends on the cent."""
    rows = [Ecart("declare", "Gain déclaré", measure.declare or ZERO), *measure.ecarts]
    rows.append(Ecart("commande", "Gain commandé", measure.commande or ZERO, lignes="sur_marche"))
    if measure.facture is not None and measure.commande is not None and measure.facture != measure.commande:
        late = measure.facture - measure.commande
        rows.append(Ecart("non_facture", "Commandes non encore facturées", late, lignes=facture))
    if measure.facture is not None:
        rows.append(Ecart("facture", "Gain facturé", measure.facture))

    def link(row: Ecart) -> str:
        return f"{lignes_url}?{urlencode({'quoi': row.lignes})}" if lignes_url and row.lignes else ""

    columns = [
        Colonne("libelle", "Du déclaré au facturé", "lien", lien=link, triable=False),
        Colonne("montant", "Montant", "montant", triable=False),
    ]
    if lignes_url:
        columns.append(
            Colonne(
                "explication",
                "Détail",
                valeur=lambda e: e.explication or Absence.SANS_OBJET,
                triable=False,
            )
        )
    return Tableau(
        nom="ecarts",
        titre="Ce qui sépare le gain déclaré du gain observé",
        lignes=rows,
        recherche=False,
        colonnes=columns,
    )


def produits(measure: Mesure, lignes_url: str) -> Tableau:
    """Each product: prices, quantities, gains, and where its reference comes from."""

    def price(cle: str, titre: str, read: Callable[[MesureProduit], Any]) -> Colonne:
        return Colonne(cle, titre, "montant", unite="€ TTC", decimales=4, valeur=read)

    def amount(cle: str, titre: str, **options: Any) -> Colonne:
        return Colonne(cle, titre, "montant", total="somme", **options)

    def reference(row: MesureProduit) -> str:
        held = row.produit.reference
        if held is None:
            return ""
        said = SOURCES.get(held.source, held.source)
        return f"{said}, gelée" if held.gelee else f"{said}, à geler"

    return Tableau(
        nom="produits",
        titre="Produits du marché",
        lignes=measure.produits,
        tri="-commande",
        colonnes=[
            Colonne(
                "libelle",
                "Produit",
                "lien",
                valeur=lambda m: m.produit.libelle,
                lien=lambda m: f"{lignes_url}?{urlencode({'quoi': 'sur_marche', 'produit': m.produit.cle})}",
            ),
            Colonne("cle", "Code", valeur=lambda m: m.produit.cle, visible=False),
            Colonne(
                "unite", "Unité", valeur=lambda m: m.produit.unite or Absence.NON_RENSEIGNE, visible=False
            ),
            price("p0", "Référence", lambda m: m.produit.reference.prix if m.produit.reference else None),
            price("pm", "Prix du marché", lambda m: m.produit.prix_marche),
            price("p1", "Prix payé", lambda m: m.prix_paye),
            Colonne(
                "gelee",
                "Quantité de référence",
                "nombre",
                valeur=lambda m: m.produit.reference.quantite if m.produit.reference else None,
            ),
            Colonne("quantite", "Quantité commandée", "nombre"),
            Colonne("plafond", "Plafond", "nombre", aide="Quantité gelée, au prorata connu", visible=False),
            amount("signe", "Signé"),
            amount("commande", "Commandé"),
            amount("facture", "Facturé"),
            amount("inflation", "Dont indice", visible=False),
            amount("achat", "Dont achat", visible=False),
            Colonne("reference", "Référence venue de", valeur=reference),
        ],
    )


def mois(measure: Mesure, lignes_url: str, prices: bool) -> Tableau:
    """The months of the window; quantity, amount and price only for who reads prices, and for one product."""
    one = len(measure.produits) == 1
    by_month: dict[Any, dict[str, Any]] = {}
    for product in measure.produits:
        for month in product.mois:
            row = by_month.setdefault(
                month.mois,
                {"mois": month.mois, "lignes": 0, "gain": ZERO, "inflation": ZERO, "prix": None}
                | {"quantite": Decimal(0), "montant": ZERO},
            )
            row["lignes"] += month.lignes
            row["gain"] += month.gain
            row["quantite"] += month.quantite
            row["montant"] += month.montant
            row["prix"] = month.prix if one else None
            known = row["inflation"] is not None and month.inflation is not None
            row["inflation"] = row["inflation"] + month.inflation if known else None

    def month_link(row: dict[str, Any]) -> str:
        query = urlencode({"quoi": "sur_marche", "mois": f"{row['mois']:%Y-%m}"})
        return f"{lignes_url}?{query}" if lignes_url else ""

    columns = [
        Colonne(
            "mois",
            "Mois",
            "lien",
            valeur=lambda r: ecrire_mois(r["mois"]),
            lien=month_link,
            triable=False,
        ),
        Colonne("lignes", "Lignes", "entier", total="somme"),
    ]
    if prices:
        columns.append(Colonne("montant", "Acheté", "montant", total="somme"))
    if prices and one:
        columns.append(Colonne("quantite", "Quantité", "nombre", total="somme"))
        columns.append(Colonne("prix", "Prix payé", "montant", unite="€ TTC", decimales=4))
    columns += [
        Colonne("gain", "Gain commandé", "montant", total="somme"),
        Colonne(
            "inflation",
            "Dont indice",
            "montant",
            aide="Ce que l'indice du marché aurait fait du prix de référence",
        ),
        Colonne(
            "achat",
            "Dont achat",
            "montant",
            valeur=lambda r: None if r["inflation"] is None else r["gain"] - r["inflation"],
        ),
    ]
    return Tableau(
        nom="mois",
        titre="Mois par mois",
        lignes=[by_month[m] for m in sorted(by_month)],
        recherche=False,
        colonnes=columns,
    )


def references(rows: Sequence[ReferenceGain]) -> Tableau:
    """Every reference that was frozen, the one that holds first."""
    return Tableau(
        nom="references",
        titre="Références gelées",
        lignes=rows,
        recherche=False,
        vide="Aucune référence n'est gelée : le calcul prend les achats d'avant, tels que lus aujourd'hui.",
        colonnes=[
            Colonne("produit", "Produit"),
            Colonne("source", "Source", valeur=lambda r: SOURCES.get(r.source, DOUZE_MOIS)),
            Colonne("prix_reference_ttc", "Prix", "montant", unite="€ TTC", decimales=4),
            Colonne("quantite_reference", "Quantité", "nombre"),
            Colonne("gelee_le", "Gelée le", "date", valeur=lambda r: r.gelee_le.date()),
            Colonne("auteur", "Par", valeur=lambda r: str(r.auteur) if r.auteur else "Automatique"),
            Colonne("motif", "Motif", valeur=lambda r: r.motif or Absence.SANS_OBJET),
            Colonne(
                "etat",
                "État",
                "etat",
                valeur=lambda r: r.remplacee_le is None,
                etats={True: ("En vigueur", "decide"), False: ("Remplacée", "neutre")},
            ),
        ],
    )


def lignes(rows: Sequence[LigneMontree], filtres: Sequence[str]) -> Tableau:
    """The very order lines."""
    return Tableau(
        nom="lignes",
        titre="Lignes de commande",
        lignes=rows,
        vide="Aucune ligne de commande.",
        filtres=filtres,
        colonnes=[
            Colonne("jour", "Date", "date"),
            Colonne("commande", "Commande"),
            Colonne("type_ligne", "Type", "etat", etats=TYPES, choix=True),
            Colonne("libelle", "Libellé"),
            Colonne("produit", "Produit", visible=False),
            Colonne(
                "marche",
                "Marché",
                valeur=lambda r: r.marche or Absence.NON_RENSEIGNE,
                choix=True,
                visible=False,
            ),
            Colonne("fournisseur", "Fournisseur", visible=False),
            Colonne("quantite", "Quantité", "nombre", total="somme"),
            Colonne("unite", "Unité", valeur=lambda r: r.unite or Absence.NON_RENSEIGNE, visible=False),
            Colonne("prix_ht", "Prix unitaire", "montant", unite="€ HT", decimales=4),
            Colonne("taux", "TVA", "nombre", unite="%", absence=Absence.NON_RENSEIGNE),
            Colonne("montant_ht", "Montant HT", "montant", total="somme"),
            Colonne("montant_ttc", "Montant TTC", "montant", total="somme", absence=Absence.NON_CALCULABLE),
            Colonne("facture_ht", "Facturé HT", "montant", total="somme", absence=Absence.NON_RENSEIGNE),
            Colonne("facture", "Facture", valeur=lambda r: r.facture or Absence.NON_RENSEIGNE, visible=False),
        ],
    )
