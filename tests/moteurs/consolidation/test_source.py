"""A source shared by the threads of the site, and the files that a question does not open."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fanal.moteurs.consolidation.condense import Condenses
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.requetes.croisement import croiser
from fanal.moteurs.consolidation.requetes.portion import bornes
from fanal.moteurs.consolidation.source import ouvrir_duckdb
from fanal.moteurs.lac.schema import mois_code
from tests.moteurs.consolidation.monde import Monde, batir


@pytest.fixture(scope="module")
def monde(tmp_path_factory: pytest.TempPathFactory) -> Monde:
    return batir(tmp_path_factory.mktemp("lac"), 5, 200)


def _questions() -> list[tuple[tuple[str, ...], Filtres]]:
    return [
        (axes, Filtres.lire([f"mois>=2021-{month:02d}"]))
        for month in range(1, 9)
        for axes in (("famille",), ("ght", "operateur"), ("code_produit", "couverture"))
    ]


def test_threads_share_a_source(monde: Monde, tmp_path: Path) -> None:
    def ask(ctx: Contexte, axes: tuple[str, ...], filtres: Filtres) -> object:
        return croiser(ctx, axes, ("montant_ht", "lignes", "commandes"), filtres).lignes()

    kept = Condenses(tmp_path, monde.stockage, minimum=50)
    shared = monde.contexte(ouvrir_duckdb(monde.manifeste, monde.stockage, condenses=kept))
    assert kept.attendre(30)
    alone = monde.contexte(ouvrir_duckdb(monde.manifeste, monde.stockage, fils=1))
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda q: ask(shared, *q), _questions()))
    assert found == [ask(alone, *q) for q in _questions()]


@pytest.mark.parametrize(
    ("texts", "start", "end"),
    [
        ((), None, None),
        (("mois>=2021-03", "annee=2021"), mois_code(2021, 3), mois_code(2021, 12)),
        (("trimestre=2021-T2,2020-T4",), mois_code(2020, 10), mois_code(2021, 6)),
        (("mois!=2021-03",), None, None),
        (("annee<=2020",), None, mois_code(2020, 12)),
        (("mois=2021-03,",), None, None),
    ],
)
def test_months_that_filters_leave(texts: tuple[str, ...], start: int | None, end: int | None) -> None:
    assert bornes(Filtres.lire(texts)) == (start, end)


def test_files_out_of_the_question_are_not_opened(monde: Monde) -> None:
    source = ouvrir_duckdb(monde.manifeste, monde.stockage, fils=1)
    assert source.partie(None, None, None) is source.lignes
    nothing = source.partie(None, mois_code(1999, 1), mois_code(1999, 12))
    assert source.executer(nothing).num_rows == 0
    assert source.manifeste.restreint(mois_min=mois_code(2050, 1)).lignes == ()
