"""Expressions: hand cases, then a naive second implementation on expressions drawn at random."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.moteurs.xlsform import evaluer_expression
from tests.moteurs.xlsform.outils import FIN_REPETITION, INSTANT, forme, q

FORME = forme(
    q("integer", "n"),
    q("decimal", "d"),
    q("text", "t"),
    q("text", "vide"),
    q("integer", "rien"),
    q("date", "jour"),
    q("time", "heure"),
    q("dateTime", "moment"),
    q("select_one fruits", "fruit"),
    q("select_multiple fruits", "panier"),
    q("text", "cache", relevant="false()"),
    q("calculate", "double", calculation="${n} * 2"),
    q("begin_repeat", "lignes"),
    q("decimal", "prix"),
    q("text", "lib"),
    q("calculate", "rang", calculation="position(..)"),
    FIN_REPETITION,
)
REPONSES: dict[str, Any] = {
    "n": "7",
    "d": "2.50",
    "t": "25-Doubs",
    "jour": "2026-03-01",
    "heure": "06:00",
    "moment": "2026-03-01T12:00:00+01:00",
    "fruit": "poire",
    "panier": ["figue", "pomme"],
    "cache": "perdu",
    "lignes": [{"prix": "10", "lib": "a"}, {"lib": "b"}, {"prix": "4.5"}],
}
CAS: dict[str, Any] = {
    "${n} + 1": "8",
    "${n} - -1": "8",
    "${n}-1": "6",
    "0.1 + 0.2": "0.3",
    "2 + 3 * 4": "14",
    "(2 + 3) * 4": "20",
    "7 mod 3": "1",
    "-7 mod 3": "-1",
    "7 div 2": "3.5",
    "1 div 0": "",
    "0 div 0": "",
    "${rien} + 1": "",
    "${t} * 2": "",
    "${double}": "14",
    "${rien} = ''": True,
    "${vide} = ''": True,
    "${n} = ''": False,
    "${n} != ''": True,
    "${rien} < 1": False,
    "${rien} >= 1": False,
    "${rien} != 1": True,
    "${n} = '7'": True,
    "${n} = 7.0": True,
    "'7' = '7.0'": False,
    "'10' < '9'": False,
    "true() = 'x'": True,
    "not(${vide})": True,
    "not(${t})": False,
    "boolean(0)": False,
    "boolean('0')": True,
    "${cache}": "",
    "if(${n} > 5, 'oui', 'non')": "oui",
    "if(${rien}, 'oui', 'non')": "non",
    "coalesce(${vide}, ${t})": "25-Doubs",
    "coalesce(${rien}, 0)": "0",
    "true() or 1 div 0": True,
    "1 and 'a' and ${n}": True,
    "1 and ''": False,
    "selected(${panier}, 'figue')": True,
    "selected(${panier}, 'poire')": False,
    "selected(${fruit}, 'poire')": True,
    "selected(${vide}, '')": False,
    "selected-at(${panier}, 1)": "pomme",
    "selected-at(${panier}, 5)": "",
    "count-selected(${panier})": "2",
    "count-selected(${vide})": "0",
    "jr:choice-name(${fruit}, '${fruit}')": "Poire",
    "jr:choice-name('figue', '${panier}')": "Figue",
    "count(${lignes})": "3",
    "count(${prix})": "3",
    "count-non-empty(${prix})": "2",
    "sum(${prix})": "14.5",
    "sum(${lib})": "0",
    "min(${prix})": "4.5",
    "max(${prix})": "10",
    "max(${prix}, 12)": "12",
    "max(${rien})": "",
    "min(${jour}, date('2025-12-31'))": "2025-12-31",
    "join(', ', ${lib})": "a, b, ",
    "sum(${rang})": "6",
    "indexed-repeat(${prix}, ${lignes}, 3)": "4.5",
    "indexed-repeat(${prix}, ${lignes}, 9)": "",
    "${prix} > 9": True,
    "${prix} > 10": False,
    "int(7.9)": "7",
    "int(-7.9)": "-7",
    "floor(-7.1)": "-8",
    "ceiling(7.1)": "8",
    "round(2.5)": "3",
    "round(-2.5)": "-2",
    "round(2.345, 2)": "2.35",
    "round(1234, -2)": "1200",
    "abs(-3)": "3",
    "pow(2, 10)": "1024",
    "pow(10, 99999)": "",
    "number('12.5')": "12.5",
    "number('abc')": "",
    "number(${jour})": "20513",
    "string(${d})": "2.5",
    "concat(${n}, '-', ${fruit}, ${rien})": "7-poire",
    "string-length(${t})": "8",
    "string-length(${vide})": "0",
    "substr(${t}, 3)": "Doubs",
    "substr(${t}, 0, 2)": "25",
    "substring-before(${t}, '-')": "25",
    "substring-before(${t}, '/')": "",
    "substring-after(${t}, '-')": "Doubs",
    "contains(${t}, 'oub')": True,
    "starts-with(${t}, '25')": True,
    "ends-with(${t}, 'x')": False,
    "normalize-space('  a   b ')": "a b",
    "translate('a b c', ' b', '_')": "a__c",
    "regex(${t}, '[0-9]{2}-[A-Z][a-z]+')": True,
    "regex(${t}, '[0-9]{2}')": False,
    "today()": "2026-03-15",
    "${jour} <= today()": True,
    "today() - ${jour}": "14",
    "date(${jour} + 30)": "2026-03-31",
    "${jour} = '2026-03-01'": True,
    "${jour} > '2026-02-28'": True,
    "'2026-02-28' < ${jour}": True,
    "${jour} = date('2026-03-01')": True,
    "date('pas une date')": "",
    "date('2026-02-30')": "",
    "format-date(${jour}, '%d/%m/%Y')": "01/03/2026",
    "format-date(${jour}, '%e %b %y')": "1 mars 26",
    "decimal-date-time(${moment})": "20513.5",
    "decimal-time(${heure})": "0.25",
    "${heure} < '12:00'": True,
    "now() > ${moment}": True,
    "string(now())": "2026-03-15T23:30:00+01:00",
    "'it''s'": "it's",
    '"a"': "a",
}


def rendu(valeur: bool | Decimal | str) -> bool | str:
    return format(valeur.normalize(), "f") if isinstance(valeur, Decimal) else valeur


@pytest.mark.parametrize("expression", CAS)
def test_hand_cases(expression: str) -> None:
    assert rendu(evaluer_expression(FORME, REPONSES, expression, instant=INSTANT)) == CAS[expression]


# -- A second implementation: trees drawn at random, computed here with fractions, None for "not a number".

NOMBRES = {"n": Fraction(7), "d": Fraction(5, 2), "rien": None}
feuilles = st.one_of(
    st.integers(0, 99).map(lambda n: (str(n), Fraction(n))),
    st.sampled_from([(f"${{{nom}}}", valeur) for nom, valeur in NOMBRES.items()]),
)


def _somme(a: Any, b: Any) -> Any:
    return (f"{a[0]} + {b[0]}", None if None in (a[1], b[1]) else a[1] + b[1])


def _difference(a: Any, b: Any) -> Any:
    return (f"{a[0]} - ({b[0]})", None if None in (a[1], b[1]) else a[1] - b[1])


def _produit(a: Any, b: Any) -> Any:
    return (f"({a[0]}) * ({b[0]})", None if None in (a[1], b[1]) else a[1] * b[1])


def _choisir(a: Any, b: Any) -> Any:
    vrai = a[1] is not None and b[1] is not None and a[1] < b[1]
    return (f"if({a[0]} < {b[0]}, {a[0]}, {b[0]})", a[1] if vrai else b[1])


def _premier(a: Any, b: Any) -> Any:
    return (f"coalesce({a[0]}, {b[0]})", b[1] if a[1] is None else a[1])


def _et_ou(a: Any, b: Any) -> Any:
    vrai = (a[1] not in (None, 0) and b[1] not in (None, 0)) or a[1] == b[1] is not None
    egal = f"number({a[0]}) = number({b[0]})"
    return (f"number(({a[0]}) and ({b[0]}) or {egal})", Fraction(int(bool(vrai))))


def _plus_grand(a: Any, b: Any) -> Any:
    connus = [v for v in (a[1], b[1]) if v is not None]
    return (f"max({a[0]}, {b[0]})", max(connus) if connus else None)


operations = st.sampled_from([_somme, _difference, _produit, _choisir, _premier, _et_ou, _plus_grand])
arbres = st.recursive(
    feuilles, lambda fils: st.tuples(operations, fils, fils).map(lambda t: t[0](t[1], t[2])), max_leaves=12
)


@settings(max_examples=300, deadline=None)
@given(arbres)
def test_against_a_naive_second_implementation(arbre: tuple[str, Fraction | None]) -> None:
    expression, attendu = arbre
    lu = evaluer_expression(FORME, REPONSES, expression, instant=INSTANT)
    if attendu is None:
        assert lu == ""
    else:
        assert isinstance(lu, Decimal)
        # Twenty-eight digits are kept: the two agree to the twentieth.
        assert abs(Fraction(lu) - attendu) <= abs(attendu) / 10**20


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="ab1'\"()+-*/=<>!,.${} []|@:andorif", max_size=25))
def test_whatever_is_written_gives_a_sentence_or_a_value(source: str) -> None:
    from fanal.refus import Inutilisable

    try:
        evaluer_expression(FORME, REPONSES, source, instant=INSTANT)
    except Inutilisable as refus:
        assert refus.phrase.endswith(".")
