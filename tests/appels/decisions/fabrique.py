"""A call without money and its admissible dossiers, in a known order of arrival."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from fanal.appels.models import Appel, Arrivee
from fanal.campagnes.models import Dossier
from fanal.territoires.models import Ght, Region
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.appels.enveloppes.fabrique import LE, faire_appel, faire_dossier

TERRAIN = {"code": "terrain", "titre": "Accompagnement sur le terrain", "question": "terrain"}


def regles(places: int | None = 3, nombre_max: int | None = 2, **autres: Any) -> dict[str, Any]:
    """Rules without an amount: places in order of arrival, an option, two milestones (one for the option)."""
    dossiers = {} if places is None else {"places": places}
    return {
        "dossiers": dossiers,
        "suivi": {
            "jalons": [
                {"titre": "Point 1", "delai_jours": 42},
                {"titre": "Terrain 1", "delai_jours": 56, "si": "terrain"},
            ],
            "options": [TERRAIN | ({} if nombre_max is None else {"nombre_max": nombre_max})],
        },
    } | autres


def monde(ght: Ght, nombre: int, *, places: int | None = 3, terrain: Sequence[int] = (), **autres: Any):
    """(call, dossiers): `nombre` admissible dossiers arrived one minute after the other, those of rank in
    *terrain* asking for the option.
    """
    appel = faire_appel(NATIONAL, code="sans-argent", regles=regles(places, **autres))
    dossiers = [
        faire_dossier(appel, Noeud("ght", ght), f"P{n}", terrain="oui" if n in terrain else "non")
        for n in range(1, nombre + 1)
    ]
    return appel, dossiers


def faire_ghts(region: Region, nombre: int) -> list[Ght]:
    return [
        Ght.objects.create(code=f"{region.sigle}-7{n:02d}", nom=f"GHT d'essai {n:02d}", region=region)
        for n in range(1, nombre + 1)
    ]


def arriver(dossier: Dossier, minutes: int) -> None:
    """Move a dossier's arrival, in minutes after the opening."""
    Arrivee.objects.filter(dossier=dossier).update(
        arrive_le=LE - timedelta(days=30) + timedelta(minutes=minutes)
    )


__all__ = ["LE", "Appel", "arriver", "faire_ghts", "monde", "regles"]
