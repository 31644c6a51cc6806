"""The answer as a document: amounts in decimal text, requests in their order (repartition-reponse.json)."""

from typing import Any

from fanal.moteurs.allocation.annees import ResultatPluriannuel
from fanal.moteurs.allocation.modele import Resultat


def en_document(found: Resultat) -> dict[str, Any]:
    """The answer of one year."""
    return {
        "regle": found.regle,
        "enveloppe": written(found.enveloppe),
        "attribue": written(found.attribue),
        "reste": written(found.reste),
        "optimal": found.optimal,
        "empreinte_sha256": found.empreinte,
        "demandes": [
            {"id": a.id, "maximum": written(a.maximum), "attribue": written(a.attribue), "motif": a.motif}
            for a in found.attributions
        ],
    }


def annees_en_document(found: ResultatPluriannuel) -> dict[str, Any]:
    """The same with its forecast years, when the question has some."""
    if not found.previsions:
        return en_document(found.ferme)
    years = [{"annee": year} | en_document(answer) for year, answer in found.previsions]
    return en_document(found.ferme) | {"previsions": years, "empreinte_des_annees": found.empreinte}


def written(cents: int) -> str:
    """Cents as a decimal text in euros."""
    return f"{cents // 100}.{cents % 100:02d}"
