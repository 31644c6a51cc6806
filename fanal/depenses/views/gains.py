"""Proof of gains: what a GHT declares for a year, and what its order lines show of it."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.acces import exiger
from fanal.depenses.compute.gains_statut import MOTIFS
from fanal.depenses.compute.gains_valeurs import CONFIRME, NON_CONFIRME, NON_MESURABLE, PARTIEL, STATUTS
from fanal.depenses.queries.gains import ActionProuvee, Somme, sommer
from fanal.depenses.queries.gains_report import AnneeCivile
from fanal.depenses.queries.gains_territoire import AnneeProuvee, annee_prouvee
from fanal.depenses.queries.portee import VOIR, portee
from fanal.interface import ici
from fanal.interface.nombres import Absence, ecrire_millions, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Inutilisable
from fanal.territoires.models import Niveau

TONS = {CONFIRME: "decide", PARTIEL: "attention", NON_CONFIRME: "refus", NON_MESURABLE: "neutre"}
ETATS = {code: (word, TONS[code]) for code, word in STATUTS.items()}
MONTANTS = (
    ("prevu", "Prévu"),
    ("declare", "Déclaré"),
    ("signe", "Signé"),
    ("commande", "Commandé"),
    ("facture", "Facturé"),
)


def gains(request: HttpRequest) -> HttpResponse:
    """The actions of the territory and the year of the top bar, declared beside ordered."""
    place = ici.ici(request, timezone.localdate())
    exiger(request, VOIR, place.noeud)
    refused = ""
    try:
        proved = annee_prouvee(place.annee, place.noeud, portee(request), timezone.localdate())
    except Inutilisable as refus:
        proved, refused = AnneeProuvee((), AnneeCivile()), refus.phrase
    actions, year = proved.actions, proved.civile
    total = sommer(actions)
    several = place.noeud.niveau in (Niveau.NATIONAL, Niveau.REGION)
    context = {
        "titre": f"Preuve des gains {place.annee}",
        "phrase": refused or phrase(total, place.annee),
        "vide": not actions,
        "total": total,
        "note_commande": note_commande(total),
        "taux": total.retrouve / total.declare if total.retrouve is not None and total.declare else None,
        "image": _image(total, actions),
        # The nation has more actions than anyone reads: its table is by GHT, each of which opens.
        "actions_prouvees": _table(actions, several) if place.noeud.objet is not None else None,
        "ghts": _ghts(actions, place.annee) if several else None,
        **_report(year, place.annee, several, place.noeud.objet is None),
        "annee": place.annee,
        "annees": place.annees,
    }
    return rendre(request, "depenses/gains/page.html", context)


def _report(year: AnneeCivile, annee: int, several: bool, nation: bool) -> dict[str, Any]:
    """The carry-over in the page, when there is one."""
    from fanal.depenses.views import gains_report as report

    if not year.reportees:
        return {}
    table = report.par_ght(year, annee) if nation else report.par_action(year, annee, several)
    return {"report": table, "report_phrase": report.phrase(year, annee)}


def note_commande(total: Somme) -> str:
    """What separates the sum ordered from what the sentence says is found again."""
    said = "Au prix payé, sur la quantité de référence."
    if total.retrouve is None or total.retrouve == total.commande:
        return said
    found = ecrire_millions(total.retrouve)
    return f"{said} Sans les pertes ni ce qui dépasse le déclaré d'une action : {found}."


def phrase(total: Somme, annee: int) -> str:
    """The answer in one sentence."""
    if not total.actions:
        return f"Aucune action n'est au plan d'actions de {annee} sur ce territoire."
    if total.declare is None:
        return f"Les {total.actions} actions du plan {annee} ne déclarent encore aucun gain."
    said = f"Sur {ecrire_millions(total.declare)} déclarés, "
    if total.retrouve is None:
        return (
            f"{said}rien ne peut encore être mesuré dans les commandes : lisez pourquoi, action par action."
        )
    said += f"{ecrire_millions(total.retrouve)} se retrouvent dans les commandes"
    if total.declare > 0:
        said += f" ({ecrire_taux(total.retrouve / total.declare, 0)})"
    if total.non_mesurables:
        hidden = total.declare - (total.mesurable or 0)
        said += f" ; {ecrire_millions(hidden)} ne sont pas mesurables"
    return f"{said}."


def _image(total: Somme, actions: Sequence[ActionProuvee]) -> Any:
    # Drawing loads its library: only a page that has something to draw waits for it.
    from fanal.depenses.images_gains import image_maillons

    parts = (
        (total.confirmes, "confirmée", "confirmées"),
        (total.partiels, "confirmée en partie", "confirmées en partie"),
        (total.non_confirmes, "non confirmée", "non confirmées"),
        (total.non_mesurables, "non mesurable", "non mesurables"),
    )
    words = [f"{ecrire_nombre(n)} {many if n > 1 else one}" for n, one, many in parts if n]
    return image_maillons(f"Sur {total.actions} actions : {', '.join(words)}", actions)


def colonnes_action(action: Callable[[Any], ActionProuvee], several: bool) -> list[Colonne]:
    """Which action a row is about; it opens its proof. The GHT is shown to who reads *several*."""
    return [
        Colonne(
            "identifiant",
            "Action",
            "lien",
            valeur=lambda row: action(row).lue.action.identifiant,
            lien=lambda row: reverse("depenses:gain", args=[action(row).pk]),
        ),
        Colonne("intitule", "Intitulé", valeur=lambda row: action(row).lue.action.intitule),
        Colonne("ght", "GHT", valeur=lambda row: action(row).lue.ght.code, choix=several, visible=several),
    ]


def _table(actions: Sequence[ActionProuvee], several: bool) -> Tableau:
    def amount(field: str, titre: str, **options: Any) -> Colonne:
        return Colonne(
            field,
            titre,
            "montant_rond",
            valeur=lambda a: getattr(a.mesure, field),
            total="somme",
            absence=Absence.NON_RENSEIGNE if field in ("prevu", "declare") else Absence.NON_CALCULABLE,
            **options,
        )

    return Tableau(
        nom="actions",
        titre="Actions",
        lignes=actions,
        tri="-declare",
        vide="Aucune action sous ces filtres.",
        colonnes=[
            *colonnes_action(lambda a: a, several),
            Colonne(
                "etablissement",
                "Établissement",
                valeur=lambda a: a.lue.etablissement,
                choix=not several,
                visible=False,
            ),
            Colonne("famille", "Famille", valeur=lambda a: a.lue.action.famille, choix=True, visible=False),
            Colonne(
                "marche",
                "Marché",
                valeur=lambda a: a.lue.action.numero_marche or Absence.NON_RENSEIGNE,
                visible=False,
            ),
            Colonne("statut", "Preuve", "etat", valeur=lambda a: a.mesure.statut, etats=ETATS, choix=True),
            amount("prevu", "Prévu", visible=False),
            *(amount(field, titre) for field, titre in MONTANTS[1:]),
            Colonne(
                "part",
                "Commandé, part de l'année",
                "montant_rond",
                valeur=lambda a: a.part.annee if a.part else None,
                total="somme",
                aide="Jours de la fenêtre dans l'année de la première commande",
                visible=False,
            ),
            Colonne(
                "report",
                "Effet report",
                "montant_rond",
                valeur=lambda a: a.part.suivante if a.part else None,
                total="somme",
                aide="Part de l'année suivante",
                visible=False,
            ),
            Colonne(
                "ecart",
                "Écart",
                "montant_rond",
                valeur=lambda a: a.mesure.ecart,
                total="somme",
                aide="Commandé moins déclaré",
                visible=False,
            ),
            Colonne(
                "motifs",
                "Pourquoi",
                valeur=lambda a: " ".join(MOTIFS[m] for m in a.mesure.motifs) or Absence.SANS_OBJET,
            ),
        ],
    )


def _ghts(actions: Sequence[ActionProuvee], annee: int) -> Tableau:
    by_ght: dict[str, list[ActionProuvee]] = {}
    for action in actions:
        by_ght.setdefault(action.lue.ght.code, []).append(action)
    rows = [(rows[0].lue.ght, sommer(rows)) for rows in by_ght.values()]

    def amount(field: str, titre: str) -> Colonne:
        return Colonne(field, titre, "montant_rond", valeur=lambda r: getattr(r[1], field), total="somme")

    def count(field: str, titre: str) -> Colonne:
        return Colonne(field, titre, "entier", valeur=lambda r: getattr(r[1], field), total="somme")

    return Tableau(
        nom="ghts",
        titre="Par GHT",
        lignes=rows,
        tri="-declare",
        vide="Aucun GHT n'a de plan pour cette année.",
        colonnes=[
            Colonne(
                "ght",
                "GHT",
                "lien",
                valeur=lambda r: f"{r[0].code} {r[0].nom}",
                lien=lambda r: f"?{urlencode({'territoire': f'ght:{r[0].code}', 'annee': annee})}",
            ),
            count("actions", "Actions"),
            count("confirmes", "Confirmées"),
            count("partiels", "En partie"),
            count("non_confirmes", "Non confirmées"),
            count("non_mesurables", "Non mesurables"),
            *(amount(field, titre) for field, titre in MONTANTS[1:]),
            amount("retrouve", "Retrouvé"),
        ],
    )
