"""Formats, verifications and deposits: the documents of the command line, through HTTP."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from fanal.achats.models import Action
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.depots import formats
from fanal.depots.models import Depot
from fanal.territoires.models import OperateurAchat
from tests.api.conftest import Appelant

pytestmark = pytest.mark.django_db
Appel = Callable[[str], Appelant]
CLES = {"feuille", "ligne", "colonne", "valeur", "regle", "gravite", "phrase"}
LIGNE = {
    "identifiant": "J-1",
    "finess": "210000001",
    "role": "support",
    "intitule": "Gants",
    "operateur": "GHT",
    "famille": "MEDICAMENTS",
    "date_premiere_commande": "15/03/2021",
    "montant_reference_ttc": 100_000,
    "gain_annuel_ttc": 1234.567,
}


def test_formats(appelant: Appel) -> None:
    caller = appelant("pharmacien")
    assert {"nom": "paat", "titre": formats.charger("paat").titre} in caller.lire("/formats")
    assert caller.lire("/formats/paat") == formats.charger("paat").document
    assert caller.lire("/formats/paat/regles") == formats.regles("paat")
    assert "paat" in caller.lire("/formats/inconnu", 404)["phrase"]


def test_a_verification_is_the_command_s_document(
    appelant: Appel, trame: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    document = appelant("pharmacien").fichier("/verifications", trame, format="paat")
    with pytest.raises(CommandError, match="code 1"):
        call_command("verifier", str(trame), "--format", "paat", "--json")
    assert document == json.loads(capsys.readouterr().out)
    assert (document["lues"], document["acceptees"], document["ecartees"]) == (4, 3, 1)
    (faulty,) = [a for a in document["anomalies"] if a["gravite"] == "refus"]
    assert set(faulty) == CLES
    assert (faulty["ligne"], faulty["colonne"], faulty["regle"]) == (3, "gain_annuel_ttc", "type")
    assert not Version.objects.exists() and not Depot.objects.exists()


def test_a_file_that_is_not_one_is_refused_with_a_sentence(appelant: Appel, tmp_path: Path) -> None:
    image = tmp_path / "photo.xlsx"
    image.write_bytes(b"\x89PNG\r\n" + bytes(100))
    caller = appelant("directeur_achats")
    assert caller.fichier("/verifications", image, 422, format="paat")["phrase"].endswith(".")
    (tmp_path / "vide.csv").touch()
    assert "vide" in caller.fichier("/verifications", tmp_path / "vide.csv", 422, format="paat")["phrase"]
    assert "n'existe pas" in caller.fichier("/verifications", image, 422, format="plan")["phrase"]
    assert not Depot.objects.exists()


def test_a_deposit_then_the_same_again(appelant: Appel, campagne: Campagne, trame: Path) -> None:
    caller = appelant("acheteur")
    where = {"format": "paat", "annee": 2021, "ght": "BFC-90"}
    first = caller.fichier("/depots", trame, 201, **where)
    assert (first["lues"], first["ecartees"], first["version"], first["deja_depose"]) == (4, 1, 1, False)
    again = caller.fichier("/depots", trame, 200, **where)
    assert (again["dossier"], again["version"], again["deja_depose"]) == (first["dossier"], 1, True)
    depot = Depot.objects.values("canal", "nom_fichier", "auteur__email").get()
    assert depot == {
        "canal": "api",
        "nom_fichier": "trame.xlsx",
        "auteur__email": "acheteur@essai.example",
    }
    assert Action.objects.count() == 3


def test_rows_go_the_way_of_files(appelant: Appel, campagne: Campagne) -> None:
    caller = appelant("acheteur")
    faulty = {**LIGNE, "identifiant": "J-2", "gain_annuel_ttc": "beaucoup"}
    body = {"format": "paat", "annee": 2021, "ght": "BFC-90", "lignes": [LIGNE, faulty]}
    checked = caller.envoyer("/verifications/lignes", {k: body[k] for k in ("format", "lignes")})
    assert (checked["lues"], checked["ecartees"]) == (2, 1)
    assert not Version.objects.exists()
    document = caller.envoyer("/depots/lignes", body, 201)
    assert [a["ligne"] for a in document["anomalies"] if a["gravite"] == "refus"] == [3]
    action = Action.objects.get()
    assert str(action.gain_annuel_ttc) == "1234.57"
    assert str(action.montant_reference_ttc) == "100000.00"
    original = Depot.objects.get().original.fichier.read().decode("utf-8-sig")
    assert "J-1;210000001;support;Gants" in original
    assert caller.envoyer("/depots/lignes", body)["deja_depose"] is True


@pytest.mark.parametrize(
    "value, kept",
    [(0.1, "0,1"), (1e21, "1000000000000000000000"), (-5, "-5"), (True, "oui"), ("=1+1", "=1+1")],
)
def test_values_are_written_without_doubt(value: Any, kept: str) -> None:
    from fanal.campagnes.api.fichiers import written

    with written([{"a": value, "b": "x"}], "paat") as (path, _):
        assert path.read_text(encoding="utf-8-sig").splitlines()[1] == f"{kept};x"


def test_who_may_deposit_for_whom(
    appelant: Appel, ailleurs: Appel, campagne: Campagne, trame: Path, operateur_achat: OperateurAchat
) -> None:
    where = {"format": "paat", "annee": 2021, "ght": "BFC-90"}
    assert "permet pas" in appelant("pharmacien").fichier("/depots", trame, 403, **where)["phrase"]
    ailleurs("acheteur").fichier("/depots", trame, 404, **where)
    both = {**where, "region": "BFC"}
    assert "un seul" in appelant("acheteur").fichier("/depots", trame, 422, **both)["phrase"]
    national = {"format": "objectifs", "annee": 2021}
    appelant("acheteur").fichier("/depots", trame, 404, **national)
    gains = {
        "format": "operateur",
        "annee": 2021,
        "operateur": operateur_achat.code,
        "lignes": [
            {"operateur": "ESSAI", "numero_marche": "M1", "finess": "210000001", "annee": 2021, "gain_ttc": 5}
        ],
    }
    appelant("acheteur").envoyer("/depots/lignes", gains, 404)
    assert appelant("operateur").envoyer("/depots/lignes", gains, 201)["acceptees"] == 1
    assert Dossier.objects.get().format == "operateur"


def test_a_year_without_rules_is_refused_not_broken(appelant: Appel) -> None:
    body = {"format": "paat", "annee": 2001, "ght": "BFC-90", "lignes": [LIGNE]}
    assert "2001" in appelant("acheteur").envoyer("/depots/lignes", body, 422)["phrase"]
    assert "Aucune règle" in appelant("dgos").lire("/performance", 422, annee=2001)["phrase"]


@pytest.mark.parametrize(
    "body, said",
    [
        ({"format": "paat", "annee": 2021, "ght": "BFC-90", "lignes": []}, "moins de 1 élément"),
        ({"format": "paat", "annee": 2021, "ght": "BFC-90"}, "« lignes » est obligatoire"),
        ({"format": "paat", "annee": 1, "ght": "BFC-90", "lignes": [LIGNE]}, "au moins 2000"),
        ({"format": "paat", "annee": 2021, "ght": "BFC-90", "lignes": [{"finess": {}}]}, "finess"),
        ({"format": "paat", "annee": 2021, "ght": "BFC-90", "lignes": [{}]}, "aucune valeur"),
    ],
)
def test_what_is_wrong_is_said_in_french(appelant: Appel, body: dict[str, Any], said: str) -> None:
    assert said in appelant("acheteur").envoyer("/depots/lignes", body, 422)["phrase"]


def test_a_body_that_cannot_be_read(appelant: Appel) -> None:
    client = appelant("acheteur").client
    answer = client.post("/api/v1/depots/lignes", "{", content_type="application/json")
    assert answer.status_code == 400
    assert "JSON" in answer.json()["phrase"]
    unknown = client.get("/api/v1/nulle-part")
    assert (unknown.status_code, "docs" in unknown.json()["phrase"]) == (404, True)
