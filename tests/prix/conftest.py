"""A notified contract with a list of three lines, index series and a yearly clause."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fanal.comptes.models import Utilisateur
from fanal.marches.models import Marche
from fanal.prix.actions.bpu import ResultatBpu, importer_bpu
from fanal.prix.actions.clauses import enregistrer_clause
from fanal.prix.actions.indices import importer_indices
from fanal.prix.models import ClauseRevision
from fanal.territoires.models import Ght

ENTETE = (
    "numero_ligne;type_code;code;libelle;unite;conditionnement;prix_unitaire_ht;taux_tva;quantite_estimee;fin"
)
LIGNES = (
    "1;CIP13;3400930000014;Produit 1;boîte;100;10,00;20;1000;",
    "2;;;Produit 2;boîte;100;4,00;5,5;500;31/12/2024",
    "3;INTERNE;REF-3;Produit 3;unité;1;2,50;20;;",
)
INDICES = """serie;mois;valeur;publiee_le;base
A;2023-12;100,0;28/02/2024;base 100 en 2021
A;2024-12;110,0;28/02/2025;
A;2025-12;121,0;28/02/2026;
"""
CLAUSE = {
    "intitule": "Révision annuelle",
    "article": "CCAP, article 8.2",
    "formule": {"fixe": "0.5", "termes": [{"indice": "A", "part": "0.5"}]},
    "mois_zero": "2023-12",
    "lecture": {"mode": "valeur_du_mois", "decalage": 1},
    "periodicite": {"mois": 12, "premiere": "2025-01-01"},
    "butoir": "0.03",
}


@pytest.fixture
def maintenant() -> datetime:
    return datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def acheteur(utilisateurs: dict[str, Utilisateur]) -> Utilisateur:
    return utilisateurs["acheteur"]


CreerMarche = Callable[..., Marche]


@pytest.fixture
def creer_marche(ght: Ght, maintenant: datetime) -> CreerMarche:
    """`creer_marche(**fields)`: a contract of `ght`, notified, from 2024 to 2027."""

    def create(**fields: Any) -> Marche:
        values: dict[str, Any] = {
            "niveau": "ght",
            "ght": ght,
            "acheteur_siret": "21000000100011",
            "acheteur_nom": "Établissement d'essai",
            "identifiant": f"M{Marche.objects.count() + 1}",
            "objet": "Gants d'examen",
            "etat": "notifie",
            "date_notification": date(2023, 12, 15),
            "date_debut": date(2024, 1, 1),
            "date_fin": date(2027, 12, 31),
            "date_fin_totale": date(2027, 12, 31),
            "duree_mois": 48,
            "types_prix": ["Définitif révisable"],
            "code_cpv": "33140000",
            "created_at": maintenant,
            "updated_at": maintenant,
        }
        return Marche.objects.create(**{**values, **fields})

    return create


@pytest.fixture
def marche(creer_marche: CreerMarche) -> Marche:
    return creer_marche()


Deposer = Callable[..., ResultatBpu]


@pytest.fixture
def deposer(tmp_path: Path, acheteur: Utilisateur, maintenant: datetime) -> Deposer:
    """`deposer(marche, *lines, **options)`: a price list kept, from 2024 on unless said otherwise."""

    def keep(marche: Marche, *lines: str, **options: Any) -> ResultatBpu:
        path = tmp_path / "bpu.csv"
        path.write_text("\n".join([ENTETE, *(lines or LIGNES)]) + "\n", encoding="utf-8")
        options = {"applicable_le": date(2024, 1, 1), "by": acheteur, **options}
        return importer_bpu(marche=marche, chemin=path, nom_fichier=path.name, instant=maintenant, **options)

    return keep


@pytest.fixture
def indices(tmp_path: Path, acheteur: Utilisateur, maintenant: datetime) -> None:
    path = tmp_path / "indices.csv"
    path.write_text(INDICES, encoding="utf-8")
    importer_indices(chemin=path, nom_fichier=path.name, by=acheteur, instant=maintenant)


@pytest.fixture
def clause(
    marche: Marche, deposer: Deposer, indices: None, acheteur: Utilisateur, maintenant: datetime
) -> ClauseRevision:
    """The contract with its list and its clause: 0,5 + 0,5 × A/100, +3 % at most, every 1 January."""
    deposer(marche)
    return enregistrer_clause(
        marche=marche,
        brut=CLAUSE,
        by=acheteur,
        instant=maintenant,
        transcription=True,
        motif="CCAP signé, article 8.2",
    )
