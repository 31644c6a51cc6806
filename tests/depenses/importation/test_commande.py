"""`fanal depenses importer`: what the command says when something is wrong with what it was given."""

from pathlib import Path

import pytest
from django.utils import timezone

from fanal.depenses.commandes import importer
from fanal.depenses.models import DepotLignes
from fanal.refus import Inutilisable
from tests.depenses.importation.conftest import en_csv

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("etablissements")]


def run(*fichiers: Path, mois: str | None = None) -> dict[str, object]:
    return importer.run(fichiers, mois=mois, correspondance=None, ght=None, instant=timezone.now())


@pytest.mark.parametrize("mois", ["", " ", ",", " , "])
def test_months_that_name_none_replace_and_add_nothing(tmp_path: Path, mois: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(en_csv({}), encoding="utf-8")
    with pytest.raises(Inutilisable, match="--mois est vide"):
        run(path, mois=mois)
    assert not DepotLignes.objects.exists()
    assert run(path, mois="2021-03,")["acceptees"] == 1


def test_of_several_files_the_wrong_one_is_named(tmp_path: Path) -> None:
    good, wrong, last = (tmp_path / name for name in ("bon.csv", "faux.csv", "dernier.csv"))
    good.write_text(en_csv({}), encoding="utf-8")
    wrong.write_text("rien\n1\n", encoding="utf-8")
    last.write_text(en_csv({"numero_commande": "C2"}), encoding="utf-8")
    with pytest.raises(Inutilisable) as refused:
        run(good, wrong, last)
    said = str(refused.value)
    assert said.startswith("« faux.csv » : Aucune ligne de titres")
    assert said.endswith("1 fichier(s) avant lui : importés. 1 après lui : à importer.")
    assert [d.acceptees for d in DepotLignes.objects.exclude(numero=None)] == [1]
    with pytest.raises(Inutilisable) as alone:
        run(wrong)
    assert str(alone.value).startswith("Aucune ligne")
