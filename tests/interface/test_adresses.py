"""Addresses worked out once, and the bar written once: same as Django's, and nobody gets another's."""

import re

import pytest
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, clear_script_prefix, resolve, reverse, set_script_prefix
from django.utils.safestring import SafeString

from fanal.interface import barre
from fanal.interface.templatetags.adresses import NoeudAdresse


def ecrire(texte: str, **contexte: object) -> str:
    return Template(texte).render(Context(contexte))


@pytest.mark.parametrize("argument", [7, "7", SafeString("7"), "performance-2021", True])
def test_an_address_is_that_of_django(argument):
    assert isinstance(Template("{% url 'interface:accueil' %}").nodelist[0], NoeudAdresse)
    for _ in range(2):
        lue = ecrire("{% autoescape off %}{% url 'campagnes:campagne' x %}{% endautoescape %}", x=argument)
        assert lue == reverse("campagnes:campagne", args=[argument])


def test_equal_arguments_of_other_types_are_not_taken_for_each_other():
    premiere = ecrire("{% url 'campagnes:campagne' x %}", x=1)
    assert ecrire("{% url 'campagnes:campagne' x %}", x=True) == "/campagnes/True/" != premiere


def test_an_address_without_match_is_said_or_left_empty():
    with pytest.raises(NoReverseMatch):
        ecrire("{% url 'campagnes:nulle_part' %}")
    assert ecrire("{% url 'campagnes:nulle_part' as vide %}[{{ vide }}]") == "[]"
    assert ecrire("{% url 'interface:accueil' as lue %}[{{ lue }}]") == "[/]"


def test_an_address_follows_the_prefix_of_the_site():
    assert ecrire("{% url 'campagnes:liste' %}") == "/campagnes/"
    set_script_prefix("/fanal/")
    try:
        assert ecrire("{% url 'campagnes:liste' %}") == "/fanal/campagnes/"
    finally:
        clear_script_prefix()


def test_a_name_is_looked_for_in_the_application_of_the_request():
    request = RequestFactory().get("/campagnes/")
    request.resolver_match = resolve("/campagnes/")
    html = Template("{% url 'campagnes:liste' %}").render(RequestContext(request, {}))
    assert html == "/campagnes/"


VUE = barre.Vue("Une <b>fonction</b>", ("Lecteur",), "National", 2021, (2021, 2020), "auto", False)


def test_the_bar_of_a_page_carries_that_page_only():
    une = barre.ecrire(VUE, chemin='/a/?q="x"&y=é', cherche='"x"', jeton="JETON-UN")
    autre = barre.ecrire(VUE, chemin="/b/", cherche="", jeton="JETON-DEUX")
    assert une.count('value="JETON-UN"') == 2 and "JETON-UN" not in autre
    assert autre == une.replace("JETON-UN", "JETON-DEUX").replace(
        "/a/?q=&quot;x&quot;&amp;y=é", "/b/"
    ).replace("/a/%3Fq%3D%22x%22%26y%3D%C3%A9", "/b/").replace('value="&quot;x&quot;"', 'value=""')
    assert "repere" not in une + autre and "Une &lt;b&gt;fonction" in une


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("compte", "Un autre compte"),
        ("roles", ("Juré",)),
        ("territoire", "Bretagne"),
        ("annee", 2020),
        ("annees", (2021,)),
        ("theme", "sombre"),
        ("demonstration", True),
    ],
)
def test_whatever_the_bar_shows_makes_another_bar(champ, valeur):
    ici = {"chemin": "/", "cherche": "", "jeton": "j"}
    assert barre.ecrire(VUE._replace(**{champ: valeur}), **ici) != barre.ecrire(VUE, **ici)


@pytest.mark.django_db
def test_the_bar_of_two_accounts_and_its_token(utilisateurs):
    for role in ("directeur_achats", "dgos", "directeur_achats"):
        client = Client(enforce_csrf_checks=True)
        client.force_login(utilisateurs[role])
        html = client.get("/aide/?q=ailleurs").content.decode()
        autres = [str(u) for r, u in utilisateurs.items() if r != role and f"<p>{u}" in html]
        assert f'compte-nom">{utilisateurs[role]}<' in html and not autres
        jeton = re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', html)[1]
        suivant = re.search(r'name="suivant" value="([^"]+)"', html)[1]
        assert suivant == "/aide/?q=ailleurs"
        donnees = {"theme": "sombre", "suivant": suivant, "csrfmiddlewaretoken": jeton}
        assert client.post(reverse("interface:apparence"), donnees).status_code == 302
        assert (
            client.post(reverse("interface:apparence"), donnees | {"csrfmiddlewaretoken": ""}).status_code
            == 403
        )
