"""Orders counted on integers kept beside the lake, against counting them on their texts."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from fanal.moteurs.consolidation.axes import AXES
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.numeros import Numeros, numeroter
from fanal.moteurs.consolidation.requetes import denombrement
from fanal.moteurs.consolidation.requetes.croisement import croiser
from fanal.moteurs.consolidation.source import ouvrir_duckdb
from fanal.moteurs.lac.manifeste import Manifeste
from fanal.moteurs.lac.schema import LIGNES
from tests.moteurs.consolidation.monde import Monde, batir
from tests.moteurs.consolidation.questions import FILTRES


@pytest.fixture(scope="module")
def monde(tmp_path_factory: pytest.TempPathFactory) -> Monde:
    """The lines of the second file come once more, as other lines of the same orders, in another file."""
    monde = batir(tmp_path_factory.mktemp("lac"), 4)
    second = monde.manifeste.lignes[1]
    table = pq.read_table(monde.stockage.chemin(second.nom))
    table = table.set_column(0, LIGNES.field("id"), pc.add(table["id"], 9 << 32))
    pq.write_table(table, monde.stockage.chemin(second.nom).with_name("autre.parquet"))
    files = (*monde.manifeste.lignes, replace(second, nom="autre.parquet"))
    return replace(monde, manifeste=replace(monde.manifeste, lignes=files))


@pytest.fixture(scope="module")
def textes(monde: Monde) -> Contexte:
    return monde.contexte(ouvrir_duckdb(monde.manifeste, monde.stockage, fils=1))


def entiers(monde: Monde, dossier: Path, manifeste: Manifeste | None = None) -> Contexte:
    kept = Numeros(dossier, monde.stockage, minimum=1)
    source = ouvrir_duckdb(manifeste or monde.manifeste, monde.stockage, fils=1, numeros=kept)
    assert kept.attendre(30)
    return monde.contexte(source)


@pytest.mark.parametrize("taille", [1, 10**6])
def test_integers_count_the_same_orders(
    monde: Monde, textes: Contexte, tmp_path: Path, taille: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(denombrement, "LIGNES_A_LA_FOIS", taille)
    ctx = entiers(monde, tmp_path)
    cross = ("code_produit", "ght", "mois", "couverture")
    asked = [((a,), ()) for a in AXES] if taille == 1 else [(cross, f) for f in FILTRES]
    for axes, texts in [((), ()), ((), FILTRES[3]), *asked]:
        question = (axes, ("commandes", "montant_ht"), Filtres.lire(texts))
        codes = frozenset({2, 3, 5}) if len(texts) == 1 else None
        ours, theirs = (croiser(c, *question, codes=codes) for c in (ctx, textes))
        assert ours.lignes() == theirs.lignes(), question
        assert ours.totaux == theirs.totaux, question


def test_an_order_of_several_files_counts_once(monde: Monde, tmp_path: Path) -> None:
    ctx = entiers(monde, tmp_path)
    assert ctx.source.numeros is not None
    lot = ctx.source.numeros.lot(monde.manifeste.lignes)
    assert lot.communs is not None and (lot.communs >= 0).any()
    orders = {(r["finess"], r["numero_commande"]) for r in monde.rows}
    assert croiser(ctx, (), ("commandes",)).totaux["commandes"] == len(orders)


def test_what_is_kept_is_read_again_and_follows_the_state(monde: Monde, tmp_path: Path) -> None:
    entiers(monde, tmp_path)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.*")}
    entiers(monde, tmp_path)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.*")} == before
    first = monde.manifeste.lignes[0]
    alone = replace(monde.manifeste, lignes=(first,), signature="seul")
    texts = monde.contexte(ouvrir_duckdb(alone, monde.stockage, fils=1))
    asked = (("finess", "mois"), ("commandes",))
    assert croiser(entiers(monde, tmp_path, alone), *asked).lignes() == croiser(texts, *asked).lignes()
    # Only the present state keeps its list.
    assert len(list((tmp_path / "communs").iterdir())) == 1


def test_numbers_not_made_leave_texts_to_answer(monde: Monde, textes: Contexte, tmp_path: Path) -> None:
    stopped = Numeros(tmp_path, monde.stockage, minimum=1)
    stopped.arreter()
    ctx = monde.contexte(ouvrir_duckdb(monde.manifeste, monde.stockage, fils=1, numeros=stopped))
    assert not stopped.attendre(1)
    asked = (("ght",), ("commandes",))
    assert croiser(ctx, *asked).lignes() == croiser(textes, *asked).lignes()


def test_groups_beyond_sixty_two_bits_stay_apart() -> None:
    wide = [pa.array([0, 2**61, None, 0], pa.int64()), pa.array([0, 2**61, 5, 0], pa.int64())]
    ranks, firsts = denombrement._distinguer(wide)
    assert ranks.tolist() == [0, 1, 2, 0]
    assert firsts.tolist() == [3, 1, 2]


def test_numbers_of_an_empty_file(tmp_path: Path) -> None:
    pq.write_table(LIGNES.empty_table(), tmp_path / "lignes.parquet")
    numeroter(tmp_path / "lignes.parquet", tmp_path / "c.npy", tmp_path / "c.parquet")
    assert pq.read_metadata(tmp_path / "c.parquet").num_rows == 0
