"""What the page of a contract says of convergence: the starts decided for it, and the way to its segment."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from fanal.comptes.perimetre import Perimetre
from fanal.convergence.queries.decisions import propositions_visibles
from fanal.convergence.rules.segments import CPV
from fanal.marches.models import Marche
from fanal.marches.volets import Volet
from fanal.parametres import valeur

MONTREES = 5


def contexte(marche: Marche, perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """The kept proposals whose procedure renews *marche*, each with its act; None without a segment."""
    if not marche.code_cpv or marche.ght is None or marche.ght_id not in perimetre.ghts:
        return None
    chiffres = valeur("convergence.segment_chiffres", le=today)
    kept = propositions_visibles(perimetre).filter(procedure__remplace=marche)[:MONTREES]
    query = {"territoire": f"ght:{marche.ght.code}", "segment": f"{CPV}:{marche.code_cpv[:chiffres]}"}
    return {
        "segment": marche.code_cpv[:chiffres],
        "url": f"{reverse('convergence:atelier')}?{urlencode(query)}",
        "propositions": [(p, acte_de(p.donnees, marche.pk)) for p in kept],
    }


def acte_de(donnees: dict[str, Any], marche: int) -> dict[str, Any]:
    """The act of a contract in a frozen proposal; empty when it had none."""
    actions = (donnees.get("propositions") or [{}])[0].get("actions", [])
    return next((a for a in actions if a["marche"] == str(marche)), {})


VOLET = Volet("convergence", "Convergence", 70, "marche.voir", contexte, "convergence/volet.html")
