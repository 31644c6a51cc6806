"""Contracts for the tests of their life, made by the acts themselves."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from fanal.marches.actions import cycle, saisie
from fanal.marches.models import Marche
from fanal.marches.rules.saisie import Termes
from fanal.territoires.models import Etablissement, Ght

D = Decimal
LANCEMENT = date(2024, 9, 2)
DEBUT = date(2025, 1, 1)


def at(day: date) -> datetime:
    """Noon of *day*."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def termes(**changes: Any) -> Termes:
    """A four-year framework of gloves: one year, three tacit renewals, 100 000 € at most."""
    values: dict[str, Any] = {
        "identifiant": "2025-01",
        "objet": "Gants d'examen",
        "nature_achat": "fournitures",
        "accord_cadre": True,
        "montant": D(100_000),
        "maximum_ht": D(100_000),
        "date_lancement": LANCEMENT,
        "date_debut": DEBUT,
        "duree_mois": 48,
        "reconductions_prevues": 3,
        "reconduction_mois": 12,
        "preavis_mois": 3,
        **changes,
    }
    return Termes(**values)


def creer(ght: Ght, autres: dict[str, Any] | None = None, **changes: Any) -> Marche:
    """A contract in preparation, bought by the support."""
    return saisie.creer(
        ght=ght,
        acheteur=Etablissement.objects.get(finess="210000001"),
        termes=termes(**changes),
        autres=autres,
        titulaires=[("SIRET", "73282932000074", "Fournisseur d'essai")],
        by=None,
        instant=at(LANCEMENT),
    )


def notifie(ght: Ght, le: date = date(2024, 12, 2), **changes: Any) -> Marche:
    """The same, awarded and notified on day *le*."""
    marche = creer(ght, **changes)
    marche = cycle.attribuer(marche=marche, by=None, instant=at(le), verrou=marche.verrou)
    return cycle.notifier(marche=marche, le=le, by=None, instant=at(le), verrou=marche.verrou)
