"""Index values: months and dates in many hands, chaining, definitive values that do not change silently."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from fanal.prix.actions.indices import importer_indices, raccorder
from fanal.prix.compute.series import Point, mois_absents
from fanal.prix.models import SerieIndice, ValeurIndice
from fanal.prix.queries.indices import resumes, series_pour
from fanal.refus import Inutilisable, Refus

pytestmark = pytest.mark.django_db


@pytest.fixture
def importer(tmp_path: Path, acheteur: Any, maintenant: Any) -> Any:
    def send(text: str, by: Any = acheteur, **options: Any) -> Any:
        path = tmp_path / "valeurs.csv"
        path.write_text(text, encoding="utf-8")
        return importer_indices(chemin=path, nom_fichier=path.name, by=by, instant=maintenant, **options)

    return send


def test_many_ways_to_write_a_month(importer: Any) -> None:
    done = importer("serie;mois;valeur\nA;2024-01;100\nA;02/2024;101,5\nA;mars 2024;102\nA;2024M04;103\n")
    assert done.ajoutees == 4
    months = ValeurIndice.objects.values_list("mois", "valeur")
    assert list(months)[1] == (date(2024, 2, 1), Decimal("101.5"))


def test_faulty_rows_are_named(importer: Any) -> None:
    done = importer(
        "serie;mois;valeur;publiee_le\nA;hier;100;\nA;2024-02;;\nA;2024-03;-5;\nA;2024-04;100;\n"
        "A;2024-05;100;\nA;2024-05;101;\nA;2024-06;100;01/05/2024\nA;2024-04;100;\n"
    )
    refused = {(a.ligne, a.regle) for a in done.lecture.anomalies if a.gravite == "refus"}
    assert refused == {
        (2, "mois-illisible"),
        (3, "requis"),
        (4, "minimum"),
        (6, "mois-double"),
        (7, "mois-double"),
    }
    assert (8, "publication-avant") in {(a.ligne, a.regle) for a in done.lecture.anomalies}
    assert done.ajoutees == 2


def test_missing_months_are_said(importer: Any) -> None:
    importer("serie;mois;valeur\nA;2024-01;100\nA;2024-04;101\n")
    found = resumes()[0]
    assert (found.valeurs, found.absents, found.sans_publication) == (2, 2, 2)
    assert mois_absents([Point(date(2023, 12, 1), Decimal(1)), Point(date(2024, 2, 1), Decimal(1))]) == [
        date(2024, 1, 1)
    ]


def test_a_definitive_value_does_not_change_silently(importer: Any, utilisateurs: Any, acheteur: Any) -> None:
    importer("serie;mois;valeur;provisoire\nA;2024-01;100;oui\nA;2024-02;101;non\n")
    done = importer("serie;mois;valeur\nA;2024-01;100,5\nA;2024-02;105\n")
    assert (done.corrigees, done.ajoutees) == (1, 0)
    assert any("valeur définitive" in a.phrase for a in done.lecture.anomalies)
    assert ValeurIndice.objects.get(mois=date(2024, 2, 1)).valeur == 101
    assert importer("serie;mois;valeur\nA;2024-02;105\n", motif="Rectificatif publié").corrigees == 0
    assert importer("serie;mois;valeur\nA;2024-02;105\n", by=None, motif="Rectificatif publié").corrigees == 1
    assert ValeurIndice.objects.get(mois=date(2024, 2, 1)).valeur == 105


def test_importing_again_changes_nothing(importer: Any) -> None:
    text = "serie;mois;valeur\nA;2024-01;100\n"
    importer(text)
    done = importer(text)
    assert (done.ajoutees, done.corrigees, done.inchangees) == (0, 0, 1)


def test_chaining_from_the_file_and_by_hand(importer: Any, acheteur: Any, maintenant: Any) -> None:
    importer("serie;mois;valeur\nVIEUX;2023-12;120\n")
    importer("serie;mois;valeur;suite_de;coefficient\nNEUF;2024-01;104;VIEUX;1,25\n")
    found = series_pour(["VIEUX"])
    assert set(found) == {"VIEUX", "NEUF"}
    assert found["NEUF"].coefficient == Decimal("1.25")
    old, new = SerieIndice.objects.get(code="VIEUX"), SerieIndice.objects.get(code="NEUF")
    common = {"motif": "", "by": acheteur, "instant": maintenant}
    with pytest.raises(Refus, match="se suivraient en rond"):
        raccorder(serie=old, suite_de=new, coefficient=Decimal(1), **common)
    third = SerieIndice.objects.create(code="AUTRE", libelle="Autre")
    with pytest.raises(Refus, match="est déjà la suite de"):
        raccorder(serie=third, suite_de=old, coefficient=Decimal(1), **common)
    with pytest.raises(Refus, match="supérieur à 0"):
        raccorder(serie=third, suite_de=new, coefficient=None, **common)
    raccorder(serie=third, suite_de=new, coefficient=Decimal("1.1"), **common)
    assert set(series_pour(["VIEUX"])) == {"VIEUX", "NEUF", "AUTRE"}


def test_nothing_readable(importer: Any) -> None:
    with pytest.raises(Inutilisable):
        importer("rien;du;tout\n1;2;3\n")
    with pytest.raises(Refus, match="Aucune ligne"):
        importer("serie;mois;valeur\nA;hier;100\n")


def test_a_code_may_hold_a_slash(importer: Any, connecte: Any) -> None:
    importer("serie;mois;valeur\nFSD2/2021;2024-01;100\n")
    client = connecte("acheteur")
    assert "FSD2/2021" in client.get(reverse("prix:indices")).content.decode()
    assert client.get(reverse("prix:indice", args=["FSD2/2021"])).status_code == 200
