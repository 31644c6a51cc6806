"""The calendar of a person and its private address."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.procedures.actions.calendrier import creer_adresse, retirer_adresse, trouver
from fanal.procedures.models import FluxCalendrier
from fanal.procedures.queries.evenements import evenements
from fanal.territoires.models import Ght
from tests.procedures.outils import AOO, INSTANT, JOUR, marche, nouvelle

pytestmark = pytest.mark.django_db


def flux(secret: str) -> str:
    return reverse("procedures:flux", args=[secret])


def test_events_of_what_the_person_may_see(
    ght: Ght, utilisateurs: dict[str, Utilisateur], utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    nouvelle(ght, procedure=AOO)
    marche(ght, "A", date_debut=date(2024, 1, 1), date_fin_totale=date(2027, 6, 30))
    du, au = date(2026, 1, 1), date(2028, 12, 31)
    vus = evenements(utilisateurs["acheteur"], du, au, JOUR)
    assert {e.genre for e in vus} == {"jalon", "fin"}
    assert [e.le for e in vus] == sorted(e.le for e in vus)
    assert any(e.le == date(2027, 6, 30) and e.genre == "fin" for e in vus)
    assert evenements(utilisateurs_ailleurs["acheteur"], du, au, JOUR) == []
    assert evenements(utilisateurs["lecteur"], du, au, JOUR) == []


def test_the_address_is_a_secret_kept_as_a_hash(utilisateurs: dict[str, Utilisateur]) -> None:
    user = utilisateurs["acheteur"]
    premier = creer_adresse(utilisateur=user, instant=INSTANT)
    assert premier not in str(list(FluxCalendrier.objects.values()))
    assert not Entree.objects.filter(donnees__icontains=premier).exists()
    assert trouver(premier) == user
    second = creer_adresse(utilisateur=user, instant=INSTANT)
    assert (trouver(premier), trouver(second)) == (None, user)
    user.is_active = False
    user.save()
    assert trouver(second) is None


def test_the_feed_needs_no_session_and_says_nothing_to_others(
    ght: Ght, utilisateurs: dict[str, Utilisateur]
) -> None:
    user = utilisateurs["acheteur"]
    besoin = timezone.localdate().replace(day=1)
    p = nouvelle(ght, procedure=AOO, date_besoin=date(besoin.year + 1, besoin.month, 1))
    secret = creer_adresse(utilisateur=user, instant=INSTANT)
    reponse = Client().get(flux(secret))
    assert reponse.status_code == 200
    assert reponse["Content-Type"].startswith("text/calendar")
    calendrier = Calendar.from_ical(reponse.content)
    lus = {str(e["uid"]): e for e in calendrier.walk("VEVENT")}
    execution = lus[f"jalon-{p.pk}-execution@fanal"]
    assert execution["dtstart"].dt == p.date_besoin
    assert p.intitule in str(execution["summary"])
    assert str(execution["url"]).endswith(reverse("procedures:procedure", args=[p.pk]))
    assert Client().get(flux("inconnu")).status_code == 404
    assert Client().post(flux(secret)).status_code == 405
    retirer_adresse(utilisateur=user, instant=INSTANT)
    assert Client().get(flux(secret)).status_code == 404


def test_the_page_shows_the_address_once(connecte: "object") -> None:
    client = connecte("acheteur")  # type: ignore[operator]
    client.post(reverse("procedures:creer_adresse"))
    page = client.get(reverse("procedures:calendrier")).content.decode()
    assert ".ics" in page
    encore = client.get(reverse("procedures:calendrier")).content.decode()
    assert ".ics" not in encore and "Adresse active" in encore


@pytest.mark.parametrize("mois", ["", "2026-11", "2026-13", "x", "0000-01", "2026-1a"])
def test_any_month_is_answered(mois: str, connecte: "object") -> None:
    client = connecte("acheteur")  # type: ignore[operator]
    assert client.get(reverse("procedures:calendrier"), {"mois": mois}).status_code == 200
