"""Search finds what the account may see, by any of its names, and nothing of another territory."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from fanal.campagnes.actions.campagnes import ouvrir
from fanal.campagnes.actions.depot import deposer
from fanal.comptes.models import Utilisateur
from fanal.depots.formats import charger
from fanal.depots.lecture import lire
from fanal.territoires.models import Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud
from tests.campagnes.trames import TITRES, classeur, ligne

pytestmark = pytest.mark.django_db
MOTS = (
    "ZX-778",
    "DISTRIBUTION NOMINATÎVE",
    "zx 778",
    "ROBOT-17",
    "distribution nominative",
    "Fournisseur Zed",
    "fournisseur z",
)


@pytest.fixture
def depots(tmp_path: Path, ght: Ght, operateur_achat: OperateurAchat) -> None:
    now, day = timezone.now(), timedelta(days=1)
    campagne = ouvrir(
        type_campagne="performance",
        annee=2021,
        periode="fin-annee",
        ouverture=now - 30 * day,
        cloture=now + 10 * day,
        correction_jusqu_au=now + 20 * day,
        by=None,
        instant=now,
    )
    row = ligne(1, identifiant="ROBOT-17", intitule="Robot de distribution nominative", numero_marche="ZX778")
    trame = classeur(tmp_path / "trame.xlsx", [[*row, "Fournisseur Zed"]], titres=[*TITRES, "nom_operateur"])
    gains = tmp_path / "gains.csv"
    gains.write_text("operateur;numero_marche;finess;annee;gain_ttc\nESSAI;OPQ-31;210000001;2021;10\n")
    for path, format, noeud in (
        (trame, "paat", Noeud("ght", ght)),
        (gains, "operateur", Noeud("operateur", operateur_achat)),
    ):
        deposer(
            chemin=path,
            nom_fichier=path.name,
            format=format,
            campagne=campagne,
            noeud=noeud,
            by=None,
            instant=now,
            canal="cli",
            lue=lire(path, charger(format), isolee=False),
        )


def found(client: Client, texte: str) -> dict[str, list[str]]:
    page = client.get("/recherche/", {"q": texte})
    assert page.status_code == 200
    return {genre: [r.url for r in results] for genre, results in page.context["trouves"].items()}


def signed_in(user: Utilisateur) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.usefixtures("depots")
def test_each_name_leads_to_its_page(connecte: Callable[[str], Client]) -> None:
    client = connecte("acheteur")
    (contract,) = found(client, "ZX 778")["Marchés"]
    assert client.get(contract).status_code == 200
    assert found(client, "ROBOT-17")["Actions"] == [contract]
    assert found(client, "DISTRIBUTION NOMINATÎVE")["Actions"] == [contract]
    assert found(client, "zx-7")["Marchés"] == [contract]
    (supplier,) = found(client, "fournisseur zed")["Opérateurs et fournisseurs"]
    assert "Robot de distribution nominative" in client.get(supplier).content.decode()
    assert "Établissements" in found(client, "210000001")
    assert "GHT" in found(client, "BFC-90")
    assert found(client, "Z") == {} and found(client, "\x00") == {}


@pytest.mark.usefixtures("depots")
def test_an_operator_finds_its_declarations_and_others_do_not(connecte: Callable[[str], Client]) -> None:
    operator = connecte("operateur")
    (line,) = found(operator, "OPQ-31")["Déclarations d'opérateurs"]
    assert operator.get(line).status_code == 200
    assert "Déclarations d'opérateurs" in found(operator, "210000001")
    assert found(connecte("acheteur"), "OPQ-31") == {}
    assert found(connecte("dgos"), "OPQ-31")


@pytest.mark.usefixtures("depots")
@pytest.mark.parametrize("texte", MOTS)
def test_nothing_of_another_territory_is_found(
    utilisateurs_ailleurs: dict[str, Utilisateur], utilisateurs: dict[str, Utilisateur], texte: str
) -> None:
    for role, user in utilisateurs_ailleurs.items():
        assert found(signed_in(user), texte) == {}, role
    for role in ("lecteur", "operateur", "administrateur"):
        assert found(signed_in(utilisateurs[role]), texte) == {}, role
    assert found(signed_in(utilisateurs["referent_ars"]), "ROBOT-17")


@pytest.mark.usefixtures("depots")
def test_a_former_version_is_not_found(tmp_path: Path, ght: Ght, connecte: Callable[[str], Client]) -> None:
    from fanal.campagnes.models import Campagne

    trame = classeur(tmp_path / "suite.xlsx", [ligne(1)])
    deposer(
        chemin=trame,
        nom_fichier=trame.name,
        format="paat",
        campagne=Campagne.objects.get(),
        noeud=Noeud("ght", ght),
        by=None,
        instant=timezone.now(),
        canal="cli",
        lue=lire(trame, charger("paat"), isolee=False),
    )
    assert found(connecte("acheteur"), "ROBOT-17") == {}
