"""The documented schemas accept what the command reads and writes, and nothing that it refuses."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fanal.moteurs.allocation import lire_partage, repartir_enveloppe
from fanal.moteurs.allocation.documents import en_document
from fanal.refus import Inutilisable

SCHEMAS = Path(__file__).parents[3] / "docs" / "reference" / "schemas"
QUESTION: dict[str, Any] = {
    "enveloppe": "100.00",
    "regle": "prorata",
    "taux_max": "0.5",
    "plafond": None,
    "contraintes": {"planchers_region": {"BRE": "10.00"}, "nombre_max_par_classe": {"1": 3}},
    "demandes": [
        {"id": "a", "montant_eligible": "80.00", "montant_demande": "80.00", "score": 1, "region": "BRE"}
    ],
}


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"repartition-{name}.json").read_text(encoding="utf-8"))


def test_a_question_and_its_answer_are_valid() -> None:
    jsonschema.validate(QUESTION, schema("demande"))
    jsonschema.validate(en_document(repartir_enveloppe(lire_partage(QUESTION))), schema("reponse"))


@pytest.mark.parametrize(
    "change", [{"enveloppe": "-1.00"}, {"regle": "x"}, {"autre": 1}, {"demandes": [{"id": "a"}]}]
)
def test_both_refuse(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**QUESTION, **change}, schema("demande"))
    with pytest.raises(Inutilisable):
        lire_partage({**QUESTION, **change})
