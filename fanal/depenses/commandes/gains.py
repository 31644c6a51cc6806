"""`fanal depenses gains`: the declared gains of a year beside those that order lines show."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from fanal.depenses.compute.gains_report import CHAMPS
from fanal.depenses.compute.gains_valeurs import STATUTS
from fanal.depenses.queries.gains import ActionProuvee, preuve, sommer
from fanal.depenses.queries.gains_document import actions_dites, civile, report, somme
from fanal.depenses.queries.gains_report import annee_civile
from fanal.interface.nombres import ecrire_nombre
from fanal.refus import Inutilisable
from fanal.territoires import queries as territoires

ANNEES = (2000, 2100)


def run(annee: int, *, ght: str | None, le: date) -> dict[str, Any]:
    """The document of a year, of one GHT or of all. Raises `Inutilisable`, `Introuvable`."""
    if not ANNEES[0] <= annee <= ANNEES[1]:
        raise Inutilisable(
            f"L'année {annee} ne convient pas : donnez une année de {ANNEES[0]} à {ANNEES[1]}."
        )
    place = territoires.ght(ght) if ght else None
    actions, before = preuve(annee, place, le), preuve(annee - 1, place, le)
    year = annee_civile(annee, actions, before)
    return {
        "annee": annee,
        **somme(sommer(actions)),
        "annee_civile": civile(year),
        "par_ght": _par_ght(annee, actions, before, {r.preuve.lue.ght.code for r in year.reportees}),
        "actions": actions_dites(actions),
        "report": report(year),
    }


def _par_ght(
    annee: int, actions: Sequence[ActionProuvee], avant: Sequence[ActionProuvee], reportant: set[str]
) -> list[dict[str, Any]]:
    """The sums of each GHT that has a plan or carries gains over, in the order of the plans."""
    names = {a.lue.ght.code: a.lue.ght.nom for a in [*actions, *avant]}
    known = {a.lue.ght.code for a in actions} | reportant
    found = []
    for code in (c for c in names if c in known):
        own = [a for a in actions if a.lue.ght.code == code]
        year = annee_civile(annee, own, [a for a in avant if a.lue.ght.code == code])
        found.append({"ght": code, "nom": names[code], **somme(sommer(own)), "annee_civile": civile(year)})
    return found


def show(document: dict[str, Any]) -> None:
    """The sums and the actions in the terminal."""
    console = Console()
    if document["actions"]:
        _show_plan(console, document)
    else:
        console.print(f"Aucune action n'est au plan {document['annee']}.")
    if document["report"]:
        _show_report(console, document)


def _show_plan(console: Console, document: dict[str, Any]) -> None:
    console.print(
        f"Sur {_euros(document['declare'])} déclarés, {_euros(document['retrouve'])} se retrouvent dans les "
        f"commandes : {document['confirmes']} actions confirmées, {document['partiels']} en partie, "
        f"{document['non_confirmes']} non confirmées, {document['non_mesurables']} non mesurables."
    )
    table = Table("Action", "GHT", "Marché", "Statut", "Déclaré", "Signé", "Commandé", "Facturé")
    for row in document["actions"]:
        amounts = (_euros(row[name]) for name in ("declare", "signe", "commande", "facture"))
        status = STATUTS[row["statut"]]
        table.add_row(row["identifiant"], row["ght"], row["numero_marche"] or "–", status, *amounts)
    console.print(table)


def _show_report(console: Console, document: dict[str, Any]) -> None:
    carried = document["annee_civile"]["report"]
    console.print(
        f"Effet report de {document['annee'] - 1} sur {document['annee']} : {_euros(carried['declare'])} "
        f"déclarés, {_euros(carried['commande'])} commandés."
    )
    table = Table("Action", "GHT", "Marché", "Première commande", "Déclaré", "Signé", "Commandé", "Facturé")
    for row in document["report"]:
        start = date.fromisoformat(row["premiere_commande"])
        amounts = (_euros(row[name]) for name in CHAMPS)
        table.add_row(
            row["identifiant"], row["ght"], row["numero_marche"] or "–", f"{start:%d/%m/%Y}", *amounts
        )
    console.print(table)


def _euros(montant: str | None) -> str:
    return "non calculable" if montant is None else f"{ecrire_nombre(Decimal(montant), 2)} €"
