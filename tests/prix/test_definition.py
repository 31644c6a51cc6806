"""A wrong document gets a sentence that names the key; every spelling of a clause is the same clause."""

from fractions import Fraction

import pytest

from fanal.prix.rules.definition import ecrire_clause, lire_clause
from fanal.prix.rules.document import charger_yaml, lire_demande
from fanal.prix.rules.lecteur import lire_mois
from fanal.refus import Inutilisable

CLAUSE = """
formule:
  fixe: {fixe}
  termes:
    - {{indice: A, part: {part}}}
mois_zero: 2023-01
{suite}
"""


def clause(fixe: str = "0.15", part: str = "0.85", suite: str = "") -> object:
    return charger_yaml(CLAUSE.format(fixe=fixe, part=part, suite=suite))


def refused(brut: object) -> str:
    with pytest.raises(Inutilisable) as caught:
        lire_clause(brut)
    return caught.value.phrase


def test_a_tenth_is_a_tenth() -> None:
    """0.1 + 0.2 + 0.7 is one exactly, which binary floats deny."""
    text = (
        "formule: {fixe: 0.1, termes: [{indice: A, part: 0.2}, {indice: B, part: 0.7}]}\nmois_zero: 2023-01"
    )
    assert lire_clause(charger_yaml(text)).fixe == Fraction(1, 10)


def test_the_sum_must_be_one_exactly() -> None:
    said = refused(clause(part="0.84999999"))
    assert said.startswith("clause.formule : la partie fixe (0,15) et les parts")
    assert "exactement 1" in said


@pytest.mark.parametrize(
    ("brut", "key"),
    [
        (clause(suite="butior: 0.03"), "« clause.butior » n'est pas prévue. Vouliez-vous écrire « butoir »"),
        (clause(suite="butoir: 3"), None),
        (clause(suite="butoir: 30"), "clause.butoir.hausse : « 30 » dépasse 10"),
        (clause(suite="sauvegarde: beaucoup"), "clause.sauvegarde : « beaucoup » n'est pas un nombre"),
        (clause(suite="lecture: demain"), "clause.lecture.mode : « demain » n'est pas prévu"),
        (clause(suite="lecture: moyenne"), "« clause.lecture.mois »"),
        (clause(suite="lecture_zero: dernier_connu"), "« clause.lecture_zero.date »"),
        (clause(suite="periodicite: {mois: 12}"), "« clause.periodicite.premiere »"),
        (clause(suite="periodicite: {mois: 0, premiere: 2024-01-01}"), "clause.periodicite.mois"),
        (clause(suite="periodicite: {mois: 12, premiere: 2024-02-30}"), "n'existe pas au calendrier"),
        (clause(suite="arrondi: {coefficient: {decimales: 9}}"), "clause.arrondi.coefficient.decimales"),
        (clause(suite="arrondi: {prix: {decimales: 2, sens: haut}}"), "clause.arrondi.prix.sens"),
        (clause(suite="lignes: L1"), "clause.lignes : une liste est attendue"),
        (clause(fixe="-0.1", part="1"), "clause.formule.fixe : « -0.1 » est inférieur à 0"),
        (charger_yaml("mois_zero: 2023-01"), "« clause.formule »"),
        (charger_yaml("formule: {termes: []}\nmois_zero: 2023-01"), "« clause.formule.termes »"),
        (charger_yaml("formule: {termes: [{part: 1}]}\nmois_zero: 2023-01"), "formule.termes[1].indice"),
        (charger_yaml("formule: {termes: [{indice: A, part: 1}]}"), "« clause.mois_zero »"),
        (
            charger_yaml("formule: {termes: [{indice: A, part: 1}]}\nmois_zero: hier"),
            "clause.mois_zero : « hier » n'est pas un mois",
        ),
        (["une", "liste"], "clause : des clés sont attendues"),
        (None, "clause : des clés sont attendues"),
    ],
)
def test_each_wrong_key_is_named(brut: object, key: str | None) -> None:
    if key is None:
        assert lire_clause(brut).hausse_max == 3
        return
    assert key in refused(brut)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "à la ligne"),
        ("\tclause: 1", "tabulation"),
        ("a: 1\na: 2", "Ligne 2 : la clé « a » est écrite deux fois"),
        ("a: &x [1]\nb: *x", "Les renvois YAML"),
        ("a: {? [x] : 1, ? [x] : 2}", "n'est pas du YAML lisible"),
    ],
)
def test_unreadable_yaml(text: str, said: str) -> None:
    with pytest.raises(Inutilisable, match=said.replace("(", r"\(")):
        charger_yaml(text)


def test_nested_brackets_do_not_crash() -> None:
    with pytest.raises(Inutilisable):
        charger_yaml("[" * 50_000)


@pytest.mark.parametrize(
    "written", ["2024-03", "03/2024", "2024M03", "mars 2024", "15/03/2024", "2024-03-15"]
)
def test_a_month_in_many_hands(written: str) -> None:
    assert lire_mois(written, "mois").isoformat() == "2024-03-01"


def test_the_same_clause_has_one_document() -> None:
    """A comma or a point, a short or a long form: one canonical document, so one fingerprint."""
    short = lire_clause(clause(suite="butoir: 0.03"))
    long = lire_clause(
        charger_yaml(
            'formule: {termes: [{indice: A, part: "0,850"}], fixe: "0,15"}\n'
            "mois_zero: janvier 2023\n"
            "butoir: {hausse: 3.0E-2, reference: en_vigueur}\n"
            "lecture: {mode: valeur_du_mois}"
        )
    )
    assert ecrire_clause(short) == ecrire_clause(long)


DEMANDE = """
clause:
  formule: {{termes: [{{indice: A, part: 1}}]}}
  mois_zero: 2023-01
series: {series}
lignes: {lignes}
date: {date}
"""


@pytest.mark.parametrize(
    ("series", "lignes", "date", "said"),
    [
        ("{A: {2023-01: 0}}", "[]", "2024-01-01", "series.A.2023-01 : un indice est supérieur à 0"),
        ("{A: {2023-01: cent}}", "[]", "2024-01-01", "series.A.2023-01 : « cent » n'est pas un nombre"),
        ("{A: [{mois: 2023-01}]}", "[]", "2024-01-01", "series.A[1].valeur"),
        ("{A: {2023-01: 1, 01/2023: 2}}", "[]", "2024-01-01", "ce mois est écrit deux fois"),
        ("{A: {2023-01: 1}}", "[{cle: L1}]", "2024-01-01", "lignes[1].prix"),
        ("{A: {2023-01: 1}}", "[{cle: 1, prix: 1}, {cle: 1, prix: 2}]", "2024-01-01", "lignes[2].cle"),
        ("{A: {2023-01: 1}}", "[{cle: 1, prix: 1.1234567}]", "2024-01-01", "six décimales au plus"),
        ("{A: {2023-01: 1}}", "[{cle: 1, prix: 4,25}]", "2024-01-01", "s'écrit avec un point (4.25)"),
        ("{A: {2023-01: 1}}", "[]", "31/02/2024", "date : « 31/02/2024 » n'existe pas au calendrier"),
    ],
)
def test_each_wrong_key_of_a_request(series: str, lignes: str, date: str, said: str) -> None:
    with pytest.raises(Inutilisable) as caught:
        lire_demande(charger_yaml(DEMANDE.format(series=series, lignes=lignes, date=date)))
    assert said in caught.value.phrase
