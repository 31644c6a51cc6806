"""The plan gives back the published tables, by two independent consolidations."""

import json
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from fanal.achats.compute import Consolidation
from fanal.achats.resultats_publies import table, tables
from fanal.demonstration.plan.modele import Plan, Sorte
from fanal.demonstration.plan.retraits import DECLARANTS
from tests.demonstration import naif
from tests.demonstration.entree import consolidate

MILLION = Decimal(1_000_000)
SOURCES = Path(__file__).parents[3] / "../shared/donnees/tables_sources.json"


def as_printed(valeur: Decimal, modele: Decimal) -> Decimal:
    """The value with as many decimals as `modele`, as a person rounds."""
    return valeur.quantize(Decimal(1).scaleb(int(modele.as_tuple().exponent)), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def de_2021(plan: Plan) -> Consolidation:
    return consolidate(plan, 2021)


@pytest.fixture(scope="module")
def de_2020(plan: Plan) -> Consolidation:
    return consolidate(plan, 2020)


@pytest.mark.parametrize("region", table("performance_2021").lignes)
def test_region_prints_as_published(de_2021: Consolidation, region: str) -> None:
    imprime = table("performance_2021").lignes[region]
    calcule = next(r for r in de_2021.par_region if r.code == region)
    assert calcule.objectif is not None and calcule.taux_atteinte is not None
    trouve = {
        "gains_retenus_meur": calcule.gains_retenus / MILLION,
        "objectif_meur": calcule.objectif / MILLION,
        "taux_atteinte_pct": calcule.taux_atteinte * 100,
    }
    assert {c: as_printed(v, imprime[c] or Decimal()) for c, v in trouve.items()} == imprime


def test_total_prints_as_published(de_2021: Consolidation) -> None:
    total = de_2021.total
    assert (
        total.objectif is not None and total.taux_atteinte is not None and total.taux_couverture is not None
    )
    assert round(total.gains_retenus / MILLION, 1) == Decimal("363.1")
    assert round(total.objectif / MILLION, 1) == Decimal("316.5")
    assert round(total.taux_atteinte * 100) == 115
    assert round(total.report / total.objectif * 100) == 21
    assert round(total.actions_nouvelles / total.objectif * 100) == 94
    assert round(total.gains_retires / MILLION, 1) == Decimal("39.6")
    assert round(total.taux_couverture * 100, 1) == Decimal("23.6")
    assert round(total.reference_couverte / MILLION, -2) == 6300
    assert total.indice_surperformance_partie is not None
    assert round(total.indice_surperformance_partie * 100) == 26
    assert total.en_attente == 0
    assert (total.ghts_avec_base, total.ghts_sans_base) == (124, 4)


def test_identity_holds_to_the_cent(de_2021: Consolidation, de_2020: Consolidation) -> None:
    for resultat in (de_2021.total, de_2020.total, *de_2021.par_region, *de_2021.par_operateur):
        assert (
            resultat.gains_declares
            - resultat.gains_retires
            - resultat.ecart_doublons
            + resultat.operateurs_repris
            == resultat.gains_retenus
            == resultat.report + resultat.actions_nouvelles
        )


@pytest.mark.parametrize("operateur", table("acteurs_2021").lignes)
def test_actors_print_as_published(de_2021: Consolidation, operateur: str) -> None:
    imprime = table("acteurs_2021").lignes[operateur]
    calcule = next(r for r in de_2021.par_operateur if r.code == operateur)
    assert round(calcule.gains_retenus / MILLION) == imprime["gains_retenus_meur"]
    if operateur == "NATIONAL":
        # 138 M€ are what GHT declare as well as what is kept, where operators declare 280 M€.
        assert round(calcule.gains_declares / MILLION) == 138
        assert round(calcule.gains_operateurs / MILLION) == imprime["gains_operateurs_meur"] == 280
    else:
        assert calcule.gains_operateurs == 0


@pytest.mark.parametrize("annee", [2020, 2021])
@pytest.mark.parametrize("region", table("couverture").lignes)
def test_coverage_prints_as_published(
    de_2020: Consolidation, de_2021: Consolidation, annee: int, region: str
) -> None:
    consolidation = de_2020 if annee == 2020 else de_2021
    calcule = next(r for r in consolidation.par_region if r.code == region)
    assert calcule.taux_couverture is not None
    assert as_printed(calcule.taux_couverture * 100, Decimal(1)) == table("couverture").valeur(
        region, str(annee)
    )


def test_2020_prints_what_was_published_of_it(de_2020: Consolidation) -> None:
    assert de_2020.total.taux_couverture is not None
    assert round(de_2020.total.taux_couverture * 100, 1) == Decimal("23.0")
    assert round(de_2020.total.reference_couverte / MILLION) == 5681  # printed 5.68 Md€
    ara = next(r for r in de_2020.par_region if r.code == "ARA")
    assert ara.objectif is not None and ara.taux_atteinte is not None
    assert round(ara.gains_retenus / MILLION, 1) == Decimal("32.9")
    assert round(ara.objectif / MILLION, 1) == Decimal("36.6")
    assert round(ara.taux_atteinte * 100) == 90
    assert de_2020.total.indice_surperformance_partie is not None
    assert round(de_2020.total.indice_surperformance_partie * 100) == 39


@pytest.mark.parametrize("region", table("qualite_2021").lignes)
def test_quality_by_line_prints_as_published(de_2021: Consolidation, region: str) -> None:
    calcule = next(r for r in de_2021.par_region if r.code == region)
    assert calcule.taux_qualite_lignes is not None
    assert as_printed(calcule.taux_qualite_lignes * 100, Decimal(1)) == table("qualite_2021").valeur(
        region, "taux_qualite_pct"
    )


def test_medicines_make_about_half_of_the_gains(de_2021: Consolidation) -> None:
    medicaments = next(r for r in de_2021.par_famille if r.code == "MEDICAMENTS")
    assert Decimal("0.48") < medicaments.gains_retenus / de_2021.total.gains_retenus < Decimal("0.51")


@pytest.mark.parametrize("annee", [2020, 2021])
def test_a_naive_sum_agrees_to_the_cent(
    plan: Plan, de_2020: Consolidation, de_2021: Consolidation, annee: int
) -> None:
    consolidation = de_2020 if annee == 2020 else de_2021
    sommes = naif.consolidate(plan, annee)
    for resultat in consolidation.par_region:
        assert resultat.code is not None
        somme = sommes[resultat.code]
        assert resultat.gains_declares * 100 == somme["declare"]
        assert resultat.gains_retires * 100 == somme["retire"]
        assert resultat.ecart_doublons * 100 == somme["ecart"]
        assert resultat.gains_operateurs * 100 == somme["operateurs"]
        assert resultat.gains_retenus * 100 == naif.retained(somme)
        assert resultat.report * 100 == somme["report"]
        assert resultat.reference_couverte * 100 == somme["reference"]
        assert (resultat.achats_annuels or 0) * 100 == somme["achats"]


def test_the_seven_rejected_lines_weigh_as_printed(plan: Plan) -> None:
    publiees = table("lignes_ecartees_2021")
    trouvees = {}
    for code, (_, rangs) in DECLARANTS.items():
        lignes = plan.campagnes[2021].lignes[code]
        total = sum(g.gain or 0 for g in lignes)
        rejets = [g for g in lignes if g.sorte is Sorte.REJET]
        for rang, ligne in zip(rangs, rejets, strict=True):
            assert ligne.gain is not None and ligne.reference is not None
            trouvees[str(rang)] = {
                "montant_reference_eur": Decimal(ligne.reference) / 100,
                "performance_pct": round(Decimal(ligne.gain) / ligne.reference * 100, 1),
                "poids_pct": round(Decimal(ligne.gain) / total * 100, 2),
                "gain_eur": Decimal(ligne.gain) / 100,
            }
            assert ligne.sens == "retire"
            assert ligne.commentaire == "Performance supérieure ou égale à 100% - Calcul erroné"
    assert trouvees == publiees.lignes


def test_lines_look_like_real_ones(plan: Plan) -> None:
    lignes = plan.campagnes[2021].toutes()
    assert (
        len(plan.campagnes[2021].lignes) == table("retraits_2021").valeur("national", "ght_declarants") == 124
    )
    assert 9_000 < len(lignes) < 13_000
    sortes = Counter(g.sorte for g in lignes)
    assert all(sortes[s] for s in Sorte if s not in (Sorte.ANTERIEURE, Sorte.PREVUE))
    generiques = [g for g in lignes if g.sorte is Sorte.GENERIQUE and g.gain and g.reference]
    assert all(0.549 < g.gain / g.reference < 0.881 for g in generiques if g.gain and g.reference)
    assert all((g.gain or 0) < 0 for g in lignes if g.sorte is Sorte.PERTE)
    colles = Counter(g.calcul for g in lignes if g.nom_operateur == "UniHA" and len(g.calcul) > 300)
    assert max(colles.values()) > 100
    assert sum((g.gain or 1) % 100_000 == 0 for g in lignes) < len(lignes) * 0.01
    assert {g.role for g in lignes} == {"support", "partie"}


def test_territory_is_invented_and_complete(plan: Plan) -> None:
    etablissements = [e for g in plan.ghts.values() for e in g.etablissements]
    assert len(plan.ghts) == 128
    assert len({e.finess for e in etablissements}) == len(etablissements)
    assert all(len(e.finess) == 9 for e in etablissements)
    assert any(e.finess.startswith("2A") for e in etablissements)
    assert any(e.finess.startswith("0") for e in etablissements)
    assert all(3 <= len(g.etablissements) <= 12 for g in plan.ghts.values())
    assert all("Démonstration" in g.nom for g in plan.ghts.values())
    assert "MAYOTTE" not in {g.region for g in plan.ghts.values()}


def test_objectives_of_2022_are_the_printed_ones(plan: Plan) -> None:
    objectifs = plan.campagnes[2022].objectifs
    fin = {o.code: Decimal(o.montant) / 100 / MILLION for o in objectifs if o.periode == "fin-annee"}
    assert fin.pop("FR") == 555
    assert fin == {r: v["objectif_meur"] for r, v in table("objectifs_2022").lignes.items()}


@pytest.mark.skipif(not SOURCES.exists(), reason="../shared absent : tables des sources non comparées")
def test_published_tables_are_those_of_the_sources() -> None:
    sources = json.loads(SOURCES.read_text(encoding="utf-8"))
    performance = sources["performance_by_region_2021"]
    assert _rows("performance_2021") == [tuple(map(_decimal, ligne)) for ligne in performance["rows"]]
    assert list((tables()["performance_2021"].total or {}).values()) == [
        _decimal(v) for v in performance["total"][1:]
    ]
    couverture = [tuple(map(_decimal, ligne)) for ligne in sources["coverage"]["rows"]]
    assert [ligne[1:] for ligne in _rows("couverture")] == [ligne[1:] for ligne in couverture]
    assert _rows("qualite_2021") == [tuple(map(_decimal, ligne)) for ligne in sources["quality_2021"]["rows"]]
    assert [ligne[1:] for ligne in _rows("historique_ara")] == [
        tuple(map(_decimal, ligne[1:])) for ligne in sources["ara_history"]["rows"]
    ]
    assert [ligne[1] for ligne in _rows("objectifs_2022")] == [
        _decimal(v) for _, v in sources["objectives_2022"]["rows"]
    ]
    rejets = [
        (_decimal(r[2]), _decimal(r[3]), _decimal(r[4]), _decimal(r[6]))
        for r in sources["rejected_lines"]["rows"]
    ]
    assert [ligne[1:] for ligne in _rows("lignes_ecartees_2021")] == rejets


def _rows(code: str) -> list[tuple[object, ...]]:
    return [(nom, *valeurs.values()) for nom, valeurs in table(code).lignes.items()]


def _decimal(valeur: object) -> object:
    return valeur if isinstance(valeur, str) else Decimal(str(valeur))
