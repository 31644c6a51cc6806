"""The procedure adviser: a need in, what the law allows out, each line with its article."""

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.comptes.acces import exiger
from fanal.comptes.perimetre import Perimetre
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.rules.modifications import euros
from fanal.procedures.forms_conseil import ConseilForm
from fanal.procedures.queries import besoin
from fanal.procedures.queries.droit import conseil
from fanal.procedures.rules.conseil import Conseil, Voie
from fanal.procedures.rules.droit import Ligne
from fanal.refus import Refus

ETATS = {False: ("Sourcé", "decide"), True: ("À confirmer", "attention")}
LARGEUR = 640


@dataclass(frozen=True)
class Regle:
    """One line of the answer under its heading."""

    theme: str
    phrase: str
    article: str
    depuis: Any
    a_confirmer: bool


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The adviser: the question stands in the address, so that an answer can be sent."""
    held = exiger(request, "marche.voir")
    form = ConseilForm.asked(request.GET, timezone.localdate())
    contexte: dict[str, Any] = {
        "titre": "Conseil de procédure",
        "phrase": "Décrivez le besoin : la page dit les procédures que la loi permet à sa date de lancement.",
        "form": form,
    }
    if form.is_bound and form.is_valid():
        try:
            contexte |= _answer(form, held)
        except Refus as refus:
            form.add_error(None, refus.phrase)
    return rendre(request, "procedures/conseil.html", contexte)


def _answer(form: ConseilForm, held: Perimetre) -> dict[str, Any]:
    asked = form.cleaned_data
    found = conseil(
        nature=asked["nature"],
        montant=asked["montant"],
        lancement=asked["lancement"],
        electronique=not asked["papier"],
        preinformation=asked["preinformation"],
        urgence=asked["urgence"],
    )
    same = besoin.achats_homogenes(held, asked["cpv"], asked["nature"], asked["lancement"])
    amount, unknown = besoin.total(same)
    joined = besoin.marches_d_operateurs(asked["cpv"], asked["lancement"])
    return {
        "phrase": found.seuil.phrase,
        "conseil": found,
        "echelle": scale(found),
        "regles": _rules(found),
        "voies": _routes(found),
        "cpv": asked["cpv"],
        "operateurs": _operators(joined) if joined.exists() else None,
        "homogene": _same(same) if same.exists() else None,
        "homogene_total": amount,
        "homogene_inconnus": unknown,
        "homogene_depasse": amount > asked["montant"],
    }


def scale(found: Conseil) -> dict[str, Any]:
    """Where the value stands among the thresholds: marks on a square-root scale, in pixels."""
    from fanal.procedures.queries.droit import droit

    law = droit(found.demande.nature, found.demande.lancement)
    marks = [
        ("dispense", law["seuils.dispense"]),
        ("publicité au BOAMP", law["seuils.publicite_boamp"]),
        ("formalisée", law["seuils.procedure_formalisee"]),
    ]
    top = max(found.demande.montant, marks[-1][1]) * Decimal("1.15")

    def at(value: Decimal) -> int:
        return round(LARGEUR * sqrt(value / top))

    return {
        "largeur": LARGEUR,
        "reperes": [_mark(n, v, at(v), row) for row, (n, v) in enumerate(marks)],
        "x": at(found.demande.montant),
        "valeur": euros(found.demande.montant),
        "fin": at(found.demande.montant) > LARGEUR / 2,
    }


def _mark(name: str, value: Decimal, x: int, row: int) -> dict[str, Any]:
    return {"nom": name, "valeur": euros(value), "x": x, "y": 26 + 18 * row, "fin": x > 0.75 * LARGEUR}


def _rules(found: Conseil) -> Tableau:
    themes: list[tuple[str, tuple[Ligne, ...]]] = [
        ("Seuil", (found.seuil,)),
        ("Publicité", found.publicite),
        ("Délais", found.delais),
        ("Obligations", found.obligations),
    ]
    rows = [
        Regle(theme, line.phrase, line.article, line.depuis, line.a_confirmer)
        for theme, lines in themes
        for line in lines
    ]
    return Tableau(
        nom="regles",
        titre="Règles appliquées",
        lignes=rows,
        colonnes=[
            Colonne("theme", "Thème", choix=True),
            Colonne("phrase", "Ce que la règle demande"),
            Colonne("article", "Article"),
            Colonne("depuis", "En vigueur depuis", "date", absence=Absence.SANS_OBJET),
            Colonne("a_confirmer", "Source", "etat", etats=ETATS),
        ],
    )


def _routes(found: Conseil) -> Tableau:
    def conditions(voie: Voie) -> str:
        return voie.conditions[:1].upper() + voie.conditions[1:] + "."

    return Tableau(
        nom="voies",
        titre="Voies conditionnelles",
        lignes=list(found.voies),
        colonnes=[
            Colonne("titre", "Voie"),
            Colonne("procedure", "Procédure permise"),
            Colonne("conditions", "À condition que", valeur=conditions),
            Colonne("article", "Article"),
            Colonne("a_confirmer", "Source", "etat", etats=ETATS),
        ],
    )


def _operators(rows: Any) -> Tableau:
    return Tableau(
        nom="operateurs",
        titre="Marchés d'opérateurs à rejoindre",
        lignes=rows.select_related("operateur_acheteur"),
        colonnes=[
            Colonne("operateur", "Opérateur", champ="operateur_acheteur__nom"),
            Colonne("identifiant", "Marché"),
            Colonne("objet", "Objet"),
            Colonne("code_cpv", "CPV"),
            Colonne("date_fin_totale", "Fin", "date"),
        ],
    )


def _same(rows: Any) -> Tableau:
    return Tableau(
        nom="homogene",
        titre="Marchés du même besoin notifiés depuis douze mois",
        lignes=rows,
        colonnes=[
            Colonne("identifiant", "Marché"),
            Colonne("objet", "Objet"),
            Colonne("acheteur_nom", "Acheteur"),
            Colonne("date_notification", "Notifié le", "date"),
            Colonne("montant", "Montant HT", "montant", total="somme"),
        ],
    )
