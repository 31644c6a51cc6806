"""The health of the lines of each establishment: what came in, what misses, what to mend first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.acces import perimetre_de
from fanal.depenses.compute.qualite import A_VENIR, MANQUANT, Mesure, ajouter, etat, mois_de
from fanal.depenses.images_qualite import INDICATEURS, image
from fanal.depenses.onglets import adresse
from fanal.depenses.queries.portee import exiger_etablissement
from fanal.depenses.queries.qualite import Attente, Sante, attentes, sante
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.interface.ici import parametre
from fanal.interface.nombres import Absence, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import Colonne, Tableau, Valeur, rendre
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.parametres.catalogue import valeur
from fanal.territoires.models import Niveau

IMPORTER = "depense.importer"
ETATS = {
    "recu": ("Reçu", "decide"),
    MANQUANT: ("Manquant", "attention"),
    A_VENIR: ("À venir", "neutre"),
}
MANQUES = {
    "marche": "Numéro de marché absent",
    "produit": "Code du produit absent ou faux",
    "tva": "Taux de TVA absent",
}
# The field whose absence is the lack: a product may lack for its check digit too, which no filter tells.
CHAMPS = {"marche": "numero_marche", "tva": "taux_tva"}


@dataclass(frozen=True)
class Tache:
    """One thing to mend: `rang` says which kind comes first, `lignes_url` opens its lines."""

    rang: int
    qui: str
    quoi: str
    lignes: int | None
    montant: Decimal | None
    url: str
    lignes_url: str = ""


def page(request: HttpRequest) -> HttpResponse:
    """The establishments of the territory of the top bar, month by month of its year."""
    place = lieu(request)
    today = timezone.localdate()
    delay = int(valeur("depenses.qualite.delai_jours", le=today))
    rows = sante(place.finess)
    months = mois_de(place.annee)
    wanted = request.GET.get("indicateur", "")
    wanted = wanted if wanted in INDICATEURS else "lignes"
    waiting = attentes(perimetre_de(request, IMPORTER))
    context = {
        "titre": f"Qualité des lignes de commande {place.annee}",
        "phrase": phrase(rows, place, today, delay),
        "vide": place.vide,
        "deposer_url": deposer(request),
        "indicateurs": [(code, i.titre, code == wanted) for code, i in INDICATEURS.items()],
        "manquants": sum(_manquants(r, months, today, delay) for r in rows),
        "total": ajouter([_annee(r, months) for r in rows]),
        "ecartees": sum(r.ecartees for r in rows),
        "image": image(rows, months, wanted, today, delay),
        "etablissements": _table(rows, months, today, delay, place),
        "corrections": _worklist(rows, months, today, delay, waiting, place),
        "lignes_url": _explorer(place, "lignes"),
        "montant_url": _explorer(place, "montant_ht"),
        "territoire": request.GET.get("territoire", ""),
        "annee": place.annee,
    }
    return rendre(request, "depenses/qualite/page.html", context)


def _explorer(place: Lieu, mesure: str) -> str:
    """The same lines in the explorer, by establishment and month."""
    query = {
        "territoire": parametre(place.noeud),
        "lignes": "finess",
        "colonnes": "mois",
        "mesure": mesure,
        "du": f"{place.annee}-01",
        "au": f"{place.annee}-12",
    }
    return f"{reverse('depenses:explorer')}?{urlencode(query)}"


def etablissement(request: HttpRequest, finess: str) -> HttpResponse:
    """One establishment, month by month of the year of the top bar."""
    shown = exiger_etablissement(request, finess)
    place = lieu(request)
    today = timezone.localdate()
    delay = int(valeur("depenses.qualite.delai_jours", le=today))
    row = next(iter(sante(frozenset({finess}))))
    months = mois_de(place.annee)
    context = {
        "titre": f"{shown.nom} : lignes de commande {place.annee}",
        "phrase": phrase([row], place, today, delay),
        "deposer_url": deposer(request),
        "fil": [
            ("Qualité des données", f"{reverse('depenses:qualite')}?{urlencode({'annee': place.annee})}")
        ],
        "mois": _months_table(row, months, today, delay),
        "annees": sorted({m.year for m in row.mois}, reverse=True),
        "annee": place.annee,
    }
    return rendre(request, "depenses/qualite/etablissement.html", context)


def deposer(request: HttpRequest) -> str:
    """Where order lines are brought in, for who may; else empty."""
    return (
        "" if perimetre_de(request, IMPORTER).vide else adresse("depenses:depot_nouveau", "depenses:depots")
    )


def phrase(rows: Sequence[Sante], place: Lieu, today: date, delay: int) -> str:
    """The answer in one sentence."""
    months = mois_de(place.annee)
    total = ajouter([_annee(r, months) for r in rows])
    if not rows:
        return "Aucun établissement à suivre sur ce territoire."
    missing = [_manquants(r, months, today, delay) for r in rows]
    complete = sum(not m for m in missing)
    if not total.lignes:
        return f"Aucune ligne de commande reçue pour {place.annee}."
    if not complete:
        told = "aucun établissement n'a transmis" if len(rows) > 1 else "l'établissement n'a pas transmis"
    elif len(rows) == 1:
        told = "l'établissement a transmis"
    else:
        which = "établissements sur {} ont transmis" if complete > 1 else "établissement sur {} a transmis"
        told = f"{complete} {which.format(len(rows))}"
    text = f"En {place.annee}, {told} tous les mois attendus"
    if sum(missing):
        text += f" ; {_mois(sum(missing))}"
    share, code = ecrire_taux(total.part("marche")), ecrire_taux(total.part("produit"))
    return (
        f"{text}. {share} des lignes n'ont pas de numéro de marché, {code} pas de code de produit utilisable."
    )


def _mois(nombre: int) -> str:
    return "1 mois manque" if nombre == 1 else f"{ecrire_nombre(nombre)} mois manquent"


def _annee(row: Sante, months: Sequence[date]) -> Mesure:
    return ajouter([row.mois[m] for m in months if m in row.mois])


def _manquants(row: Sante, months: Sequence[date], today: date, delay: int) -> int:
    return sum(etat(m, row.mois.get(m), today, delay) == MANQUANT for m in months)


def _address(row: Sante, year: int) -> str:
    return f"{reverse('depenses:qualite_etablissement', args=[row.finess])}?{urlencode({'annee': year})}"


def _table(rows: Sequence[Sante], months: Sequence[date], today: date, delay: int, place: Lieu) -> Tableau:
    years = {r.finess: _annee(r, months) for r in rows}
    wide = place.noeud.niveau in (Niveau.NATIONAL, Niveau.REGION)

    def share(kind: str, titre: str, **options: Any) -> Colonne:
        return Colonne(
            kind,
            titre,
            "taux",
            valeur=lambda r: years[r.finess].part(kind),
            total=lambda kept: ajouter([years[r.finess] for r in kept]).part(kind),
            **options,
        )

    def amount(row: Sante) -> Any:
        # No line at all is not a spend of zero.
        return years[row.finess].montant_ht if years[row.finess].lignes else Absence.NON_RENSEIGNE

    return Tableau(
        nom="etablissements",
        titre="Établissements",
        lignes=list(rows),
        vide="Aucun établissement sur ce territoire.",
        tri="-manquants",
        filtres=[f"Année : {place.annee}"],
        colonnes=[
            Colonne("nom", "Établissement", "lien", lien=lambda r: _address(r, place.annee)),
            Colonne("finess", "FINESS", visible=False),
            Colonne("ght", "GHT", choix=wide, visible=wide),
            Colonne(
                "manquants",
                "Mois manquants",
                "entier",
                valeur=lambda r: _manquants(r, months, today, delay),
                total="somme",
                aide="Mois échus sans aucune ligne",
            ),
            Colonne("lignes", "Lignes", "entier", valeur=lambda r: years[r.finess].lignes, total="somme"),
            Colonne("montant", "Montant HT", "montant_rond", valeur=amount, total="somme"),
            share("marche", "Sans marché", aide="Part des lignes sans numéro de marché"),
            share("produit", "Sans code produit", aide="Code absent, ou dont la clé est fausse"),
            share("tva", "Sans TVA"),
            share("facture", "Sans facture", aide="Ni numéro, ni date, ni montant facturé"),
            Colonne(
                "ecartees", "Écartées", "entier", total="somme", aide="Dépôts où des lignes restent écartées"
            ),
            Colonne(
                "dernier",
                "Dernier dépôt",
                "date",
                valeur=lambda r: r.dernier_depot.date() if r.dernier_depot else Absence.NON_RENSEIGNE,
            ),
        ],
    )


def _months_table(row: Sante, months: Sequence[date], today: date, delay: int) -> Tableau:
    def measure(month: date) -> Mesure:
        return row.mois.get(month, Mesure())

    def share(kind: str, titre: str) -> Colonne:
        return Colonne(
            kind,
            titre,
            "taux",
            valeur=lambda m: measure(m).part(kind),
            total=lambda kept: ajouter([measure(m) for m in kept]).part(kind),
        )

    def count(month: date) -> Any:
        return measure(month).lignes or Absence.NON_RENSEIGNE

    def amount(month: date) -> Any:
        return measure(month).montant_ht if measure(month).lignes else Absence.NON_RENSEIGNE

    def total(kept: Sequence[date]) -> Decimal:
        return sum((measure(m).montant_ht for m in kept), Decimal("0.00"))

    return Tableau(
        nom="mois",
        titre="Mois de commande",
        lignes=list(months),
        recherche=False,
        colonnes=[
            Colonne("mois", "Mois", valeur=lambda m: f"{m:%m/%Y}"),
            Colonne(
                "etat", "État", "etat", etats=ETATS, valeur=lambda m: etat(m, row.mois.get(m), today, delay)
            ),
            Colonne(
                "lignes",
                "Lignes",
                "entier",
                valeur=count,
                total=lambda kept: sum(measure(m).lignes for m in kept),
            ),
            Colonne("montant", "Montant HT", "montant_rond", valeur=amount, total=total),
            share("marche", "Sans marché"),
            share("produit", "Sans code produit"),
            share("tva", "Sans TVA"),
            share("facture", "Sans facture"),
        ],
    )


def _worklist(
    rows: Sequence[Sante],
    months: Sequence[date],
    today: date,
    delay: int,
    waiting: Sequence[Attente],
    place: Lieu,
) -> Tableau:
    """What to mend first: months that miss, then lines set aside, then what the lines lack, by amount."""
    found: list[Tache] = []
    for row in rows:
        url = _address(row, place.annee)
        missing = [m for m in months if etat(m, row.mois.get(m), today, delay) == MANQUANT]
        if missing:
            named = ", ".join(f"{m:%m/%Y}" for m in missing[:3]) + (" …" if len(missing) > 3 else "")
            found.append(Tache(0, row.nom, f"{_mois(len(missing))} : {named}", None, None, url))
        year = _annee(row, months)
        found += [
            Tache(2, row.nom, words, year.sans(kind), year.montant_sans(kind), url, _lines(row, kind, place))
            for kind, words in MANQUES.items()
            if year.sans(kind)
        ]
    found += [
        Tache(1, d.nom_fichier, "Lignes écartées, à corriger", d.lignes, d.montant_ht, _deposit(d.depot))
        for d in waiting
    ]
    found.sort(key=lambda t: (t.rang, -(t.montant or 0), t.qui))
    return Tableau(
        nom="corrections",
        titre="À corriger d'abord",
        lignes=found,
        vide="Rien à corriger pour cette année.",
        colonnes=[
            Colonne("qui", "Établissement ou fichier", "lien", lien=lambda t: t.url),
            Colonne("quoi", "À corriger"),
            Colonne(
                "lignes",
                "Lignes",
                "entier",
                absence=Absence.SANS_OBJET,
                valeur=lambda t: Valeur(t.lignes, url=t.lignes_url),
            ),
            Colonne("montant", "Montant HT concerné", "montant_rond", absence=Absence.SANS_OBJET),
        ],
    )


def _lines(row: Sante, kind: str, place: Lieu) -> str:
    """The very lines that lack it, for who may open them."""
    if kind not in CHAMPS or not place.portee.voit_prix(row.finess):
        return ""
    lacking = Filtres().avec("finess", "=", row.finess).avec("annee", "=", str(place.annee))
    return f"{reverse('depenses:lignes')}?{lacking.avec(CHAMPS[kind], '=', '').en_requete()}"


def _deposit(pk: int) -> str:
    return reverse("depenses:depot_ecartees", args=[pk])
