"""`fanal depenses gains`: the declared gains of a year beside those that order lines show."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from fanal.depenses.compute.gains_statut import MOTIFS
from fanal.depenses.compute.gains_valeurs import STATUTS
from fanal.depenses.queries.gains import ActionProuvee, Somme, preuve, sommer
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
    actions = preuve(annee, territoires.ght(ght) if ght else None, le)
    by_ght: dict[str, list[ActionProuvee]] = {}
    for action in actions:
        by_ght.setdefault(action.lue.ght.code, []).append(action)
    return {
        "annee": annee,
        **_somme(sommer(actions)),
        "par_ght": [
            {"ght": code, "nom": rows[0].lue.ght.nom, **_somme(sommer(rows))} for code, rows in by_ght.items()
        ],
        "actions": _actions(actions),
    }


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
    if not document["actions"]:
        console.print(f"Aucune action n'est au plan {document['annee']}.")
        return
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


def _euros(montant: str | None) -> str:
    return "non calculable" if montant is None else f"{ecrire_nombre(Decimal(montant), 2)} €"
