"""What these pages share: where one stands, the tables of groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.acces import exiger
from fanal.interface import ici
from fanal.interface.nombres import INSECABLE, ecrire_millions, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau
from fanal.molecules.compute.analyse import Groupe
from fanal.molecules.onglets import liens
from fanal.molecules.queries.analyse import Lectures, lectures
from fanal.molecules.queries.demandes import INSTRUIRE, demandes_instruites, du_noeud
from fanal.territoires.noeuds import Noeud

MILLION = 1_000_000


@dataclass(frozen=True)
class Place:
    """The territory, the year and the requests of a page of analysis."""

    noeud: Noeud
    annee: int
    lues: Lectures
    le: date

    @property
    def qui(self) -> str:
        return "France entière" if self.noeud.objet is None else str(self.noeud.objet)


def placer(request: HttpRequest) -> Place:
    """Where the account stands, and the requests it instructs there. Raises Introuvable, Interdit."""
    le = timezone.localdate()
    place = ici.ici(request, le)
    exiger(request, INSTRUIRE, place.noeud)
    vues = du_noeud(demandes_instruites(request), place.noeud, le)
    return Place(place.noeud, place.annee, lectures(vues, le), le)


def cadre(request: HttpRequest, titre: str, phrase: str, **contexte: Any) -> dict[str, Any]:
    """The context every page has."""
    return {"titre": titre, "phrase": phrase, "onglets": liens(request), **contexte}


def millions(montant: Decimal | None) -> str:
    """An amount as the committee says it: « 3,17 M€ » with two decimals, plain euros under a million."""
    if montant is None or abs(montant) < MILLION:
        return ecrire_millions(montant) or "non calculable"
    return f"{ecrire_nombre(montant / MILLION, 2)}{INSECABLE}M€"


def table_groupes(
    nom: str,
    titre: str,
    entete: str,
    groupes: Sequence[Groupe],
    nommer: Callable[[str], str] = str,
    *,
    demonstration: bool,
) -> Tableau:
    """Groups as a table: how many, how much, and the two shares that must not be mixed."""
    return Tableau(
        nom,
        [
            Colonne("nom", entete, valeur=lambda g: nommer(g.nom)),
            Colonne("nombre", "Demandes", "entier", total="somme"),
            Colonne("part_nombre", "Part des demandes", "taux", aide="Part du nombre de demandes"),
            Colonne("montant", "Montant demandé", "montant", total="somme"),
            Colonne("part_montant", "Part des montants", "taux", aide="Part des montants demandés"),
            Colonne("etablissements", "Établissements", "entier"),
            Colonne("molecules", "Médicaments", "entier"),
        ],
        list(groupes),
        titre=titre,
        vide="Aucune demande.",
        recherche=len(groupes) > 8,
        demonstration=demonstration,
    )


def vers_demandes(annee: int) -> str:
    """The list of the requests of a year."""
    return f"{reverse('molecules:demandes')}?demandes.f.annee={annee}"
