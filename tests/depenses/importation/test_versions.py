"""What later deposits do to earlier lines: known, corrected, replaced; the past stays readable."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fanal.depenses.actions.entretien import verifier
from fanal.depenses.models import BilanMensuel, DepotLignes, EtatLac, FichierLac
from fanal.depenses.queries.lac import codes_etablissements, manifeste, stockage
from fanal.journal.models import Entree
from fanal.moteurs.consolidation.source import ouvrir_duckdb
from fanal.refus import Inutilisable
from tests.depenses.importation.conftest import INSTANT, Importer, en_csv, regles_de

pytestmark = pytest.mark.django_db


def lignes(version: int | None = None) -> list[tuple[Any, ...]]:
    """(order, line, cents) of the lines in force, at a version."""
    table = ouvrir_duckdb(manifeste(version), stockage()).lignes
    rows = table.select("numero_commande", "numero_ligne", "montant_ht").to_pyarrow().to_pylist()
    return sorted(tuple(r.values()) for r in rows)


def test_the_same_file_twice_changes_nothing(apporter: Importer) -> None:
    first = apporter(en_csv({}, {"numero_ligne": "2"}))
    before = lignes()
    again = apporter(en_csv({}, {"numero_ligne": "2"}))
    assert (again.acceptees, again.deja_connues, again.corrigees) == (2, 2, 0)
    assert again.montant_accepte_ht == first.montant_accepte_ht
    assert lignes() == before == [("C1", "1", 1000), ("C1", "2", 1000)]
    assert not FichierLac.objects.filter(depot=again).exists()
    assert again.depot.original == first.depot.original


def test_a_correction_replaces_and_the_past_is_readable(apporter: Importer) -> None:
    apporter(en_csv({}, {"numero_ligne": "2"}))
    second = apporter(en_csv({"quantite": "50", "montant_ht": "5,00"}, {"numero_ligne": "3"}))
    assert (second.acceptees, second.deja_connues, second.corrigees, second.remplacees) == (2, 0, 1, 0)
    assert lignes() == [("C1", "1", 500), ("C1", "2", 1000), ("C1", "3", 1000)]
    assert lignes(1) == [("C1", "1", 1000), ("C1", "2", 1000)]
    third = apporter(en_csv({}))
    assert (third.corrigees, lignes()[0], lignes(2)[0]) == (1, ("C1", "1", 1000), ("C1", "1", 500))


def test_months_are_replaced_for_the_establishments_of_the_file(apporter: Importer) -> None:
    april = {"date_commande": "03/04/2021"}
    other = {"finess": "250000015", "numero_commande": "X"}
    apporter(en_csv({}, {"numero_ligne": "2"}, april | {"numero_commande": "C2"}, other))
    depot = apporter(en_csv({}, {"numero_ligne": "9"}, april | {"numero_ligne": "5"}), mois=["2021-03"])
    assert (depot.acceptees, depot.deja_connues, depot.remplacees) == (2, 1, 1)
    assert regles_de(depot) == {"hors_mois": 1}
    assert lignes() == [("C1", "1", 1000), ("C1", "9", 1000), ("C2", "1", 1000), ("X", "1", 1000)]
    assert len(lignes(1)) == 4 and ("C1", "2", 1000) in lignes(1)


def test_a_line_set_aside_does_not_withdraw_the_one_known(apporter: Importer) -> None:
    """In a replaced month nothing is lost: a wrong line is not an absent one."""
    plain = {"finess": "010000024", "numero_commande": "Q"}
    apporter(en_csv({}, *({"numero_ligne": n} for n in "2345"), plain))
    april = {"numero_ligne": "4", "date_commande": "03/04/2021"}
    depot = apporter(
        en_csv(
            {}, {"numero_ligne": " 2 ", "montant_ht": "99,00"}, {"numero_ligne": "3", "quantite": ""}, april,
            {"finess": "10000024", "numero_commande": "Q", "montant_ht": "99"},
            {"finess": "10000024", "numero_commande": "R"}, {"finess": "", "numero_ligne": "5"},
        ),
        mois=["2021-03"],
    )  # fmt: skip
    assert (depot.lues, depot.acceptees, depot.ecartees, depot.remplacees) == (7, 2, 5, 1)
    assert regles_de(depot) == {"montant": 2, "requis": 2, "hors_mois": 1, "connue_gardee": 4}
    kept = depot.anomalies.get(regle="connue_gardee")
    assert (kept.gravite, kept.montant_ht) == ("controle", Decimal("40.00"))
    assert kept.exemples[0]["phrase"].startswith("Commande « C1 », ligne « 2 » : elle est dans le fichier")
    assert lignes() == [("C1", "1", 1000), ("C1", "2", 1000), ("C1", "3", 1000), ("C1", "4", 1000),
                        ("Q", "1", 1000), ("R", "1", 1000)]  # fmt: skip
    assert verifier(instant=INSTANT).fautes == []


@pytest.mark.parametrize("mois", ["2021-13", "mars 2021", ""])
def test_a_month_that_is_none(apporter: Importer, mois: str) -> None:
    with pytest.raises(Inutilisable, match="n'est pas un mois"):
        apporter(en_csv({}), mois=[mois])
    assert not DepotLignes.objects.exists()


def test_a_credit_note_takes_back_a_line_of_an_earlier_deposit(apporter: Importer) -> None:
    apporter(en_csv({"code_article": "A1"}, {"numero_ligne": "2", "code_article": "A2"}))
    avoir = {"numero_ligne": "7", "type_ligne": "avoir", "quantite": "-10", "montant_ht": "-1,00"}
    depot = apporter(en_csv(avoir | {"code_article": "A2"}))
    assert regles_de(depot) == {}
    table = ouvrir_duckdb(manifeste(), stockage()).lignes
    rows = {r["numero_ligne"]: r for r in table.to_pyarrow().to_pylist()}
    assert rows["7"]["origine"] == rows["2"]["id"] and rows["1"]["origine"] is None
    orphan = apporter(en_csv(avoir | {"numero_ligne": "8", "code_article": "A9", "libelle": "Rien"}))
    assert regles_de(orphan) == {"avoir_sans_origine": 1}


def test_what_the_register_keeps(apporter: Importer) -> None:
    depot = apporter(en_csv({"taux_tva": "20"}, {"numero_ligne": "2", "montant_ht": "99"}))
    state = EtatLac.objects.get()
    assert (state.version, state.revision, depot.numero, depot.etat) == (1, 1, 1, "termine")
    assert state.codes["etablissement"] == 1 and state.codes["libelle"] == 1
    (fichier,) = FichierLac.objects.filter(genre="lignes")
    assert (fichier.lignes, fichier.somme_ht, fichier.etablissements) == (1, Decimal("10.00"), [1])
    assert fichier.mois_min == fichier.mois_max == 12 * 2021 + 2
    assert stockage().chemin(fichier.nom).stat().st_size == fichier.octets
    bilan = BilanMensuel.objects.get()
    assert (bilan.lignes, bilan.montant_ht, bilan.ecartees, bilan.sans_tva) == (1, 10, 1, 0)
    assert (bilan.sans_marche, bilan.sans_produit, bilan.sans_facture) == (1, 1, 1)
    entree = Entree.objects.get(action="depenses.importer")
    assert entree.donnees["version"] == 1 and entree.donnees["lues"] == 2
    assert depot.depot.lues == 2
    assert depot.depot.lecture["lignes_commande"]["correspondance"]["montant_ht"] == "montant_ht"


def test_a_file_that_cannot_be_used_is_kept_and_said(apporter: Importer, tmp_path: Path) -> None:
    with pytest.raises(Inutilisable, match="il manque les colonnes obligatoires"):
        apporter("finess;libelle;quantite\n210780581;Gants;3\n")
    depot = DepotLignes.objects.get()
    assert depot.etat == "refuse" and "il manque" in depot.phrase and depot.numero is None
    assert depot.depot.original.taille > 0
    assert not FichierLac.objects.exists() and not EtatLac.objects.exists()
    for nom, octets in (("vide.csv", b""), ("image.csv", b"\x89PNG\r\n" + bytes(200)), ("x.csv", bytes(99))):
        (tmp_path / nom).write_bytes(octets)
        with pytest.raises(Inutilisable) as refus:
            apporter(tmp_path / nom)
        assert str(refus.value).endswith(".")


def test_a_lost_zero_and_values_of_another_deposit(apporter: Importer) -> None:
    apporter(en_csv({"finess": "010000024", "libelle": "Élan"}))
    depot = apporter(en_csv({"finess": "10000024", "libelle": "Élan", "numero_ligne": "2"}))
    assert (depot.acceptees, regles_de(depot)) == (1, {})
    assert not FichierLac.objects.filter(depot=depot, genre="valeurs").exists()
    assert codes_etablissements(["010000024", "10000024"]) == {"010000024": 1}


def test_amounts_that_cancel_out_are_sound(apporter: Importer) -> None:
    """Months whose sums nearly cancel out: added as doubles, they would not make the total of the deposit."""
    amounts = ["100000000.10", "-100000000.00"]
    lines = [
        {
            "numero_ligne": str(rank),
            "date_commande": f"2021-{rank:02d}-02",
            "quantite": "1",
            "prix_unitaire_ht": amount,
            "montant_ht": amount,
            "type_ligne": "remise" if amount.startswith("-") else "commande",
        }
        for rank, amount in enumerate(amounts, start=1)
    ]
    assert apporter(en_csv(*lines)).montant_accepte_ht == sum(map(Decimal, amounts))
    assert verifier(instant=INSTANT).fautes == []
