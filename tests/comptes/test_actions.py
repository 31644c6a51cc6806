"""Opening accounts, giving roles, standing in, closing: who may, and what the journal keeps."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from fanal.comptes import actions
from fanal.comptes.models import Affectation, Jeton, Utilisateur
from fanal.comptes.queries import comptes_geres, gere_entierement, perimetre
from fanal.journal.models import Entree
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Ght, Region
from fanal.territoires.noeuds import NATIONAL, Noeud

INSTANT = datetime(2022, 2, 10, 9, 30, tzinfo=UTC)
LE = INSTANT.date()
Creer = Callable[..., Utilisateur]


@pytest.fixture
def admin(creer_utilisateur: Creer, ght: Ght) -> Utilisateur:
    return creer_utilisateur("administrateur", Noeud("ght", ght), email="admin@essai.example")


@pytest.fixture
def directeur(creer_utilisateur: Creer, ght: Ght) -> Utilisateur:
    return creer_utilisateur("directeur_achats", Noeud("ght", ght), email="directeur@essai.example")


@pytest.fixture
def role(directeur: Utilisateur) -> Affectation:
    return directeur.affectations.get()


def test_an_administrator_opens_an_account_on_their_territory(admin: Utilisateur, ght: Ght) -> None:
    user, created = actions.ouvrir_compte(
        email=" Acheteur@Essai.example ",
        nom="Acheteur",
        role="acheteur",
        noeud=Noeud("ght", ght),
        by=admin,
        instant=INSTANT,
    )
    assert created
    assert user.email == "acheteur@essai.example"
    assert not user.has_usable_password()
    assert user.affectations.get().role == "acheteur"
    kept = list(Entree.objects.values_list("action", "acteur", "objet_id"))
    assert kept == [("compte.ouvert", admin.pk, str(user.pk)), ("affectation.donnee", admin.pk, str(user.pk))]
    for entree in Entree.objects.all():
        assert "essai.example" not in str(entree.donnees) + entree.motif, "numbers, never addresses"


def test_the_address_of_an_account_gets_the_role_instead(
    admin: Utilisateur, directeur: Utilisateur, ght: Ght
) -> None:
    user, created = actions.ouvrir_compte(
        email="DIRECTEUR@essai.example",
        nom="x",
        role="acheteur",
        noeud=Noeud("ght", ght),
        by=admin,
        instant=INSTANT,
    )
    assert (user, created) == (directeur, False)
    assert Utilisateur.objects.get(pk=directeur.pk).nom == ""


def test_an_administrator_stays_on_their_territory(
    admin: Utilisateur, region: Region, autre_ght: Ght, directeur: Utilisateur
) -> None:
    for node in (Noeud("ght", autre_ght), Noeud("region", region), NATIONAL):
        with pytest.raises(Interdit):
            actions.ouvrir_compte(
                email="a@essai.example", nom="", role="lecteur", noeud=node, by=admin, instant=INSTANT
            )
        with pytest.raises(Interdit):
            actions.affecter(utilisateur=directeur, role="lecteur", noeud=node, by=admin, instant=INSTANT)
    assert not Utilisateur.objects.filter(email="a@essai.example").exists()


def test_nobody_else_manages_accounts(utilisateurs: dict[str, Utilisateur], ght: Ght) -> None:
    for name, user in utilisateurs.items():
        if name != "administrateur":
            with pytest.raises(Interdit):
                actions.affecter(
                    utilisateur=utilisateurs["lecteur"],
                    role="lecteur",
                    noeud=Noeud("ght", ght),
                    by=user,
                    instant=INSTANT,
                )


@pytest.mark.parametrize(
    ("role", "debut", "fin", "phrase"),
    [
        ("dgos", None, None, "ne se donne pas à ce niveau"),
        ("roi", None, None, "n'existe pas"),
        ("acheteur", date(2022, 3, 1), date(2022, 2, 1), "précède"),
        ("directeur_achats", None, None, "a déjà ce rôle"),
    ],
)
def test_a_role_that_cannot_be_given(
    admin: Utilisateur,
    directeur: Utilisateur,
    ght: Ght,
    role: str,
    debut: date | None,
    fin: date | None,
    phrase: str,
) -> None:
    with pytest.raises(Refus, match=phrase):
        actions.affecter(
            utilisateur=directeur,
            role=role,
            noeud=Noeud("ght", ght),
            debut=debut,
            fin=fin,
            by=admin,
            instant=INSTANT,
        )


def test_nobody_gives_themselves_a_role(admin: Utilisateur, ght: Ght) -> None:
    with pytest.raises(Interdit, match="votre propre compte"):
        actions.affecter(
            utilisateur=admin, role="acheteur", noeud=Noeud("ght", ght), by=admin, instant=INSTANT
        )
    with pytest.raises(Interdit, match="votre propre compte"):
        actions.terminer(affectation=admin.affectations.get(), fin=LE, by=admin, instant=INSTANT)
    with pytest.raises(Interdit, match="votre propre compte"):
        actions.desactiver(utilisateur=admin, by=admin, instant=INSTANT, motif="x")


def test_the_holder_or_an_administrator_appoints_a_stand_in(
    admin: Utilisateur, directeur: Utilisateur, role: Affectation, creer_utilisateur: Creer, ght: Ght
) -> None:
    days = {"debut": LE, "fin": LE + timedelta(days=14), "instant": INSTANT}
    first, second, stranger = (creer_utilisateur() for _ in range(3))
    given = actions.suppleer(affectation=role, suppleant=first, by=directeur, **days)
    assert (given.role, Noeud.de(given), given.supplee) == (role.role, Noeud("ght", ght), role)
    assert perimetre(first, "dossier.valider", LE).ghts == {ght.pk}
    actions.suppleer(affectation=role, suppleant=second, by=admin, **days)
    with pytest.raises(Interdit, match="titulaire"):
        actions.suppleer(affectation=role, suppleant=stranger, by=first, **days)
    with pytest.raises(Refus, match="supplée déjà"):
        actions.suppleer(affectation=role, suppleant=first, by=directeur, **days)
    with pytest.raises(Refus, match="ne se délègue pas"):
        actions.suppleer(affectation=given, suppleant=stranger, by=admin, **days)
    with pytest.raises(Refus, match="déjà le titulaire"):
        actions.suppleer(affectation=role, suppleant=directeur, by=admin, **days)
    with pytest.raises(Refus, match="précède"):
        actions.suppleer(
            affectation=role, suppleant=stranger, by=admin, **{**days, "fin": LE - timedelta(days=1)}
        )
    Utilisateur.objects.filter(pk=stranger.pk).update(is_active=False)
    stranger.refresh_from_db()
    with pytest.raises(Refus, match="désactivé"):
        actions.suppleer(affectation=role, suppleant=stranger, by=admin, **days)


def test_a_stand_in_fits_in_the_role(admin: Utilisateur, role: Affectation, creer_utilisateur: Creer) -> None:
    role.fin = LE + timedelta(days=3)
    role.save()
    with pytest.raises(Refus, match="doit tenir dans ces dates"):
        actions.suppleer(
            affectation=role,
            suppleant=creer_utilisateur(),
            debut=LE,
            fin=LE + timedelta(days=4),
            by=admin,
            instant=INSTANT,
        )


def test_a_former_holder_appoints_nobody(
    directeur: Utilisateur, role: Affectation, creer_utilisateur: Creer
) -> None:
    role.fin = LE - timedelta(days=1)
    role.save()
    with pytest.raises(Interdit):
        actions.suppleer(
            affectation=role, suppleant=creer_utilisateur(), debut=LE, fin=LE, by=directeur, instant=INSTANT
        )


def test_ending_a_role_and_a_stand_in(
    admin: Utilisateur, directeur: Utilisateur, role: Affectation, creer_utilisateur: Creer
) -> None:
    other = creer_utilisateur()
    days = {"debut": LE + timedelta(days=1), "fin": LE + timedelta(days=9)}
    given = actions.suppleer(affectation=role, suppleant=other, by=directeur, instant=INSTANT, **days)
    with pytest.raises(Interdit):
        actions.terminer(affectation=given, fin=LE, by=other, instant=INSTANT)
    ended = actions.terminer(affectation=given, fin=LE, by=directeur, instant=INSTANT)
    assert ended.fin == LE, "it had not begun: it never holds"
    assert perimetre(other, "dossier.voir", LE + timedelta(days=2)).vide
    with pytest.raises(Interdit):
        actions.terminer(affectation=role, fin=LE, by=directeur, instant=INSTANT)
    actions.terminer(affectation=role, fin=LE, by=admin, instant=INSTANT)
    assert perimetre(directeur, "dossier.voir", LE + timedelta(days=1)).vide
    with pytest.raises(Refus, match="prend déjà fin"):
        actions.terminer(affectation=role, fin=LE + timedelta(days=5), by=admin, instant=INSTANT)


def test_an_account_with_a_role_elsewhere_is_not_closed_from_here(
    admin: Utilisateur, directeur: Utilisateur, autre_ght: Ght
) -> None:
    elsewhere = Affectation.objects.create(
        utilisateur=directeur, role="lecteur", **Noeud("ght", autre_ght).champs()
    )
    assert not gere_entierement(admin, directeur, LE)
    for act in (actions.desactiver, actions.retirer_second_facteur):
        with pytest.raises(Interdit, match="hors de votre territoire"):
            act(utilisateur=directeur, by=admin, instant=INSTANT, motif="départ")
    elsewhere.fin = LE - timedelta(days=1)
    elsewhere.save()
    actions.desactiver(utilisateur=directeur, by=admin, instant=INSTANT, motif="départ")
    directeur.refresh_from_db()
    assert not directeur.is_active
    with pytest.raises(Refus, match="désactivé"):
        actions.inviter(utilisateur=directeur, by=admin, instant=INSTANT)
    actions.reactiver(utilisateur=directeur, by=admin, instant=INSTANT)
    directeur.refresh_from_db()
    assert directeur.is_active
    with pytest.raises(Refus, match="pourquoi"):
        actions.desactiver(utilisateur=directeur, by=admin, instant=INSTANT, motif="  ")


def test_accounts_seen_by_an_administrator(
    admin: Utilisateur, directeur: Utilisateur, autre_ght: Ght, creer_utilisateur: Creer
) -> None:
    stranger = creer_utilisateur("directeur_achats", Noeud("ght", autre_ght))
    lost = creer_utilisateur()
    assert set(comptes_geres(admin, LE)) == {admin, directeur}
    national = creer_utilisateur("administrateur", NATIONAL)
    assert {stranger, lost, admin} <= set(comptes_geres(national, LE))
    assert not comptes_geres(directeur, LE).exists()
    assert not gere_entierement(admin, creer_utilisateur(is_superuser=True), LE)


def test_the_invitation_leads_to_choosing_a_password(
    admin: Utilisateur, directeur: Utilisateur, client: Any
) -> None:
    actions.inviter(utilisateur=directeur, by=admin, instant=INSTANT)
    text = mail.outbox[0].body
    assert mail.outbox[0].to == ["directeur@essai.example"]
    link = next(line for line in text.splitlines() if line.startswith("http"))
    page = client.get(link.partition("8000")[2], follow=True)
    assert page.status_code == 200
    secret = "lanterne au grand mat 7"
    answer = client.post(page.request["PATH_INFO"], {"password1": secret, "password2": secret})
    assert answer.status_code == 302
    directeur.refresh_from_db()
    assert directeur.check_password(secret)


def make_token(user: Utilisateur, **changes: Any) -> tuple[Jeton, str]:
    fields = {
        "nom": "essai",
        "lecture_seule": True,
        "expire_le": INSTANT + timedelta(days=30),
        "instant": INSTANT,
    }
    return actions.creer_jeton(utilisateur=user, **{**fields, **changes})


def test_a_token_is_kept_as_a_hash_only(directeur: Utilisateur) -> None:
    jeton, raw = make_token(directeur)
    assert raw.startswith("fanal_")
    assert len(raw) > 40
    assert raw not in str(vars(jeton))
    assert jeton.debut in raw
    assert actions.authenticate_token(raw, INSTANT) == directeur
    assert actions.authenticate_token(raw + "x", INSTANT) is None
    assert actions.authenticate_token("", INSTANT) is None
    assert actions.authenticate_token(jeton.empreinte, INSTANT) is None
    assert actions.authenticate_token("\ud800", INSTANT) is None
    assert raw not in str(list(Entree.objects.values()))


def test_a_token_ends(admin: Utilisateur, directeur: Utilisateur, creer_utilisateur: Creer) -> None:
    jeton, raw = make_token(directeur)
    assert actions.authenticate_token(raw, jeton.expire_le) is None
    Utilisateur.objects.filter(pk=directeur.pk).update(is_active=False)
    assert actions.authenticate_token(raw, INSTANT) is None
    Utilisateur.objects.filter(pk=directeur.pk).update(is_active=True)
    with pytest.raises(Interdit):
        actions.revoquer_jeton(jeton=jeton, by=creer_utilisateur(), instant=INSTANT)
    actions.revoquer_jeton(jeton=jeton, by=admin, instant=INSTANT)
    assert actions.authenticate_token(raw, INSTANT) is None


def test_a_token_has_a_name_and_a_bounded_life(directeur: Utilisateur) -> None:
    for changes in (
        {"nom": " "},
        {"expire_le": INSTANT},
        {"expire_le": INSTANT + timedelta(days=400)},
    ):
        with pytest.raises(Refus):
            make_token(directeur, **changes)


def test_the_last_use_is_not_written_at_each_call(
    directeur: Utilisateur, django_assert_num_queries: Any
) -> None:
    jeton, raw = make_token(directeur)
    actions.authenticate_token(raw, INSTANT)
    with django_assert_num_queries(1):
        actions.authenticate_token(raw, INSTANT + timedelta(minutes=4))
    actions.authenticate_token(raw, INSTANT + timedelta(minutes=6))
    jeton.refresh_from_db()
    assert jeton.utilise_le == INSTANT + timedelta(minutes=6)
