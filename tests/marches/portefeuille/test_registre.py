"""The register in memory: its figures against a naive count, its filters, and what a write makes it read."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from django.db import transaction

from fanal.comptes.perimetre import PARTOUT
from fanal.journal.actions import inscrire
from fanal.marches.compute.portefeuille import (
    DEPASSE,
    FIN_PROCHE,
    Filtres,
    fins_par_periode,
    garder,
    resumer,
)
from fanal.marches.models import Beneficiaire, Cpv, Marche, Modification
from fanal.marches.queries.etat import vie
from fanal.marches.queries.portefeuille import droit
from fanal.marches.queries.registre import marches_ecrits, registre, registre_visible
from fanal.marches.queries.registre_lignes import considere, lire_lignes
from fanal.memoire import vider_tout
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.marches.portefeuille.conftest import INSTANT, LE, Marcher, use

pytestmark = pytest.mark.django_db
HORIZON = date(2022, 8, 10)


@pytest.fixture
def six(marcher: Marcher, etablissement: Etablissement) -> dict[str, Marche]:
    """Six contracts, each with something of its own."""
    Cpv.objects.get_or_create(code="33600000", defaults={"libelle": "Produits pharmaceutiques"})
    rows = {
        "PROCHE": marcher("PROCHE", "Alpha", date_fin_totale=date(2022, 6, 30), code_cpv="33600000"),
        "LOIN": marcher("LOIN", "Bêta", famille="Énergie", montant=Decimal("12000.50")),
        "PASSE": marcher("PASSE", "Alpha", date_fin_totale=date(2021, 12, 31), consomme=50),
        "DEPASSE": marcher("DEPASSE", maximum_ht=Decimal(1000), consomme=1500, montant=None),
        "INCONNU": marcher(
            "INCONNU", date_notification=None, date_debut=None, date_fin_totale=None, duree_mois=None
        ),
        "AVENIR": marcher("AVENIR", date_debut=date(2022, 3, 1), date_fin_totale=date(2023, 2, 28)),
    }
    Beneficiaire.objects.create(marche=rows["LOIN"], etablissement=etablissement)
    rows["INCONNU"].anomalies.create(regle="essai", phrase="La date de notification manque.")
    return rows


def ids(frame: pl.DataFrame) -> set[str]:
    return set(frame["identifiant"].to_list())


def test_the_figures_of_the_sentence(six: dict[str, Marche]) -> None:
    found = resumer(registre(LE), LE, HORIZON)
    assert (found.nombre, found.en_cours, found.fin_proche, found.depasses, found.inconnus) == (6, 3, 1, 1, 1)
    # The maximum stands for the amount that DEPASSE does not publish.
    assert found.montant_en_cours_c == 100_000_00 + 12_000_50 + 1_000_00
    assert found.en_cours_sans_montant == 0


def test_a_row_agrees_with_the_page_of_its_contract(six: dict[str, Marche]) -> None:
    for row in registre(LE).iter_rows(named=True):
        life = vie(Marche.objects.get(pk=row["marche_id"]), LE)
        assert (row["fin"], row["fin_totale"], row["etat_temps"]) == (
            life.fin,
            life.fin_totale,
            life.etat_temps,
        )


@pytest.mark.parametrize(
    ("filtres", "expected"),
    [
        ({}, {"PROCHE", "LOIN", "PASSE", "DEPASSE", "INCONNU", "AVENIR"}),
        ({"etat": "en_cours"}, {"PROCHE", "LOIN", "DEPASSE"}),
        ({"etat": "expire_utilise"}, {"PASSE"}),
        ({"etat": FIN_PROCHE}, {"PROCHE"}),
        ({"etat": DEPASSE}, {"DEPASSE"}),
        ({"etat": "inconnue"}, {"INCONNU"}),
        ({"texte": "beta objet"}, {"LOIN"}),
        ({"texte": "pharmaceutiques"}, {"PROCHE"}),
        ({"titulaire": "ALPHA"}, {"PROCHE", "PASSE"}),
        ({"acheteur": "hopital"}, {"PROCHE", "LOIN", "PASSE", "DEPASSE", "INCONNU", "AVENIR"}),
        ({"acheteur": "26210007600014"}, set()),
        ({"famille": "Énergie"}, {"LOIN"}),
        ({"famille": "CPV 33"}, {"PROCHE"}),
        ({"cpv": "336"}, {"PROCHE"}),
        ({"fin_avant": date(2022, 6, 30)}, {"PROCHE", "PASSE"}),
        ({"fin_apres": date(2023, 1, 1)}, {"AVENIR"}),
        ({"anomalies": True}, {"INCONNU"}),
        ({"montant_max_c": 12_000_50}, {"LOIN", "DEPASSE"}),
        ({"montant_min_c": 12_000_51}, {"PROCHE", "PASSE", "INCONNU", "AVENIR"}),
        ({"annee": 2021, "anomalies": False}, {"PROCHE", "LOIN", "PASSE", "DEPASSE", "AVENIR"}),
        ({"executant": frozenset({-1})}, set()),
    ],
)
def test_filters(six: dict[str, Marche], filtres: dict[str, Any], expected: set[str]) -> None:
    # Without published amount, the maximum stands for it: 1,000 €.
    assert ids(garder(registre(LE), Filtres(**filtres), LE, HORIZON)) == expected


def test_the_executing_establishment(six: dict[str, Marche], etablissement: Etablissement) -> None:
    kept = garder(registre(LE), Filtres(executant=frozenset({etablissement.pk})), LE, HORIZON)
    assert ids(kept) == {"LOIN"}


def test_a_maximum_raised_by_a_modification_is_no_longer_passed(six: dict[str, Marche]) -> None:
    Modification.objects.create(
        marche=six["DEPASSE"], numero=1, variation_ht=Decimal(600), etat=Modification.Etat.NOTIFIEE
    )
    vider_tout()
    row = registre(LE).filter(pl.col("identifiant") == "DEPASSE").row(0, named=True)
    assert (row["maximum_c"], row["consomme_c"], row["depasse"]) == (1600_00, 1500_00, False)


def test_a_passed_maximum_in_units(marcher: Marcher) -> None:
    m = marcher("UNITES", maximum_quantite=Decimal(10))
    line = use(m, Decimal(1), date(2022, 1, 1))
    type(line).objects.filter(pk=line.pk).update(quantite=Decimal(11))
    assert registre(LE)["depasse"].to_list() == [True]


def test_who_sees_what(
    six: dict[str, Marche], ght: Ght, autre_ght: Ght, autre_etablissement: Etablissement
) -> None:
    assert registre_visible(PARTOUT, NATIONAL, LE).height == 6
    assert registre_visible(PARTOUT, Noeud("ght", ght), LE).height == 6
    assert registre_visible(PARTOUT, Noeud("region", ght.region), LE).height == 6
    assert registre_visible(PARTOUT, Noeud("ght", autre_ght), LE).height == 0
    Beneficiaire.objects.create(marche=six["PROCHE"], etablissement=autre_etablissement)
    vider_tout()
    assert ids(registre_visible(PARTOUT, Noeud("ght", autre_ght), LE)) == {"PROCHE"}
    assert ids(registre_visible(PARTOUT, Noeud("etablissement", autre_etablissement), LE)) == {"PROCHE"}


def journal(marche: Marche) -> None:
    with transaction.atomic():
        inscrire(action="marche.essai", objet=marche, by=None, instant=INSTANT)


def test_a_write_rereads_its_contract_only(six: dict[str, Marche], monkeypatch: pytest.MonkeyPatch) -> None:
    journal(six["LOIN"])
    registre(LE)
    read: list[int] = []

    def spy(contracts: Any, le: date) -> Any:
        rows = lire_lignes(contracts, le)
        read.append(len(rows))
        return rows

    monkeypatch.setattr("fanal.marches.queries.registre.lire_lignes", spy)
    Marche.objects.filter(pk=six["LOIN"].pk).update(objet="Gaz", date_fin_totale=date(2022, 3, 1))
    assert registre(LE).filter(pl.col("objet") == "Gaz").is_empty()  # not journaled: nothing was written
    journal(six["LOIN"])
    again = registre(LE)
    assert read == [1]
    vider_tout()
    assert again.equals(registre(LE)) and read == [1, 6]
    assert ids(garder(again, Filtres(texte="gaz"), LE, HORIZON)) == {"LOIN"}


def test_an_entry_that_tells_nothing_rereads_everything() -> None:
    assert marches_ecrits([("marches.marche", "3", "x"), ("marches.marche", "5", "y")]) == {3, 5}
    assert marches_ecrits([("depots.depot", "1", "marche.importer")]) is None
    assert marches_ecrits([("fournisseurs.fournisseur", "1", "fournisseur.fusionner")]) is None
    assert marches_ecrits([("fournisseurs.fournisseur", "1", "fournisseur.iban")]) == set()


def test_a_merged_supplier_is_shown_under_the_one_that_stands_for_it(six: dict[str, Marche]) -> None:
    alpha, beta = (six[n].titulaires.get().fournisseur for n in ("PROCHE", "LOIN"))
    beta.fusionne_dans = alpha
    beta.save()
    row = registre(LE).filter(pl.col("identifiant") == "LOIN").row(0, named=True)
    assert (row["fournisseurs"], row["titulaires"]) == ([alpha.pk], "Alpha")


@pytest.mark.parametrize(
    ("count", "step"), [(0, "mois"), (1, "mois"), (5, "mois"), (100, "trimestre"), (200, "annee")]
)
def test_ends_by_period_count_every_end_once(count: int, step: str) -> None:
    ends = [date(2022, 3, 1) + timedelta(days=13 * n) for n in range(count)]
    frame = pl.DataFrame(
        {"fin": [*ends, None], "montant_c": [100] * count + [1]},
        schema={"fin": pl.Date, "montant_c": pl.Int64},
    )
    found = fins_par_periode(frame, LE, date(2021, 2, 10))
    assert found.periodes["nombre"].sum() == count and found.avant == 0
    assert found.periodes["montant_c"].sum() == 100 * count
    assert found.periodes.height <= 24 and found.pas == step
    # Nothing to come: what has passed is drawn whole.
    late = fins_par_periode(frame, date(2040, 1, 1), date(2039, 1, 1))
    assert late.periodes["nombre"].sum() == count and late.periodes["passee"].all()


def test_considerations() -> None:
    assert considere(["Clause sociale", "Pas de considération sociale"]) is True
    assert considere(["Pas de considération environnementale"]) is False
    assert considere([]) is None and considere(None) is None


def test_the_law_of_publication_is_that_of_the_parameters() -> None:
    law = droit(date(2026, 11, 22))
    assert (law.publication_mois, law.publication_depuis) == (2, date(2019, 4, 1))
    assert law.seuils == ((date(2024, 1, 1), 40_000_00),) and law.horizon == date(2027, 5, 22)
