"""Contracts of a GHT to bring together, written through the models."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fanal.marches.compute.dates import fin_apres
from fanal.marches.models import Beneficiaire, Marche
from fanal.territoires.models import Etablissement, Ght

INSTANT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LE = INSTANT.date()


def creer_marche(
    ght: Ght, identifiant: str, debut: date, mois: int, executant: Etablissement | None = None, **champs: Any
) -> Marche:
    """A notified contract of 48 000 € that *executant* uses, running *mois* months from *debut*."""
    data: dict[str, Any] = {
        "niveau": "ght",
        "ght": ght,
        "acheteur_siret": "21000000100011",
        "identifiant": identifiant,
        "objet": f"Gants d'examen {identifiant}",
        "nature_achat": "fournitures",
        "code_cpv": "33141420",
        "famille": "DISPOSITIFS MEDICAUX",
        "montant": Decimal(48_000),
        "duree_mois": mois,
        "date_notification": debut,
        "date_debut": debut,
        "date_fin": fin_apres(debut, mois),
        "date_fin_totale": fin_apres(debut, mois),
        "created_at": INSTANT,
        "updated_at": INSTANT,
    }
    marche = Marche.objects.create(**data | champs)
    if executant is not None:
        Beneficiaire.objects.create(marche=marche, etablissement=executant)
    return marche


def trois_marches(ght: Ght) -> list[Marche]:
    """One ends on 30/06/2027, one on 31/03/2027 (bridge of three months), one may not be renewed that day."""
    support = Etablissement.objects.get(finess="210000001")
    partie = Etablissement.objects.get(finess="210000002")
    return [
        creer_marche(ght, "A", date(2023, 7, 1), 48, support),
        creer_marche(ght, "B", date(2023, 4, 1), 48, partie),
        creer_marche(
            ght,
            "C",
            date(2026, 7, 1),
            24,
            partie,
            date_fin=date(2027, 6, 30),
            reconductions_prevues=1,
            reconduction_mois=12,
            preavis_mois=2,
        ),
    ]


JUILLET = date(2027, 7, 1)
VEILLE = JUILLET - timedelta(days=1)
