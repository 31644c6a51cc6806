"""The publication desk: deadlines, lateness, publishing, the file kept."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import PARTOUT
from fanal.depots.models import Original
from fanal.journal.models import Entree
from fanal.marches.accueil_publication import taches
from fanal.marches.actions.publication import publier
from fanal.marches.models import Marche, Modification, Publication
from fanal.marches.publication.contrat import Changement, Contrat
from fanal.marches.queries.bureau_publication import file_d_attente
from fanal.marches.queries.publication import echeance, obligatoire
from fanal.refus import Interdit, Inutilisable, Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.marches.publication.fabrique import INSTANT, complet, creer

pytestmark = pytest.mark.django_db
JOUR = INSTANT.date()  # 1 June 2024
Connecte = Callable[[str], Client]


@pytest.fixture
def attend(ght: Ght) -> Callable[..., Marche]:
    """`attend(id, **changes)`: a contract of the GHT that was never published."""

    def build(identifiant: str, **changes: Any) -> Marche:
        document = complet(**({"id": identifiant, "datePublicationDonnees": None} | changes))
        return creer(document, Noeud("ght", ght))

    return build


def states(**expected: str) -> None:
    assert {r.identifiant: r.etat for r in file_d_attente(PARTOUT, NATIONAL, JOUR)} == expected


@pytest.mark.parametrize(
    ("notifie", "attendu"),
    [
        (date(2024, 2, 1), date(2024, 4, 1)),
        (date(2023, 12, 31), date(2024, 2, 29)),  # two calendar months, to the end of February
        (date(2018, 1, 1), None),  # before the rule of the code
        (None, None),
    ],
)
def test_two_months_from_notification(notifie: date | None, attendu: date | None) -> None:
    assert echeance(Contrat(notifie_le=notifie)) == attendu


def test_the_first_deadline_of_what_is_not_published() -> None:
    published = Contrat(
        notifie_le=date(2024, 1, 1),
        publie_le=date(2024, 2, 1),
        changements=(
            Changement(1, date(2024, 3, 1), date(2024, 3, 2)),
            Changement(2, date(2024, 5, 1)),
            Changement(3, date(2024, 6, 1)),
        ),
    )
    assert echeance(published) == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("montant", "attendu"), [("39999.99", False), ("40000", True), ("60000", True), (None, True)]
)
def test_the_threshold_stays_at_40_000(montant: str | None, attendu: bool) -> None:
    amount = None if montant is None else Decimal(montant)
    assert obligatoire(Contrat(notifie_le=date(2026, 6, 1), montant=amount)) is attendu


def test_what_waits(attend: Callable[..., Marche]) -> None:
    creer(complet(id="PUBLIE"))
    attend("RETARD")
    attend("A-TEMPS", dateNotification="2024-05-01")
    attend("DERNIER-JOUR", dateNotification="2024-04-01")
    attend("INCOMPLET", ccag=None, dateNotification="2024-05-01")
    attend("SANS-DATE", dateNotification=None)
    attend("PETIT", montant=1000)
    states(
        **{
            "RETARD": "retard",
            "A-TEMPS": "publiable",
            "DERNIER-JOUR": "publiable",
            "INCOMPLET": "incomplet",
            "SANS-DATE": "incomplet",
            "PETIT": "sans-objet",
        }
    )


def test_a_notified_modification_waits_too(attend: Callable[..., Marche]) -> None:
    marche = creer(complet(id="PUBLIE"))
    Modification.objects.create(marche=marche, numero=1, date_notification=date(2024, 3, 1))
    Modification.objects.create(marche=marche, numero=2, etat="signee")
    (row,) = file_d_attente(PARTOUT, NATIONAL, JOUR)
    assert (row.quoi, row.etat, row.echeance) == ("Avenant 1", "retard", date(2024, 5, 1))


def publish(*marches: Marche, by: Utilisateur | None = None, format: str = "decp") -> Any:
    return publier(marches=[m.pk for m in marches], format=format, by=by, instant=INSTANT)


def test_publishing_dates_and_keeps_the_file(attend: Callable[..., Marche]) -> None:
    marche = attend("M1")
    Modification.objects.create(marche=marche, numero=1, date_notification=date(2024, 3, 1))
    done = publish(marche)
    assert (done.marches, done.modifications) == (1, 1)
    marche.refresh_from_db()
    assert marche.date_publication == JOUR and marche.verrou == 1
    assert marche.modifications.get().date_publication == JOUR
    assert [(p.modification is None, p.empreinte) for p in Publication.objects.all()] == [
        (True, done.empreinte),
        (False, done.empreinte),
    ]
    with Original.objects.get(empreinte=done.empreinte).fichier.open("rb") as file:
        (written,) = json.load(file)["marches"]["marche"]
    assert written["datePublicationDonnees"] == "2024-06-01"
    assert written["modifications"][0]["modification"]["id"] == 1
    entry = Entree.objects.get(action="marche.publie")
    assert entry.donnees["empreinte"] == done.empreinte
    assert file_d_attente(PARTOUT, NATIONAL, JOUR) == ()


def test_a_later_modification_is_appended_and_nothing_else_changes(attend: Callable[..., Marche]) -> None:
    marche = attend("M1")
    first = publish(marche)
    Modification.objects.create(
        marche=marche, numero=4, date_notification=date(2024, 5, 1), montant_apres=Decimal(300000)
    )
    second = publish(marche, format="decp")
    read = []
    for done in (first, second):
        with Original.objects.get(empreinte=done.empreinte).fichier.open("rb") as file:
            read.append(json.load(file)["marches"]["marche"][0])
    appended = read[1].pop("modifications")
    assert read[0] == read[1]
    assert [m["modification"]["id"] for m in appended] == [4]
    assert Publication.objects.filter(modification=None).count() == 1


def test_all_or_nothing(attend: Callable[..., Marche]) -> None:
    good, bad = attend("BON"), attend("MAUVAIS", ccag=None, offresRecues=None)
    with pytest.raises(Refus, match="Le marché MAUVAIS est incomplet"):
        publish(good, bad)
    good.refresh_from_db()
    assert good.date_publication is None
    assert not Publication.objects.exists()


def test_what_is_refused(
    attend: Callable[..., Marche],
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    marche = attend("M1")
    with pytest.raises(Refus, match="déjà publié"):
        publish(creer(complet(id="DEJA")))
    Marche.objects.filter(pk=marche.pk).update(etat="attribue")
    with pytest.raises(Refus, match="n'est pas notifié"):
        publish(marche)
    Marche.objects.filter(pk=marche.pk).update(etat="notifie")
    for user in (utilisateurs["pharmacien"], utilisateurs_ailleurs["acheteur"]):
        with pytest.raises(Interdit):
            publish(marche, by=user)
    with pytest.raises(Inutilisable):
        publish()
    with pytest.raises(Inutilisable):
        publish(marche, format="pdf")
    assert publish(marche, by=utilisateurs["acheteur"]).marches == 1


def test_the_pages(connecte: Connecte, attend: Callable[..., Marche], autre_ght: Ght) -> None:
    marche, other = attend("M1"), creer(complet(id="AILLEURS"), Noeud("ght", autre_ght))
    Marche.objects.filter(pk=other.pk).update(date_publication=None)
    attend("M2", ccag=None)
    client = connecte("acheteur")
    page = client.get(reverse("marches:publication")).content.decode()
    assert "2 marchés attendent leur publication" in page and "AILLEURS" not in page
    assert "ccag" in page
    apercu = reverse("marches:publication_apercu") + f"?marche={marche.pk}&marche={other.pk}&marche=x"
    assert "1 marché sera publié" in client.get(apercu).content.decode()
    answer = client.post(apercu, {"format": "decp-xml"}, follow=True)
    assert "1 marché publié" in answer.content.decode()
    mark = Publication.objects.get().empreinte
    file = client.get(reverse("marches:publication_fichier", args=[mark]))
    assert b"".join(file.streaming_content).startswith(b"<?xml")  # type: ignore[arg-type]
    assert connecte("pharmacien").post(apercu, {"format": "decp"}).status_code == 403
    export = client.get(reverse("marches:publication") + "?attente.export=csv")
    assert "M2" in b"".join(export).decode("utf-8-sig")


def test_a_bad_choice_is_a_sentence(connecte: Connecte, attend: Callable[..., Marche]) -> None:
    marche = attend("M1", ccag=None)
    client = connecte("acheteur")
    apercu = reverse("marches:publication_apercu")
    assert "Cochez au moins un" in client.get(apercu, follow=True).content.decode()
    refused = client.post(f"{apercu}?marche={marche.pk}", {"format": "decp"}, follow=True)
    assert "est incomplet" in refused.content.decode()
    assert not Publication.objects.exists()


def test_the_home_page_says_what_is_late(
    attend: Callable[..., Marche], utilisateurs: dict[str, Utilisateur]
) -> None:
    assert list(taches(utilisateurs["acheteur"], JOUR)) == []
    attend("RETARD")
    attend("BIENTOT", dateNotification="2024-04-05")
    attend("LOIN", dateNotification="2024-06-01")
    (late, soon) = taches(utilisateurs["acheteur"], JOUR)
    assert late.etat == "en_retard" and "1 marché" in late.phrase
    assert soon.etat == "du" and soon.echeance == date(2024, 6, 5)
    assert list(taches(utilisateurs["pharmacien"], JOUR)) == []
