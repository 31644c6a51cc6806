"""Arguments of the addresses of instruction and opinions: the agency organises the call, and is asked."""

from collections.abc import Callable
from typing import Any

from tests.securite.monde_avis import AvisMonde

Arguments = Callable[[AvisMonde], dict[str, Any]]


def _code(a: AvisMonde) -> dict[str, Any]:
    return {"code": a.code}


DE_L_AGENCE: dict[str, Arguments] = {
    **{
        f"appels:{nom}": _code
        for nom in (
            "avis_de_l_appel",
            "instruction",
            "instruction_geste",
            "instruction_trancher",
            "demander_avis",
            "avis_demandes",
            "avis_geste",
        )
    },
    "appels:instruire_dossier": lambda a: {"numero": a.dossier},
    "appels:rendre_avis": lambda a: {"numero": a.demande.pk},
    "appels:piece_avis": lambda a: {"numero": a.demande.pk, "piece": a.piece},
    "appels:texte_avis": lambda a: {"numero": a.texte.pk},
}
