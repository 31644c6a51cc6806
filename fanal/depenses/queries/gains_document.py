"""The proof of gains as the terminal and the API give it: amounts as texts, null when not computable."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fanal.depenses.compute.gains_report import CHAMPS
from fanal.depenses.compute.gains_statut import MOTIFS
from fanal.depenses.queries.gains import ActionProuvee, Somme
from fanal.depenses.queries.gains_report import AnneeCivile

MONTANTS = ("declare", "prevu", "signe", "commande", "facture", "retrouve")
COMPTES = ("confirmes", "partiels", "non_confirmes", "non_mesurables")


def civile(year: AnneeCivile) -> dict[str, dict[str, str | None]]:
    """The gains of the civil year: those that begin in it, those carried over, both."""
    return {
        name: {champ: _texte(getattr(getattr(year, name), champ)) for champ in CHAMPS}
        for name in ("nouvelles", "report", "total")
    }


def report(year: AnneeCivile) -> list[dict[str, Any]]:
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


def somme(total: Somme) -> dict[str, Any]:
    """The sums of some actions, and how many there are of each status."""
    return {name: _texte(getattr(total, name)) for name in MONTANTS} | {
        name: getattr(total, name) for name in COMPTES
    }


def actions_dites(actions: Sequence[ActionProuvee]) -> list[dict[str, Any]]:
    """Each action with its links of the chain, its reasons and what separates it from its declaration."""
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
