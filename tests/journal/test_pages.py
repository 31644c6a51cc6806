"""The journal as pages and as a command: what each one may read, in words."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from fanal.comptes.models import Affectation, Utilisateur
from fanal.journal.actions import inscrire
from fanal.journal.libelles import action_title, object_title
from fanal.journal.presentation import readable
from fanal.territoires.models import Ght, Region
from fanal.territoires.noeuds import NATIONAL

Connecte = Callable[[str], Client]
INSTANT = datetime(2022, 2, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def inscrits(utilisateurs: dict[str, Utilisateur], ght: Ght, autre_ght: Ght, region: Region) -> None:
    dgos = utilisateurs["dgos"]
    here, there = utilisateurs["acheteur"], Affectation.objects.get(utilisateur=utilisateurs["acheteur"])
    for objet, motif in (
        (ght, "ici"), (autre_ght, "ailleurs"), (region, "région"), (here, "compte"), (there, "rôle"),
    ):  # fmt: skip
        inscrire(action="essai.fait", objet=objet, by=dgos, instant=INSTANT, motif=motif, donnees={"n": 1})


def motifs(client: Client, address: str = "/journal/") -> set[str]:
    page = client.get(address)
    assert page.status_code == 200
    return {ligne.motif for ligne in page.context["lignes"]}


def test_an_administrator_reads_what_concerns_their_territory(connecte: Connecte, inscrits: None) -> None:
    assert motifs(connecte("administrateur")) == {"ici", "compte", "rôle"}


def test_a_national_administrator_reads_all(
    creer_utilisateur: Callable[..., Utilisateur], inscrits: None, client: Client
) -> None:
    client.force_login(creer_utilisateur("administrateur", NATIONAL))
    assert motifs(client) == {"ici", "ailleurs", "région", "compte", "rôle"}


def test_nobody_else_reads_the_journal(connecte: Connecte, inscrits: None) -> None:
    for role in ("dgos", "directeur_achats", "referent_ars", "lecteur"):
        assert connecte(role).get("/journal/").status_code == 403


def test_filters_stand_in_the_address(connecte: Connecte, inscrits: None, ght: Ght) -> None:
    client = connecte("administrateur")
    assert motifs(client, f"/journal/?objet_type=territoires.ght&objet_id={ght.pk}") == {"ici"}
    assert motifs(client, "/journal/?action=essai.fait&du=2022-02-10&au=2022-02-10") == {
        "ici",
        "compte",
        "rôle",
    }
    assert motifs(client, "/journal/?au=2022-02-09") == set()
    assert motifs(client, "/journal/?acteur=999999") == set()
    assert client.get("/journal/?du=hier&acteur=x&page=zzz").status_code == 200


def test_the_history_of_an_object(inscrits: None, ght: Ght, utilisateurs: dict[str, Utilisateur]) -> None:
    request: Any = RequestFactory().get("/")
    request.user = utilisateurs["administrateur"]
    html = Template("{% load journal %}{% historique objet %}").render(
        Context({"objet": ght, "request": request})
    )
    assert "Essai fait" in html
    assert "ici" in html
    assert "ailleurs" not in html
    assert f"DGOS (n° {utilisateurs['dgos'].pk})" in html


def test_words_for_codes_and_data() -> None:
    assert action_title("ght.cree") == "GHT créé"
    assert action_title("chose_rare.arrivee") == "Chose rare arrivee"
    assert object_title("territoires.ght") == "GHT"
    assert object_title("inconnu.chose") == "inconnu.chose"
    donnees = {"role": {"avant": "partie", "apres": None}, "actif": True, "n": 3, "vide": "", "rien": None}
    assert readable(donnees) == "role : partie → vide ; actif : oui ; n : 3"
    assert readable({"fin": "2021-12-31", "code": "2021-xx-31"}) == "fin : 31/12/2021 ; code : 2021-xx-31"


def test_the_command_answers_in_one_sentence(fanal: Any) -> None:
    done = fanal("journal", "verifier")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (
        "Le journal est intact : 0 entrée vérifiée, 0 tête relevée par les publications et les sauvegardes."
    )
    document = fanal.json("journal", "verifier")
    assert (document["ok"], document["entrees"], document["fautes"]) == (True, 0, [])


def test_the_commands_on_a_file_then_on_a_journal_that_was_touched(
    fanal: Any, base_prete: str, tmp_path: Any
) -> None:
    path = tmp_path / "ght.csv"
    path.write_text("NOM_COURT_GHT;CODE_GHT;NOM_COMPLET_GHT\nBFC-03;27103;COTE\n", encoding="utf-8")
    document = fanal.json("territoires", "importer", "--format", "sae-ght", path)
    assert (document["lues"], document["creees"], document["anomalies"]) == (1, 1, [])
    again = fanal("territoires", "importer", "--format", "sae-ght", path)
    assert again.stdout.startswith("1 lignes lues : 0 créées, 0 modifiées, 1 inchangées")
    path.write_text("NOM_COURT_GHT;CODE_GHT;NOM_COMPLET_GHT\nX-1;99103;X\n", encoding="utf-8")
    assert fanal("territoires", "importer", "--format", "sae-ght", path).returncode == 1
    absent = fanal("territoires", "importer", "--format", "sae-ght", tmp_path / "absent.csv")
    assert (absent.returncode, absent.stdout) == (2, "")
    assert "n'existe pas" in absent.stderr
    touch(fanal.dossier / "fanal.sqlite3", base_prete)
    done = fanal("journal", "verifier")
    assert done.returncode == 1
    assert "L'entrée 1 a été modifiée" in done.stdout
    assert json.loads(fanal("journal", "verifier", "--json").stdout)["ok"] is False


def touch(path: Any, address: str) -> None:
    """Change an entry the way somebody with the base in hand would."""
    change = "UPDATE journal_entree SET motif = 'autre'"
    if address:
        import psycopg

        with psycopg.connect(address) as link:
            link.execute("ALTER TABLE journal_entree DISABLE TRIGGER ALL")
            link.execute(change)
            link.execute("ALTER TABLE journal_entree ENABLE TRIGGER ALL")
        return
    import sqlite3

    link = sqlite3.connect(path)
    link.execute("DROP TRIGGER journal_sans_update")
    link.execute(change)
    link.commit()
    link.close()
