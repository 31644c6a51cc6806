"""`fanal depenses gains`: the declared gains of a year beside those that order lines show."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from fanal.depenses.compute.gains_report import CHAMPS
from fanal.depenses.compute.gains_statut import MOTIFS
from fanal.depenses.compute.gains_valeurs import STATUTS
from fanal.depenses.queries.gains import ActionProuvee, Somme, preuve, sommer
from fanal.depenses.queries.gains_report import AnneeCivile, annee_civile
from fanal.interface.nombres import ecrire_nombre
from fanal.refus import Inutilisable
from fanal.territoires import queries as territoires

ANNEES = (2000, 2100)
MONTANTS = ("declare", "prevu", "signe", "commande", "facture", "retrouve")
COMPTES = ("confirmes", "partiels", "non_confirmes", "non_mesurables")


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
        **_somme(sommer(actions)),
        "annee_civile": _annee_civile(year),
        "par_ght": _par_ght(annee, actions, before, {r.preuve.lue.ght.code for r in year.reportees}),
        "actions": _actions(actions),
        "report": _report(year),
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
        found.append(
            {"ght": code, "nom": names[code], **_somme(sommer(own)), "annee_civile": _annee_civile(year)}
        )
    return found


def _annee_civile(year: AnneeCivile) -> dict[str, dict[str, str | None]]:
    """The gains of the civil year: those that begin in it, those carried over, both."""
    return {
        name: {champ: _texte(getattr(getattr(year, name), champ)) for champ in CHAMPS}
        for name in ("nouvelles", "report", "total")
    }


def _report(year: AnneeCivile) -> list[dict[str, Any]]:
    """The actions of the year before that still bring a gain, with the part of this year."""
    return [
        {
            "identifiant": r.preuve.lue.action.identifiant,
            "ght": r.preuve.lue.ght.code,
            "finess": r.preuve.lue.finess,
            "numero_marche": r.preuve.lue.action.numero_marche,
            "annee_plan": r.preuve.lue.annee,
            "premiere_commande": r.debut.isoformat(),
            "statut": r.preuve.mesure.statut,
            **{champ: _texte(getattr(r.part, champ)) for champ in CHAMPS},
            "commande_des_mois": _texte(r.des_mois),
            "motifs": [MOTIFS[code] for code in r.preuve.mesure.motifs],
        }
        for r in year.reportees
    ]


def _somme(total: Somme) -> dict[str, Any]:
    return {name: _texte(getattr(total, name)) for name in MONTANTS} | {
        name: getattr(total, name) for name in COMPTES
    }


def _actions(actions: Sequence[ActionProuvee]) -> list[dict[str, Any]]:
    return [
        {
            "identifiant": a.lue.action.identifiant,
            "ght": a.lue.ght.code,
            "finess": a.lue.finess,
            "numero_marche": a.lue.action.numero_marche,
            "statut": a.mesure.statut,
            "declare": _texte(a.mesure.declare),
            "prevu": _texte(a.mesure.prevu),
            "signe": _texte(a.mesure.signe),
            "commande": _texte(a.mesure.commande),
            "commande_annee": _texte(a.part.annee if a.part else None),
            "commande_report": _texte(a.part.suivante if a.part else None),
            "facture": _texte(a.mesure.facture),
            "ecart": _texte(a.mesure.ecart),
            "motifs": [MOTIFS[code] for code in a.mesure.motifs],
            "ecarts": [
                {"code": e.code, "libelle": e.libelle, "montant": _texte(e.montant)} for e in a.mesure.ecarts
            ],
        }
        for a in actions
    ]


def _texte(montant: Decimal | None) -> str | None:
    return None if montant is None else f"{montant:.2f}"


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
