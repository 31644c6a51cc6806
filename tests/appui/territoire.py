"""A small territory and its accounts: two GHT in two régions, one operator, every role on both sides."""

import importlib.util
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models.signals import post_migrate
from django.test import Client

from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.roles import ROLES
from fanal.territoires.models import (
    Appartenance,
    Departement,
    Etablissement,
    Ght,
    Niveau,
    OperateurAchat,
    Region,
)
from fanal.territoires.noeuds import NATIONAL, Noeud

MOT_DE_PASSE = "un mot de passe d'essai"


def restore_references(sender: Any, **_: Any) -> None:
    """A journey empties the tables when it ends: put back the references that migrations had laid."""
    if not importlib.util.find_spec("fanal.territoires.actions"):
        return
    if sender.name == "fanal.territoires" and not Region.objects.exists():
        actions = importlib.import_module("fanal.territoires.actions")
        actions.charger_references()


post_migrate.connect(restore_references, dispatch_uid="tests.restore_references")
# Roles are Fanal's own: nothing asks for Django's permissions, which it would make anew after each journey.
post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture
def maintenant() -> datetime:
    return datetime(2022, 2, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def aujourd_hui(maintenant: datetime) -> date:
    return maintenant.date()


@pytest.fixture
def region(db: None) -> Region:
    return Region.objects.get_or_create(
        sigle="BFC", defaults={"code_insee": "27", "nom": "Bourgogne-Franche-Comté"}
    )[0]


@pytest.fixture
def autre_region(db: None) -> Region:
    return Region.objects.get_or_create(sigle="BRE", defaults={"code_insee": "53", "nom": "Bretagne"})[0]


def build_ght(code: str, region: Region, departement: tuple[str, str], finess: tuple[str, str]) -> Ght:
    """A GHT with a support establishment (first FINESS) and a party (second)."""
    ght = Ght.objects.create(code=code, nom=f"GHT d'essai {code}", region=region)
    where = Departement.objects.get_or_create(
        code=departement[0], defaults={"nom": departement[1], "region": region}
    )[0]
    for number, role in zip(finess, (Appartenance.Role.SUPPORT, Appartenance.Role.PARTIE), strict=True):
        etablissement = Etablissement.objects.create(
            finess=number, nom=f"Établissement d'essai {number}", departement=where
        )
        Appartenance.objects.create(ght=ght, etablissement=etablissement, role=role)
    return ght


@pytest.fixture
def ght(region: Region) -> Ght:
    return build_ght("BFC-90", region, ("21", "Côte-d'Or"), ("210000001", "210000002"))


@pytest.fixture
def autre_ght(autre_region: Region) -> Ght:
    return build_ght("BRE-90", autre_region, ("35", "Ille-et-Vilaine"), ("350000001", "350000002"))


@pytest.fixture
def etablissement(ght: Ght) -> Etablissement:
    return Etablissement.objects.get(finess="210000001")


@pytest.fixture
def autre_etablissement(autre_ght: Ght) -> Etablissement:
    return Etablissement.objects.get(finess="350000001")


@pytest.fixture
def operateur_achat(db: None) -> OperateurAchat:
    return OperateurAchat.objects.get_or_create(
        code="ESSAI", defaults={"nom": "Opérateur d'essai", "categorie": OperateurAchat.Categorie.NATIONAL}
    )[0]


@pytest.fixture
def autre_operateur_achat(db: None) -> OperateurAchat:
    return OperateurAchat.objects.get_or_create(
        code="ESSAI2", defaults={"nom": "Autre opérateur", "categorie": OperateurAchat.Categorie.NATIONAL}
    )[0]


CreerUtilisateur = Callable[..., Utilisateur]


def create_account(role: str = "", noeud: Noeud = NATIONAL, **fields: Any) -> Utilisateur:
    """An account with *role* on *noeud*, or with none."""
    fields.setdefault("email", f"compte{Utilisateur.objects.count() + 1}@essai.example")
    user = Utilisateur.objects.create_user(fields.pop("email"), MOT_DE_PASSE, **fields)
    if role:
        Affectation.objects.create(utilisateur=user, role=role, **noeud.champs())
    return user


@pytest.fixture
def creer_utilisateur(db: None) -> CreerUtilisateur:
    """`creer_utilisateur(role, noeud, **fields)`: an account with *role* on *noeud*, or with none."""
    return create_account


def one_account_per_role(
    create: CreerUtilisateur, nodes: dict[str, Noeud], suffix: str
) -> dict[str, Utilisateur]:
    """An account per role, on the lowest level of *nodes* where that role is given."""
    order = [Niveau.GHT, Niveau.REGION, Niveau.OPERATEUR, Niveau.ETABLISSEMENT, Niveau.NATIONAL]
    accounts = {}
    for code, role in ROLES.items():
        level = next((n for n in order if n in role.niveaux and n in nodes), None)
        if level:
            accounts[code] = create(code, nodes[level], email=f"{code}{suffix}@essai.example", nom=role.titre)
    return accounts


@pytest.fixture
def utilisateurs(
    creer_utilisateur: CreerUtilisateur,
    region: Region,
    ght: Ght,
    etablissement: Etablissement,
    operateur_achat: OperateurAchat,
) -> dict[str, Utilisateur]:
    """One account per role code, on `ght`, its région, an establishment of it, an operator or the nation."""
    nodes = {
        Niveau.NATIONAL: NATIONAL,
        Niveau.REGION: Noeud("region", region),
        Niveau.GHT: Noeud("ght", ght),
        Niveau.ETABLISSEMENT: Noeud("etablissement", etablissement),
        Niveau.OPERATEUR: Noeud("operateur", operateur_achat),
    }
    return one_account_per_role(creer_utilisateur, nodes, "")


@pytest.fixture
def utilisateurs_ailleurs(
    creer_utilisateur: CreerUtilisateur,
    autre_region: Region,
    autre_ght: Ght,
    autre_etablissement: Etablissement,
    autre_operateur_achat: OperateurAchat,
) -> dict[str, Utilisateur]:
    """The roles that can stand elsewhere than on the nation, on another territory."""
    nodes = {
        Niveau.REGION: Noeud("region", autre_region),
        Niveau.GHT: Noeud("ght", autre_ght),
        Niveau.ETABLISSEMENT: Noeud("etablissement", autre_etablissement),
        Niveau.OPERATEUR: Noeud("operateur", autre_operateur_achat),
    }
    return one_account_per_role(creer_utilisateur, nodes, ".ailleurs")


@pytest.fixture
def connecte(utilisateurs: dict[str, Utilisateur]) -> Callable[[str], Client]:
    """`connecte(role)`: a client signed in with the account of that role."""

    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(utilisateurs[role])
        return client

    return sign_in
