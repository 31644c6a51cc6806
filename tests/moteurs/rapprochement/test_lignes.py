"""Labels without a usable code: the engine's answer beside a plain reading of the rows."""

from collections import Counter
from pathlib import Path

import pytest

from fanal.moteurs.consolidation.source import ouvrir_duckdb
from fanal.moteurs.rapprochement.lignes import par_libelle
from tests.moteurs.consolidation.monde import batir


@pytest.mark.parametrize("graine", [1, 2])
def test_labels_are_counted_as_a_plain_reading_does(tmp_path: Path, graine: int) -> None:
    world = batir(tmp_path, graine, 300)
    source = ouvrir_duckdb(world.manifeste, world.stockage, fils=1)
    places = {source.dimensions["etablissement"].code(f): f for f in ("210000001", "210000003")}
    asked = par_libelle(source.lignes, [c for c in places if c], source.dimensions["produit"].invalides)
    words = source.dimensions["libelle"]
    found = {
        (words.lire(row["libelle"]), row["code"]): (row["lignes"], row["montant"])
        for row in source.executer(asked).to_pylist()
    }
    lines: Counter[tuple[str, int]] = Counter()
    cents: Counter[tuple[str, int]] = Counter()
    for row in world.rows:
        if row["finess"] not in places.values() or row["type_ligne"] == "remise":
            continue
        code = row["code_produit"]
        key = (row["libelle"], int(isinstance(code, str) and code != "" and not code.startswith("FAUX")))
        lines[key] += 1
        cents[key] += round(float(row["montant_ht"]) * 100)
    assert len(lines) > 4
    assert found == {key: (n, cents[key]) for key, n in lines.items()}
