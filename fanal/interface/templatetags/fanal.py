"""Filters and components that every page shares: `{% load fanal %}`."""

from functools import lru_cache
from typing import Any

from django import template
from django.forms import Select
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from fanal.interface import rendu
from fanal.interface.cartes import Carte
from fanal.interface.icones import icone as dessiner_icone
from fanal.interface.nombres import Absence

register = template.Library()

STYLES = {
    "principal": "btn btn-primary",
    "secondaire": "btn btn-outline-primary",
    "discret": "btn btn-link",
    "danger": "btn btn-outline-danger",
}


@register.filter
def montant(valeur: Any) -> str:
    """`1 234,56 €`."""
    return rendu.en_html(valeur, "montant")


@register.filter
def montant_rond(valeur: Any) -> str:
    """`1 235 €`."""
    return rendu.en_html(valeur, "montant_rond")


@register.filter
def millions(valeur: Any) -> str:
    """`21,4 M€` from euros."""
    return rendu.en_html(valeur, "millions")


@register.filter
def taux(valeur: Any) -> str:
    """`12,3 %` from 0.123."""
    return rendu.en_html(valeur, "taux")


@register.filter
def nombre(valeur: Any) -> str:
    """`1 234,5`."""
    return rendu.en_html(valeur, "nombre")


@register.filter
def entier(valeur: Any) -> str:
    """`1 234`."""
    return rendu.en_html(valeur, "entier")


@register.filter
def date_fr(valeur: Any) -> str:
    """`31/12/2025`, with the time for an instant."""
    return rendu.en_html(valeur, "date")


@register.filter
def texte_ou_absent(valeur: Any) -> str:
    """A text, or the mark « non renseigné »."""
    return rendu.en_html(valeur, "texte")


@register.simple_tag
def sans_objet() -> SafeString:
    """The mark of what has no meaning here."""
    return rendu.absence(Absence.SANS_OBJET)


@register.simple_tag
def icone(nom: str, titre: str = "") -> SafeString:
    """The icon *nom*, decorative unless *titre* is given."""
    return dessiner_icone(nom, titre)


@register.simple_tag
@lru_cache(maxsize=1)
def ressources() -> SafeString:
    """The styles and scripts of every page, written once."""
    return render_to_string("interface/coque/ressources.html")


@register.simple_tag
@lru_cache(maxsize=1)
def pied() -> SafeString:
    """The foot of every page, written once."""
    return render_to_string("interface/coque/pied.html")


@register.simple_tag
def etat(titre: str, ton: str = "neutre") -> SafeString:
    """A state: an icon, a word, a tone."""
    return rendu.etat(titre, ton)


@register.simple_tag
def chiffre(titre: str, valeur: Any, genre: str = "nombre", aide: str = "", url: str = "") -> SafeString:
    """A key figure with its meaning; *url* opens what it was computed from."""
    ecrite = rendu.en_html(valeur, genre)
    # A text and its safe twin are equal, and escaped or not: which of them it is belongs to the key.
    sures = tuple(isinstance(texte, SafeString) for texte in (titre, ecrite, aide, url))
    return _ecrire_chiffre(titre, ecrite, aide, url, sures)


@lru_cache(maxsize=2048)
def _ecrire_chiffre(titre: str, valeur: str, aide: str, url: str, sures: tuple[bool, ...]) -> SafeString:
    contexte = {"titre": titre, "valeur": valeur, "aide": aide, "url": url}
    return render_to_string("interface/composants/chiffre.html", contexte)


@register.simple_tag(takes_context=True)
def tableau(context: Context, t: Any) -> SafeString:
    """The table *t* (a `Tableau`), sorted, filtered and cut into pages as the address says."""
    from fanal.interface.tableaux import MODELE, ecrire

    request = context["request"]
    engine: Any = context.template.engine  # type: ignore[union-attr]  # rendered, so there is one
    modele = engine.get_template(MODELE)
    return ecrire(t, request, lambda vue: modele.render(context.new({"vue": vue, "request": request})))


@register.inclusion_tag("interface/composants/image.html")
def image(spec: Any) -> dict[str, Any]:
    """The picture *spec* (an `Image` of `images.py`), with its text alternative."""
    return {"image": spec}


@register.simple_tag
@lru_cache(maxsize=128)
def carte(carte: Carte) -> SafeString:
    """The map *carte*; its table must be on the same page. The same map is written once."""
    return render_to_string("interface/composants/carte.html", {"carte": carte})


@register.inclusion_tag("interface/composants/bouton.html", takes_context=True)
def bouton(
    context: Context,
    titre: str,
    url: str,
    possible: bool = True,
    phrase: str = "",
    *,
    methode: str = "get",
    style: str = "principal",
    icone: str = "",
) -> dict[str, Any]:
    """A link (`get`) or a one-button form (`post`). Not *possible*, it stays, its reason beside it."""
    return {
        "titre": titre,
        "url": url,
        "possible": possible,
        "phrase": phrase,
        "methode": methode,
        "classe": STYLES[style],
        "icone": icone,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("interface/composants/champ.html")
def champ(field: Any) -> dict[str, Any]:
    """A form field: label, help and errors tied to the control for screen readers."""
    return {"champ": field, "controle": _controle(field)}


@register.inclusion_tag("interface/composants/formulaire.html")
def formulaire(form: Any) -> dict[str, Any]:
    """Every field of *form*, with the errors that belong to none of them first."""
    return {"form": form}


@register.inclusion_tag("interface/composants/vide.html")
def vide(titre: str, phrase: str = "", url: str = "", action: str = "") -> dict[str, Any]:
    """An empty state: what is missing and what to do first."""
    return {"titre": titre, "phrase": phrase, "url": url, "action": action}


@register.inclusion_tag("interface/composants/progression.html")
def progression(fait: int, total: int, phrase: str, url: str = "") -> dict[str, Any]:
    """A progress line. With *url* it refreshes every two seconds until the answer asks no more."""
    part = round(100 * fait / total) if total else 0
    return {"fait": fait, "total": total, "part": part, "phrase": phrase, "url": url}


def _controle(field: Any) -> SafeString:
    kind = getattr(field.field.widget, "input_type", "")
    if kind in {"checkbox", "radio"}:
        classe = "form-check-input"
    elif kind == "select":
        classe = "form-select"
    else:
        classe = "form-control"
    lies = [f"{field.id_for_label}_aide"] if field.help_text else []
    attrs = {"class": f"{classe} {field.field.widget.attrs.get('class', '')}".strip()}
    if field.errors:
        attrs["class"] += " is-invalid"
        attrs["aria-invalid"] = "true"
        lies.append(f"{field.id_for_label}_erreur")
    if lies:
        attrs["aria-describedby"] = " ".join(lies)
    if type(field.field.widget) is Select:
        return _liste(field, attrs)
    return format_html("{}", field.as_widget(attrs=attrs))


def _liste(field: Any, attrs: dict[str, str]) -> SafeString:
    """A list of choices as Django writes it, without one template per choice: a list of GHT has 136."""
    given = field.build_widget_attrs({"id": field.auto_id, **attrs}, field.field.widget)
    complets: dict[str, Any] = field.field.widget.build_attrs(field.field.widget.attrs, given)
    choisi = {str(v) for v in field.field.widget.format_value(field.value()) or [] if v is not None}
    html: list[str] = [format_html('<select name="{}"', field.html_name)]
    html += [
        f" {nom}" if valeur is True else format_html(' {}="{}"', nom, valeur)
        for nom, valeur in complets.items()
        if valeur is not False and valeur is not None
    ]
    html.append(">")
    for valeur, mot in field.field.widget.choices:
        if isinstance(mot, (list, tuple)):
            html.append(format_html('<optgroup label="{}">', valeur))
            html += [_option(v, m, choisi) for v, m in mot]
            html.append("</optgroup>")
        else:
            html.append(_option(valeur, mot, choisi))
    html.append("</select>")
    return mark_safe("".join(html))  # noqa: S308 (every part is escaped above)


def _option(valeur: Any, mot: Any, choisi: set[str]) -> str:
    texte = "" if valeur is None else str(valeur)
    return _ecrire_option(texte, str(mot), texte in choisi)


@lru_cache(maxsize=4096)
def _ecrire_option(texte: str, mot: str, choisie: bool) -> str:
    retenu = " selected" if choisie else ""
    return f'<option value="{escape(texte)}"{retenu}>{escape(mot)}</option>'
