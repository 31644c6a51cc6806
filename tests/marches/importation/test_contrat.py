"""One contract at a time: set aside, known, unknown."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.marches.lecture.champs import PREVUS
from fanal.marches.lecture.contrat import normaliser
from fanal.marches.lecture.resultats import Brut, Lu, Reperes
from tests.marches.importation.fabrique import ACHETEUR, TITULAIRE, v1, v2

REPERES = Reperes(date(2022, 2, 10), part_plafonnee=lambda le: Decimal("0.5"))


def lire(contenu: dict[str, Any]) -> Lu:
    return normaliser(Brut(1, contenu, PREVUS), REPERES)


def regles(lu: Lu, *, gravites: tuple[str, ...] = ("refus", "controle")) -> list[tuple[str, str | None]]:
    return [(a.regle, a.colonne) for a in lu.anomalies if a.gravite in gravites]


def test_a_complete_contract_has_no_remark() -> None:
    lu = lire(v2())
    assert regles(lu) == []
    assert lu.acheteur_siret == ACHETEUR
    assert lu.valeurs["montant"] == Decimal("240000.50")
    assert lu.valeurs["date_fin_totale"] == date(2025, 2, 28)
    assert lu.valeurs["techniques"] == ["Accord-cadre"]
    assert lu.valeurs["nature_achat"] == "fournitures"
    assert lu.titulaires == [("SIRET", TITULAIRE, "")]


@pytest.mark.parametrize(
    ("change", "regle"),
    [
        ({"id": ...}, "identifiant-absent"),
        ({"id": ""}, "identifiant-absent"),
        ({"id": None}, "identifiant-absent"),
        ({"acheteur": ...}, "acheteur-absent"),
        ({"acheteur": {"id": " "}}, "acheteur-absent"),
        ({"acheteur": {"nom": "Sans numéro"}}, "acheteur-absent"),
        ({"objet": ...}, "objet-absent"),
        ({"objet": "  "}, "objet-absent"),
    ],
)
def test_only_buyer_identifier_and_object_set_aside(change: dict[str, Any], regle: str) -> None:
    lu = lire(v2(**change))
    assert lu.ecarte
    assert [a.regle for a in lu.anomalies if a.gravite == "refus"] == [regle]


@pytest.mark.parametrize(
    ("change", "regle", "champ"),
    [
        ({"codeCPV": "9310000"}, "cpv-forme", "code_cpv"),
        ({"codeCPV": ...}, "cpv-absent", "code_cpv"),
        ({"dateNotification": ...}, "notification-absente", "date_notification"),
        ({"dateNotification": "12/03/2021"}, "date-forme", "date_notification"),
        ({"dureeMois": 0}, "duree-impossible", "duree_mois"),
        ({"dureeMois": 99999}, "duree-impossible", "duree_mois"),
        ({"dureeMois": ...}, "duree-absente", "duree_mois"),
        ({"montant": 1}, "montant-symbolique", "montant"),
        ({"montant": 0}, "montant-symbolique", "montant"),
        ({"montant": "?"}, "montant-invalide", "montant"),
        ({"nature": "Bail"}, "libelle-inconnu", "nature"),
        ({"procedure": "Autre"}, "libelle-inconnu", "procedure"),
        ({"techniques": {"technique": ["Accord-cadre", "Troc"]}}, "libelle-inconnu", "techniques"),
        ({"lieuExecution": {"code": "974", "typeCode": "Code postal"}}, "lieu-forme", "lieu_code"),
        ({"offresRecues": 0}, "valeur-forme", "offres_recues"),
        ({"marcheInnovant": "peut-être"}, "valeur-forme", "marche_innovant"),
        ({"tauxAvance": 5}, "valeur-forme", "taux_avance"),
        ({"titulaires": []}, "titulaire-absent", "titulaires"),
    ],
)
def test_every_other_defect_loads_with_an_unknown_value(
    change: dict[str, Any], regle: str, champ: str
) -> None:
    lu = lire(v2(**change))
    assert not lu.ecarte
    assert [r for r, _ in regles(lu)] == [regle]
    assert champ not in lu.valeurs
    if champ == "titulaires":
        assert lu.titulaires == []


def test_what_arrived_is_kept() -> None:
    lu = lire(v2(codeCPV="9310000", montant=0, procedure="Autre", uuid="abc"))
    assert lu.recu["codeCPV"] == "9310000"
    assert lu.recu["montant"] == "0"
    assert lu.recu["procedure"] == "Autre"
    assert lu.recu["autres"] == {"uuid": "abc"}


def test_faulty_identifiers_are_kept_and_said() -> None:
    lu = lire(
        v2(
            acheteur={"id": "26210001400999"},
            titulaires=[
                {"titulaire": {"id": "4975434500021", "typeIdentifiant": "SIRET"}},
                {"titulaire": {"id": "", "typeIdentifiant": "SIRET", "denominationSociale": "Sans numéro"}},
            ],
        )
    )
    assert not lu.ecarte
    assert lu.acheteur_siret == "26210001400999"
    assert [r for r, _ in regles(lu)] == ["siret-acheteur", "siret-titulaire", "titulaire-sans-identifiant"]
    assert lu.titulaires == [("SIRET", "4975434500021", ""), ("SIRET", "", "Sans numéro")]


def test_labels_of_2019_become_those_of_today_and_the_old_ones_stay() -> None:
    lu = lire(v1())
    assert regles(lu) == []
    assert lu.valeurs["nature"] == "Marché"
    assert lu.valeurs["techniques"] == ["Accord-cadre"]
    assert lu.valeurs["procedure"] == "Marché passé sans publicité ni mise en concurrence préalable"
    assert lu.valeurs["types_prix"] == ["Définitif révisable"]
    assert "forme_prix" not in lu.valeurs
    assert lu.recu["nature"] == "Accord-cadre"
    assert lu.recu["formePrix"] == "Révisable"


def test_a_marche_subsequent_says_nothing_of_its_techniques() -> None:
    lu = lire(v1(nature="Marché subséquent"))
    assert lu.valeurs["nature"] == "Marché"
    assert "techniques" not in lu.valeurs
    assert lu.recu["nature"] == "Marché subséquent"


def test_modifications_append_and_never_overwrite() -> None:
    lu = lire(
        v2(
            montant=100_000,
            modifications=[
                {"modification": {"id": 1, "montant": 110_000, "dateNotificationModification": "2022-01-05"}},
                {"modification": {"id": 2, "dureeMois": 60, "dateNotificationModification": "2022-01-20"}},
            ],
        )
    )
    assert [(m.numero, m.montant_apres, m.duree_mois_apres) for m in lu.modifications] == [
        (1, Decimal("110000.00"), None),
        (2, None, 60),
    ]
    assert lu.valeurs["montant"] == Decimal("100000.00")
    assert lu.valeurs["duree_mois"] == 48
    assert lu.valeurs["date_fin_totale"] == date(2026, 2, 28)
    assert lu.valeurs["date_fin_initiale"] == date(2025, 2, 28)
    assert regles(lu) == []


def test_irregular_modifications_stay_and_are_flagged() -> None:
    lu = lire(
        v2(
            montant=100_000,
            modifications=[
                {"modification": {"id": 2, "montant": 160_000, "dateNotificationModification": "2022-01-05"}},
                {"modification": {"id": 2, "dateNotificationModification": "2020-01-05"}},
            ],
        )
    )
    assert [m.numero for m in lu.modifications] == [2, 3]
    assert [m.irreguliere for m in lu.modifications] == [False, True]
    assert {r for r, _ in regles(lu)} == {
        "modification-ordre",
        "modification-avant",
        "modification-a-justifier",
    }


def test_modifications_of_2019_are_numbered_in_their_order() -> None:
    lu = lire(
        v1(
            modifications=[
                {"objetModification": "Prolongation", "dureeMois": 36},
                {"objetModification": "Prix", "montant": 31_000},
            ]
        )
    )
    assert [(m.numero, m.objet) for m in lu.modifications] == [(1, "Prolongation"), (2, "Prix")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=30),
    lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=12), c, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(sorted(PREVUS)), JSON, max_size=12))
def test_nothing_that_json_can_hold_breaks_the_reading(change: dict[str, Any]) -> None:
    lu = lire(v2(**change))
    manque = {"acheteur-absent", "identifiant-absent", "objet-absent"}
    assert lu.ecarte == any(a.regle in manque for a in lu.anomalies)
    for champ, valeur in lu.valeurs.items():
        assert valeur is not None or champ == "", champ
