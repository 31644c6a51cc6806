"""Contacts are shared by consent; a consent withdrawn leaves them nowhere. Documents go to a library."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.core import serializers

from fanal.appels.actions import appels as actions_appels
from fanal.appels.actions import partage as actions
from fanal.appels.actions.modeles import creer_depuis
from fanal.appels.models import Appel
from fanal.appels.queries.partage import bibliotheque, consentements_donnes, contacts, proposes
from fanal.campagnes.models import Dossier, Version
from fanal.depots.models import Original
from fanal.journal.models import Entree
from fanal.questionnaires.models import Brouillon, PieceJointe, Reponse
from fanal.refus import Refus
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.appels.conftest import Deposer

COURRIEL = "referent@essai.example"
REPONSES = {
    "structure_type": "sante",
    "a_des_actions": "non",
    "produits_actions": "non",
    "titre": None,
    "statut": None,
    "eligible": None,
    "demande": None,
}
CONTACT = {"partage_contact": "OK", "contact_fonction": "Référent", "contact_courriel": COURRIEL}


@pytest.fixture
def enquete(db: None, instant: datetime) -> Appel:
    from datetime import timedelta

    appel = creer_depuis(
        modele="soins-ecoresponsables",
        noeud=NATIONAL,
        code="enquete",
        titre="Enquête",
        annee=instant.year,
        resume="Pour tous.",
        ouverture=instant - timedelta(days=1),
        cloture=instant + timedelta(days=9),
        by=None,
        instant=instant,
    )
    return actions_appels.publier(appel=appel, by=None, instant=instant)


def test_a_contact_is_shared_then_erased_everywhere(
    enquete: Appel, noeud: Noeud, autre_noeud: Noeud, deposer: Deposer, instant: datetime
) -> None:
    dossier = deposer(enquete, noeud, **REPONSES, **CONTACT)
    muet = deposer(enquete, autre_noeud, **REPONSES)
    assert [dict(c.champs)["Adresse électronique"] for c in contacts(enquete)] == [COURRIEL]
    assert [q for q, _ in consentements_donnes(dossier)] == ["partage_contact"]
    empreinte = Version.objects.get(dossier=dossier).empreinte
    assert (
        actions.retirer_consentement(dossier=dossier, question="partage_contact", by=None, instant=instant)
        == 6
    )  # three answers, in the draft and in the version
    assert contacts(enquete) == []
    stored = serializers.serialize(
        "json", [o for m in (Dossier, Version, Reponse, Brouillon, Entree) for o in m.objects.all()]
    )
    assert COURRIEL not in stored and "Référent" not in stored
    lignes = Version.objects.get(dossier=dossier).lignes
    assert "contact_courriel" not in lignes and "structure_type" in lignes
    assert Version.objects.get(dossier=dossier).empreinte == empreinte
    assert Entree.objects.filter(action="consentement.retirer").count() == 1
    with pytest.raises(Refus, match="déjà retiré"):
        actions.retirer_consentement(dossier=dossier, question="partage_contact", by=None, instant=instant)
    assert muet.etape == "depose"


def test_contacts_are_for_those_who_answered(
    enquete: Appel,
    noeud: Noeud,
    autre_noeud: Noeud,
    deposer: Deposer,
    connecte: Any,
    utilisateurs_ailleurs: Any,
    client: Any,
) -> None:
    deposer(enquete, noeud, **REPONSES, **CONTACT)
    url = "/appels/enquete/partages/"
    assert COURRIEL in connecte("directeur_achats").get(url).content.decode()
    assert COURRIEL in connecte("dgos").get(url).content.decode()
    export = connecte("directeur_achats").get(url + "?contacts.export=csv")
    assert COURRIEL in export.content.decode("utf-8-sig")
    client.force_login(utilisateurs_ailleurs["directeur_achats"])
    assert COURRIEL not in client.get(url).content.decode()
    deposer(enquete, autre_noeud, **REPONSES)
    assert COURRIEL in client.get(url).content.decode()
    assert client.get("/appels/essai-inconnu/partages/").status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_the_page_withdraws(enquete: Appel, noeud: Noeud, deposer: Deposer, connecte: Any) -> None:
    dossier = deposer(enquete, noeud, **REPONSES, **CONTACT)
    client = connecte("directeur_achats")
    url = f"/appels/dossiers/{dossier.pk}/accords/partage_contact/"
    assert "Retirer mon accord" in client.get(f"/appels/dossiers/{dossier.pk}/").content.decode()
    assert "effacé" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    assert COURRIEL not in client.get(f"/appels/dossiers/{dossier.pk}/").content.decode()
    assert client.get(url).status_code == 404


def test_a_document_goes_through_the_organiser(
    enquete: Appel, noeud: Noeud, deposer: Deposer, connecte: Any, instant: datetime
) -> None:
    from django.core.files.base import ContentFile

    from fanal.depots.models import originals_storage

    nom = originals_storage().save("ab/abcd", ContentFile(b"%PDF-1.4 essai"))
    original = Original.objects.create(empreinte="ab" * 32, taille=14, fichier=nom)
    valeur = {"nom": "guide.pdf", "empreinte": "ab" * 32, "taille": 14, "type": "application/pdf"}
    from fanal.appels.actions import candidatures

    dossier = candidatures.commencer(appel=enquete, noeud=noeud, by=None, instant=instant)
    piece = PieceJointe.objects.create(
        dossier=dossier,
        question="document",
        nom="guide.pdf",
        genre="application/pdf",
        original=original,
        jointe_le=instant,
    )
    deposer(enquete, noeud, **REPONSES, document=valeur)
    assert [p.pk for p in proposes(enquete)] == [piece.pk]
    dgos = connecte("dgos")
    assert "guide.pdf" in dgos.get("/appels/enquete/partages/").content.decode()
    assert "guide.pdf" not in connecte("pharmacien").get("/appels/enquete/partages/").content.decode()
    dgos.post(f"/appels/enquete/partages/proposes/{piece.pk}/", {"titre": "Guide du tri"})
    partage = bibliotheque(enquete)[0]
    recu = connecte("pharmacien").get(f"/appels/enquete/partages/{partage.pk}/")
    assert b"".join(recu.streaming_content) == b"%PDF-1.4 essai"
    dgos.post(f"/appels/enquete/partages/{partage.pk}/retirer/")
    assert bibliotheque(enquete) == [] and [p.pk for p in proposes(enquete)] == [piece.pk]
    assert json.dumps(valeur)
