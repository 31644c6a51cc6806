"""The same answers from fewer files; the past as it was; a stop or another deposit in between is harmless."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fanal.depenses.actions import compactage
from fanal.depenses.actions.entretien import verifier
from fanal.depenses.models import EtatLac, FichierLac
from fanal.depenses.queries.lac import manifeste, stockage
from fanal.moteurs.consolidation.source import ouvrir_duckdb
from fanal.moteurs.lac import compactage as moteur
from fanal.moteurs.lac.manifeste import Manifeste
from fanal.moteurs.lac.stockage import Stockage
from tests.appui.lac import poser
from tests.depenses.depots.test_verifier import ligne

pytestmark = pytest.mark.django_db
INSTANT = datetime(2022, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def lac_neuf(tmp_path: Path, settings: Any) -> None:
    settings.LAC = str(tmp_path / "lac")
    settings.VAR = tmp_path / "var"
    Path(settings.VAR).mkdir()


def lignes(version: int | None = None) -> list[tuple[Any, ...]]:
    """Every line in force, in an order of its own."""
    table = ouvrir_duckdb(manifeste(version), stockage()).lignes.to_pyarrow()
    return sorted(map(tuple, (row.values() for row in table.to_pylist())), key=str)


@pytest.fixture
def quatre_depots() -> list[list[tuple[Any, ...]]]:
    """Four deposits, of which two correct an earlier one; the lines in force after each."""
    states = []
    for lot in (
        [ligne(1), ligne(2), ligne(3, finess="210780582")],
        [ligne(2, montant_ht="12.00", prix_unitaire_ht="0.12"), ligne(4)],
        [ligne(5, date_commande="2021-01-02"), ligne(4, libelle="Masques")],
        [ligne(6)],
    ):
        poser(lot)
        states.append(lignes())
    return states


def test_the_same_lines_now_and_in_the_past(quatre_depots: list[Any]) -> None:
    done = compactage.compacter(by=None, instant=INSTANT)
    assert (done.lignes, done.effacees, done.apres) == (6, 2, 2)
    assert [f.genre for f in FichierLac.objects.filter(retire_a=None)] == ["lignes", "valeurs"]
    assert lignes() == quatre_depots[-1]
    assert [lignes(v) for v in (1, 2, 3, 4)] == quatre_depots
    assert verifier(instant=INSTANT).fautes == []
    merged = ouvrir_duckdb(manifeste(), stockage()).connexion.read_parquet(
        str(stockage().chemin(manifeste().lignes[0].nom))
    )
    order = [(r["etablissement"], r["mois"], r["id"]) for r in merged.to_pyarrow().to_pylist()]
    assert order == sorted(order)


def test_a_deposit_after_a_compaction_still_corrects(quatre_depots: list[Any]) -> None:
    compactage.compacter(by=None, instant=INSTANT)
    poser([ligne(1, libelle="Blouses")])
    FichierLac.objects.filter(genre="lignes", depot=None).update(efface=True)
    assert len(lignes()) == 6
    assert lignes(4) == quatre_depots[-1]
    assert verifier(instant=INSTANT).fautes == []
    # Nothing to gain: the second time merges the correction, the third does nothing.
    assert compactage.compacter(by=None, instant=INSTANT).effacees == 1
    before = EtatLac.objects.get().revision
    again = compactage.compacter(by=None, instant=INSTANT)
    assert again.avant == again.apres and EtatLac.objects.get().revision == before
    assert lignes(4) == quatre_depots[-1]


def test_a_deposit_registered_meanwhile_is_kept(
    quatre_depots: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, turns = moteur.compacter, []

    def slow(*args: Any, **kwargs: Any) -> Any:
        done = real(*args, **kwargs)
        if not turns:
            poser([ligne(7)])
        turns.append(1)
        return done

    monkeypatch.setattr(moteur, "compacter", slow)
    compactage.compacter(by=None, instant=INSTANT)
    assert len(turns) == 2 and len(lignes()) == 7
    assert verifier(instant=INSTANT).fautes == []


def test_a_stop_before_the_commit_changes_nothing(
    quatre_depots: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    placed: list[str] = []
    real = Stockage.poser

    def stopped(self: Stockage, chemin: Path, genre: str) -> tuple[str, str, int]:
        if placed:
            raise KeyboardInterrupt
        placed.append(genre)
        return real(self, chemin, genre)

    monkeypatch.setattr(Stockage, "poser", stopped)
    with pytest.raises(KeyboardInterrupt):
        compactage.compacter(by=None, instant=INSTANT)
    monkeypatch.undo()
    assert lignes() == quatre_depots[-1]
    seen = verifier(instant=INSTANT)
    assert seen.fautes == [] and len(seen.orphelins) == 1


def test_many_lines_make_several_files(quatre_depots: list[Any], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(moteur, "_LOT", 2)
    state = manifeste()
    folder = tmp_path / "essai"
    folder.mkdir()
    files = moteur.compacter(state, stockage(), moteur.choisir(state, 1000, 2), folder, lignes_par_fichier=2)
    written = [f for f in files if f.genre == "lignes"]
    assert [f.lignes for f in written] == [2, 2, 2]
    assert sum(f.somme for f in written) == 6200


def test_a_large_file_with_few_replaced_lines_is_left(quatre_depots: list[Any], tmp_path: Path) -> None:
    state = manifeste()
    large = Manifeste(
        state.version,
        tuple(replace(f, lignes=1000) if f.efface else f for f in state.lignes),
        state.valeurs,
        state.effacements,
    )
    names = moteur.choisir(large, 500, 2)
    assert names == [f.nom for f in large.lignes if not f.efface]
    folder = tmp_path / "essai"
    folder.mkdir()
    files = {f.genre: f for f in moteur.compacter(large, stockage(), names, folder)}
    # Its erasures stay with it.
    assert (files["lignes"].lignes, files["effacements"].lignes) == (3, 2)
    assert len(moteur.choisir(large, 500, 100)) == 4


def test_small_files_are_counted(quatre_depots: list[Any]) -> None:
    assert compactage.petits(INSTANT) == (4, False)
