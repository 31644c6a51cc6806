"""Reading a kept simulation: why, what would change, several side by side, its files."""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from fanal.appels import classeur_simulation
from fanal.appels.models import Simulation
from fanal.appels.queries.simulations import (
    comparer,
    issues,
    nom_du_dossier,
)
from fanal.appels.rules.enveloppes import euros
from fanal.appels.views.enveloppes import etat_simulation
from fanal.appels.views.enveloppes_commun import (
    contexte_enveloppes,
    fil_enveloppe,
    une_enveloppe,
    une_simulation,
    url_enveloppe,
)
from fanal.appels.views.simulations_tables import url_simulation
from fanal.campagnes.rules import pluriel
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre
from fanal.moteurs.allocation import (
    alternatives,
    expliquer,
    lire_annees,
    lire_partage,
    variantes,
)
from fanal.moteurs.allocation.demandes import REGLES
from fanal.refus import Introuvable

COMPAREES_MAX = 4
EXPLIQUEES_MAX = 400  # beyond, asking the engine again for one request takes too long on a page


@require_GET
def explication(request: HttpRequest, numero: int, dossier: int) -> HttpResponse:
    """Why one dossier receives its amount, and what would change it."""
    lue = une_simulation(request, numero)
    issue = next((i for i in issues(lue) if i.dossier.pk == dossier), None)
    if issue is None:
        raise Introuvable("Ce dossier n'est pas dans la simulation.")
    changes: Sequence[Any] = ()
    nombre = len(lue.question["demandes"])
    if any(r["id"] == str(dossier) for r in lue.question["demandes"]) and nombre <= EXPLIQUEES_MAX:
        changes = expliquer(lire_annees(lue.question).ferme, str(dossier)).changements
    contexte = contexte_enveloppes(request, lue.enveloppe.appel) | {
        "titre": nom_du_dossier(issue.dossier),
        "phrase": issue.motif,
        "fil": [*fil_enveloppe(lue.enveloppe), (lue.titre, url_simulation(lue))],
        "issue": issue,
        "changements": changes,
        "trop": nombre > EXPLIQUEES_MAX,
    }
    return rendre(request, "appels/enveloppes/explication.html", contexte)


@require_GET
def variantes_de(request: HttpRequest, numero: int) -> HttpResponse:
    """What would change: 5 % more or less, another rule, without a project, the next best choices."""
    lue = une_simulation(request, numero)
    sans = [v for v in request.GET.getlist("sans") if any(r["id"] == v for r in lue.question["demandes"])]
    document = {k: v for k, v in lue.question.items() if k != "previsions"}
    document["demandes"] = [
        {k: v for k, v in row.items() if k != "previsions"} for row in lue.question["demandes"]
    ]
    partage = lire_partage(document)
    noms = {str(i.dossier.pk): nom_du_dossier(i.dossier) for i in issues(lue)}
    trouvees = variantes(partage, sans=sans[:5])
    for pk in noms:
        trouvees = [
            v if v.code != f"sans_{pk}" else type(v)(v.code, f"Sans {noms[pk]}", v.resultat, v.ecarts)
            for v in trouvees
        ]
    contexte = contexte_enveloppes(request, lue.enveloppe.appel) | {
        "titre": "Ce qui changerait",
        "phrase": _phrase_variantes(trouvees),
        "fil": [*fil_enveloppe(lue.enveloppe), (lue.titre, url_simulation(lue))],
        "simulation": lue,
        "variantes": Tableau(
            nom="variantes",
            titre="Autres questions",
            lignes=trouvees,
            colonnes=[
                Colonne("titre", "Si…"),
                Colonne(
                    "attribue", "Attribué", "montant", valeur=lambda v: Decimal(v.resultat.attribue) / 100
                ),
                Colonne(
                    "servis",
                    "Servis",
                    "entier",
                    valeur=lambda v: sum(a.attribue > 0 for a in v.resultat.attributions),
                ),
                Colonne("bouge", "Dossiers qui changent", "entier", valeur=lambda v: len(v.ecarts)),
                Colonne("qui", "Qui", valeur=lambda v: _qui(v.ecarts, noms)),
            ],
        ),
        "choix": _choix(partage, noms) if partage.regle == "optimal" else None,
        "dossiers": sorted(noms.items(), key=lambda t: t[1]),
        "sans": sans,
    }
    return rendre(request, "appels/enveloppes/variantes.html", contexte)


def _phrase_variantes(trouvees: Sequence[Any]) -> str:
    plus = next(v for v in trouvees if v.code == "enveloppe_plus_5")
    moins = next(v for v in trouvees if v.code == "enveloppe_moins_5")
    return (
        f"5 % d'enveloppe en plus changeraient {pluriel(len(plus.ecarts), 'dossier', 'dossiers')}, "
        f"5 % en moins {pluriel(len(moins.ecarts), 'dossier', 'dossiers')}."
    )


def _qui(ecarts: dict[str, int], noms: dict[str, str]) -> str:
    rangees = sorted(ecarts.items(), key=lambda t: -abs(t[1]))
    dits = [f"{noms.get(k, k)} {'+ ' if v > 0 else ''}{euros(Decimal(v) / 100)}" for k, v in rangees[:3]]
    return " ; ".join(dits) + (f" ; et {len(rangees) - 3} autres" if len(rangees) > 3 else "")


def _choix(partage: Any, noms: dict[str, str]) -> Tableau:
    """The best choices in order, for indivisible projects."""
    return Tableau(
        nom="choix",
        titre="Meilleurs choix, dans l'ordre",
        lignes=alternatives(partage, 5),
        colonnes=[
            Colonne("rang", "Choix", "entier"),
            Colonne(
                "score", "Somme des notes", "nombre", valeur=lambda a: Decimal(a.score) / partage.echelle
            ),
            Colonne("attribue", "Attribué", "montant", valeur=lambda a: Decimal(a.attribue) / 100),
            Colonne("servies", "Servis", "entier", valeur=lambda a: len(a.servies)),
            Colonne("entrent", "Entrent", valeur=lambda a: ", ".join(noms.get(x, x) for x in a.entrent)),
            Colonne("sortent", "Sortent", valeur=lambda a: ", ".join(noms.get(x, x) for x in a.sortent)),
        ],
    )


@require_GET
def comparaison(request: HttpRequest, numero: int) -> HttpResponse:
    """Several simulations side by side, dossier by dossier, and who decided on which."""
    lue = une_enveloppe(request, numero)
    voulues = [v for v in request.GET.getlist("simulation") if v.isdecimal()][:COMPAREES_MAX]
    choisies = list(
        lue.simulations.filter(pk__in=voulues).select_related("auteur", "retenue_par").order_by("created_at")
    )
    if len(choisies) < 2:
        messages.error(request, f"Cochez de deux à {COMPAREES_MAX} simulations à comparer.")
        return redirect(url_enveloppe(lue))
    lignes = comparer(choisies)
    differents = sum(len(set(montants)) > 1 for _, montants in lignes)
    contexte = contexte_enveloppes(request, lue.appel) | {
        "titre": "Comparer des simulations",
        "phrase": (
            f"{pluriel(differents, 'dossier change', 'dossiers changent')} de montant sur {len(lignes)} "
            "d'une simulation à l'autre."
        ),
        "fil": fil_enveloppe(lue),
        "simulations": [(s, etat_simulation(s), REGLES[s.resultat["regle"]]) for s in choisies],
        "lignes": _tableau_comparaison(choisies, lignes),
    }
    return rendre(request, "appels/enveloppes/comparer.html", contexte)


def _montant_de(rang: int) -> Callable[[Any], Decimal | None]:
    """What reads the amount of one simulation in a row of the comparison."""
    return lambda ligne: ligne[1][rang]


def _tableau_comparaison(choisies: Sequence[Simulation], lignes: Sequence[Any]) -> Tableau:
    return Tableau(
        nom="comparaison",
        titre="Montants comparés",
        lignes=lignes,
        colonnes=[
            Colonne("dossier", "Dossier", valeur=lambda t: nom_du_dossier(t[0])),
            *(
                Colonne(
                    f"s{s.pk}",
                    s.titre,
                    "montant",
                    valeur=_montant_de(rang),
                    total="somme",
                    absence=Absence.SANS_OBJET,
                )
                for rang, s in enumerate(choisies)
            ),
            Colonne(
                "ecart",
                "Écart",
                "montant",
                valeur=lambda t: max(m or Decimal(0) for m in t[1]) - min(m or Decimal(0) for m in t[1]),
            ),
        ],
    )


@require_GET
def question_json(request: HttpRequest, numero: int) -> HttpResponse:
    """The question as `fanal repartition calculer` reads it."""
    lue = une_simulation(request, numero)
    return _json(lue.question, f"question-{lue.pk}")


@require_GET
def reponse_json(request: HttpRequest, numero: int) -> HttpResponse:
    """The answer as `fanal repartition calculer --json` writes it."""
    lue = une_simulation(request, numero)
    return _json(lue.resultat, f"reponse-{lue.pk}")


@require_GET
def classeur(request: HttpRequest, numero: int) -> HttpResponse:
    """The sharing as a workbook whose formulas compute it again."""
    lue = une_simulation(request, numero)
    noms = {str(i.dossier.pk): nom_du_dossier(i.dossier) for i in issues(lue)}
    contenu = classeur_simulation.ecrire(lue.titre, lue.question, lue.resultat, lue.empreinte, noms)
    reponse = HttpResponse(
        contenu, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    reponse["Content-Disposition"] = f'attachment; filename="repartition-{lue.pk}.xlsx"'
    return reponse


def _json(document: Any, nom: str) -> HttpResponse:
    texte = json.dumps(document, ensure_ascii=False, indent=2)
    reponse = HttpResponse(texte, content_type="application/json; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.json"'
    return reponse
