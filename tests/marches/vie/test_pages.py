"""The pages of a contract: what they show, what they do, and what they refuse."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fanal.depots.models import Original
from fanal.marches.models import (
    AnomalieMarche,
    Consommation,
    Document,
    Elimination,
    Marche,
    Modification,
    VersionDocument,
)
from fanal.territoires.models import Etablissement, Ght, OperateurAchat
from tests.marches.vie.fabrique import creer, notifie

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]


@pytest.fixture
def marche(ght: Ght) -> Marche:
    """A framework that runs today: started a hundred days ago."""
    today = timezone.localdate()
    return notifie(
        ght,
        le=today - timedelta(days=100),
        date_lancement=today - timedelta(days=200),
        date_debut=today - timedelta(days=100),
    )


def url(marche: Marche, code: str = "") -> str:
    return (
        reverse("marches:acte", args=[marche.pk, code])
        if code
        else reverse("marches:marche", args=[marche.pk])
    )


def post(client: Client, marche: Marche, code: str, *, confirmer: bool = False, **data: Any) -> Any:
    marche.refresh_from_db()
    extra = {"confirmer": "oui"} if confirmer else {}
    return client.post(url(marche, code), {"verrou": marche.verrou, **data, **extra})


def test_the_page_answers_in_one_sentence(marche: Marche, connecte: Connecte) -> None:
    AnomalieMarche.objects.create(marche=marche, regle="cpv", phrase="Le code CPV manque.")
    page = connecte("acheteur").get(url(marche)).content.decode()
    end = f"{marche.date_fin_totale:%d/%m/%Y}"
    assert f"{end} avec ses reconductions ; 0\xa0% du maximum est consommé" in page
    for word in ("Enregistrer une commande", "Signer un avenant", "Le code CPV manque.", "Marché notifié"):
        assert word in page
    assert "La reconduction est tacite" in page, "a button that cannot act says why"


def test_a_reader_sees_no_button_of_the_buyer(marche: Marche, connecte: Connecte) -> None:
    page = connecte("controleur_gestion").get(url(marche)).content.decode()
    assert "Gants d&#x27;examen" in page and "Signer un avenant" not in page
    assert connecte("controleur_gestion").get(url(marche, "avenant")).status_code == 403
    assert connecte("pharmacien").get(url(marche, "commander")).status_code == 200


def test_a_contract_without_dates_says_so(ght: Ght, connecte: Connecte) -> None:
    marche = creer(ght, date_debut=None, duree_mois=None, reconductions_prevues=0, reconduction_mois=None)
    Marche.objects.filter(pk=marche.pk).update(etat="notifie")
    page = connecte("acheteur").get(url(marche)).content.decode()
    assert "L&#x27;échéance de ce marché est inconnue" in page


def test_an_act_shows_what_it_changes_then_does_it(marche: Marche, connecte: Connecte) -> None:
    client = connecte("acheteur")
    place = str(Etablissement.objects.get(finess="210000002").pk)
    today = timezone.localdate()
    data = {"etablissement": place, "le": today.isoformat(), "montant_ht": "12 000,50", "libelle": "Lot 1"}
    preview = post(client, marche, "commander", **data).content.decode()
    assert "Ce qui va changer" in preview and "Rien n'est encore enregistré" in preview
    assert "12\u202f000,50" in preview
    assert not Consommation.objects.exists(), "a preview writes nothing"
    done = post(client, marche, "commander", confirmer=True, **data)
    assert done.status_code == 302
    assert Consommation.objects.get().libelle == "Lot 1"


def test_a_refusal_keeps_what_was_typed(marche: Marche, connecte: Connecte) -> None:
    client = connecte("acheteur")
    place = str(Etablissement.objects.get(finess="210000001").pk)
    answer = post(
        client,
        marche,
        "commander",
        confirmer=True,
        etablissement=place,
        le=timezone.localdate().isoformat(),
        montant_ht="100 000,01",
    )
    page = answer.content.decode()
    assert answer.status_code == 409 and "dépasse le maximum" in page and "100 000,01" in page


def test_headroom_is_shown_before_typing(marche: Marche, connecte: Connecte) -> None:
    page = connecte("acheteur").get(url(marche, "avenant")).content.decode()
    assert "Marge restante par motif" in page
    assert "50\u202f000,00\xa0€" in page and "10\u202f000,00\xa0€" in page


def test_an_amendment_on_a_page_read_too_long_ago(marche: Marche, connecte: Connecte) -> None:
    client = connecte("acheteur")
    data = {
        "motif_legal": "R2194-8",
        "objet": "Ajouter une référence",
        "variation_ht": "1000",
        "date_signature": timezone.localdate().isoformat(),
        "verrou": marche.verrou - 1,
        "confirmer": "oui",
    }
    answer = client.post(url(marche, "avenant"), data)
    assert "modifié par quelqu&#x27;un d&#x27;autre" in answer.content.decode()
    assert not Modification.objects.exists()


def test_an_amendment_only_signed_shows_what_its_notification_will_change(
    marche: Marche, connecte: Connecte
) -> None:
    page = post(
        connecte("acheteur"),
        marche,
        "avenant",
        motif_legal="R2194-8",
        objet="Ajouter une référence",
        variation_ht="1 000",
        date_signature=timezone.localdate().isoformat(),
    ).content.decode()
    assert "101\u202f000\xa0€" in page and "prendront effet à la notification" in page
    assert not Modification.objects.exists()


def test_bad_values_are_sentences(marche: Marche, connecte: Connecte) -> None:
    client = connecte("acheteur")
    page = post(client, marche, "commander", etablissement="999", le="hier", montant_ht="beaucoup")
    assert "« beaucoup » n&#x27;est pas un montant" in page.content.decode()
    assert client.get(url(marche, "inconnu")).status_code == 404
    assert post(client, marche, "beneficiaire", etablissement="x").status_code == 409


def test_a_contract_is_typed_in_and_brought_to_its_notification(ght: Ght, connecte: Connecte) -> None:
    client = connecte("directeur_achats")
    today = timezone.localdate().isoformat()
    created = client.post(
        reverse("marches:nouveau"),
        {
            "verrou": 0,
            "acheteur": f"{ght.code}:210000001",
            "identifiant": "2026-1",
            "objet": "Compresses",
            "nature_achat": "fournitures",
            "accord_cadre": "on",
            "maximum_ht": "50 000",
            "duree_mois": "12",
            "titulaires": "732 829 320 00074 Fournisseur d'essai",
        },
    )
    marche = Marche.objects.get(identifiant="2026-1")
    assert created.status_code == 302 and marche.titulaires.get().fournisseur.identifiant == "73282932000074"
    post(client, marche, "attribuer", confirmer=True)
    post(client, marche, "notifier", confirmer=True, le=today)
    marche.refresh_from_db()
    assert marche.etat == "notifie" and marche.date_fin_totale is not None


def test_every_act_opens_for_who_may(marche: Marche, connecte: Connecte) -> None:
    from fanal.marches.views.actes import ACTES

    client = connecte("directeur_achats")
    codes = {code: client.get(url(marche, code)).status_code for code in ACTES}
    assert set(codes.values()) == {200, 404} and [c for c, s in codes.items() if s == 404] == ["adherer"]


def attach(client: Client, marche: Marche, name: str, content: bytes, titre: str = "CCAP") -> Any:
    return client.post(
        reverse("marches:joindre", args=[marche.pk]),
        {
            "verrou": marche.verrou,
            "genre": "ccap",
            "titre": titre,
            "fichier": SimpleUploadedFile(name, content),
        },
    )


def test_documents_are_versioned_by_hash(marche: Marche, connecte: Connecte) -> None:
    client = connecte("acheteur")
    assert attach(client, marche, "ccap.pdf", b"%PDF-1").status_code == 302
    assert attach(client, marche, "ccap-v2.pdf", b"%PDF-2").status_code == 302
    same = attach(client, marche, "copie.pdf", b"%PDF-2")
    assert same.status_code == 409 and "déjà la dernière version" in same.content.decode()
    assert Document.objects.count() == 1
    assert list(VersionDocument.objects.values_list("numero", "nom_fichier")) == [
        (1, "ccap.pdf"),
        (2, "ccap-v2.pdf"),
    ]
    refused = attach(client, marche, "page.html", b"<script>")
    assert "Ce type de fichier n&#x27;est pas admis" in refused.content.decode()
    first = VersionDocument.objects.get(numero=1)
    got = client.get(reverse("marches:document", args=[marche.pk, first.pk]))
    assert b"".join(got.streaming_content) == b"%PDF-1"  # type: ignore[attr-defined]
    assert got["Content-Type"] == "application/octet-stream" and "attachment" in got["Content-Disposition"]


def test_papers_leave_at_their_term_under_a_visa(ght: Ght, connecte: Connecte) -> None:
    """Notified on 02/12/2018: the award's papers may leave five years later, 02/12/2023."""
    marche = notifie(
        ght,
        le=date(2018, 12, 2),
        date_lancement=date(2018, 9, 3),
        date_debut=date(2019, 1, 1),
        duree_mois=12,
        reconductions_prevues=0,
        reconduction_mois=None,
    )
    client = connecte("directeur_achats")
    attach(client, marche, "ccap.pdf", b"%PDF-kept")
    original = Original.objects.get()
    Document.objects.update(genre="rapport")
    assert "2025-01" in client.get(reverse("marches:conservation")).content.decode()
    address = reverse("marches:eliminer", args=[marche.pk, "passation"])
    marche.refresh_from_db()
    data = {"verrou": marche.verrou, "sort": "elimine", "visa": "", "visa_le": "2024-01-10"}
    assert client.post(address, data).status_code == 409
    assert client.post(address, {**data, "visa": "AD21-2024-7"}).status_code == 302
    kept = Elimination.objects.get()
    assert kept.documents == [{"titre": "CCAP", "empreinte": original.empreinte}]
    assert not Document.objects.exists() and not Original.objects.exists()
    assert "2025-01" not in client.get(reverse("marches:conservation")).content.decode()
    execution = client.get(reverse("marches:eliminer", args=[marche.pk, "execution"])).content.decode()
    assert "ne court pas encore" in execution


def test_nothing_leaves_before_its_term(marche: Marche, connecte: Connecte) -> None:
    client = connecte("directeur_achats")
    address = reverse("marches:eliminer", args=[marche.pk, "passation"])
    data = {"verrou": marche.verrou, "sort": "verse", "visa": "X", "visa_le": "2020-01-01"}
    answer = client.post(address, data)
    assert answer.status_code == 409 and "se conserve jusqu" in answer.content.decode()


def test_a_ght_joins_an_operators_contract_and_then_sees_it(
    marche: Marche, ght: Ght, operateur_achat: OperateurAchat, connecte: Connecte
) -> None:
    Marche.objects.filter(pk=marche.pk).update(niveau="operateur", ght=None, operateur=operateur_achat)
    client = connecte("directeur_achats")
    assert client.get(url(marche)).status_code == 404
    listed = client.get(reverse("marches:operateurs")).content.decode()
    assert reverse("marches:adherer", args=[marche.pk]) in listed and "À rejoindre" in listed
    address = reverse("marches:adherer", args=[marche.pk])
    data = {"verrou": marche.verrou, "ght": ght.pk, "debut": timezone.localdate().isoformat()}
    assert client.post(address, {**data, "engagement_ttc": "0"}).status_code == 409
    assert client.post(address, {**data, "engagement_ttc": "12 000"}).status_code == 302
    assert "BFC-90 adhère depuis le" in client.get(url(marche)).content.decode()


def test_the_list_of_what_to_decide(marche: Marche, connecte: Connecte) -> None:
    page = connecte("acheteur").get(reverse("marches:alertes"))
    assert page.status_code == 200 and "Marchés à décider" in page.content.decode()
    assert connecte("lecteur").get(reverse("marches:alertes")).status_code == 403


@pytest.mark.navigateur
def test_the_page_in_a_browser(marche: Marche, navigateur: Any, utilisateurs: Any) -> None:
    navigateur.connecter(utilisateurs["directeur_achats"])
    for path in (url(marche), url(marche, "avenant"), reverse("marches:alertes"), reverse("marches:nouveau")):
        navigateur.ouvrir(path)
        navigateur.axe()
        navigateur.sans_debordement()
