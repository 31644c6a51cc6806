"""The top bar, written once for all the pages of those who see the same; each puts in what is its own.

What the bar shows (account, roles, territory, year, appearance) is the key; the address of the page, what was
searched and the token against forged requests differ each time and take the place of marks.
"""

import secrets
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Drawn at each start: no account can have written one of them.
JETON, CHEMIN, CHEMIN_CITE, CHERCHE = (f"repere{secrets.token_hex(16)}" for _ in range(4))


class Vue(NamedTuple):
    """All that the bar shows besides the page itself."""

    compte: str
    roles: tuple[str, ...]
    territoire: str
    annee: int
    annees: tuple[int, ...]
    theme: str
    demonstration: bool


def ecrire(vue: Vue, *, chemin: str, cherche: str, jeton: str) -> SafeString:
    """The bar as *vue* shows it, on the page at *chemin* (its whole address), *cherche* in its search."""
    html = _ecrite(vue)
    for marque, valeur in (
        (JETON, escape(jeton)),
        (CHEMIN_CITE, quote(chemin)),
        (CHEMIN, escape(chemin)),
        (CHERCHE, escape(cherche)),
    ):
        html = html.replace(marque, valeur)
    return mark_safe(html)  # noqa: S308 (a template's output, and values escaped above)


@lru_cache(maxsize=512)
def _ecrite(vue: Vue) -> str:
    contexte = {"vue": vue, "chemin": CHEMIN, "chemin_cite": CHEMIN_CITE, "cherche": CHERCHE}
    return render_to_string("interface/coque/barre.html", contexte | {"csrf_token": JETON})
