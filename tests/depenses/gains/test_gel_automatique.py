"""References freeze by themselves at notification, once, and only on months that are all received."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fanal.achats.models import Action
from fanal.depenses.actions import gel_automatique
from fanal.depenses.actions.gel_automatique import geler_apres, geler_pretes
from fanal.depenses.compute.gains_gel import dire_attente, mois_a_recevoir
from fanal.depenses.models import ReferenceGain
from fanal.depenses.queries.gains import preuve
from fanal.depenses.queries.gains_gel import attente
from fanal.depenses.tasks import geler_references
from fanal.exploitation import taches
from fanal.journal.models import Entree
from fanal.marches.models import Marche
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import ACTIONS, GANTS, LE, annee_de_gants, ligne

pytestmark = pytest.mark.django_db
D = Decimal
Plan = Callable[..., None]
INSTANT = datetime(2022, 6, 1, 4, 0, tzinfo=UTC)
ENVISAGEE = ACTIONS[0].replace("notifiée", "envisagée")


def run(le: date = LE, **only: Any) -> int:
    return geler_pretes(le=le, instant=INSTANT, **only)


def phrase(ght: Ght, le: date = LE) -> str:
    found = {a.lue.action.identifiant: a for a in preuve(2021, ght, le)}
    return attente(found["A1"], le).phrase


def test_the_twelve_months_are_frozen_once(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    poser(annee_de_gants())
    before = preuve(2021, ght, LE)[0].mesure
    assert phrase(ght).endswith("elle le sera d'elle-même d'ici demain.")
    assert (run(), run()) == (1, 0)
    held = ReferenceGain.objects.get()
    # 1,000 gloves a month at 10 € and 20 % of VAT, over twelve months.
    assert (held.prix_reference_ttc, held.quantite_reference, held.produit) == (D(12), D(12000), GANTS)
    assert (held.source, held.auteur, held.marche, held.unite) == ("douze_mois", None, marche, "pièce")
    assert (held.du, held.au) == (date(2020, 4, 1), date(2021, 3, 31))
    assert held.motif.startswith("Gel automatique")
    told = Entree.objects.get(action="gain.geler_reference")
    assert told.motif == held.motif
    after = preuve(2021, ght, LE)[0].mesure
    assert (after.signe, after.commande, after.ecarts) == (before.signe, before.commande, before.ecarts)
    assert phrase(ght) == ""


def test_a_mean_with_endless_decimals_gives_the_same_gain_once_frozen(ght: Ght, plan: Plan) -> None:
    plan()
    lines = annee_de_gants(quantite="1000003")
    lines[0] = {**lines[0], **ligne("2020-04-10", "1000007", "9.99", "M-0")}
    poser(lines)
    before = preuve(2021, ght, LE)[0].mesure
    assert run() == 1
    # At six decimals, a million units a month would move the gain by euros. 1,000,007 at 9.99 € and 20 % of
    # VAT are 11,988,083.92 €, then eleven months of 12,000 €.
    mean = (D("11988083.92") + 11 * D(12000)) / (1000007 + 11000)
    assert ReferenceGain.objects.get().prix_reference_ttc == mean.quantize(D("1e-12"))
    after = preuve(2021, ght, LE)[0].mesure
    assert (after.signe, after.commande, after.ecarts) == (before.signe, before.commande, before.ecarts)


def test_late_lines_and_corrections_do_not_move_it(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    lines = annee_de_gants()
    poser(lines)
    run()
    was = preuve(2021, ght, LE)[0].mesure.commande
    # The first order of before, corrected: twice the price and ten times the quantity; then a late one.
    poser([{**lines[0], "quantite": "10000", "prix_unitaire_ht": "20", "montant_ht": "200000"}])
    poser([ligne("2021-02-15", "5000", "30", "M-0")])
    assert run() == 0
    assert preuve(2021, ght, LE)[0].mesure.commande == was
    held = ReferenceGain.objects.get()
    assert (held.prix_reference_ttc, held.quantite_reference) == (D(12), D(12000))


def test_it_waits_for_the_months_that_miss(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    lines = annee_de_gants()
    poser([line for line in lines if line["date_commande"][:7] not in ("2020-07", "2021-01")])
    assert run() == 0
    assert phrase(ght) == (
        "La référence n'est pas encore gelée : juillet 2020 et janvier 2021, avant la première commande, ne "
        "sont pas entièrement reçus."
    )
    poser([line for line in lines if line["date_commande"][:7] == "2020-07"])
    assert run() == 0
    poser([line for line in lines if line["date_commande"][:7] == "2021-01"])
    assert run() == 1
    assert ReferenceGain.objects.get().quantite_reference == D(12000)


def test_only_what_is_notified(ght: Ght, plan: Plan) -> None:
    plan((ENVISAGEE,))
    poser(annee_de_gants())
    assert run() == 0
    assert phrase(ght).endswith("l'action n'est pas notifiée.")
    plan((ACTIONS[0],))
    assert run() == 1


@pytest.mark.parametrize(
    ("etat", "notification", "frozen"),
    [
        ("notifie", date(2021, 3, 15), 1),
        ("notifie", date(2022, 6, 2), 0),
        ("attribue", None, 0),
        ("solde", date(2021, 3, 15), 1),
    ],
)
def test_the_notification_of_the_contract(
    plan: Plan, marche: Marche, etat: str, notification: date | None, frozen: int
) -> None:
    Marche.objects.update(etat=etat, date_notification=notification)
    plan((ENVISAGEE,))
    poser(annee_de_gants())
    assert run() == frozen


def test_the_price_list_is_enough_before_the_first_order_arrives(plan: Plan, marche: Marche) -> None:
    plan()
    poser(annee_de_gants()[:12])
    assert run(date(2021, 4, 1)) == 0
    assert run(date(2021, 4, 2)) == 1
    assert ReferenceGain.objects.get().quantite_reference == D(12000)


def test_a_person_replaces_it_and_is_never_replaced(
    connecte: Callable[[str], Client], plan: Plan, marche: Marche
) -> None:
    plan()
    poser(annee_de_gants())
    run()
    action, client = Action.objects.get(identifiant="A1"), connecte("directeur_achats")
    address = reverse("depenses:gain", args=[action.pk])
    assert "Automatique" in client.get(address).content.decode()
    old = ReferenceGain.objects.get()
    given = {"produit": GANTS, "source": "estimation", "prix": "11", "quantite": "9000"}
    answer = client.post(
        reverse("depenses:gain_reference", args=[action.pk]),
        given | {"motif": "Service fermé", "verrou": str(old.pk)},
    )
    assert answer.status_code == 302
    assert run() == 0
    held = ReferenceGain.objects.get(remplacee_le=None)
    assert (held.prix_reference_ttc, held.auteur is None) == (D(11), False)
    old.refresh_from_db()
    assert old.remplacee_le is not None


def test_who_froze_meanwhile_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch, plan: Plan, marche: Marche
) -> None:
    plan()
    poser(annee_de_gants())
    monkeypatch.setattr(
        gel_automatique, "verrous", lambda lot: {gel_automatique.cle(a): "autre" for a in lot}
    )
    assert run() == 0
    assert not ReferenceGain.objects.exists()


def test_the_page_says_what_it_waits_for(
    connecte: Callable[[str], Client], plan: Plan, marche: Marche
) -> None:
    plan()
    poser(annee_de_gants()[1:])
    action = Action.objects.get(identifiant="A1")
    text = connecte("directeur_achats").get(reverse("depenses:gain", args=[action.pk])).content.decode()
    assert "La référence n&#x27;est pas encore gelée : avril 2020, avant la première commande" in text


def test_after_a_deposit_its_establishments_only(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    poser(annee_de_gants())
    elsewhere = poser([ligne("2021-05-10", "1", "10", finess="210000002")])
    assert geler_apres(depot=elsewhere.pk, le=LE, instant=INSTANT) == 0
    last = poser([ligne("2021-05-10", "1", "10")])
    assert geler_apres(depot=last.pk, le=LE, instant=INSTANT) == 1
    assert geler_apres(depot=last.pk, le=LE, instant=INSTANT) == 0


def test_every_day_once(plan: Plan, marche: Marche) -> None:
    plan()
    poser(annee_de_gants())
    assert taches._TACHES["references-de-gains"].tache is geler_references
    assert [geler_references.enqueue(LE.isoformat()).return_value for _ in range(2)] == [1, 0]


def test_without_any_lake_nothing_is_read(
    django_assert_max_num_queries: Any, plan: Plan, marche: Marche
) -> None:
    plan()
    with django_assert_max_num_queries(1):
        assert run() == 0


def test_a_month_that_is_not_over_is_not_received() -> None:
    months = {date(2020, m, 1) for m in range(4, 13)} | {date(2021, m, 1) for m in range(1, 5)}
    start = date(2021, 4, 15)
    assert mois_a_recevoir(start, mois=12, le=date(2021, 4, 20), deposes=months) == (date(2021, 4, 1),)
    assert mois_a_recevoir(start, mois=12, le=date(2021, 5, 1), deposes=months) == ()
    assert mois_a_recevoir(start, mois=12, le=date(2021, 5, 1), deposes=months - {date(2020, 4, 1)}) == (
        date(2020, 4, 1),
    )


def test_many_missing_months_are_counted() -> None:
    every = [date(2020, m, 1) for m in range(4, 13)]
    said = dire_attente(debut=date(2021, 4, 1), notifiee=True, le=LE, absents=every, neuf=True)
    assert "avril 2020, mai 2020, juin 2020, juillet 2020 et 5 autres mois, avant" in said
    asked = {"notifiee": True, "le": LE, "absents": (), "neuf": True}
    assert "aucun achat d'avant" in dire_attente(debut=date(2021, 4, 1), **asked)
    assert "n'est pas connue" in dire_attente(debut=None, **asked)
    assert "pas encore passée" in dire_attente(debut=LE, **asked)
