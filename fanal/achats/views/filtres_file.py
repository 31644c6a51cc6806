"""The filters of the control queue: what they ask for, in words, and as they are written on the page.

Two lists of them name every territory and every family: they are built once for each account and choice.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from fanal.achats.forms_instruction import FiltresFileForm
from fanal.achats.queries.instruction import Criteres, families
from fanal.campagnes.models import Campagne
from fanal.interface import ici
from fanal.interface.choix import branches
from fanal.memoire import stable


class Filtres(NamedTuple):
    """What is asked for, the sentences of the exports, and the fields."""

    criteres: Criteres
    phrases: list[str]
    champs: SafeString


def filtres(request: HttpRequest, demandes: Mapping[str, str], campagne: Campagne | None) -> Filtres:
    """The filters that *demandes* asks for (field name → value), within what the account may stand on."""
    connus = tuple((nom, demandes[nom]) for nom in FiltresFileForm.base_fields if nom in demandes)
    cherche = str(demandes.get("q", "")).strip()[:200]
    lieux = _places(request)

    def lire() -> Filtres:
        known = families(campagne) if campagne else []
        form = FiltresFileForm(dict(connus), familles=known, territoires=territories(request))
        champs = render_to_string("achats/filtres_file.html", {"form": form})
        return Filtres(form.criteres(cherche), form.phrases(), champs)

    return stable(("achats.filtres", connus, cherche, lieux, campagne and campagne.pk), lire)


def _places(request: HttpRequest) -> tuple[Any, date, str]:
    """What the list of territories depends on."""
    today = timezone.localdate()
    return request.user.pk, today, ici.parametre(ici.ici(request, today).noeud)


def territories(request: HttpRequest) -> list[tuple[str, Any]]:
    """What the account may stand on, for a list: the nation, then each région with its GHT."""
    return stable(("achats.territoires", *_places(request)), lambda: _territories(request))


def _territories(request: HttpRequest) -> list[tuple[str, Any]]:
    groups: list[tuple[str, Any]] = []
    for branch in branches(request, timezone.localdate()):
        if branch.branches:
            below = [(b.parametre, b.titre) for b in branch.branches]
            groups.append((branch.titre, [(branch.parametre, f"{branch.titre}, tous les GHT"), *below]))
        else:
            groups.append((branch.parametre, branch.titre))
    return groups
