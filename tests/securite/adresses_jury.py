"""Arguments of the addresses of a jury: those of its members, those of who runs it."""

from collections.abc import Callable
from typing import Any

from tests.securite.monde_jury import JuryMonde

Arguments = Callable[[JuryMonde], dict[str, Any]]

DU_JURE: dict[str, Arguments] = {
    "appels:jury_appel": lambda j: {"code": j.code},
    "appels:jury_interets": lambda j: {"code": j.code},
    "appels:jury_lecture": lambda j: {"numero": j.lecture.pk},
    "appels:jury_lecture_interet": lambda j: {"numero": j.lecture.pk},
    "appels:jury_dossier": lambda j: {"numero": j.dossier.pk},
    "appels:jury_piece": lambda j: {"numero": j.dossier.pk, "piece": j.piece.pk},
}
DE_L_ORGANISATEUR: dict[str, Arguments] = {
    "appels:jury_presider": lambda j: {"numero": j.membre.pk},
    "appels:jury_membre_retirer": lambda j: {"numero": j.membre.pk},
    "appels:jury_lever": lambda j: {"numero": j.interet.pk},
    "appels:jury_proces_verbal": lambda j: {"numero": j.close.pk},
    "appels:jury_lecteurs": lambda j: {"code": j.code, "numero": j.dossier.pk},
    "appels:jury_lecture_retirer": lambda j: {"code": j.code, "numero": j.lecture.pk},
}


def _seance(j: JuryMonde) -> dict[str, Any]:
    return {"numero": j.ouverte.pk}


def _point(j: JuryMonde) -> dict[str, Any]:
    return {"numero": j.ouverte.pk, "dossier": j.dossier.pk}


def _code(j: JuryMonde) -> dict[str, Any]:
    return {"code": j.code}


for _nom in ("seance", "presences", "clore", "abandonner"):
    DE_L_ORGANISATEUR[f"appels:jury_{_nom}"] = _seance
for _nom in ("deliberer", "reprendre"):
    DE_L_ORGANISATEUR[f"appels:jury_{_nom}"] = _point
for _nom in ("conduite", "composition", "repartition", "notation", "classement", "ouvrir"):
    DE_L_ORGANISATEUR[f"appels:jury_{_nom}"] = _code
