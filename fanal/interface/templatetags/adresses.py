"""`{% url %}` as Django's, each address worked out once: a page writes some twenty, most of them the same.

A builtin of every template (see the settings): pages load nothing. Same arguments, same errors, same `as`.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as lire_url
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()
SIMPLES = {int, str, SafeString}


class NoeudAdresse(URLNode):
    """The node of one `{% url %}`."""

    def render(self, context: Context) -> str:
        """The address, escaped; nothing when it stands in a variable (`as`)."""
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {nom: valeur.resolve(context) for nom, valeur in self.kwargs.items()}
        application = _application(context)
        try:
            adresse = _adresse(self.view_name.resolve(context), args, kwargs, application)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            adresse = ""
        if self.asvar:
            context[self.asvar] = adresse
            return ""
        return conditional_escape(adresse) if context.autoescape else adresse


@register.tag("url")
def url(parser: Parser, token: Token) -> NoeudAdresse:
    """Read the tag as Django does."""
    lu = lire_url(parser, token)
    return NoeudAdresse(lu.view_name, lu.args, lu.kwargs, lu.asvar)


def _application(context: Context) -> str | None:
    """The application that a name without namespace is looked for in, as Django finds it."""
    request = getattr(context, "request", None)
    if hasattr(request, "current_app"):
        return request.current_app  # type: ignore[no-any-return, union-attr]  # set by views that have one
    return getattr(getattr(request, "resolver_match", None), "namespace", None)


def _adresse(nom: str, args: list[Any], kwargs: dict[str, Any], application: str | None) -> str:
    """The address; kept when the arguments are numbers and texts, for which equal means the same address."""
    if not all(type(valeur) in SIMPLES for valeur in (*args, *kwargs.values())):
        return reverse(nom, args=args, kwargs=kwargs, current_app=application)
    mots = tuple(sorted(kwargs.items()))
    return _connue(str(nom), tuple(args), mots, application, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=4096)
def _connue(
    nom: str,
    args: tuple[Any, ...],
    kwargs: tuple[tuple[str, Any], ...],
    application: str | None,
    urlconf: Any,
    prefixe: str,
) -> str:
    # *prefixe* is only part of the key: `reverse` reads it by itself.
    return reverse(nom, urlconf=urlconf, args=args, kwargs=dict(kwargs), current_app=application)
