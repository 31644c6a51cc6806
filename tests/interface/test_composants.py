import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from fanal.interface.icones import icone
from fanal.interface.noms_icones import NOMS
from fanal.interface.templatetags import fanal as composants


def rendre(texte, **contexte):
    requete = RequestFactory().get("/")
    gabarit = Template("{% load fanal %}" + texte)
    return re.sub(r"[ \n]+", " ", gabarit.render(Context({"request": requete, **contexte})))


def test_filters_write_french():
    html = rendre(
        "{{ a|montant }} {{ a|montant_rond }} {{ t|taux }} {{ j|date_fr }}",
        a=Decimal("1234.5"),
        t=None,
        j=None,
    )
    assert "1\u202f234,50\u00a0€" in html and "1\u202f235\u00a0€" in html
    assert '<span class="absence">non calculable</span>' in html
    assert '<span class="absence">non renseigné</span>' in html


def test_a_figure_can_be_followed():
    html = rendre('{% chiffre "Gains" v "millions" "134 %" url="/lignes/" %}', v=Decimal(21_400_000))
    assert '<a href="/lignes/">21,4\u00a0M€</a>' in html and "134 %" in html


def test_a_button_that_cannot_act_stays_with_its_reason():
    html = rendre(
        '{% bouton "Retirer" "/x/" non phrase methode="post" %}', non=False, phrase="Jusqu'au 14/03/2022."
    )
    assert "disabled" in html and "Jusqu&#x27;au 14/03/2022." in html and "/x/" not in html


def test_a_writing_button_posts_with_the_token():
    html = rendre('{% bouton "Valider" "/x/" methode="post" %}', csrf_token="jeton")
    assert 'method="post" action="/x/"' in html and 'value="jeton"' in html
    assert 'href="/y/"' in rendre('{% bouton "Voir" "/y/" %}')


def test_a_field_ties_its_help_and_its_error():
    class Essai(forms.Form):
        montant = forms.DecimalField(label="Montant", help_text="En euros.")

    html = rendre("{% formulaire f %}", f=Essai({"montant": "douze"}))
    assert 'aria-describedby="id_montant_aide id_montant_erreur"' in html
    assert 'aria-invalid="true"' in html and 'id="id_montant_erreur"' in html and 'for="id_montant"' in html


def test_a_state_has_a_word_and_an_icon():
    html = rendre('{% etat "Non retenu" "refus" %}')
    assert "Non retenu" in html and "#x-circle" in html and "etat-refus" in html
    assert "etat-neutre" in rendre('{% etat "Autre" "inconnu" %}')


def test_an_unknown_icon_is_a_fault_of_ours():
    assert 'aria-label="Ouvert"' in icone("check", "Ouvert")
    with pytest.raises(ValueError, match="licorne"):
        icone("licorne")
    assert len(NOMS) == len(set(NOMS))


def test_progress_refreshes_only_when_asked():
    assert "hx-get" not in rendre('{% progression 1 4 "Lecture" %}')
    html = rendre('{% progression 1 4 "Lecture" "/suite/" %}')
    assert 'hx-get="/suite/"' in html and 'value="25"' in html


class Lu(HTMLParser):
    """The tags and texts of a piece of HTML, whatever the order of attributes."""

    def __init__(self, html):
        super().__init__()
        self.vu = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.vu.append((tag, sorted(attrs)))

    def handle_endtag(self, tag):
        self.vu.append(tag)

    def handle_data(self, data):
        self.vu += [data.strip()] if data.strip() else []


class Listes(forms.Form):
    simple = forms.ChoiceField(
        choices=[("", "Tous <x>"), ("1", 'Un & "d"'), ("Groupe", [("2", "Deux"), ("3", "Trois")])],
        required=False,
        help_text="Une aide",
    )
    garnie = forms.ChoiceField(
        choices=[("x", "X"), ("y", "Y")],
        widget=forms.Select(attrs={"class": "c", "disabled": True, "autofocus": False}),
    )
    nombre = forms.TypedChoiceField(choices=[(1, "un"), (2, "deux")], coerce=int)


@pytest.mark.parametrize(
    "form",
    [
        Listes(),
        Listes({"simple": "3", "garnie": "", "nombre": "2"}),
        Listes(initial={"garnie": "y", "nombre": 1}),
        Listes({"garnie": "z"}, prefix="p"),
    ],
)
def test_a_list_of_choices_is_written_as_django_writes_it(form, monkeypatch):
    form.is_valid()
    ecrits = [Lu(composants._controle(champ)).vu for champ in form]
    monkeypatch.setattr(composants, "Select", type("Aucun", (), {}))
    assert ecrits == [Lu(composants._controle(champ)).vu for champ in form]


def test_an_option_is_always_escaped() -> None:
    words, escaped = "<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"
    for mot in (mark_safe(words), words, mark_safe(words)):  # noqa: S308
        chosen = composants._option("<1>", mot, {"<1>"})
        assert chosen == f'<option value="&lt;1&gt;" selected>{escaped}</option>'
    assert "selected" not in composants._option("<1>", words, set())
