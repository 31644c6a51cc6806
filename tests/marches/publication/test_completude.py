"""What a person must still fill: every required field, every value that the schemas refuse."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.marches.publication import decp
from fanal.marches.publication.completude import ReglesOrigine, avertissements, manques, manques_ocds
from fanal.marches.publication.contrat import Changement, Contrat, Identite, publie
from tests.marches.publication.fabrique import officiel

COMPLET = Contrat(
    acheteur_siret="21000000100010",
    identifiant="M-2024-001",
    objet="Fourniture de gants d'examen",
    nature="Marché",
    code_cpv="18424300",
    procedure="Appel d'offres ouvert",
    lieu_code="21",
    lieu_type="Code département",
    techniques=("Accord-cadre",),
    modalites=("Bons de commande",),
    innovant=False,
    ccag="Fournitures courantes et services",
    offres_recues=4,
    avance=False,
    groupement="Pas de groupement",
    duree_mois=48,
    notifie_le=date(2024, 2, 1),
    publie_le=date(2024, 3, 1),
    montant=Decimal("250000.50"),
    types_prix=("Définitif révisable",),
    forme_prix="Unitaire",
    sous_traitance=False,
    sociales=("Pas de considération sociale",),
    environnementales=("Critère environnemental",),
    titulaires=(Identite("SIRET", "55204599900869", "Gants et compagnie"),),
)
CONCESSION = replace(
    COMPLET,
    nature="Concession de service",
    procedure="Procédure négociée ouverte",
    complements={
        "dateSignature": "2024-01-15",
        "dateDebutExecution": "2024-02-01",
        "montantSubventionPublique": 0,
    },
)
# The 24 required fields of the schema, each emptied: the field of the contract, the DECP name it lacks.
REQUIS: list[tuple[str, Any, str]] = [
    ("identifiant", "", "id"),
    ("acheteur_siret", "", "acheteur.id"),
    ("nature", "", "nature"),
    ("objet", "", "objet"),
    ("code_cpv", "", "codeCPV"),
    ("techniques", (), "techniques"),
    ("modalites", (), "modalitesExecution"),
    ("innovant", None, "marcheInnovant"),
    ("ccag", "", "ccag"),
    ("offres_recues", None, "offresRecues"),
    ("avance", None, "attributionAvance"),
    ("groupement", "", "typeGroupementOperateurs"),
    ("procedure", "", "procedure"),
    ("lieu_code", "", "lieuExecution.code"),
    ("lieu_type", "", "lieuExecution.typeCode"),
    ("duree_mois", None, "dureeMois"),
    ("notifie_le", None, "dateNotification"),
    ("publie_le", None, "datePublicationDonnees"),
    ("montant", None, "montant"),
    ("types_prix", (), "typesPrix"),
    ("forme_prix", "", "formePrix"),
    ("sous_traitance", None, "sousTraitanceDeclaree"),
    ("titulaires", (), "titulaires"),
    ("sociales", (), "considerationsSociales"),
    ("environnementales", (), "considerationsEnvironnementales"),
]


def champs(contrat: Contrat) -> list[str]:
    return [m.champ for m in manques(contrat)]


def test_a_complete_contract_lacks_nothing() -> None:
    assert champs(COMPLET) == []
    assert champs(CONCESSION) == []


@pytest.mark.parametrize(("champ", "vide", "attendu"), REQUIS, ids=[r[0] for r in REQUIS])
def test_each_required_field_is_asked_for(champ: str, vide: Any, attendu: str) -> None:
    (found,) = manques(replace(COMPLET, **{champ: vide}))
    assert found.champ == attendu
    assert found.phrase[0].isupper() and found.phrase.endswith(".")


def test_the_required_fields_are_those_of_the_official_schema() -> None:
    schema = json.loads(officiel("decp/schema/schema_decp_v2.0.3.json").read_text())
    required = set(schema["definitions"]["marche"]["required"])
    assert {attendu.partition(".")[0] for _, _, attendu in REQUIS} == required


def test_an_unknown_contract_lacks_everything_once() -> None:
    found = champs(Contrat())
    assert sorted(found) == sorted(attendu for *_, attendu in REQUIS)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"identifiant": "M" * 17}, "id"),
    ({"id_accord_cadre": "A" * 17}, "idAccordCadre"),
    ({"acheteur_siret": "123"}, "acheteur.id"),
    ({"nature": "Accord-cadre"}, "nature"),
    ({"objet": "x" * 1001}, "objet"),
    ({"code_cpv": "1842430"}, "codeCPV"),
    ({"code_cpv": "18424300-99"}, "codeCPV"),
    ({"techniques": ("Accord cadre",)}, "techniques"),
    ({"techniques": ("Concours", "Concours")}, "techniques"),
    ({"ccag": "FCS"}, "ccag"),
    ({"offres_recues": 0}, "offresRecues"),
    ({"duree_mois": 0}, "dureeMois"),
    ({"montant": Decimal("0.99")}, "montant"),
    ({"procedure": "Marché négocié"}, "procedure"),
    ({"forme_prix": "Révisable"}, "formePrix"),
    ({"sociales": ("Concession réservée",)}, "considerationsSociales"),
    ({"taux_avance": Decimal("1.2")}, "tauxAvance"),
    ({"titulaires": (Identite("", "123"),)}, "titulaires.typeIdentifiant"),
    ({"titulaires": (Identite("SIRET", "", "Sans numéro"),)}, "titulaires.id"),
    ({"titulaires": COMPLET.titulaires * 2}, "titulaires"),
    ({"origine_ue": Decimal("0.2"), "origine_france": Decimal("0.3")}, "origineFrance"),
    ({"actes": ({"id": 0},)}, "actesSousTraitance.id"),
    ({"modifications_actes": ({"id": 1},)}, "modificationsActesSousTraitance.datePublicationDonnees"),
    ({"changements": (Changement(1),)}, "modifications.dateNotificationModification"),
    (
        {"changements": (Changement(1, notifiee_le=date(2024, 4, 1)),)},
        "modifications.datePublicationDonneesModification",
    ),
]


@pytest.mark.parametrize(("changes", "attendu"), WRONG, ids=[w[1] + str(i) for i, w in enumerate(WRONG)])
def test_a_value_that_the_schema_refuses_is_to_be_mended(changes: dict[str, Any], attendu: str) -> None:
    assert attendu in champs(replace(COMPLET, **changes))


def test_numbers_of_modifications_only_grow() -> None:
    day = date(2024, 4, 1)
    good = tuple(Changement(n, day, day) for n in (1, 2, 5))
    assert champs(replace(COMPLET, changements=good)) == []
    assert "modifications.id" in champs(replace(COMPLET, changements=good[::-1]))
    assert "modifications.id" in champs(replace(COMPLET, changements=(Changement(0, day, day),)))


@pytest.mark.parametrize("champ", ["dateSignature", "dateDebutExecution", "montantSubventionPublique"])
def test_a_concession_needs_its_own_fields(champ: str) -> None:
    rest = {k: v for k, v in CONCESSION.complements.items() if k != champ}
    assert champs(replace(CONCESSION, complements=rest)) == [champ]
    wrong = dict(CONCESSION.complements) | {champ: "jamais"}
    assert champs(replace(CONCESSION, complements=wrong)) == [champ]


def test_the_publication_dates_come_from_the_act_of_publishing() -> None:
    waiting = replace(
        COMPLET, publie_le=None, changements=(Changement(1, notifiee_le=date(2024, 4, 1), publiee_le=None),)
    )
    assert champs(waiting) == [
        "datePublicationDonnees",
        "modifications.datePublicationDonneesModification",
    ]
    assert champs(publie(waiting, date(2024, 5, 1))) == []
    # What was published keeps its date.
    assert publie(COMPLET, date(2024, 5, 1)).publie_le == date(2024, 3, 1)


def test_ocds_asks_for_less() -> None:
    bare = Contrat(
        acheteur_siret="21000000100010",
        identifiant="M1",
        objet="Gants",
        titulaires=COMPLET.titulaires,
        publie_le=date(2024, 3, 1),
    )
    assert manques_ocds(bare) == []
    assert [m.champ for m in manques_ocds(replace(bare, titulaires=()))] == ["titulaires"]


REGLES = ReglesOrigine((("Produits de santé", ("33600000",)), ("Denrées", ("03000000",))))


@pytest.mark.parametrize(
    ("cpv", "attendu"),
    [("33690000", True), ("33600000-6", True), ("33100000", False), ("03100000", True), ("30100000", False)],
)
def test_origins_are_asked_for_some_families(cpv: str, attendu: bool) -> None:
    found = avertissements(replace(COMPLET, code_cpv=cpv), REGLES)
    assert bool(found) is attendu
    assert not avertissements(replace(COMPLET, code_cpv=cpv, origine_ue=Decimal(0)), REGLES)


texts = st.sampled_from(["", "Marché", "Unitaire", "Sans objet", "x" * 20, "21000000100010", "Travaux"])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(
                ("identifiant", "acheteur_siret", "nature", "ccag", "code_cpv", "lieu_type"), texts
            ),
            **{c: st.lists(texts, max_size=3).map(tuple) for c in ("techniques", "types_prix", "sociales")},
            **{c: st.integers(-1, 3) | st.none() for c in ("offres_recues", "duree_mois")},
            **{c: st.booleans() | st.none() for c in ("innovant", "avance", "sous_traitance")},
            "montant": st.none() | st.decimals(-1, 10, places=2),
            "origine_ue": st.none() | st.decimals(-1, 2, places=2),
            "changements": st.lists(
                st.builds(
                    Changement,
                    st.integers(-1, 3),
                    st.none() | st.just(date(2024, 4, 1)),
                    st.none() | st.just(date(2024, 5, 1)),
                    st.none() | st.integers(-1, 3),
                    st.none() | st.decimals(-1, 10, places=2),
                ),
                max_size=2,
            ).map(tuple),
        },
    )
)
def test_nothing_missing_means_valid(changes: dict[str, Any]) -> None:
    """Whatever the contract, one that lacks nothing is valid against the official schema."""
    contrat = replace(COMPLET, **changes)
    if manques(contrat):
        return
    validator().validate(decp.paquet([contrat]))


@cache
def validator() -> Any:
    schema = json.loads(officiel("decp/schema/schema_decp_v2.0.3.json").read_text())
    return jsonschema.Draft7Validator(schema)
