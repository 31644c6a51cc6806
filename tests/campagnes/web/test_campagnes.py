"""Pages of the campaigns: list, progress, settings, reminders."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.territoires.models import Ght
from tests.campagnes.web.lecture import dit

Connecte = Callable[[str], Client]


def page(nom: str, campagne: Campagne) -> str:
    return reverse(f"campagnes:{nom}", args=[campagne.code])


def test_the_list_tells_who_answered(connecte: Connecte, dossier: Dossier) -> None:
    html = dit(connecte("dgos").get(reverse("campagnes:liste")))
    assert "1 campagne, dont 1 reçoit des dépôts." in html
    assert "Ouvrir une campagne" in html
    assert "Ouvrir une campagne" not in dit(connecte("lecteur").get(reverse("campagnes:liste")))


def test_a_campaign_counts_within_the_perimeter(
    connecte: Connecte, dossier: Dossier, campagne: Campagne, ght: Ght, autre_ght: Ght
) -> None:
    national = dit(connecte("dgos").get(page("campagne", campagne)))
    assert "1 GHT sur 2 a déposé, 2 à relancer." in national
    assert autre_ght.nom in national
    sien = dit(connecte("controleur_gestion").get(page("campagne", campagne)))
    assert ght.nom in sien
    assert autre_ght.nom not in sien
    assert "brouillon." in sien
    tri = dit(connecte("dgos").get(page("campagne", campagne), {"dossiers.f.etape": "Rien n'a été déposé"}))
    assert autre_ght.nom in tri
    assert f"{ght}" not in tri[tri.index("tableau-dossiers") :]


def test_who_may_see_campaigns_but_no_dossier_gets_no_link(
    connecte: Connecte, dossier: Dossier, campagne: Campagne
) -> None:
    adresse = reverse("campagnes:dossier", args=[dossier.pk])
    assert adresse in dit(connecte("dgos").get(page("campagne", campagne)))
    assert adresse not in dit(connecte("lecteur").get(page("campagne", campagne)))


def test_an_unknown_campaign(connecte: Connecte, campagne: Campagne) -> None:
    assert connecte("dgos").get(reverse("campagnes:campagne", args=["inconnue"])).status_code == 404


DATES = {"ouverture": "2023-01-02", "cloture": "2023-02-28", "correction_jusqu_au": "2023-03-31"}


def test_opening_a_campaign(connecte: Connecte, campagne: Campagne) -> None:
    client = connecte("dgos")
    adresse = reverse("campagnes:ouvrir")
    assert client.get(adresse).status_code == 200
    donnees = {"type_campagne": "performance", "annee": "2022", "periode": "fin-annee", **DATES}
    faux = client.post(adresse, donnees | {"cloture": "2022-12-01"})
    assert faux.status_code == 422
    assert "ne se suivent pas" in dit(faux)
    assert client.post(adresse, donnees).status_code == 302
    ouverte = Campagne.objects.get(annee=2022)
    assert ouverte.cloture.isoformat() == "2023-02-28T22:59:59+00:00"
    assert "existe déjà" in dit(client.post(adresse, donnees))


def test_moving_the_dates_asks_why(connecte: Connecte, campagne: Campagne) -> None:
    client = connecte("dgos")
    assert client.post(page("reglages", campagne), DATES).status_code == 422
    client.post(page("reglages", campagne), DATES | {"motif": "Report demandé"})
    campagne.refresh_from_db()
    assert campagne.cloture.isoformat() == "2023-02-28T22:59:59+00:00"
    assert Entree.objects.filter(action="campagne.regler", motif="Report demandé").exists()


def test_inviting_the_ght_that_are_not_yet(
    connecte: Connecte, campagne: Campagne, ght: Ght, region: object
) -> None:
    Ght.objects.create(code="BFC-91", nom="GHT d'essai", region=ght.region)
    client = connecte("dgos")
    assert client.get(page("inviter", campagne)).status_code == 405
    client.post(page("inviter", campagne))
    assert campagne.repondants.count() == 3
    client.post(page("inviter", campagne))
    assert campagne.repondants.count() == 3


def test_reminders_are_previewed_then_sent_once_a_day(
    connecte: Connecte, dossier: Dossier, campagne: Campagne, utilisateurs: dict[str, Utilisateur]
) -> None:
    client = connecte("dgos")
    html = dit(client.get(page("relancer", campagne)))
    assert "Déposé, à transmettre" in html and "Rien n'a été déposé" in html
    assert str(utilisateurs["directeur_achats"]) in html
    assert "Aucun compte" in html
    assert mail.outbox == []
    assert client.post(page("relancer", campagne), {}).status_code == 409
    choisi = campagne.repondants.get(ght=dossier.ght)
    reponse = client.post(page("relancer", campagne), {"repondant": [choisi.pk]}, follow=True)
    assert "1 relance envoyée" in dit(reponse)
    assert len(mail.outbox) == 3
    client.post(page("relancer", campagne), {"repondant": [choisi.pk]})
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("nom", ["reglages", "relancer", "inviter"])
@pytest.mark.parametrize("role", ["directeur_achats", "referent_ars", "lecteur"])
def test_managing_is_the_ministry_s(connecte: Connecte, campagne: Campagne, nom: str, role: str) -> None:
    client = connecte(role)
    assert client.post(page(nom, campagne), {}).status_code in (403, 404)
    assert client.get(reverse("campagnes:ouvrir")).status_code in (403, 404)


def test_home_tells_what_is_due(connecte: Connecte, dossier: Dossier, campagne: Campagne) -> None:
    sien = dit(connecte("directeur_achats").get("/"))
    assert "Transmettre le dossier" in sien and "1 ligne à corriger" in sien
    national = dit(connecte("dgos").get("/"))
    assert "Relancer les répondants" in national and "2 répondants sont attendus" in national
    assert "Campagnes" in national
