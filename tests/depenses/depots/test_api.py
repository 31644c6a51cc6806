"""A file handed in by the API: the same rules and sentences as the pages."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fanal.territoires.models import Etablissement, Ght

pytestmark = pytest.mark.django_db
DEPOTS = "/api/v1/depenses/depots"


@pytest.fixture(autouse=True)
def lac_neuf(tmp_path: Path, settings: Any) -> None:
    settings.LAC = str(tmp_path / "lac")
    settings.VAR = tmp_path / "var"


def envoyer(client: Client, contenu: bytes, **champs: str) -> Any:
    return client.post(DEPOTS, champs | {"fichier": SimpleUploadedFile("mars.csv", contenu)})


def test_a_file_handed_in_and_its_report(connecte: Any, ght: Ght, etablissement: Etablissement) -> None:
    f = etablissement.finess
    content = (
        "finess;numero_commande;numero_ligne;date_commande;libelle;quantite;prix_unitaire_ht;montant_ht\n"
        f"{f};C1;1;2021-03-02;Gants;100;0,10;10,00\n{f};C1;2;2021-03-02;Gants;100;0,10;11,00\n"
    ).encode()
    buyer: Client = connecte("acheteur")
    sent = envoyer(buyer, content, ght=ght.code)
    assert sent.status_code == 201, sent.content
    number = sent.json()["depot"]
    told = buyer.get(f"{DEPOTS}/{number}").json()
    assert (told["etat"], told["version"]) == ("termine", 1)
    assert (told["lues"], told["acceptees"], told["ecartees"]) == (2, 1, 1)
    assert (told["montant_accepte"], told["montant_ecarte"]) == ("10.00", "11.00")
    assert [a["regle"] for a in told["anomalies"]] == ["montant"] and told["anomalies"][0]["exemples"]
    aside = buyer.get(f"{DEPOTS}/{number}/ecartees").json()
    assert aside["total"] == 1 and aside["elements"][0]["cellules"]["montant_ht"] == "11,00"
    assert aside["elements"][0]["montant"] == "11.00"
    # Who reads sums reads no price.
    ars: Client = connecte("referent_ars")
    assert ars.get(f"{DEPOTS}/{number}").json()["anomalies"][0]["exemples"] == []
    assert ars.get(f"{DEPOTS}/{number}/ecartees").status_code == 403
    # The same lines again change nothing.
    again = envoyer(buyer, content, ght=ght.code).json()["depot"]
    assert buyer.get(f"{DEPOTS}/{again}").json()["deja_connues"] == 1


def test_refusals_are_sentences(connecte: Any, ght: Ght, autre_ght: Ght) -> None:
    buyer: Client = connecte("acheteur")
    assert envoyer(buyer, b"x", ght=autre_ght.code).status_code == 404
    assert envoyer(buyer, b"x").status_code == 404
    assert "un seul" in envoyer(buyer, b"x", ght=ght.code, finess="210000001").json()["phrase"]
    assert "vide" in envoyer(buyer, b"", ght=ght.code).json()["phrase"]
    assert "n'est pas un mois" in envoyer(buyer, b"x", ght=ght.code, mois="2021-13").json()["phrase"]
    assert "MIPIH" in envoyer(buyer, b"x", ght=ght.code, correspondance="MIPIH").json()["phrase"]
    refused = envoyer(buyer, b"%PDF-1.4", ght=ght.code)
    told = buyer.get(f"{DEPOTS}/{refused.json()['depot']}").json()
    assert told["etat"] == "refuse" and "PDF" in told["phrase"]
