"""The CPV vocabulary: loaded once, then contracts are held to it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fanal.marches.actions.cpv import importer_cpv
from fanal.marches.actions.importation import importer
from fanal.marches.models import Cpv, Marche
from fanal.marches.queries.cpv import famille, libelle, libelles
from fanal.refus import Inutilisable
from tests.marches.importation.fabrique import CPV, fichier_v2, present, v2

pytestmark = pytest.mark.django_db

TABLE = (
    "code,libelle\n33600000-6,Produits pharmaceutiques\n33141420-0,Gants chirurgicaux\n"
    "33140000-3,Consommables médicaux\n"
)


def charger(dossier: Path, instant: datetime, texte: str = TABLE) -> dict[str, Any]:
    chemin = dossier / "cpv.csv"
    chemin.write_text(texte, encoding="utf-8")
    return importer_cpv(chemin=chemin, by=None, instant=instant)


def test_labels_and_families(tmp_path: Path, maintenant: datetime) -> None:
    assert libelle("33600000") == ""
    document = charger(tmp_path, maintenant)
    assert (document["lues"], document["acceptees"], document["ecartees"]) == (3, 3, 0)
    assert libelle("33600000") == "Produits pharmaceutiques"
    assert libelle("99999999") == libelle("") == ""
    assert libelles(["33600000", "99999999", ""]) == {"33600000": "Produits pharmaceutiques"}
    assert [famille("33141420", n) for n in (2, 3, 4, 5)] == ["33000000", "33100000", "33140000", "33141000"]
    assert famille("33", 2) == ""
    assert Cpv.objects.get(code="33141420").cle == "0"


def test_the_same_table_again_changes_nothing(tmp_path: Path, maintenant: datetime) -> None:
    charger(tmp_path, maintenant)
    assert charger(tmp_path, maintenant)["deja_connues"] == 3
    autre = charger(tmp_path, maintenant, TABLE.replace("Gants", "Gant"))
    assert (autre["modifiees"], autre["deja_connues"]) == (1, 2)


def test_rows_that_are_no_codes_are_set_aside(tmp_path: Path, maintenant: datetime) -> None:
    document = charger(tmp_path, maintenant, TABLE + "336,Court\n33600000-6,Encore\n33700000-7,\n")
    assert (document["lues"], document["acceptees"], document["ecartees"]) == (6, 3, 3)
    assert [a["regle"] for a in document["anomalies"]] == ["motif", "unique", "requis"]
    assert [a["ligne"] for a in document["anomalies"]] == [5, 6, 7]
    with pytest.raises(Inutilisable):
        charger(tmp_path, maintenant, "code,libelle\nabc,Rien\n")


def test_contracts_are_held_to_the_table_once_it_is_there(tmp_path: Path, maintenant: datetime) -> None:
    def importe(**change: Any) -> Marche:
        chemin = fichier_v2(tmp_path, v2(**change))
        importer(chemin=chemin, format="decp", noeud=None, by=None, instant=maintenant)
        return Marche.objects.get(identifiant=change["id"])

    bon, faux = importe(id="A"), importe(id="B", codeCPV="12345678")
    assert (bon.code_cpv, faux.code_cpv) == ("33141420", "12345678")
    assert charger(tmp_path, maintenant)["marches_remis_en_cause"] == 1
    faux.refresh_from_db()
    assert (faux.code_cpv, faux.recu["codeCPV"]) == ("", "12345678")
    assert [a.regle for a in faux.anomalies.all()] == ["cpv-inconnu"]
    assert [a.regle for a in importe(id="C", codeCPV="12345678").anomalies.all()] == ["cpv-inconnu"]
    assert [a.regle for a in importe(id="D", codeCPV="33600000-5").anomalies.all()] == ["cpv-cle"]
    bon.refresh_from_db()
    assert bon.code_cpv == "33141420"
    assert charger(tmp_path, maintenant)["marches_remis_en_cause"] == 0


def test_the_official_vocabulary(maintenant: datetime) -> None:
    document = importer_cpv(chemin=present(CPV), by=None, instant=maintenant)
    assert (document["lues"], document["ecartees"]) == (9454, 0)
    assert libelle("33600000") == "Produits pharmaceutiques"
