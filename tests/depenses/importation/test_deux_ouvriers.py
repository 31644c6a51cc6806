"""Two workers pick up the same deposit: one brings it in, the other stops with a sentence."""

from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from fanal.depenses.actions import importation
from fanal.depenses.actions.depots import executer
from fanal.depenses.actions.importation import importer
from fanal.depenses.models import AnomalieLignes, DepotLignes, EtatLac, FichierLac
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.models import Depot
from fanal.refus import Refus
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import NATIONAL
from tests.campagnes.test_concurrence import at_once
from tests.depenses.importation.conftest import FINESS, INSTANT, en_csv

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chemin(tmp_path: Path, settings: Any) -> Path:
    """Three right lines and one whose amount is wrong, for a lake of its own."""
    settings.LAC = str(tmp_path / "lac")
    Etablissement.objects.get_or_create(finess=FINESS[0], defaults={"nom": "CH"})
    path = tmp_path / "lignes.csv"
    wrong = {"numero_ligne": "4", "montant_ht": "11,00"}
    path.write_text(en_csv({}, {"numero_ligne": "2"}, {"numero_ligne": "3"}, wrong))
    return path


@pytest.fixture
def depot(chemin: Path) -> DepotLignes:
    """The file received, waiting in the queue."""
    original = keep_original(chemin=chemin, empreinte=file_hash(chemin))
    received = Depot.objects.create(
        format="lignes_commande", original=original, nom_fichier=chemin.name, canal="web", recu_le=INSTANT
    )
    return DepotLignes.objects.create(depot=received, etat="attente", etape="en_file", niveau="national")


def check_once(deposit: DepotLignes) -> None:
    """The lake holds the lines once, and the deposit says what its first reading found."""
    deposit.refresh_from_db()
    assert (deposit.etat, deposit.numero, deposit.phrase) == ("termine", 1, "")
    assert (deposit.lues, deposit.acceptees, deposit.deja_connues) == (4, 3, 0)
    assert EtatLac.objects.get().version == 1
    assert FichierLac.objects.filter(genre="lignes").aggregate(n=Sum("lignes"))["n"] == 3
    assert AnomalieLignes.objects.count() == 1


# Other rights make another working directory: the register alone then tells the two workers apart.
@pytest.mark.parametrize("permis", [None, frozenset(FINESS)], ids=["same-directory", "other-directory"])
def test_the_second_stops_with_a_sentence(chemin: Path, depot: DepotLignes, permis: Any) -> None:
    def work(right: Any) -> Any:
        mine = DepotLignes.objects.get(pk=depot.pk)
        return lambda: importer(
            chemin=chemin, nom_fichier=chemin.name, noeud=NATIONAL, canal="web", by=None, instant=INSTANT,
            depot=mine, finess_permis=right,
        )  # fmt: skip

    found = at_once(work(None), work(permis))
    (refus,) = [f for f in found if isinstance(f, Refus)]
    (done,) = [f for f in found if isinstance(f, DepotLignes)]
    assert done.numero == 1
    assert "déjà importé (version 1 du lac)" in refus.phrase and "rien à refaire" in refus.phrase
    check_once(depot)


def test_the_tasks_of_both_workers_end(depot: DepotLignes) -> None:
    """As the queue calls it: both find a finished deposit, and no error is left on its page."""
    found = at_once(*[lambda: executer(numero=depot.pk, instant=INSTANT)] * 2)
    assert [f.etat for f in found] == ["termine", "termine"]
    check_once(depot)


def test_a_late_worker_does_not_open_it_again(
    chemin: Path, depot: DepotLignes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped by an error after the other one has finished, a worker leaves the deposit as it is."""
    options: dict[str, Any] = {
        "chemin": chemin, "nom_fichier": chemin.name, "noeud": NATIONAL, "canal": "web", "by": None,
        "instant": INSTANT,
    }  # fmt: skip
    read, faster = importation._lire, DepotLignes.objects.get(pk=depot.pk)

    def overtaken(*args: Any) -> Any:
        monkeypatch.setattr(importation, "_lire", read)
        importer(**options, depot=faster, finess_permis=frozenset(FINESS))
        raise OSError("disque plein")

    monkeypatch.setattr(importation, "_lire", overtaken)
    with pytest.raises(OSError, match="disque plein"):
        importer(**options, depot=depot)
    check_once(depot)
