"""The panels of the contract page: consumption and essential data."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fanal.comptes.perimetre import PARTOUT, Perimetre
from fanal.marches import volet_consommation, volet_publication
from fanal.marches.actions.consommation import recevoir
from fanal.marches.models import Adhesion, Marche, Modification
from fanal.marches.rules.reception import LigneRecue
from fanal.territoires.models import Etablissement, Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud
from tests.marches.execution.conftest import INSTANT
from tests.marches.publication.fabrique import complet, creer

pytestmark = pytest.mark.django_db
JOUR = INSTANT.date()


def shown(marche: Marche, perimetre: Perimetre = PARTOUT) -> dict[str, Any]:
    found = volet_consommation.contexte(marche, perimetre, JOUR)
    assert found is not None
    return found


def send(ght: Ght, cle: str, *lines: LigneRecue) -> None:
    recevoir(ght=ght, cle=cle, lignes=lines, source="api", by=None, instant=INSTANT)


def test_nothing_received_is_said(marche: Marche) -> None:
    assert shown(marche)["phrase"] == "Aucune consommation reçue."


def test_what_was_used(ght: Ght, marche: Marche, ligne: Callable[..., LigneRecue]) -> None:
    send(
        ght,
        "envoi",
        ligne(1, "600"),
        ligne(2, "300", finess="210000002", le=date(2026, 4, 1)),
        ligne(3, "200", le=date(2026, 5, 1)),
    )
    found = shown(marche)
    assert (found["total"], found["nombre"], found["depassees"]) == (Decimal("1100.00"), 3, 1)
    assert [(nom[-1], amount, count) for nom, amount, _, count in found["par_etablissement"]] == [
        ("1", Decimal("800.00"), 2),
        ("2", Decimal("300.00"), 1),
    ]
    assert "03/2026" in found["image"].titre
    assert "dont 1 reçue au-delà d'un maximum" in found["phrase"]


def test_members_of_two_ghts_do_not_read_each_other(
    ght: Ght,
    autre_ght: Ght,
    etablissement: Etablissement,
    operateur_achat: OperateurAchat,
    ligne: Callable[..., LigneRecue],
) -> None:
    """On an operator's contract joined by both."""
    shared = creer(
        complet(id="M-2025-01"), Noeud("operateur", operateur_achat), operateur_acheteur=operateur_achat
    )
    for group in (ght, autre_ght):
        Adhesion.objects.create(marche=shared, ght=group, debut=date(2025, 1, 1))
    send(ght, "ici", ligne(1, "100"))
    send(autre_ght, "ailleurs", ligne(1, "900", finess="350000001"))
    mine = Perimetre(ghts=frozenset({ght.pk}), etablissements=frozenset({etablissement.pk}))
    found = shown(shared, mine)
    assert (found["total"], found["entier"]) == (Decimal("100.00"), False)
    assert shown(shared)["total"] == Decimal("1000.00")


def test_the_lines_of_a_contract(
    ght: Ght, marche: Marche, ligne: Callable[..., LigneRecue], connecte: Callable[[str], Client]
) -> None:
    send(ght, "envoi", ligne(1, "600"))
    address = reverse("marches:marche_consommations", args=[marche.pk])
    page = connecte("acheteur").get(address).content.decode()
    assert "1 ligne reçue sur ce marché" in page and "C1" in page
    whole = connecte("acheteur").get(reverse("marches:marche", args=[marche.pk])).content.decode()
    assert "Consommation" in whole and address in whole and "Données essentielles" in whole


@pytest.mark.parametrize(
    ("changes", "attendu"),
    [
        ({}, "Publié le 01/03/2024."),
        ({"datePublicationDonnees": None}, "À publier : l'échéance du 01/04/2024 est passée."),
        (
            {"datePublicationDonnees": None, "dateNotification": "2026-06-01"},
            "À publier avant le 01/08/2026.",
        ),
        ({"datePublicationDonnees": None, "dateNotification": None}, "À publier, échéance inconnue."),
        ({"datePublicationDonnees": None, "montant": 1000}, "Le montant est sous le seuil"),
    ],
)
def test_where_the_publication_stands(db: None, changes: dict[str, Any], attendu: str) -> None:
    found = volet_publication.contexte(creer(complet(**changes)), PARTOUT, JOUR)
    assert found is not None and found["phrase"].startswith(attendu)


def test_a_modification_to_publish_and_what_is_missing(db: None) -> None:
    marche = creer(complet(ccag=None))
    Modification.objects.create(marche=marche, numero=1, date_notification=date(2026, 6, 1))
    found = volet_publication.contexte(marche, PARTOUT, JOUR)
    assert found is not None
    assert found["phrase"] == "Publié ; un avenant reste à publier avant le 01/08/2026."
    assert [m.champ for m in found["manques"]] == ["ccag"]


def test_who_does_not_publish_sees_nothing(marche: Marche, operateur_achat: OperateurAchat) -> None:
    assert volet_publication.contexte(marche, Perimetre(), JOUR) is None
    marche.operateur_acheteur = operateur_achat
    assert volet_publication.contexte(marche, PARTOUT, JOUR) is None
