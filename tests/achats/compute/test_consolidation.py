"""Consolidation on cases a buyer can read (cas.yaml), then filters, objectives and the JSON contract."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from fanal.achats.compute import Consolidation, Entree, Filtres, RegleGains, consolider
from fanal.achats.compute.resultats import MONTANTS, TAUX, rate, rate_text

REGLE = RegleGains()
CAS = yaml.safe_load((Path(__file__).parent / "cas.yaml").read_text("utf-8"))
CLES = [*MONTANTS, *TAUX]


def cents(montant: str | None) -> int | None:
    return None if montant is None else int(Decimal(montant) * 100)


def ligne(i: int, **c: Any) -> dict[str, Any]:
    return {
        "action_id": i,
        "campagne_annee": c.get("campagne", 2021),
        "ght": c.get("ght", "G1"),
        "region": c.get("region", "BRE"),
        "finess": c.get("finess", "F1"),
        "role": c.get("role", "support"),
        "famille": c.get("famille"),
        "operateur": c.get("operateur", "GHT"),
        "nom_operateur": c.get("nom_operateur"),
        "numero_marche": c.get("marche"),
        "identifiant": c.get("identifiant", f"A{i}"),
        "date_premiere_commande": c.get("debut"),
        "cause_prix": c.get("cause"),
        "reference_c": cents(c.get("reference")),
        "gain_c": cents(c.get("gain")),
        "decision": c.get("decision"),
        "montant_retenu_c": cents(c.get("retenu")),
    }


def declare(i: int, **c: Any) -> dict[str, Any]:
    return {
        "ligne_id": i,
        "operateur": c.get("operateur", "NATIONAL"),
        "nom_operateur": c.get("nom", "UniHA"),
        "numero_marche": c["marche"],
        "finess": c.get("finess", "F1"),
        "annee": 2021,
        "gain_c": cents(c["gain"]),
        "region": c.get("region", "BRE"),
        "ght": c.get("ght", "G1"),
        "famille": c.get("famille"),
        "decision": c.get("decision"),
        "montant_repris_c": cents(c.get("repris")),
    }


def objectif(
    montant: str, niveau: str = "national", code: str | None = None, **autres: Any
) -> dict[str, Any]:
    base = {"annee": 2021, "periode": "fin-annee", "niveau": niveau, "code": code, "revision": 0}
    return base | {"montant_c": cents(montant)} | autres


def achats(montant: str, finess: str = "F1", ght: str = "G1", region: str = "BRE") -> dict[str, Any]:
    return {"finess": finess, "ght": ght, "region": region, "annee": 2021, "montant_c": cents(montant)}


def entree(actions: list[dict[str, Any]], **tables: Any) -> Entree:
    defaut = {
        "ghts": [{"ght": g, "region": r, "nom": f"GHT {g}"} for g, r in (("G1", "BRE"), ("G2", "PDL"))],
        "regions": [{"sigle": "BRE", "nom": "Bretagne"}, {"sigle": "PDL", "nom": "Pays de la Loire"}],
    }
    return Entree.from_rows(actions=actions, **(defaut | tables))


def lancer(e: Entree, **options: Any) -> Consolidation:
    return consolider(e, annee=2021, regle=REGLE, **options)


@pytest.mark.parametrize("cas", CAS, ids=lambda c: c["cas"])
def test_readable_case(cas: dict[str, Any]) -> None:
    e = entree(
        [ligne(i, **a) for i, a in enumerate(cas.get("actions", []))],
        operateurs=[declare(i, **o) for i, o in enumerate(cas.get("operateurs", []))],
        objectifs=[objectif(cas["objectif"])] if "objectif" in cas else [],
        achats_annuels=[achats(cas["achats"])] if "achats" in cas else [],
    )
    c = lancer(e)
    obtenu = c.total.to_json()
    assert {cle: obtenu[cle] for cle in cas["attendu"]} == cas["attendu"]
    if "situations" in cas:
        assert c.lignes.sort("action_id")["situation"].to_list() == cas["situations"]
    if "ecarts" in cas:
        assert c.lignes.sort("action_id")["ecart_c"].to_list() == [cents(x) for x in cas["ecarts"]]
    if "non_situables" in cas:
        nombre, montant = cas["non_situables"]
        assert (c.total.non_situables, f"{c.total.montant_non_situable:.2f}") == (nombre, montant)
        assert c.lignes["declare_c"].to_list() == [None], "an unknown part is not zero"


def test_the_document_keeps_the_keys_of_the_contract_in_order() -> None:
    document = lancer(entree([ligne(0, debut=date(2021, 1, 1), gain="10", decision="retenu")])).to_json()
    assert list(document) == ["annee", "periode", *CLES, "par_region", "par_famille", "par_operateur"]
    assert (document["annee"], document["periode"]) == (2021, "fin-annee")
    for nom in ("par_region", "par_famille", "par_operateur"):
        for r in document[nom]:
            assert list(r) == ["code", "nom", *CLES]
    assert [(r["code"], r["nom"]) for r in document["par_region"]] == [
        ("BRE", "Bretagne"),
        ("PDL", "Pays de la Loire"),
    ]
    assert [r["code"] for r in document["par_operateur"]] == ["GHT", "REGIONAL", "NATIONAL", "UNICANCER"]
    with pytest.raises(ValueError, match="par_lune"):
        lancer(entree([])).to_json(ventilations=["par_lune"])


def test_a_value_not_given_makes_one_row_without_a_code() -> None:
    actions = [
        ligne(0, debut=date(2021, 1, 1), gain="10", decision="retenu", famille=None),
        ligne(1, debut=date(2021, 1, 1), gain="5", decision="retenu", famille=""),
        ligne(2, debut=date(2021, 1, 1), gain="1", decision="retenu", famille="Biomédical"),
    ]
    lignes = [(r.code, r.nom, str(r.gains_retenus)) for r in lancer(entree(actions)).par_famille]
    assert lignes == [("Biomédical", "Biomédical", "1.00"), (None, "Non renseigné", "15.00")]


@pytest.mark.parametrize(
    ("filtres", "nom", "code"),
    [
        (Filtres(region="PDL"), "par_region", "PDL"),
        (Filtres(ght="G2"), "par_ght", "G2"),
        (Filtres(famille="Biomédical"), "par_famille", "Biomédical"),
        (Filtres(operateur="NATIONAL"), "par_operateur", "NATIONAL"),
        (Filtres(role="partie"), "par_role", "partie"),
        (Filtres(finess="F2"), "par_etablissement", "F2"),
        (Filtres(nom_operateur="UniHA"), "par_nom_operateur", "UniHA"),
    ],
)
def test_a_filtered_total_equals_its_row(filtres: Filtres, nom: str, code: str) -> None:
    commun = {"debut": date(2021, 1, 1), "decision": "retenu", "marche": "M"}
    ailleurs = {"ght": "G2", "region": "PDL", "finess": "F2", "role": "partie"}
    actions = [
        ligne(0, gain="100", reference="900", famille="MEDICAMENTS", **commun),
        ligne(1, gain="60", reference="800", famille="Biomédical", operateur="NATIONAL", **commun),
        ligne(
            2, gain="40", reference="700", nom_operateur="UniHA", famille="Biomédical", **commun, **ailleurs
        ),
        ligne(
            3, gain="30", reference="600", operateur="NATIONAL", nom_operateur="UniHA", **commun, **ailleurs
        ),
    ]
    e = entree(
        actions,
        operateurs=[
            declare(0, marche="M", gain="90"),
            declare(1, marche="M", gain="11", **{k: ailleurs[k] for k in ("ght", "region", "finess")}),
        ],
        objectifs=[objectif("500", "region", "PDL"), objectif("300", "ght", "G2")],
        achats_annuels=[achats("5000"), achats("7000", "F2", "G2", "PDL")],
    )
    tout, filtre = lancer(e), lancer(e, filtres=filtres)
    attendu = next(r for r in getattr(tout, nom) if r.code == code).to_json()
    assert filtre.total.to_json() == attendu
    assert filtre.lignes["retenu_c"].sum() == int((filtre.total.gains_retenus) * 100)


def test_objectives_highest_revision_period_and_sum_of_regions() -> None:
    objectifs = [
        objectif("100", "region", "BRE"),
        objectif("80", "region", "BRE", revision=1),
        objectif("50", "region", "PDL"),
        objectif("999", "region", "PDL", periode="mi-annee", revision=9),
        objectif("7", "ght", "G1"),
        objectif("3", "region", "BRE", annee=2020, revision=5),
    ]
    c = lancer(entree([], objectifs=objectifs))
    assert {r.code: r.objectif for r in c.par_region} == {"BRE": 80, "PDL": 50}
    assert c.total.objectif == 130
    assert next(r for r in c.par_ght if r.code == "G1").objectif == 7
    avec = lancer(entree([], objectifs=[*objectifs, objectif("120")]))
    assert avec.total.objectif == 120
    assert lancer(entree([], objectifs=objectifs), filtres=Filtres(famille="X")).total.objectif is None
    mi_annee = lancer(entree([], objectifs=objectifs), periode="mi-annee")
    assert mi_annee.total.objectif == 999


def test_coverage_only_over_ghts_whose_purchases_are_known() -> None:
    commun = {"debut": date(2021, 1, 1), "gain": "1", "decision": "retenu"}
    actions = [
        ligne(0, reference="2000", **commun),
        ligne(1, reference="9000", ght="G2", region="PDL", finess="F2", **commun),
    ]
    c = lancer(entree(actions, achats_annuels=[achats("10000")]))
    assert c.total.taux_couverture == Decimal("0.2")
    assert (c.total.ghts_avec_base, c.total.ghts_sans_base) == (1, 1)
    par_region = {r.code: r for r in c.par_region}
    assert par_region["PDL"].taux_couverture is None
    assert (par_region["PDL"].ghts_avec_base, par_region["PDL"].ghts_sans_base) == (0, 1)
    assert lancer(entree(actions, achats_annuels=[achats("0")])).total.taux_couverture is None


def test_the_lines_follow_every_figure_back() -> None:
    actions = [
        ligne(5, debut=date(2021, 4, 1), gain="12000", decision="moindre", retenu="6000", marche="M"),
        ligne(7, campagne=2020, debut=date(2020, 4, 1), gain="12000"),
        ligne(9, campagne=2019, debut=date(2019, 4, 1), gain="12000", decision="retenu"),
    ]
    c = lancer(entree(actions, operateurs=[declare(0, marche="M", gain="4000")]))
    lignes = {r["action_id"]: r for r in c.lignes.iter_rows(named=True)}
    assert set(lignes) == {5, 7}
    assert [
        lignes[5][k] for k in ("declare_c", "retire_c", "ecart_c", "retenu_c", "attente_c", "est_report")
    ] == [
        904110,
        452055,
        52055,
        400000,
        0,
        False,
    ]
    assert lignes[5]["operateur_c"] == 400000
    assert (lignes[7]["attente_c"], lignes[7]["retenu_c"], lignes[7]["est_report"]) == (295890, 0, True)


def test_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="gain_c"):
        Entree(actions=entree([]).actions.drop("gain_c"))
    assert (
        Entree(actions=entree([]).actions.drop("nom_operateur")).actions["nom_operateur"].dtype == pl.String
    )


@pytest.mark.parametrize(
    ("numerateur", "denominateur", "texte"),
    [
        (2356, 10000, "0.2356"),
        (1, 3, "0.333333"),
        (2, 3, "0.666667"),
        (-1, 3, "-0.333333"),
        (115, 100, "1.1500"),
        (0, 5, "0.0000"),
        (5, 0, None),
        (5, -1, None),
        (10**30, 10**30 - 1, "1.0000"),
    ],
)
def test_rates_are_exact_strings(numerateur: int, denominateur: int, texte: str | None) -> None:
    assert rate_text(rate(numerateur, denominateur)) == texte
