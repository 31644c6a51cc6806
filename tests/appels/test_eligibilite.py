"""The decision table: met, not met with its consequence, or to be checked by a person."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fanal.appels.rules.eligibilite import ConstatLu, FaitsDepot, examiner, pire
from fanal.appels.rules.lecture_regles import lire_regles
from fanal.appels.rules.regles import Regles
from fanal.moteurs import xlsform
from fanal.moteurs.xlsform.modele import Formulaire

INSTANT = datetime(2025, 9, 1, 10, tzinfo=UTC)
MD = """
| survey | | | | |
| | type | name | label | required |
| | decimal | prix | Prix | yes |
| | select_one on | public | Public | |
| | begin_repeat | lignes | Lignes | |
| | decimal | cout | Coût | |
| | end_repeat | | | |
| choices | | | | |
| | list_name | name | label | |
| | on | oui | Oui | |
| | on | non | Non | |
| settings | | | | |
| | form_title | form_id | version | |
| | Essai | essai | 1 | |
"""


@pytest.fixture(scope="module")
def formulaire() -> Formulaire:
    return xlsform.lire_texte(MD)


def regles(**fields: Any) -> Regles:
    test = {"code": "t", "titre": "T", "si": "${prix} < 300", "sinon": "rejet", "phrase": "Trop cher."}
    return lire_regles({"eligibilite": [test | fields]})


def juger(r: Regles, formulaire: Formulaire, reponses: dict[str, Any], **depot: Any) -> list[ConstatLu]:
    return examiner(r, formulaire, reponses, instant=INSTANT, depot=FaitsDepot(**depot))


@pytest.mark.parametrize(
    ("prix", "verdict"),
    [("299.99", "oui"), ("300", "non"), ("301", "non"), ("", "non")],
)
def test_a_bound_is_where_it_is_written(formulaire: Formulaire, prix: str, verdict: str) -> None:
    found = juger(regles(), formulaire, {"prix": prix})[0]
    assert found.verdict == verdict
    assert found.phrase == ("Satisfait." if verdict == "oui" else "Trop cher.")


def test_unknown_asks_a_person(formulaire: Formulaire) -> None:
    r = regles(inconnu_si="${public} = ''")
    assert juger(r, formulaire, {"prix": "10"})[0].verdict == "inconnu"
    assert juger(r, formulaire, {"prix": "10", "public": "oui"})[0].verdict == "oui"
    assert "À vérifier par une personne" in juger(r, formulaire, {"prix": "10"})[0].phrase


def test_an_expression_that_fails_is_unknown_not_a_refusal(formulaire: Formulaire) -> None:
    found = juger(regles(si="${absente} = 1"), formulaire, {"prix": "1"})[0]
    assert found.verdict == "inconnu"
    assert "n'a pas pu être calculé" in found.phrase


def test_each_row_of_a_repeat_has_its_own_line(formulaire: Formulaire) -> None:
    r = regles(repetition="lignes", si="${cout} <= 100", sinon="rejet_ligne")
    found = juger(r, formulaire, {"prix": "1", "lignes": [{"cout": "50"}, {"cout": "101"}, {"cout": "100"}]})
    assert [(c.code, c.verdict) for c in found[:3]] == [("t[1]", "oui"), ("t[2]", "non"), ("t[3]", "oui")]
    assert found[1].titre == "T (ligne 2)"


def test_lateness_missing_answers_and_opinions(formulaire: Formulaire) -> None:
    r = lire_regles({"avis": [{"instance": "ars", "echeance": "2025-09-30"}, {"instance": "expert"}]})
    late = {c.code: c for c in juger(r, formulaire, {}, en_retard=True, manques=2)}
    assert late["delai"].verdict == "non" and late["delai"].consequence == "retard"
    assert late["complet"].phrase == "2 réponses manquent ou restent à corriger."
    assert (
        late["avis_ars"].phrase
        == "L'avis de l'ARS n'est pas encore rendu, attendu jusqu'au 30/09/2025 inclus."
    )
    assert late["avis_expert"].phrase == "L'avis d'un expert n'est pas encore rendu."
    given = {c.code: c for c in juger(r, formulaire, {}, avis_rendus=frozenset({"ars"}))}
    assert given["avis_ars"].verdict == "oui" and given["avis_expert"].verdict == "non"
    assert given["delai"].verdict == "oui"


def test_a_permanent_window_has_no_lateness(formulaire: Formulaire) -> None:
    r = lire_regles({"dossiers": {"permanente": True}})
    assert "delai" not in {c.code for c in juger(r, formulaire, {}, en_retard=True)}


def test_the_heaviest_consequence() -> None:
    def one(consequence: str, verdict: str = "non") -> ConstatLu:
        return ConstatLu(consequence, consequence, verdict, consequence, "")

    assert pire([one("attente"), one("rejet"), one("retard")]) == "rejet"
    assert pire([one("attente"), one("retard")]) == "retard"
    assert pire([one("information")]) == ""
    assert pire([one("rejet", "oui"), one("rejet", "inconnu")]) == "inconnu"
    assert replace(one("information")).defavorable is False
