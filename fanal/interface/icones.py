"""Icons in pages: `{% icone "search" %}`."""

from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fanal.interface.noms_icones import NOMS


@lru_cache(maxsize=512)
def icone(nom: str, titre: str = "") -> SafeString:
    """The icon *nom*; decorative unless *titre* says what it means. `ValueError` when unknown."""
    if nom not in NOMS:
        raise ValueError(f"Unknown icon {nom!r}: add it to fanal/interface/noms_icones.py.")
    lien = f"{static('fournis/icones.svg')}#{nom}"
    if titre:
        return format_html(
            '<svg class="icone" role="img" aria-label="{}"><use href="{}"></use></svg>', titre, lien
        )
    return format_html(
        '<svg class="icone" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', lien
    )
