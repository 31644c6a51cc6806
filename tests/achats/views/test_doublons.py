"""Gains claimed on both sides, and those taken up from operators alone."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from fanal.achats.models import GainOperateur
from fanal.achats.queries.performance import performance
from fanal.campagnes.actions import dossiers
from fanal.campagnes.models import Decision, Dossier
from fanal.territoires.models import OperateurAchat
from fanal.territoires.noeuds import Noeud
from tests.achats.conftest import INSTANT, Deposer
from tests.campagnes.web.lecture import dit

Connecte = Callable[[str], Client]
PAGE = reverse("achats:doublons")


@pytest.fixture
def declaration(en_controle: Dossier, deposer: Deposer, operateur_achat: OperateurAchat) -> Dossier:
    """The operator declares 2 000 € of A1's contract, and 700 € that no GHT declares."""
    dossier = deposer(
        "operateur",
        Noeud("operateur", operateur_achat),
        ("ESSAI;M 1;210000001;2021;2000", "ESSAI;SEUL-9;210000001;2021;700"),
        "operateur;numero_marche;finess;annee;gain_ttc",
    ).dossier
    dossiers.franchir(dossier=dossier, transition="transmettre", by=None, instant=INSTANT)
    return dossier


def take_up() -> str:
    return f"{reverse('achats:reprendre')}?gain={GainOperateur.objects.get(numero_marche='SEUL-9').pk}"


def test_both_figures_and_the_lower(connecte: Connecte, declaration: Dossier) -> None:
    html = dit(connecte("dgos").get(PAGE, {"annee": 2021}))
    # 5 000 € a year from 1 April: 275 days of 365 fall in 2021.
    assert "3\u202f767" in html
    assert "2\u202f000" in html
    assert "1\u202f767" in html
    assert "Celle de l'opérateur" in html
    assert "SEUL-9" in html


def test_the_agency_sees_and_does_not_take_up(connecte: Connecte, declaration: Dossier) -> None:
    client = connecte("referent_ars")
    assert client.get(PAGE, {"annee": 2021}).status_code == 200
    assert 'name="gain"' not in dit(client.get(PAGE, {"annee": 2021}))
    assert client.get(take_up()).status_code == 403
    assert connecte("acheteur").get(PAGE, {"annee": 2021}).status_code == 403


def test_taking_up_needs_a_reason_and_counts(connecte: Connecte, declaration: Dossier) -> None:
    client = connecte("dgos")
    adresse = take_up()
    assert client.post(adresse, {"etape": "apercu", "montant": "700"}).status_code == 422
    wanted = {"montant": "650,00", "motif": "Le GHT confirme ce marché."}
    html = dit(client.post(adresse, {"etape": "apercu", **wanted}))
    assert "650\u00a0€ s'ajoutent aux gains retenus" in html
    assert not Decision.objects.exists()
    proof = re.search(r'name="empreinte" value="(\w+)"', html)
    assert proof
    client.post(adresse, {"etape": "confirmer", "empreinte": proof[1], **wanted})
    assert Decision.objects.get().sens == "repris"
    assert performance(2021, "fin-annee").total.operateurs_repris == Decimal("650.00")


def test_more_than_declared_is_refused(connecte: Connecte, declaration: Dossier) -> None:
    html = dit(connecte("dgos").post(take_up(), {"etape": "apercu", "montant": "900", "motif": "Essai."}))
    assert "doit rester entre zéro et le gain déclaré" in html
    assert 'value="confirmer"' not in html


def test_nothing_chosen_says_so(connecte: Connecte, declaration: Dossier) -> None:
    reponse = connecte("dgos").get(reverse("achats:reprendre"))
    assert reponse.status_code == 404
    assert "Aucun gain n'est choisi" in dit(reponse)
