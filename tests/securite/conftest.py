"""The territory, its accounts and its objects are laid once per file; each test undoes what it writes there.

The fixtures bear the names of `tests/appui/territoire.py` and give the same, for a whole file: they stand in
a transaction around those of the tests.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from fanal.comptes.models import Utilisateur
from fanal.interface import middleware
from fanal.territoires.models import Etablissement, Ght, Niveau, OperateurAchat, Region
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.appui.territoire import build_ght, create_account, one_account_per_role
from tests.securite.demande import rows_written
from tests.securite.monde import Monde, build

TRAME = (
    "identifiant;finess;role;intitule;operateur;gain_annuel_ttc\nA1;210000001;support;Gants;GHT;5 000,00\n"
)
STOCKAGES = ("fichiers", "originaux")


@pytest.fixture(scope="module")
def base_du_fichier(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The transaction around all the tests of a file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def region(base_du_fichier: None) -> Region:
    return Region.objects.get(sigle="BFC")


@pytest.fixture(scope="module")
def autre_region(base_du_fichier: None) -> Region:
    return Region.objects.get(sigle="BRE")


@pytest.fixture(scope="module")
def ght(region: Region) -> Ght:
    return build_ght("BFC-90", region, ("21", "Côte-d'Or"), ("210000001", "210000002"))


@pytest.fixture(scope="module")
def autre_ght(autre_region: Region) -> Ght:
    return build_ght("BRE-90", autre_region, ("35", "Ille-et-Vilaine"), ("350000001", "350000002"))


@pytest.fixture(scope="module")
def etablissement(ght: Ght) -> Etablissement:
    return Etablissement.objects.get(finess="210000001")


@pytest.fixture(scope="module")
def operateur_achat(base_du_fichier: None) -> OperateurAchat:
    return OperateurAchat.objects.create(code="ESSAI", nom="Opérateur d'essai", categorie="national")


@pytest.fixture(scope="module")
def utilisateurs(
    region: Region, ght: Ght, etablissement: Etablissement, operateur_achat: OperateurAchat
) -> dict[str, Utilisateur]:
    nodes = {
        Niveau.NATIONAL: NATIONAL,
        Niveau.REGION: Noeud("region", region),
        Niveau.GHT: Noeud("ght", ght),
        Niveau.ETABLISSEMENT: Noeud("etablissement", etablissement),
        Niveau.OPERATEUR: Noeud("operateur", operateur_achat),
    }
    return one_account_per_role(create_account, nodes, "")


@pytest.fixture(scope="module")
def utilisateurs_ailleurs(autre_region: Region, autre_ght: Ght) -> dict[str, Utilisateur]:
    other = OperateurAchat.objects.create(code="ESSAI2", nom="Autre opérateur", categorie="national")
    nodes = {
        Niveau.REGION: Noeud("region", autre_region),
        Niveau.GHT: Noeud("ght", autre_ght),
        Niveau.ETABLISSEMENT: Noeud("etablissement", Etablissement.objects.get(finess="350000001")),
        Niveau.OPERATEUR: Noeud("operateur", other),
    }
    return one_account_per_role(create_account, nodes, ".ailleurs")


@pytest.fixture(scope="module")
def fichiers_du_monde(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the files of the world; its storages are emptied with the file."""
    yield tmp_path_factory.mktemp("fichiers")
    for name in STOCKAGES:
        shutil.rmtree(settings.VAR / name, ignore_errors=True)


@pytest.fixture(scope="module")
def monde(
    region: Region,
    ght: Ght,
    etablissement: Etablissement,
    operateur_achat: OperateurAchat,
    utilisateurs: dict[str, Utilisateur],
    fichiers_du_monde: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Monde:
    trame = tmp_path_factory.mktemp("trame") / "trame.csv"
    trame.write_text(TRAME)
    instant = datetime(2022, 2, 10, 9, 30, tzinfo=UTC)
    done = build(region, ght, etablissement, operateur_achat, utilisateurs, instant, trame)
    for name in STOCKAGES:
        shutil.copytree(settings.VAR / name, fichiers_du_monde / name)
    return done


@pytest.fixture(autouse=True)
def fichiers_isoles(request: pytest.FixtureRequest) -> None:
    """Each test finds the files of the world, whatever those before it added or erased."""
    if "monde" in request.fixturenames:
        kept = request.getfixturevalue("fichiers_du_monde")
        for name in STOCKAGES:
            shutil.rmtree(settings.VAR / name, ignore_errors=True)
            shutil.copytree(kept / name, settings.VAR / name)


@pytest.fixture(autouse=True)
def lectures_gardees(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reading requests keep from one to the next is kept here too, although all is in a transaction.

    The platform keeps nothing inside one, for what it reads there may be undone. `tests.securite.demande`
    undoes it, and forgets what was kept.
    """
    if connection.vendor == "sqlite":
        monkeypatch.setattr(middleware, "etat_de_la_base", rows_written)
