"""Consumption from outside: once per key, always recorded, flagged past a maximum."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.marches.actions import consommation_fichier
from fanal.marches.actions.consommation import Reception, recevoir
from fanal.marches.actions.consommation_fichier import recevoir_fichier
from fanal.marches.models import Consommation, LotConsommation, Marche, Modification
from fanal.marches.queries.consommation import cumuls
from fanal.marches.rules.reception import LigneRecue, empreinte
from fanal.refus import Interdit, Inutilisable, Refus
from fanal.territoires.models import Etablissement, Ght
from tests.marches.execution.conftest import INSTANT

pytestmark = pytest.mark.django_db
Ligne = Callable[..., LigneRecue]


def send(ght: Ght, *lines: LigneRecue, cle: str = "envoi-1", by: Utilisateur | None = None) -> Reception:
    return recevoir(ght=ght, cle=cle, lignes=lines, source="api", by=by, instant=INSTANT)


def rules(found: Reception) -> list[tuple[int | None, str]]:
    return [(a.ligne, a.regle) for a in found.anomalies]


def test_lines_are_recorded_on_their_contract(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    found = send(ght, ligne(1, "100.10"), ligne(2, "50", numero_marche="m 2025/01"))
    assert found.bilan | {"lues": 2, "acceptees": 2, "ecartees": 0, "depassees": 0} == found.bilan
    assert cumuls([marche.pk])[marche.pk].total_ht == Decimal("150.10")
    assert Entree.objects.filter(action="consommation.recue").count() == 1


def test_the_same_key_and_content_count_once(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    first = send(ght, ligne(1), ligne(2))
    again = send(ght, ligne(1), ligne(2))
    assert (first.deja_recu, again.deja_recu) == (False, True)
    assert again.bilan["acceptees"] == 2
    assert Consommation.objects.count() == 2
    assert Entree.objects.filter(action="consommation.recue").count() == 1


def test_the_same_key_with_another_content_is_refused(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    send(ght, ligne(1))
    with pytest.raises(Refus, match="a déjà servi le 15/06/2026") as refused:
        send(ght, ligne(1, "200"))
    assert refused.value.statut_http == 409
    assert Consommation.objects.get().montant_ht == 100


def test_the_hash_does_not_depend_on_how_numbers_are_written(ligne: Ligne) -> None:
    assert empreinte([ligne(1, "100")]) == empreinte([ligne(1, "100.00")])
    assert empreinte([ligne(1, "100")]) != empreinte([ligne(1, "100.01")])
    assert empreinte([ligne(1), ligne(2)]) != empreinte([ligne(2), ligne(1)])


def test_a_line_known_under_another_key_is_not_counted_twice(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    send(ght, ligne(1))
    found = send(ght, ligne(1), ligne(2), cle="envoi-2")
    assert (found.bilan["deja_connues"], found.bilan["acceptees"]) == (1, 1)
    assert Consommation.objects.count() == 2


def test_a_line_known_with_another_content_is_left_out(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    send(ght, ligne(1))
    found = send(ght, ligne(1, "900"), ligne(2), ligne(2, "3"), cle="envoi-2")
    assert rules(found) == [(1, "cle-deja-recue"), (2, "cle-deja-recue")]
    assert found.bilan | {"lues": 3, "acceptees": 1, "ecartees": 2} == found.bilan


def test_two_establishments_may_use_the_same_key(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    found = send(ght, ligne(1), ligne(1, finess="210000002"))
    assert found.bilan["acceptees"] == 2


def test_past_the_maximum_it_is_recorded_and_flagged(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    """1,000 € in all: 600, then 400 (reached, not passed), then 0.01 passes, the earlier date first."""
    send(ght, ligne(1, "600"))
    found = send(
        ght,
        ligne(3, "0.01", le=date(2026, 5, 1)),
        ligne(2, "400", le=date(2026, 4, 1)),
        cle="envoi-2",
    )
    assert dict(Consommation.objects.values_list("cle", "depasse")) == {"C1": False, "C2": False, "C3": True}
    (said,) = found.anomalies
    assert said.ligne == 3 and said.regle == "maximum-depasse"
    assert "dépassé de 0,01" in said.phrase and "R2194-1" in said.phrase
    assert Entree.objects.filter(action="marche.maximum_depasse").count() == 1


def test_past_the_share_of_a_beneficiary(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    found = send(ght, ligne(1, "300", finess="210000002"), ligne(2, "1", finess="210000002"))
    assert [a.ligne for a in found.anomalies] == [2]
    assert "La part de Établissement d'essai 210000002" in found.anomalies[0].phrase
    assert Consommation.objects.get(cle="C2").depasse


def test_a_notified_modification_raises_the_maximum(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    Modification.objects.create(marche=marche, numero=1, variation_ht=Decimal(500), etat="notifiee")
    assert send(ght, ligne(1, "1500")).bilan["depassees"] == 0
    assert send(ght, ligne(2, "0.01"), cle="envoi-2").bilan["depassees"] == 1


def test_a_credit_note_passes_nothing_and_gives_room_back(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    send(ght, ligne(1, "1200"))
    found = send(
        ght, ligne(2, "-300", le=date(2026, 4, 1)), ligne(3, "100", le=date(2026, 5, 1)), cle="envoi-2"
    )
    assert found.bilan["depassees"] == 0
    assert cumuls([marche.pk])[marche.pk].total_ht == 1000


def test_a_maximum_in_units(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    marche.maximum_ht, marche.maximum_quantite, marche.unite_quantite = None, Decimal(10), "boîtes"
    marche.save()
    found = send(ght, ligne(1, "1", quantite=Decimal(10)), ligne(2, "1", quantite=Decimal("0.5")))
    assert [a.ligne for a in found.anomalies] == [2]
    assert "10 boîtes" in found.anomalies[0].phrase


def test_what_the_contract_does_not_provide_for_is_told(
    ght: Ght, marche: Marche, partie: Etablissement, ligne: Ligne
) -> None:
    marche.beneficiaires.filter(etablissement=partie).update(sortie=date(2026, 1, 1))
    Marche.objects.filter(pk=marche.pk).update(date_fin_totale=date(2026, 2, 1), date_fin=date(2026, 2, 1))
    found = send(ght, ligne(1), ligne(2, finess="210000002", le=date(2026, 1, 15)))
    assert rules(found) == [(1, "apres-la-fin"), (2, "hors-beneficiaires")]
    assert found.bilan["acceptees"] == 2


@pytest.mark.parametrize(
    ("changes", "colonne"),
    [
        ({"cle": ""}, "cle"),
        ({"montant_ht": Decimal(10) ** 15}, "montant_ht"),
        ({"le": date(2026, 6, 16)}, "date"),
        ({"finess": "350000001"}, "finess"),
    ],
)
def test_a_line_that_cannot_count_is_left_out(
    ght: Ght, autre_ght: Ght, marche: Marche, ligne: Ligne, changes: dict[str, Any], colonne: str
) -> None:
    found = send(ght, ligne(1, **changes), ligne(2))
    assert found.bilan["ecartees"] == 1 and found.bilan["acceptees"] == 1
    assert found.anomalies[0].colonne == colonne


def test_without_a_number_it_is_off_contract(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    found = send(ght, ligne(1, numero_marche=""), ligne(2, numero_marche="ZZ"), ligne(3, numero_marche="—"))
    assert found.bilan["hors_marche"] == 3
    assert Consommation.objects.filter(marche=None).count() == 3
    assert {a.regle for a in found.anomalies} == {"hors-marche"}


def test_another_ghts_contract_is_not_known(ght: Ght, autre_ght: Ght, marche: Marche, ligne: Ligne) -> None:
    found = send(autre_ght, ligne(1, finess="350000001"))
    assert found.bilan["hors_marche"] == 1


def test_two_contracts_of_the_same_number(ght: Ght, marche: Marche, ligne: Ligne) -> None:
    """The buyer's SIRET decides, else the establishment that executes; else a person does."""
    twin = Marche.objects.get(pk=marche.pk)
    twin.pk, twin.acheteur_siret = None, "21000000200018"
    twin.save()
    by_siret = send(ght, ligne(1, siret_acheteur="21000000200018"))
    by_place = send(ght, ligne(2), cle="envoi-2")
    assert Consommation.objects.get(cle="C1").marche_id == twin.pk
    assert Consommation.objects.get(cle="C2").marche_id == marche.pk
    assert not by_siret.anomalies and not by_place.anomalies
    marche.beneficiaires.all().delete()
    third = send(ght, ligne(3), cle="envoi-3")
    assert "2 marchés portent" in third.anomalies[0].phrase


def test_who_may_send(
    ght: Ght,
    marche: Marche,
    ligne: Ligne,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    creer_utilisateur: Any,
    partie: Etablissement,
) -> None:
    from fanal.territoires.noeuds import Noeud

    send(ght, ligne(1), by=utilisateurs["pharmacien"])
    for role in ("lecteur", "controleur_gestion"):
        with pytest.raises(Interdit):
            send(ght, ligne(1), cle=role, by=utilisateurs[role])
    with pytest.raises(Interdit):
        send(ght, ligne(1), cle="ailleurs", by=utilisateurs_ailleurs["acheteur"])
    own = creer_utilisateur("acheteur", Noeud("etablissement", partie))
    found = send(ght, ligne(2), ligne(3, finess="210000002"), cle="sien", by=own)
    assert [(a.ligne, a.colonne) for a in found.anomalies] == [(2, "finess")]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(-400, 900), st.booleans(), st.integers(1, 28)), max_size=8))
def test_flags_against_a_naive_count(
    ght: Ght, marche: Marche, ligne: Ligne, rows: list[tuple[int, bool, int]]
) -> None:
    """Sort by day, add up, compare with the two maximums: the same lines are flagged."""
    Consommation.objects.all().delete()
    LotConsommation.objects.all().delete()
    lines = [
        ligne(n, amount, finess="210000002" if party else "210000001", le=date(2026, 3, day))
        for n, (amount, party, day) in enumerate(rows, start=1)
    ]
    send(ght, *lines)
    expected = set()
    total = share = 0
    for n, (amount, party, _) in sorted(enumerate(rows, start=1), key=lambda row: row[1][2]):
        total += amount
        share += amount if party else 0
        if amount > 0 and (total > 1000 or (party and share > 300)):
            expected.add(f"C{n}")
    assert set(Consommation.objects.filter(depasse=True).values_list("cle", flat=True)) == expected


CSV = (
    "Clé de la ligne;N° de marché;FINESS;Date;Montant HT;Quantité\n"
    "A1;M-2025-01;210000001;01/03/2026;1 250,40;10\n"
    "A2;;210000002;02/03/2026;20,00;\n"
    "A3;M-2025-01;210000001;31/02/2026;20,00;\n"
)


def file_of(tmp_path: Path, content: str = CSV) -> Path:
    path = tmp_path / "conso.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_counts_once(ght: Ght, marche: Marche, tmp_path: Path) -> None:
    path = file_of(tmp_path)

    def push() -> dict[str, Any]:
        done, key = recevoir_fichier(
            chemin=path, nom_fichier="conso.csv", ght=ght, cle=None, canal="cli", by=None, instant=INSTANT
        )
        return done.en_json(key)

    first, again = push(), push()
    assert (first["lues"], first["acceptees"], first["ecartees"]) == (3, 2, 1)
    assert (first["depassees"], first["hors_marche"]) == (1, 1)
    assert again["deja_recu"] and again["acceptees"] == 2
    assert Consommation.objects.count() == 2
    (lot,) = LotConsommation.objects.all()
    assert lot.depot is not None and lot.depot.nom_fichier == "conso.csv"
    assert {a["regle"] for a in first["anomalies"]} >= {"maximum-depasse", "hors-marche"}


def test_a_file_broken_off_is_taken_up_again(
    ght: Ght, marche: Marche, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five lines in batches of two; the machine stops in the third batch; sent again, each counts once."""
    monkeypatch.setattr(consommation_fichier, "LOT", 2)
    rows = "".join(f"L{n};M-2025-01;210000001;01/03/2026;10,00;\n" for n in range(5))
    path = file_of(tmp_path, CSV.splitlines()[0] + "\n" + rows)
    options: dict[str, Any] = {
        "chemin": path,
        "nom_fichier": "c.csv",
        "ght": ght,
        "cle": "mars",
        "canal": "cli",
        "by": None,
        "instant": INSTANT,
    }
    real = consommation_fichier.recevoir
    calls = []

    def breaks(**given: Any) -> Reception:
        calls.append(given["cle"])
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(**given)

    monkeypatch.setattr(consommation_fichier, "recevoir", breaks)
    with pytest.raises(KeyboardInterrupt):
        recevoir_fichier(**options)
    assert Consommation.objects.count() == 4
    monkeypatch.setattr(consommation_fichier, "recevoir", real)
    done, _ = recevoir_fichier(**options)
    assert [lot.cle for lot in done.lots] == ["mars/1", "mars/2", "mars/3"]
    assert done.bilan["acceptees"] == 5 and not done.deja_recu
    assert cumuls([marche.pk])[marche.pk].total_ht == 50


def test_a_file_that_cannot_be_read(ght: Ght, tmp_path: Path) -> None:
    with pytest.raises(Inutilisable):
        recevoir_fichier(
            chemin=file_of(tmp_path, "n'importe quoi\n"),
            nom_fichier="x.csv",
            ght=ght,
            cle=None,
            canal="cli",
            by=None,
            instant=INSTANT,
        )
    assert not LotConsommation.objects.exists()


def test_totals(ght: Ght, marche: Marche, partie: Etablissement, ligne: Ligne) -> None:
    send(
        ght,
        ligne(1, "100.10", quantite=Decimal("2.5")),
        ligne(2, "0.20", le=date(2026, 3, 31)),
        ligne(3, "-50", finess="210000002", le=date(2026, 4, 1), quantite=Decimal(1)),
    )
    found = cumuls([marche.pk, 999_999])
    assert set(found) == {marche.pk}
    total = found[marche.pk]
    assert total.total_ht == Decimal("50.30")
    assert total.quantite == Decimal("3.5")
    assert total.par_etablissement[partie.pk] == Decimal("-50.00")
    assert total.par_mois == {date(2026, 3, 1): Decimal("100.30"), date(2026, 4, 1): Decimal("-50.00")}
    assert total.lignes == 3
    assert cumuls([marche.pk], au=date(2026, 3, 30))[marche.pk].total_ht == Decimal("100.10")
