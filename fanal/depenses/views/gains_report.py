"""On the page of gains of a year: what the actions of the year before still bring to it."""

from typing import Any
from urllib.parse import urlencode

from fanal.depenses.compute.gains_report import CHAMPS, sommer
from fanal.depenses.queries.gains_report import AnneeCivile, Reportee
from fanal.depenses.views.gains import ETATS, colonnes_action
from fanal.interface.nombres import Absence, ecrire_millions, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau

TITRES = {"declare": "Déclaré", "signe": "Signé", "commande": "Commandé", "facture": "Facturé"}


def phrase(year: AnneeCivile, annee: int) -> str:
    """The carry-over in one sentence, then the civil year as a whole."""
    count, carried = len(year.reportees), year.report
    said = "1 action" if count == 1 else f"{ecrire_nombre(count)} actions"
    said += f" de {annee - 1} {'court' if count == 1 else 'courent'} encore"
    said += f" sur {annee} (effet report) : {ecrire_millions(carried.declare)} déclarés, "
    if carried.commande is None:
        said += "rien qui se mesure encore dans les commandes."
    else:
        said += f"{ecrire_millions(carried.commande)} commandés."
    if year.nouvelles.commande is not None and year.total.commande is not None:
        said += (
            f" Avec la part {annee} des actions nouvelles ({ecrire_millions(year.nouvelles.commande)}), "
            f"l'année civile {annee} gagne {ecrire_millions(year.total.commande)} dans les commandes."
        )
    return said


def par_action(year: AnneeCivile, annee: int, several: bool) -> Tableau:
    """Each action that carries over, its part of the year; every one opens its proof."""
    return Tableau(
        nom="report",
        titre=f"Effet report de {annee - 1} sur {annee}",
        lignes=year.reportees,
        tri="-declare",
        vide="Aucune action sous ces filtres.",
        colonnes=[
            *colonnes_action(lambda r: r.preuve, several),
            Colonne("etablissement", "Établissement", valeur=lambda r: r.preuve.lue.etablissement,
                    visible=False),
            Colonne("marche", "Marché", visible=False,
                    valeur=lambda r: r.preuve.lue.action.numero_marche or Absence.NON_RENSEIGNE),
            Colonne("debut", "Première commande", "date"),
            Colonne("statut", "Preuve", "etat", valeur=lambda r: r.preuve.mesure.statut, etats=ETATS,
                    choix=True),
            *(_part(champ) for champ in CHAMPS),
            Colonne("des_mois", "Commandé, mois de l'année", "montant_rond", total="somme",
                    absence=Absence.NON_CALCULABLE, visible=False,
                    aide="Gain des commandes de ces mois, au lieu du prorata des jours"),
        ],
    )  # fmt: skip


def par_ght(year: AnneeCivile, annee: int) -> Tableau:
    """The same summed by GHT, for who reads many of them."""
    by_ght: dict[str, list[Reportee]] = {}
    for row in year.reportees:
        by_ght.setdefault(row.preuve.lue.ght.code, []).append(row)
    rows = [_Ght(rows[0].preuve.lue.ght, rows) for rows in by_ght.values()]
    return Tableau(
        nom="report",
        titre=f"Effet report de {annee - 1} sur {annee}, par GHT",
        lignes=rows,
        tri="-declare",
        colonnes=[
            Colonne(
                "ght",
                "GHT",
                "lien",
                valeur=lambda r: f"{r.ght.code} {r.ght.nom}",
                lien=lambda r: f"?{urlencode({'territoire': f'ght:{r.ght.code}', 'annee': annee})}",
            ),
            Colonne("actions", "Actions", "entier", total="somme"),
            *(_part(champ) for champ in CHAMPS),
        ],
    )


class _Ght:
    """A GHT and the sum of its carry-over."""

    def __init__(self, ght: Any, rows: list[Reportee]) -> None:
        self.ght, self.actions, self.part = ght, len(rows), sommer(r.part for r in rows)


def _part(champ: str) -> Colonne:
    return Colonne(
        champ,
        TITRES[champ],
        "montant_rond",
        valeur=lambda r: getattr(r.part, champ),
        total="somme",
        absence=Absence.NON_RENSEIGNE if champ == "declare" else Absence.NON_CALCULABLE,
    )
