"""Where a role reaches: down the territory, between its dates, through stand-ins; and what it is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone

from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.acces import exiger, perimetre_de, peut
from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.queries import noeuds_geres, perimetre
from fanal.comptes.roles import PERMISSIONS, ROLES
from fanal.comptes.rules import check_permission, holders
from fanal.refus import Interdit, Introuvable
from fanal.territoires.models import Appartenance, Etablissement, Ght, OperateurAchat, Region
from fanal.territoires.noeuds import NATIONAL, Noeud

LE = date(2022, 2, 10)
Creer = Callable[..., Utilisateur]


def request_of(user: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.fixture
def regional(region: Region) -> OperateurAchat:
    return OperateurAchat.objects.create(code="REG", nom="GCS d'essai", categorie="REGIONAL", region=region)


def test_the_system_sees_all(db: None) -> None:
    assert perimetre(None, "ligne.decider", LE).national


def test_nobody_sees_nothing(db: None) -> None:
    held = perimetre(AnonymousUser(), "campagne.voir", LE)  # type: ignore[arg-type]
    assert held.vide
    assert not held.contient(NATIONAL)


def test_a_region_covers_what_lies_below(
    creer_utilisateur: Creer, region: Region, ght: Ght, autre_ght: Ght, regional: OperateurAchat,
    operateur_achat: OperateurAchat, etablissement: Etablissement, autre_etablissement: Etablissement,
) -> None:  # fmt: skip
    held = perimetre(creer_utilisateur("referent_ars", Noeud("region", region)), "dossier.voir", LE)
    for inside in (
        ("region", region),
        ("ght", ght),
        ("etablissement", etablissement),
        ("operateur", regional),
    ):
        assert held.contient(Noeud(*inside)), inside
    for outside in (
        ("region", autre_ght.region), ("ght", autre_ght), ("etablissement", autre_etablissement),
        ("operateur", operateur_achat),
    ):  # fmt: skip
        assert not held.contient(Noeud(*outside)), outside
    assert not held.contient(NATIONAL)


def test_a_ght_does_not_reach_its_region_nor_its_neighbour(
    creer_utilisateur: Creer, region: Region, ght: Ght, etablissement: Etablissement
) -> None:
    neighbour = Ght.objects.create(code="BFC-91", nom="Voisin", region=region)
    held = perimetre(creer_utilisateur("directeur_achats", Noeud("ght", ght)), "dossier.voir", LE)
    assert held.contient(Noeud("ght", ght))
    assert held.contient(Noeud("etablissement", etablissement))
    assert not held.contient(Noeud("region", region))
    assert not held.contient(Noeud("ght", neighbour))


def test_the_perimeter_of_a_day_follows_memberships(creer_utilisateur: Creer, ght: Ght) -> None:
    user = creer_utilisateur("directeur_achats", Noeud("ght", ght))
    row = Appartenance.objects.get(ght=ght, role="partie")
    row.fin = date(2021, 12, 31)
    row.save()
    node = Noeud("etablissement", row.etablissement)
    assert perimetre(user, "dossier.voir", date(2021, 12, 31)).contient(node)
    assert not perimetre(user, "dossier.voir", date(2022, 1, 1)).contient(node)


@pytest.mark.parametrize(
    ("debut", "fin", "holds"),
    [
        (None, None, True),
        (LE, LE, True),
        (None, LE - timedelta(days=1), False),
        (LE + timedelta(days=1), None, False),
    ],
)
def test_a_role_holds_between_its_days(
    creer_utilisateur: Creer, ght: Ght, debut: date | None, fin: date | None, holds: bool
) -> None:
    user = creer_utilisateur("directeur_achats", Noeud("ght", ght))
    Affectation.objects.update(debut=debut, fin=fin)
    assert perimetre(user, "dossier.voir", LE).contient(Noeud("ght", ght)) is holds


def test_a_stand_in_holds_while_the_role_does(creer_utilisateur: Creer, ght: Ght) -> None:
    holder = creer_utilisateur("directeur_achats", Noeud("ght", ght))
    other = creer_utilisateur()
    role = holder.affectations.get()
    node = Noeud("ght", ght)
    stand_in = Affectation.objects.create(
        utilisateur=other, role=role.role, supplee=role, debut=LE, fin=LE + timedelta(days=5), **node.champs()
    )
    assert peut(other, "dossier.valider", node, LE)
    assert not peut(other, "dossier.valider", node, LE - timedelta(days=1))
    assert not peut(other, "dossier.valider", node, LE + timedelta(days=6))
    Affectation.objects.filter(pk=role.pk).update(fin=LE + timedelta(days=2))
    assert not peut(other, "dossier.valider", node, LE + timedelta(days=3)), "the replaced role has ended"
    Utilisateur.objects.filter(pk=holder.pk).update(is_active=False)
    assert not peut(other, "dossier.valider", node, LE), "the holder's account is closed"
    assert stand_in.fin > LE


def test_a_closed_account_reaches_nothing(creer_utilisateur: Creer, ght: Ght) -> None:
    user = creer_utilisateur("directeur_achats", Noeud("ght", ght), is_active=False)
    assert perimetre(user, "dossier.voir", LE).vide
    boss = creer_utilisateur(is_superuser=True, is_active=False)
    assert perimetre(boss, "comptes.gerer", LE).vide


def test_a_superuser_administers_and_no_more(creer_utilisateur: Creer, db: None) -> None:
    boss = creer_utilisateur(is_superuser=True)
    assert perimetre(boss, "comptes.gerer", LE).national
    assert perimetre(boss, "ligne.decider", LE).vide
    assert perimetre(boss, "dossier.voir", LE).vide


def test_two_roles_add_up_and_do_not_mix(creer_utilisateur: Creer, ght: Ght, autre_ght: Ght) -> None:
    user = creer_utilisateur("directeur_achats", Noeud("ght", ght))
    Affectation.objects.create(utilisateur=user, role="lecteur", **Noeud("ght", autre_ght).champs())
    assert perimetre(user, "campagne.voir", LE).ghts == {ght.pk, autre_ght.pk}
    assert perimetre(user, "dossier.valider", LE).ghts == {ght.pk}


def test_every_permission_is_in_a_role_and_described() -> None:
    used = set().union(*(r.permissions for r in ROLES.values()))
    assert used == set(PERMISSIONS)
    assert all(holders(p) for p in PERMISSIONS)


def test_rows_are_filtered_like_nodes(
    creer_utilisateur: Creer, region: Region, ght: Ght, autre_ght: Ght, regional: OperateurAchat,
    etablissement: Etablissement,
) -> None:  # fmt: skip
    now = timezone.now()
    campaign = Campagne.objects.create(
        type_campagne="essai", code="essai", titre="Essai", annee=2021,
        ouverture=now, cloture=now, correction_jusqu_au=now,
    )  # fmt: skip
    nodes = [
        NATIONAL, Noeud("region", region), Noeud("region", autre_ght.region), Noeud("ght", ght),
        Noeud("ght", autre_ght), Noeud("operateur", regional), Noeud("etablissement", etablissement),
    ]  # fmt: skip
    for node in nodes:
        Dossier.objects.create(
            campagne=campaign,
            format="paat",
            etape="brouillon",
            created_at=now,
            etape_depuis=now,
            **node.champs(),
        )
    for role, node in (
        ("dgos", NATIONAL),
        ("referent_ars", Noeud("region", region)),
        ("directeur_achats", Noeud("ght", ght)),
        ("operateur", Noeud("operateur", regional)),
        ("acheteur", Noeud("etablissement", etablissement)),
    ):
        held = perimetre(creer_utilisateur(role, node), "dossier.voir", LE)
        found = {str(Noeud.de(d)) for d in Dossier.objects.filter(held.dossiers_q())}
        assert found == {str(n) for n in nodes if held.contient(n)}, role
        assert found
        assert Ght.objects.filter(held.ghts_q()).count() == len(
            [n for n in nodes if n.niveau == "ght" and held.contient(n)]
        )
        offered = {value for _, group in noeuds_geres(held) for value, _ in group}
        assert ("national:" in offered) == held.national
    nobody = perimetre(creer_utilisateur(), "dossier.voir", LE)
    assert not Dossier.objects.filter(nobody.dossiers_q()).exists()
    assert not Ght.objects.filter(nobody.ghts_q()).exists()
    assert noeuds_geres(nobody) == []


def test_the_door_hides_refuses_or_opens(
    utilisateurs: dict[str, Utilisateur], ght: Ght, autre_ght: Ght
) -> None:
    buyer = request_of(utilisateurs["acheteur"])
    assert exiger(buyer, "dossier.deposer", Noeud("ght", ght)).contient(Noeud("ght", ght))
    with pytest.raises(Interdit, match="« valider le dossier »"):
        exiger(buyer, "dossier.valider", Noeud("ght", ght))
    with pytest.raises(Introuvable, match="n'existe pas, ou votre compte n'y a pas accès"):
        exiger(buyer, "dossier.deposer", Noeud("ght", autre_ght))
    with pytest.raises(Interdit):
        exiger(buyer, "ligne.decider")
    with pytest.raises(Interdit):
        exiger(request_of(AnonymousUser()), "campagne.voir")


def test_a_refusal_says_who_can(utilisateurs: dict[str, Utilisateur], ght: Ght) -> None:
    with pytest.raises(Interdit) as refused:
        check_permission(
            perimetre(utilisateurs["anap"], "ligne.decider", LE), Noeud("ght", ght), "ligne.decider"
        )
    assert "« décider des lignes »" in refused.value.phrase
    assert "DGOS" in refused.value.phrase
    assert str(ght) in refused.value.phrase


def test_few_queries(
    utilisateurs: dict[str, Utilisateur], ght: Ght, django_assert_max_num_queries: Any
) -> None:
    for role, most in (("dgos", 1), ("directeur_achats", 3), ("referent_ars", 6)):
        request = request_of(utilisateurs[role])
        with django_assert_max_num_queries(most):
            for permission in ("dossier.voir", "campagne.voir", "publication.voir"):
                perimetre_de(request, permission)
                exiger(request, permission, Noeud("ght", ght))
