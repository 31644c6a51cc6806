"""The very lines behind a figure, and one line with its versions, its deposit and its row in the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from fanal.comptes.acces import INVISIBLE, perimetre_de
from fanal.depenses.models import DepotLignes
from fanal.depenses.mots import CHAMPS_LIGNE, nommer
from fanal.depenses.queries.lignes import Version, depots_nommes, lire_ligne, versions
from fanal.depenses.queries.portee import Portee
from fanal.depenses.views.demande import en_mots, filtres
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.interface.ici import parametre
from fanal.interface.nombres import ecrire_date, ecrire_millions, ecrire_montant, ecrire_nombre, ecrire_taux
from fanal.interface.sources import Champ
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.refus import Interdit, Introuvable, Inutilisable
from fanal.territoires.noeuds import Noeud

IMPORTER = "depense.importer"
EXPORT_MAX = 100_000
TEMPS = ("mois", "trimestre", "annee")
TRIS = ("montant_ht", "date_commande", "prix_unitaire_ht", "quantite")
SANS_PRIX = (
    "Les lignes de commande disent des prix unitaires, qui relèvent du secret des affaires : votre compte "
    "lit les montants de ces établissements, pas leurs lignes. Revenez à l'explorateur pour les voir réunis."
)
ETATS = {
    "commande": ("Commande", "neutre"),
    "avoir": ("Avoir", "attention"),
    "unites_gratuites": ("Gratuit", "information"),
    "remise": ("Remise", "information"),
}


@dataclass
class SourceLignes:
    """The lines that filters keep, read page by page in the lake."""

    filtres: Filtres
    portee: Portee
    total: int
    ordre: str = "-montant_ht"

    def chercher(self, texte: str, champs: Sequence[Champ]) -> "SourceLignes":
        return self

    def garder(self, champ: Champ, valeur: str) -> "SourceLignes":
        return self

    def trier(self, champ: Champ, descendant: bool) -> "SourceLignes":
        order = f"{'-' if descendant else ''}{champ.cle}"
        return SourceLignes(self.filtres, self.portee, self.total, order)

    def compter(self) -> int:
        return self.total

    def tranche(self, debut: int, fin: int) -> Sequence[Any]:
        from fanal.depenses.queries.analyse import lignes

        size = max(min(fin, self.total) - debut, 0)
        if not size:
            return []
        # Pages of the table and whole exports both begin on a multiple of their size.
        page = debut // (fin - debut) + 1
        rows = lignes(self.filtres, self.portee, page, fin - debut, ordre=self.ordre).lignes
        deposits = depots_nommes(row["depot"] for row in rows)
        return [row | {"source": deposits.get(row["depot"])} for row in rows]

    def somme(self, champ: Champ) -> tuple[Any, int]:
        return None, 0

    def choix(self, champ: Champ) -> list[str]:
        return []

    def tout(self) -> Any:
        return self


@dataclass
class TableauLignes(Tableau):
    """A table whose rows are read in the lake as they are asked for."""

    lac: SourceLignes = field(default_factory=lambda: SourceLignes(Filtres(), Portee(None, None), 0))

    @property
    def source(self) -> Any:
        return self.lac


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The lines that the filters of the address keep, on the territory of the top bar."""
    place = lieu(request)
    faults: list[str] = []
    asked = filtres(request.GET.getlist("filtre"), faults)
    _check_prix(place)
    try:
        seen = _whole(asked, place)
    except Inutilisable as refusal:
        faults.append(refusal.phrase)
        asked = Filtres()
        seen = _whole(asked, place)
    context = {
        "titre": "Lignes de commande",
        "phrase": _phrase(seen, place, asked),
        "fautes": faults,
        "puces": en_mots(asked),
        "masquees": seen.masquees,
        "trop": seen.lignes if seen.lignes > EXPORT_MAX else 0,
        "maximum": EXPORT_MAX,
        "fil": [("Explorer", _explorer(asked, place))],
        "lignes": _table(
            request,
            SourceLignes(asked, place.portee_ici.ouverte(), seen.lignes),
            en_mots(asked),
            seen.montant_ht,
        ),
    }
    return rendre(request, "depenses/explorer/lignes.html", context)


@dataclass(frozen=True)
class Ensemble:
    """The lines shown as a whole; `masquees` counts those whose prices the account may not read."""

    lignes: int
    montant_ht: Decimal
    remises_ht: Decimal
    masquees: int


def _whole(asked: Filtres, place: Lieu) -> Ensemble:
    from fanal.depenses.queries.analyse import analyser

    # The total is that of the lines shown, not of those whose prices are hidden.
    scope, opened = place.portee_ici, place.portee_ici.ouverte()
    found = analyser([], ["montant_ht", "lignes"], asked, opened)
    shown = int(found.totaux["lignes"] or 0)
    seen = shown
    if opened != scope:
        seen = int(analyser([], ["lignes"], asked, scope).totaux["lignes"] or 0)
    return Ensemble(shown, found.totaux["montant_ht"] or Decimal("0.00"), found.remises_ht, seen - shown)


def _check_prix(place: Lieu) -> None:
    """Raise `Interdit` when the account may open no line at all here."""
    held = place.portee.prix
    if held is not None and (not held or (place.finess is not None and not place.finess & held)):
        raise Interdit(SANS_PRIX)


def _phrase(seen: Ensemble, place: Lieu, asked: Filtres) -> str:
    if not seen.lignes:
        return f"Aucune ligne de commande ne répond à ces filtres pour {place.nom}."
    number = seen.lignes
    lines = "1 ligne de commande" if number == 1 else f"{ecrire_nombre(number)} lignes de commande"
    text = f"{ecrire_millions(seen.montant_ht)} HT en {lines}"
    if seen.remises_ht:
        text += f", après {ecrire_montant(abs(seen.remises_ht), 0)} de remises de fin d'année"
    if not any(asked.sur(axe) for axe in TEMPS):
        # The bar names a year: it does not filter these lines.
        text += ", toutes années confondues"
    return f"{text}."


def _explorer(asked: Filtres, place: Lieu) -> str:
    query = urlencode({"territoire": parametre(place.noeud)})
    return f"{reverse('depenses:explorer')}?{query}&{asked.en_requete()}"


def _address(row: Mapping[str, Any]) -> str:
    return reverse("depenses:ligne", args=[row["id"]])


def adresse_depot(request: HttpRequest, depot: DepotLignes, nom: str = "depenses:depot") -> str:
    """The page of a deposit, or its original file, for who may open them; else empty."""
    held = perimetre_de(request, IMPORTER)
    return reverse(nom, args=[depot.pk]) if held.contient(Noeud.de(depot)) else ""


def _table(request: HttpRequest, source: SourceLignes, filters: list[str], amount: Decimal) -> TableauLignes:
    def column(cle: str, titre: str, genre: Any = "texte", **options: Any) -> Colonne:
        return Colonne(cle, titre, genre, **({"triable": cle in TRIS} | options))

    def deposit(row: Mapping[str, Any]) -> str:
        return adresse_depot(request, row["source"]) if row["source"] else ""

    def rate(row: Mapping[str, Any]) -> Any:
        return None if row["taux_tva"] is None else row["taux_tva"] / 100

    missing: dict[str, Any] = {"absence": Absence.NON_RENSEIGNE}
    return TableauLignes(
        nom="lignes",
        titre="Lignes de commande",
        lignes=[],
        lac=source,
        recherche=False,
        exportable=source.total <= EXPORT_MAX,
        filtres=filters,
        vide="Aucune ligne de commande ne répond à ces filtres.",
        colonnes=[
            column("numero_commande", "Commande", "lien", lien=_address),
            column("numero_ligne", "Ligne", visible=False),
            column("date_commande", "Date", "date"),
            column("libelle", "Libellé"),
            column("type_ligne", "Type", "etat", etats=ETATS),
            column("quantite", "Quantité", "nombre"),
            column("unite", "Unité", visible=False),
            column("prix_unitaire_ht", "Prix HT", "nombre", unite="€"),
            column("montant_ht", "Montant HT", "montant", total=lambda _: amount),
            column("numero_marche", "Marché"),
            column("finess", "FINESS"),
            column("code_produit", "Produit", visible=False),
            column("siret_fournisseur", "Fournisseur", visible=False),
            column("depot", "Dépôt", valeur=lambda r: f"n° {r['depot']}", lien=deposit),
            column("ligne", "Ligne du fichier", "entier", visible=False),
            column("uf", "UF", visible=False),
            column("famille", "Famille", visible=False),
            column("code_article", "Article", visible=False),
            column("taux_tva", "TVA", "taux", visible=False, valeur=rate, **missing),
            column("montant_ttc", "Montant TTC", "montant", visible=False, **missing),
            column("montant_facture_ht", "Facturé HT", "montant", visible=False, **missing),
            column("numero_facture", "Facture", visible=False),
            column("compte_m21", "Compte", visible=False),
        ],
    )


@require_GET
def une_ligne(request: HttpRequest, ident: int) -> HttpResponse:
    """One line: all that it says, its versions, the deposit and the row of the file it came from."""
    place = lieu(request)
    found = versions(lire_ligne(ident))
    shown = next(v for v in found if v.ident == ident)
    finess = shown.champs["finess"]
    if not place.portee.voit(finess):
        raise Introuvable(INVISIBLE)
    if not place.portee.voit_prix(finess):
        raise Interdit(SANS_PRIX)
    current = next((v for v in found if v.remplacee_par is None), None)
    fields = shown.champs
    context = {
        "titre": f"Commande {fields['numero_commande']}, ligne {fields['numero_ligne']}",
        "phrase": _line_phrase(fields),
        "champs": _fields(fields),
        "montree": shown,
        "en_vigueur": current,
        "depot_url": adresse_depot(request, shown.depot),
        "original_url": adresse_depot(request, shown.depot, "depenses:depot_original"),
        "versions": _versions(found, ident),
        "fil": [
            ("Explorer", reverse("depenses:explorer")),
            ("Lignes", _order_address(fields)),
        ],
    }
    return rendre(request, "depenses/explorer/ligne.html", context)


def _order_address(fields: Mapping[str, Any]) -> str:
    """All the lines of the same order."""
    same = (
        Filtres()
        .avec("finess", "=", fields["finess"])
        .avec("numero_commande", "=", fields["numero_commande"])
    )
    return f"{reverse('depenses:lignes')}?{same.en_requete()}"


def _line_phrase(fields: Mapping[str, Any]) -> str:
    price = ecrire_nombre(fields["prix_unitaire_ht"])
    return (
        f"{ecrire_montant(fields['montant_ht'])} HT : {ecrire_nombre(fields['quantite'])} × {price} €, "
        f"commandés le {ecrire_date(fields['date_commande'])}."
    )


def _fields(fields: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """The title and the words of each field of the line, None where it says nothing."""
    found = []
    for name, (title, kind) in CHAMPS_LIGNE.items():
        value = fields[name]
        if value is None or value == "":
            words = None
        elif kind == "axe":
            words = nommer(name, [str(value)])[str(value)]
        elif kind == "montant":
            words = ecrire_montant(value)
        elif kind == "prix":
            words = f"{ecrire_nombre(value)} €"
        elif kind == "taux":
            words = ecrire_taux(value / 100)
        elif kind == "nombre":
            words = ecrire_nombre(value)
        else:
            words = ecrire_date(value) or str(value)
        found.append((title, words))
    return found


def _versions(found: Sequence[Version], ident: int) -> Tableau:
    def until(version: Version) -> str:
        by = version.remplacee_par
        return "En vigueur" if by is None else f"Remplacée par le dépôt n° {by.numero}"

    return Tableau(
        nom="versions",
        titre="Versions de cette ligne",
        lignes=list(found),
        recherche=False,
        colonnes=[
            Colonne("depot", "Dépôt", "lien", valeur=lambda v: f"n° {v.depot.numero}",
                    lien=lambda v: reverse("depenses:ligne", args=[v.ident]) if v.ident != ident else ""),
            Colonne("fichier", "Fichier", valeur=lambda v: v.depot.depot.nom_fichier),
            Colonne("ligne", "Ligne du fichier", "entier", valeur=lambda v: v.champs["ligne"]),
            Colonne("le", "Reçue le", "date", valeur=lambda v: v.le),
            Colonne("etat", "État", valeur=until),
            Colonne("quantite", "Quantité", "nombre", valeur=lambda v: v.champs["quantite"]),
            Colonne("prix", "Prix HT", "nombre", unite="€", valeur=lambda v: v.champs["prix_unitaire_ht"]),
            Colonne("montant", "Montant HT", "montant", valeur=lambda v: v.champs["montant_ht"]),
            Colonne("marche", "Marché", valeur=lambda v: v.champs["numero_marche"]),
        ],
    )  # fmt: skip
