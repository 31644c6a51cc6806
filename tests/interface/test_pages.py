from datetime import UTC, date, datetime

import pytest
from django.test import override_settings
from django.urls import reverse

from fanal.interface import accueil, menu, recherche
from fanal.interface.accueil import Tache
from fanal.interface.views import accueil as vues
from fanal.refus import Interdit, Introuvable, Refus
from fanal.territoires.models import Region


@pytest.fixture
def registres(monkeypatch):
    """Empty registries: what domains register is theirs to test."""
    monkeypatch.setattr(accueil, "_fournisseurs", [])
    monkeypatch.setattr(recherche, "_chercheurs", {})
    monkeypatch.setattr(menu, "_entrees", {})


def test_home_says_what_is_late_then_due(registres, connecte):
    accueil.enregistrer(
        lambda user, today: [
            Tache("Valider le dossier", "La campagne se termine.", "/d/", date(2022, 3, 1)),
            Tache("Répondre à l'observation", "Le délai est passé.", "/o/", date(2022, 2, 1), "en_retard"),
        ]
    )
    html = connecte("directeur_achats").get("/").content.decode()
    assert "Vous avez 1 tâche en retard et 1 à faire." in html
    assert html.index("En retard") < html.index("Valider le dossier")
    assert "01/02/2022" in html


def test_home_with_nothing_due(registres, connecte):
    assert "Rien ne vous attend aujourd&#x27;hui." in connecte("lecteur").get("/").content.decode()


def test_search_finds_what_domains_register(registres, connecte):
    recherche.enregistrer(
        "Marchés", lambda user, texte, le: [recherche.Resultat(f"Marché {texte}", "Notifié.", "/m/")]
    )
    recherche.enregistrer("Vides", lambda user, texte, le: [])
    client = connecte("acheteur")
    html = client.get("/recherche/?q=2021-17").content.decode()
    assert "1 résultat pour « 2021-17 »." in html and "Marché 2021-17" in html and "Vides" not in html
    assert "au moins deux caractères" in client.get("/recherche/?q=a").content.decode()
    assert "<script>x" not in client.get("/recherche/?q=<script>x").content.decode()


@pytest.mark.django_db(transaction=True)
def test_home_and_search_are_kept_for_one_account_until_a_write(registres, connecte, region, monkeypatch):
    """Nothing is asked twice while nothing is written; nobody reads what was kept for another."""
    monkeypatch.setattr(vues, "_minute", lambda: datetime(2022, 3, 1, 9, 30, tzinfo=UTC))
    asked = []

    def nom():
        return Region.objects.get(pk=region.pk).nom

    def dire(user, today):
        asked.append(("/", user.pk))
        return [Tache(f"Tâche de {user.email}", nom(), "/t/")]

    def trouver(user, texte, le):
        asked.append((texte, user.pk))
        return [recherche.Resultat(f"{texte} de {user.email}", nom(), "/r/")]

    accueil.enregistrer(dire)
    recherche.enregistrer("Essais", trouver)
    clients = {role: connecte(role) for role in ("acheteur", "lecteur")}
    comptes = {role: client.get("/").context["request"].user for role, client in clients.items()}

    def pages():
        adresses = ("/", "/recherche/?q=mot", "/recherche/?q=autre")
        lues = {(r, a): c.get(a).content.decode() for r, c in clients.items() for a in adresses}
        return {place: page.partition("<main")[2] for place, page in lues.items()}

    first, again = pages(), pages()
    assert len(asked) == len(set(asked)) == 6 and first == again
    for (role, adresse), page in first.items():
        autre = next(r for r in clients if r != role)
        assert comptes[role].email in page and comptes[autre].email not in page, adresse
    Region.objects.filter(pk=region.pk).update(nom="Région Nouvelle")
    assert all("Région Nouvelle" in page for page in pages().values())


def test_the_menu_shows_what_the_account_may_open(registres, connecte):
    menu.enregistrer(menu.Entree("Comptes", "interface:aide", "people", "comptes.gerer"))
    menu.enregistrer(menu.Entree("Recherche", "interface:recherche", "search"))
    menu.enregistrer(menu.Entree("Absente", "nulle:part", "search"))
    html = connecte("administrateur").get("/aide/lire/").content.decode()
    assert 'href="/aide/" aria-current="page"' in html and "Absente" not in html
    html = connecte("acheteur").get("/recherche/").content.decode()
    assert ">Comptes</span>" not in html and 'href="/recherche/" aria-current="page"' in html


def test_the_territory_switch_offers_only_what_is_visible(connecte, ght, autre_ght, region, etablissement):
    client = connecte("referent_ars")
    html = client.get("/territoire/").content.decode()
    assert ght.code in html and autre_ght.code not in html
    reponse = client.get(f"/territoire/choisir/?territoire=ght:{ght.code}&suivant=/aide/%3Fx=1%26t.page=3")
    assert reponse.headers["Location"] == f"/aide/?x=1&territoire=ght%3A{ght.code}"
    html = client.get("/territoire/", headers={"HX-Request": "true"}).content.decode()
    assert 'aria-current="true"' in html and etablissement.finess in html and "<html" not in html
    assert ght.code in client.get("/").content.decode()


@pytest.mark.parametrize("demande", ["ght:NIMPORTE-01", "planete:terre", "ght:", "%00"])
def test_an_unknown_territory_is_a_page_not_a_trace(connecte, demande):
    client = connecte("referent_ars")
    assert client.get(f"/?territoire={demande}").status_code == 404
    assert client.get(f"/territoire/choisir/?territoire={demande}").status_code == 404


def test_another_territory_cannot_be_told_from_none(connecte, autre_ght):
    client = connecte("acheteur")
    assert client.get(f"/?territoire=ght:{autre_ght.code}").status_code == 404
    assert client.get(f"/territoire/choisir/?territoire=ght:{autre_ght.code}").status_code == 404


def test_the_year_is_kept_and_bounded(connecte):
    client = connecte("dgos")
    client.get("/territoire/choisir/?annee=2019")
    assert client.session["annee"] == 2019
    for absurde in ("999999", "abc", "²"):
        assert client.get(f"/?annee={absurde}").status_code == 200
        assert client.get(f"/territoire/choisir/?annee={absurde}").status_code == 302
    assert client.session["annee"] == 2019


@pytest.mark.parametrize("suivant", ["//ailleurs.exemple/", "https://ailleurs.exemple/", "javascript:1", ""])
def test_a_switch_never_leads_elsewhere(connecte, suivant):
    reponse = connecte("dgos").get("/territoire/choisir/", {"annee": "2020", "suivant": suivant})
    assert reponse.headers["Location"] == "/?annee=2020"


def test_appearance_is_kept_in_a_cookie(client, db):
    reponse = client.post("/apparence/", {"theme": "sombre", "suivant": "/mentions-legales/"})
    assert reponse.headers["Location"] == "/mentions-legales/"
    assert reponse.cookies["theme"].value == "sombre" and reponse.cookies["theme"]["httponly"]
    assert 'data-bs-theme="dark"' in client.get("/mentions-legales/").content.decode()
    assert "theme" not in client.post("/apparence/", {"theme": "fluo"}).cookies
    assert client.get("/apparence/").status_code == 405


@pytest.mark.parametrize(
    "adresse",
    [
        "/mentions-legales/",
        "/accessibilite/",
        "/comptes/login/",
        "/comptes/password/reset/",
        "/comptes/signup/",
    ],
)
def test_public_pages_are_open_and_in_french(client, db, adresse):
    html = client.get(adresse).content.decode()
    assert '<html lang="fr"' in html and "Mentions légales" in html and 'class="publique"' in html
    assert "Sign In" not in html and "Password" not in html


def test_the_sign_in_page_sets_accounts_of_the_demonstration_apart(client, db):
    html = client.get("/comptes/login/").content.decode()
    assert (
        "Se connecter" in html
        and "Mot de passe oublié" in html
        and "Démonstration : données fictives" in html
    )
    with override_settings(MODE="production"):
        assert "Démonstration" not in client.get("/comptes/login/").content.decode()


def test_account_pages_are_in_our_look(connecte):
    client = connecte("acheteur")
    for nom in ("mfa_index", "account_change_password", "account_logout"):
        html = client.get(reverse(nom)).content.decode()
        assert "jetons.css" in html and "Two-Factor" not in html and "Change Password" not in html, nom


def test_every_help_page_opens(connecte):
    from fanal.interface.aide import PAGES

    client = connecte("lecteur")
    for code, page in PAGES.items():
        assert page.titre in client.get(f"/aide/{code}/").content.decode()
    assert client.get("/aide/absente/").status_code == 404


def test_signed_out_everything_else_leads_to_the_sign_in(client, db):
    for nom in ("accueil", "recherche", "territoire", "aide", "guide"):
        reponse = client.get(reverse(f"interface:{nom}"))
        assert reponse.status_code == 302 and reponse.headers["Location"].startswith("/comptes/login/")


def test_the_style_guide_is_for_the_demonstration(connecte):
    client = connecte("lecteur")
    assert client.get("/guide-de-style/").status_code == 200
    with override_settings(MODE="production"):
        assert client.get("/guide-de-style/").status_code == 404
        assert client.get("/guide-de-style/detail/A001/").status_code == 404


@pytest.mark.parametrize(
    ("refus", "statut"),
    [
        (Refus("Trop tôt : attendez le 14/03."), 409),
        (Interdit("Pas à vous."), 403),
        (Introuvable("Inconnu."), 404),
    ],
)
def test_a_refusal_is_a_page_that_says_it(connecte, monkeypatch, refus, statut):
    def refuser(*args):
        raise refus

    monkeypatch.setattr("fanal.interface.accueil.taches", refuser)
    client = connecte("acheteur")
    reponse = client.get("/")
    assert reponse.status_code == statut and refus.phrase in reponse.content.decode()
    reponse = client.get("/", headers={"HX-Request": "true"})
    assert reponse.status_code == statut and reponse.headers["HX-Retarget"] == "#messages"
    assert refus.phrase in reponse.content.decode() and "<html" not in reponse.content.decode()


def test_an_error_of_ours_is_a_page_in_french(connecte, monkeypatch):
    def casser(*args):
        raise ZeroDivisionError

    monkeypatch.setattr("fanal.interface.accueil.taches", casser)
    client = connecte("acheteur")
    client.raise_request_exception = False
    reponse = client.get("/")
    assert reponse.status_code == 500 and "Le site a rencontré une erreur" in reponse.content.decode()
    assert "Traceback" not in reponse.content.decode()
    reponse = client.get("/cette-page-n-existe-pas/")
    assert reponse.status_code == 404 and "n&#x27;existe pas" in reponse.content.decode().replace(
        "'", "&#x27;"
    )
