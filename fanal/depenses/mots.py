"""The words of the spend pages: axes, measures, and the values of an axis as people name them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from fanal.fournisseurs.models import Fournisseur
from fanal.interface.nombres import INSECABLE, ecrire_millions, ecrire_montant, ecrire_nombre
from fanal.interface.tableaux import Genre
from fanal.territoires.models import Etablissement, Ght, Region

ABSENT = "non renseigné"
MOIS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
TEMPS = ("mois", "trimestre", "annee")


@dataclass(frozen=True)
class Mesure:
    """What is summed. `additive`: groups add up. `secrete`: with it a unit price may be known."""

    titre: str
    genre: Genre
    additive: bool = True
    secrete: bool = False

    def ecrire(self, valeur: Decimal | None) -> str:
        """The value as a sentence says it."""
        if valeur is None:
            return "non calculable"
        if self.genre == "montant_rond":
            return ecrire_millions(valeur) or ""
        if self.genre == "montant":
            return ecrire_montant(valeur) or ""
        return ecrire_nombre(valeur, 0 if self.genre == "entier" else None) or ""


MESURES: Mapping[str, Mesure] = {
    "montant_ht": Mesure("Montant HT", "montant_rond"),
    "montant_ttc": Mesure("Montant TTC", "montant_rond"),
    "montant_facture_ht": Mesure("Montant facturé HT", "montant_rond"),
    "lignes": Mesure("Lignes de commande", "entier"),
    "commandes": Mesure("Commandes", "entier", additive=False),
    "montant_moyen_ligne": Mesure("Montant moyen par ligne HT", "montant", additive=False),
    "quantite": Mesure("Quantité", "nombre", secrete=True),
    "prix_moyen_ht": Mesure("Prix moyen HT", "montant", additive=False, secrete=True),
}
# The engine's axes (`moteurs/consolidation/axes.py`) by the words of the pages: naming them loads no engine.
AXES: Mapping[str, str] = {
    "famille": "Famille",
    "finess": "Établissement",
    "uf": "Unité fonctionnelle",
    "ght": "GHT",
    "region": "Région",
    "siret_fournisseur": "Fournisseur",
    "siren_fournisseur": "Entreprise",
    "operateur": "Opérateur",
    "numero_marche": "Marché",
    "couverture": "Marché applicable",
    "couverture_numero": "Marché applicable, avant décision",
    "code_produit": "Produit",
    "code_article": "Article",
    "libelle": "Libellé",
    "compte_m21": "Compte",
    "type_ligne": "Type de ligne",
    "taux_tva": "Taux de TVA",
    "unite": "Unité",
    "mois": "Mois",
    "trimestre": "Trimestre",
    "annee": "Année",
}
IDENTIFIANTS = {"numero_commande": "Numéro de commande", "numero_facture": "Numéro de facture"}
TYPES = {
    "commande": "Commandes",
    "avoir": "Avoirs",
    "unites_gratuites": "Unités gratuites",
    "remise": "Remises de fin d'année",
}


COUVERTURES = {
    "couvert": "Marché en cours",
    "rattache": "Rattaché à un marché par décision",
    "sans_numero": "Sans numéro de marché",
    "numero_inconnu": "Numéro inconnu du registre",
    "etablissement_non_couvert": "Marché sans cet établissement",
    "hors_dates": "Commande hors des dates du marché",
}
# The fields of one line, in the order it is read: title, kind of value.
CHAMPS_LIGNE: Mapping[str, tuple[str, str]] = {
    "finess": ("Établissement", "axe"),
    "uf": ("Unité fonctionnelle", "texte"),
    "type_ligne": ("Type de ligne", "axe"),
    "date_commande": ("Commandée le", "date"),
    "date_reception": ("Reçue le", "date"),
    "date_facture": ("Facturée le", "date"),
    "numero_facture": ("Facture", "texte"),
    "libelle": ("Libellé", "texte"),
    "code_article": ("Article", "texte"),
    "code_produit": ("Produit", "texte"),
    "famille": ("Famille", "texte"),
    "compte_m21": ("Compte", "texte"),
    "siret_fournisseur": ("Fournisseur", "axe"),
    "numero_marche": ("Marché", "texte"),
    "quantite": ("Quantité commandée", "nombre"),
    "quantite_recue": ("Quantité reçue", "nombre"),
    "quantite_facturee": ("Quantité facturée", "nombre"),
    "unite": ("Unité", "texte"),
    "prix_unitaire_ht": ("Prix unitaire HT", "prix"),
    "taux_tva": ("Taux de TVA", "taux"),
    "montant_ht": ("Montant HT", "montant"),
    "montant_ttc": ("Montant TTC", "montant"),
    "montant_facture_ht": ("Montant facturé HT", "montant"),
}


def nommer(axe: str, valeurs: Iterable[str | None]) -> dict[str | None, str]:
    """The words of values of one axis; a missing value is « non renseigné »."""
    wanted = {v for v in valeurs if v}
    found = _NOMS[axe](wanted) if axe in _NOMS else {}
    return {**{v: found.get(v, v) for v in wanted}, None: ABSENT, "": ABSENT}


def mois_court(code: str) -> str:
    """« mars 2021 » of « 2021-03 »."""
    year, _, month = code.partition("-")
    return f"{MOIS[int(month) - 1]}{INSECABLE}{year}" if month.isdecimal() else code


def _mois(wanted: set[str]) -> dict[str, str]:
    return {v: mois_court(v) for v in wanted}


def _trimestres(wanted: set[str]) -> dict[str, str]:
    return {v: " ".join(reversed(v.split("-"))) for v in wanted}


def _etablissements(wanted: set[str]) -> dict[str, str]:
    rows = Etablissement.objects.filter(finess__in=wanted).values_list("finess", "nom")
    return {finess: f"{name} ({finess})" for finess, name in rows}


def _ghts(wanted: set[str]) -> dict[str, str]:
    return {g.code: str(g) for g in Ght.objects.filter(code__in=wanted)}


def _regions(wanted: set[str]) -> dict[str, str]:
    return dict(Region.objects.filter(sigle__in=wanted).values_list("sigle", "nom"))


def _fournisseurs(wanted: set[str]) -> dict[str, str]:
    """A supplier by the name that its SIREN bears in the register, with its SIRET."""
    rows = Fournisseur.objects.filter(siren__in={v[:9] for v in wanted}).order_by("-pk")
    names = dict(rows.values_list("siren", "nom"))
    return {v: f"{names[v[:9]]} ({v})" for v in wanted if v[:9] in names}


def _entreprises(wanted: set[str]) -> dict[str, str]:
    rows = Fournisseur.objects.filter(siren__in=wanted).order_by("-pk").values_list("siren", "nom")
    return {siren: f"{name} ({siren})" for siren, name in rows}


def _couvertures(wanted: set[str]) -> dict[str, str]:
    return {v: COUVERTURES.get(v, v) for v in wanted}


def _taux(wanted: set[str]) -> dict[str, str]:
    return {v: f"{v.replace('.', ',')} %" for v in wanted}


def _types(wanted: set[str]) -> dict[str, str]:
    return {v: TYPES.get(v, v) for v in wanted}


_NOMS: Mapping[str, Callable[[set[str]], dict[str, str]]] = {
    "mois": _mois,
    "trimestre": _trimestres,
    "finess": _etablissements,
    "ght": _ghts,
    "region": _regions,
    "siret_fournisseur": _fournisseurs,
    "siren_fournisseur": _entreprises,
    "couverture": _couvertures,
    "couverture_numero": _couvertures,
    "taux_tva": _taux,
    "type_ligne": _types,
}
