"""The desk: what is to settle, one decision for many lines, and what follows from it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from fanal.depenses.models import DecisionRapprochement, ProduitReference
from fanal.depenses.queries.analyse import Filtres, analyser
from fanal.depenses.queries.rapprochement import decisions
from fanal.journal.models import Entree
from fanal.moteurs.rapprochement.texte import cle
from fanal.territoires.models import Ght
from tests.depenses.rapprochement.conftest import AMOXICILLINE, PARACETAMOL, ligne

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]
PARA = cle("PARACETAMOL 500MG CP B/100")


def texte(answer: Any) -> str:
    content: str = answer.content.decode()
    return content.replace("\u202f", " ").replace("\xa0", " ").replace("&#x27;", "'")


def accueil(client: Client) -> str:
    answer = client.get(reverse("depenses:rapprochement"), {"territoire": "ght:BFC-90"})
    assert answer.status_code == 200
    return texte(answer)


def adresse(key: str, **query: str) -> str:
    return f"{reverse('depenses:rapprochement_groupe', args=['BFC-90'])}?{urlencode({'cle': key, **query})}"


def decider(client: Client, key: str, produit: str, motif: str = "", attendu: str = "0") -> Any:
    return client.post(adresse(key), {"produit": produit, "motif": motif, "attendu": attendu})


def depense(code: str) -> int:
    """Cents that the analysis finds under a product."""
    found = analyser(["code_produit"], ["montant_ht"], Filtres.lire([f"code_produit={code}"]))
    return int(sum(line["montant_ht"] * 100 for line in found.lignes))


def test_the_desk_groups_labels_and_says_what_is_at_stake(connecte: Connecte, lignes: Any) -> None:
    text = accueil(connecte("pharmacien"))
    assert "3 groupes de libellés sans code utilisable : 590 € HT, 98 % des commandes" in text
    assert "Paracétamol 500 mg, comprimé, boîte de 100" in text
    assert "Dosage accordé : 500 mg" in text


def test_one_decision_settles_every_line_and_those_to_come(connecte: Connecte, lignes: Any, ght: Ght) -> None:
    client = connecte("acheteur")
    assert depense(PARACETAMOL) == 0
    answer = decider(client, PARA, PARACETAMOL)
    assert answer.status_code == 302
    assert depense(PARACETAMOL) == 50_000
    lignes([ligne("COMPRIME PARACETAMOL BOITE DE 100 500 mg", "7")], ght=ght)
    assert depense(PARACETAMOL) == 50_700
    assert decisions(ght) == {PARA: PARACETAMOL}
    row = DecisionRapprochement.objects.get()
    assert row.confiance is not None and row.confiance > 0.5
    assert Entree.objects.filter(action="rapprochement.decider").count() == 1
    assert "2 groupes" in accueil(client)


def test_none_needs_a_reason(connecte: Connecte, lignes: Any) -> None:
    client, key = connecte("acheteur"), cle("LOCATION BARNUM FETE")
    answer = decider(client, key, "*aucun")
    assert answer.status_code == 409
    assert "Dites pourquoi aucun produit" in texte(answer)
    assert decider(client, key, "*aucun", "Prestation, pas un produit").status_code == 302
    assert "2 groupes" in accueil(client)
    assert DecisionRapprochement.objects.get().produit is None


def test_a_decision_is_corrected_with_a_reason_and_kept(connecte: Connecte, lignes: Any) -> None:
    client = connecte("acheteur")
    decider(client, PARA, AMOXICILLINE)
    first = DecisionRapprochement.objects.get()
    again = decider(client, PARA, PARACETAMOL, attendu=str(first.pk))
    assert again.status_code == 409 and "déjà décidé" in texte(again)
    assert decider(client, PARA, PARACETAMOL, "Erreur de ligne", str(first.pk)).status_code == 302
    assert depense(PARACETAMOL) == 50_000 and depense(AMOXICILLINE) == 0
    assert DecisionRapprochement.objects.count() == 2
    assert "Remplacée" in texte(client.get(adresse(PARA)))
    held = DecisionRapprochement.objects.get(remplacee_le=None)
    assert decider(client, PARA, "*retirer", "À revoir", str(held.pk)).status_code == 302
    assert depense(PARACETAMOL) == 0


def test_two_people_at_once(connecte: Connecte, lignes: Any) -> None:
    client = connecte("acheteur")
    decider(client, PARA, PARACETAMOL)
    late = decider(client, PARA, AMOXICILLINE, "Mieux")
    assert late.status_code == 409 and "par quelqu'un d'autre" in texte(late)
    assert DecisionRapprochement.objects.count() == 1


def test_an_unknown_product_is_refused(connecte: Connecte, lignes: Any) -> None:
    answer = decider(connecte("acheteur"), PARA, "9999999")
    assert answer.status_code == 404
    assert not DecisionRapprochement.objects.exists()


def test_bulk_acceptance_shows_then_does_just_that(connecte: Connecte, lignes: Any, ght: Ght) -> None:
    client, address = connecte("acheteur"), reverse("depenses:rapprochement_lot", args=["BFC-90"])
    shown = texte(client.get(address, {"seuil": "0.80"}))
    assert "2 groupes seraient décidés, soit 3 lignes et 550 € HT" in shown
    signature = re.search(r'name="attendue" value="(\w+)"', shown)
    assert signature is not None
    stale = client.post(address, {"seuil": "0.80", "attendue": "autre"})
    assert stale.status_code == 409 and not DecisionRapprochement.objects.exists()
    assert client.post(address, {"seuil": "0.80", "attendue": signature[1]}).status_code == 302
    assert decisions(ght) == {
        PARA: PARACETAMOL,
        cle("AMOXICILLINE 1G PDRE SOL INJ B/10"): AMOXICILLINE,
    }
    assert Entree.objects.filter(action="rapprochement.accepter").count() == 2


def test_search_in_the_catalogue(connecte: Connecte, lignes: Any) -> None:
    text = texte(connecte("acheteur").get(adresse(cle("LOCATION BARNUM FETE"), q=AMOXICILLINE)))
    assert AMOXICILLINE in text


def test_who_only_reads_cannot_decide(connecte: Connecte, lignes: Any) -> None:
    client = connecte("referent_ars")
    assert "sans pouvoir décider" in texte(client.get(adresse(PARA)))
    assert decider(client, PARA, PARACETAMOL).status_code == 403
    assert client.get(reverse("depenses:rapprochement_lot", args=["BFC-90"])).status_code == 403


def test_another_ght_is_not_there(connecte: Connecte, lignes: Any, autre_ght: Ght) -> None:
    address = reverse("depenses:rapprochement_decisions", args=[autre_ght.code])
    assert connecte("acheteur").get(address).status_code == 404


def test_an_empty_catalogue_says_what_to_do(connecte: Connecte, lignes: Any) -> None:
    ProduitReference.objects.all().delete()
    text = accueil(connecte("acheteur"))
    assert "Le référentiel des produits est vide" in text


def test_above_a_ght_one_chooses(connecte: Connecte, lignes: Any) -> None:
    answer = connecte("dgos").get(reverse("depenses:rapprochement"), {"territoire": "national"})
    assert "choisissez le vôtre" in texte(answer)
