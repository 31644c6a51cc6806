"""Addresses of calls and of dossiers: who reaches them."""

from collections.abc import Callable
from typing import Any

from tests.securite.monde import Monde

Arguments = Callable[[Monde], dict[str, Any]]

# A public call is read by everybody, signed in or not; answering and settling it are another matter.
PUBLIQUES_APPELS = {
    "appels:liste": "calls are public",
    "appels:appel": "a public call is read by everybody",
    "appels:formulaire": "the form of a public call, to prepare one's answers",
    "appels:document": "a document put beside a public call",
}


def _appel(m: Monde) -> dict[str, Any]:
    return {"code": m.appels.appel.campagne.code}


def _dossier(m: Monde) -> dict[str, Any]:
    return {"numero": m.appels.dossier.pk}


# name → (arguments, kept from other territories, a role of this territory that reaches it)
APPELS: dict[str, tuple[Arguments, bool, str]] = {
    **{f"appels:{n}": (_appel, False, "directeur_achats") for n in ("appel", "formulaire", "commencer")},
    "appels:document": (lambda m: _appel(m) | {"numero": m.appels.document.pk}, False, "directeur_achats"),
    **{
        f"appels:{n}": (_appel, True, "referent_ars")
        for n in (
            "reglages",
            "textes",
            "dates",
            "publier",
            "retirer",
            "deposer_formulaire",
            "classeur",
            "regles",
            "deposer_regles",
            "regles_yaml",
            "joindre",
            "invites",
        )
    },
    "appels:retirer_document": (
        lambda m: _appel(m) | {"numero": m.appels.document.pk},
        True,
        "referent_ars",
    ),
    **{
        f"appels:{n}": (_dossier, True, "directeur_achats")
        for n in ("dossier", "deposer", "reprendre", "abandonner")
    },
    **{
        f"appels:{n}": (lambda m: _dossier(m) | {"version": 1}, True, "directeur_achats")
        for n in ("accuse", "accuse_pdf", "differences")
    },
    "appels:retirer_accord": (lambda m: _dossier(m) | {"question": "accord"}, True, "directeur_achats"),
    "appels:partages": (_appel, True, "directeur_achats"),
    "appels:document_partage": (
        lambda m: _appel(m) | {"numero": m.appels.partage.pk},
        True,
        "directeur_achats",
    ),
    "appels:retirer_partage": (lambda m: _appel(m) | {"numero": m.appels.partage.pk}, True, "referent_ars"),
    "appels:partager": (lambda m: _appel(m) | {"piece": m.appels.piece.pk}, True, "referent_ars"),
}
