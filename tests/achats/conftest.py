"""A small campaign of 2021, deposited through the ordinary path."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fanal.campagnes.actions.depot import ResultatDepot, deposer_dans_annee
from fanal.territoires.models import Ght, OperateurAchat
from fanal.territoires.noeuds import NATIONAL, Noeud

ENTETE = (
    "identifiant;finess;role;famille;intitule;operateur;nom_operateur;numero_marche;type_effet;"
    "date_premiere_commande;montant_reference_ttc;gain_annuel_ttc;statut;gain_previsionnel_ttc"
)
LIGNES = (
    "A1;210000001;support;MEDICAMENTS;Antibiotiques;NATIONAL;UniHA;M-1;Effet prix induit;"
    "01/04/2021;100000;5000;notifiée;",
    "A2;210000002;partie;MEDICAMENTS;Antinéoplasiques;GHT;;M-2;Effet prix induit;01/01/2021;49747;165381;"
    "notifiée;",
    "A3;210000002;partie;Biomédical;Moniteurs;GHT;;M-3;Effet prix induit;;20000;900;en cours;1500",
)
INSTANT = datetime(2022, 1, 20, 10, 0, tzinfo=UTC)

Deposer = Callable[..., ResultatDepot]


@pytest.fixture
def deposer(db: None, tmp_path: Path) -> Deposer:
    """`deposer(format, noeud, lignes, entete)`: deposit a CSV file in the campaign of 2021."""

    def deposit(format: str, noeud: Noeud, lignes: tuple[str, ...], entete: str) -> ResultatDepot:
        path = tmp_path / f"{format}.csv"
        path.write_text("\n".join([entete, *lignes]) + "\n", encoding="utf-8")
        return deposer_dans_annee(
            type_campagne="performance",
            annee=2021,
            periode="fin-annee",
            chemin=path,
            nom_fichier=path.name,
            format=format,
            noeud=noeud,
            by=None,
            instant=INSTANT,
            canal="cli",
        )

    return deposit


@pytest.fixture
def campagne_2021(deposer: Deposer, ght: Ght, operateur_achat: OperateurAchat) -> ResultatDepot:
    """Three actions of `ght`, an objective for its région, and what an operator declares of the first."""
    deposer(
        "objectifs",
        NATIONAL,
        ("2021;fin-annee;region;BFC;100000;0",),
        "annee;periode;niveau;code;montant;revision",
    )
    deposer(
        "operateur",
        Noeud("operateur", operateur_achat),
        ("ESSAI;M 1;210000001;2021;2000",),
        "operateur;numero_marche;finess;annee;gain_ttc",
    )
    return deposer("paat", Noeud("ght", ght), LIGNES, ENTETE)
