"""The pages of the proof: who sees what, what opens, what is frozen."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fanal.achats.models import Action
from fanal.comptes.models import Utilisateur
from fanal.depenses.compute.gains_valeurs import CONFIRME, NON_CONFIRME, Mesure
from fanal.depenses.models import ReferenceGain
from fanal.depenses.queries.gains import Somme
from fanal.depenses.views.gains import note_commande
from fanal.depenses.views.gains_action import phrase
from fanal.journal.models import Entree
from fanal.marches.models import Marche
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import GANTS, annee_de_gants, ligne

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]


@pytest.fixture
def gants(ght: Ght, plan: Callable[..., None], marche: Marche) -> Action:
    """The action of gloves, half of which is bought elsewhere."""
    plan()
    poser([*annee_de_gants(quantite="500"), ligne("2021-07-02", "6000", "10", "M-9")])
    return Action.objects.get(identifiant="A1")


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"depenses:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_the_year_of_a_ght_in_one_sentence(connecte: Connecte, gants: Action) -> None:
    text = page(connecte("controleur_gestion"), "gains", annee="2021", territoire="ght:BFC-90")
    assert "Sur 30 000 € déclarés, 12 000 € se retrouvent dans les commandes (40 %)" in text
    assert "6 000 € ne sont pas mesurables" in text
    assert "Partiellement confirmé" in text


def test_the_nation_reads_the_sums_by_ght(connecte: Connecte, gants: Action) -> None:
    text = page(connecte("dgos"), "gains", annee="2021", territoire="national")
    assert "Par GHT" in text
    assert "GHT d&#x27;essai BFC-90" in text or "GHT d'essai BFC-90" in text


@pytest.mark.parametrize(
    ("statut", "declare", "commande", "dit"),
    [
        (CONFIRME, "10000", "10000", "10 000 € se retrouvent dans les commandes (100 %) : confirmé."),
        (CONFIRME, "10000", "13000", "(100 %), qui en montrent 13 000 € : confirmé."),
        (NON_CONFIRME, "10000", "-500", "(0 %), qui montrent une perte de 500 € : non confirmé."),
        (NON_CONFIRME, "-800", "-500", "-800 € déclarés, -500 € dans les commandes : non confirmé."),
    ],
)  # fmt: skip
def test_the_sentence_of_an_action(statut: str, declare: str, commande: str, dit: str) -> None:
    said = phrase(Mesure(statut, (), Decimal(declare), None, commande=Decimal(commande)))
    assert dit in said.replace("\u202f", " ").replace("\xa0", " ").replace("\u2212", "-")


def test_an_empty_year_says_what_to_do(connecte: Connecte, ght: Ght) -> None:
    text = page(connecte("controleur_gestion"), "gains", annee="2022", territoire="ght:BFC-90")
    assert "Déposez le plan d'actions" in text or "Déposez le plan d&#x27;actions" in text


def test_a_year_without_rules_is_said(connecte: Connecte, gants: Action) -> None:
    assert "2005" in page(connecte("controleur_gestion"), "gains", annee="2005", territoire="ght:BFC-90")


def test_the_action_opens_its_rows(connecte: Connecte, gants: Action) -> None:
    client = connecte("acheteur")
    text = page(client, "gain", gants.pk)
    assert "Même produit acheté hors de ce marché" in text
    assert "quoi=ailleurs" in text
    assert "12,0000" in text
    lines = page(client, "gain_lignes", gants.pk, quoi="ailleurs")
    assert "1 ligne de commande, 72 000 € TTC" in lines
    assert "M-9" in lines
    one = page(client, "gain_lignes", gants.pk, quoi="sur_marche", mois="2021-06")
    assert "1 ligne de commande, 5 000 € TTC" in one


def test_who_reads_sums_only_sees_no_price_and_no_line(connecte: Connecte, gants: Action) -> None:
    client = connecte("referent_ars")
    text = page(client, "gain", gants.pk)
    assert "12 000,00" in text
    assert "12,0000" not in text
    assert "12,00" not in text.replace("12 000,00", "")
    assert "Prix payé" not in text.replace("Prix payé autre", "")
    assert client.get(reverse("depenses:gain_lignes", args=[gants.pk])).status_code == 403
    export = client.get(reverse("depenses:gain", args=[gants.pk]), {"ecarts.export": "csv"})
    assert "10,00" not in export.content.decode()


def test_another_ght_does_not_exist(utilisateurs_ailleurs: dict[str, Utilisateur], gants: Action) -> None:
    client = Client()
    client.force_login(utilisateurs_ailleurs["directeur_achats"])
    for name in ("gain", "gain_lignes"):
        assert client.get(reverse(f"depenses:{name}", args=[gants.pk])).status_code == 404
    assert client.post(reverse("depenses:gain_reference", args=[gants.pk])).status_code == 404


def freeze(client: Client, action: Action, **fields: str) -> Any:
    given = {"produit": GANTS, "source": "douze_mois", "motif": "", "verrou": "0"}
    return client.post(reverse("depenses:gain_reference", args=[action.pk]), given | fields)


def test_a_frozen_reference_does_not_move(connecte: Connecte, gants: Action, ght: Ght) -> None:
    client = connecte("directeur_achats")
    assert freeze(client, gants).status_code == 302
    held = ReferenceGain.objects.get()
    assert (held.prix_reference_ttc, held.quantite_reference) == (Decimal("12"), Decimal("12000"))
    assert Entree.objects.filter(action="gain.geler_reference").count() == 1
    # Late lines change the twelve months before: the frozen figures stay.
    poser([ligne("2021-02-15", "12000", "20", "M-0")])
    assert "Moyenne pondérée des douze mois d" in page(client, "gain", gants.pk)
    assert "12,0000" in page(client, "gain", gants.pk)


def test_a_new_freeze_asks_for_a_reason_and_keeps_the_old_one(connecte: Connecte, gants: Action) -> None:
    client = connecte("directeur_achats")
    freeze(client, gants)
    first = str(ReferenceGain.objects.get().pk)
    estimate = {"source": "estimation", "prix": "11,5", "quantite": "10000"}
    refused = freeze(client, gants, verrou=first, **estimate)
    assert refused.status_code == 409
    assert "Dites sur quoi repose cette estimation" in refused.content.decode()
    assert freeze(client, gants, verrou=first, motif="Activité réduite", **estimate).status_code == 302
    old, new = ReferenceGain.objects.order_by("pk")
    assert old.remplacee_le is not None
    assert (new.prix_reference_ttc, new.motif, new.auteur_id is None) == (
        Decimal("11.5"),
        "Activité réduite",
        False,
    )


def test_two_people_freezing_at_once_are_told(connecte: Connecte, gants: Action) -> None:
    client = connecte("directeur_achats")
    freeze(client, gants)
    late = freeze(client, gants, motif="La mienne")
    assert late.status_code == 409
    assert "par quelqu" in late.content.decode()
    assert ReferenceGain.objects.count() == 1


def test_the_old_contract_gives_its_price(
    connecte: Connecte, gants: Action, ght: Ght, marche: Marche
) -> None:
    client = connecte("directeur_achats")
    refused = freeze(client, gants, source="ancien_marche")
    assert "Aucun ancien marché" in refused.content.decode()
    older = Marche.objects.create(
        niveau="ght", ght=ght, identifiant="M 0", objet="Gants", etat="solde",
        created_at=marche.created_at, updated_at=marche.created_at,
    )  # fmt: skip
    version = older.versions_bpu.create(numero=1, created_at=marche.created_at)
    version.lignes.create(
        cle="1",
        type_code="CIP13",
        code=GANTS,
        libelle="Gant",
        unite="pièce",
        prix_unitaire_ht="11",
        taux_tva="20",
    )
    marche.successeur_de = older
    marche.save()
    assert freeze(client, gants, source="ancien_marche").status_code == 302
    assert ReferenceGain.objects.get().prix_reference_ttc == Decimal("13.2")


def test_every_reference_at_once(connecte: Connecte, gants: Action) -> None:
    client = connecte("directeur_achats")
    poser([ligne("2021-01-15", "10", "5", "M-0", code_produit="3400930000021", libelle="Masque"),
           ligne("2021-05-15", "10", "4", code_produit="3400930000021", libelle="Masque")])  # fmt: skip
    assert freeze(client, gants, produit="*").status_code == 302
    assert ReferenceGain.objects.count() == 2


def test_who_only_reads_freezes_nothing(connecte: Connecte, gants: Action) -> None:
    assert freeze(connecte("referent_ars"), gants).status_code == 403
    assert ReferenceGain.objects.count() == 0


def test_a_bad_figure_is_a_sentence(connecte: Connecte, gants: Action) -> None:
    answer = freeze(connecte("directeur_achats"), gants, source="estimation", prix="douze", quantite="1")
    assert answer.status_code == 422
    assert "Ce prix n" in answer.content.decode()


def test_tables_are_exported(connecte: Connecte, gants: Action) -> None:
    client = connecte("controleur_gestion")
    for kind in ("csv", "xlsx"):
        answer = client.get(
            reverse("depenses:gains"),
            {"annee": "2021", "territoire": "ght:BFC-90", "actions.export": kind},
        )
        assert answer.status_code == 200
        assert len(b"".join(answer) if answer.streaming else answer.content) > 100


def test_the_page_of_the_action_says_it(connecte: Connecte, gants: Action) -> None:
    text = connecte("acheteur").get(reverse("achats:action", args=[gants.pk])).content.decode()
    assert "Preuve du gain" in text
    assert reverse("depenses:gain", args=[gants.pk]) in text


def test_the_sum_ordered_says_what_the_sentence_leaves_out() -> None:
    told = "Au prix payé, sur la quantité de référence."
    assert note_commande(Somme(commande=Decimal("10.00"), retrouve=Decimal("10.00"))) == told
    assert note_commande(Somme()) == told
    lossy = note_commande(Somme(commande=Decimal("10.00"), retrouve=Decimal("12.00")))
    assert lossy.startswith(told) and "12 €" in lossy.replace("\u00a0", " ")
