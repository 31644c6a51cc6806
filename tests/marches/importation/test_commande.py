"""`fanal marches importer`: the document, the codes of exit, one sentence when nothing can be read."""

import json
from pathlib import Path
from typing import Any

from tests.marches.importation.fabrique import fichier_v2, v2

CLES = {"feuille", "ligne", "colonne", "valeur", "regle", "gravite", "phrase"}


def test_the_command_line(fanal: Any, tmp_path: Path) -> None:
    bon = fichier_v2(tmp_path, v2(), v2(id="M2", montant=0), nom="bon.json")
    rendu = fanal("marches", "importer", str(bon), "--format", "decp", "--json")
    document = json.loads(rendu.stdout)
    assert rendu.returncode == 0
    assert (document["lues"], document["acceptees"], document["ecartees"]) == (2, 2, 0)
    assert all(set(a) == CLES for a in document["anomalies"])
    assert [a["regle"] for a in document["anomalies"] if a["gravite"] == "controle"] == ["montant-symbolique"]
    encore = fanal("marches", "importer", str(bon), "--format", "decp")
    assert encore.returncode == 0
    assert "Déjà connus : 2" in encore.stdout

    ecarte = fichier_v2(tmp_path, v2(objet=""), nom="ecarte.json")
    assert fanal("marches", "importer", str(ecarte), "--format", "decp", "--json").returncode == 1

    faux = tmp_path / "faux.json"
    faux.write_text("<marches/>")
    for arguments, mot in (
        ((str(faux), "--format", "decp"), "JSON"),
        ((str(tmp_path / "absent.json"), "--format", "decp"), "n'existe pas"),
        ((str(bon), "--format", "poesie"), "n'est pas connu"),
        ((str(bon), "--format", "decp", "--ght", "ZZZ-99"), "n'est pas connu"),
        ((str(bon), "--format", "decp", "--correspondance", "x"), "tableaux"),
    ):
        refus = fanal("marches", "importer", *arguments)
        assert refus.returncode == 2, refus.stderr
        assert mot in refus.stderr
        assert "Traceback" not in refus.stderr + refus.stdout
