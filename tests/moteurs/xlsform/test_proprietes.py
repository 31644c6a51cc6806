"""What holds for every form and every answer: drawn at random."""

import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.moteurs import xlsform
from fanal.moteurs.xlsform import Formulaire, Verdict, de_json, en_json
from tests.moteurs.xlsform.outils import FIN_GROUPE, FIN_REPETITION, forme, juger, q

FORME = forme(
    q("begin_group", "g", label="Général"),
    q("text", "t", required="yes"),
    q("integer", "n", constraint=". < 1000"),
    q("decimal", "d", relevant="${n} > 3"),
    q("date", "jour", required="${n} > 5"),
    q("time", "heure"),
    q("dateTime", "moment"),
    FIN_GROUPE,
    q("begin_group", "h", relevant="${d} > 1 or ${t} = 'x'"),
    q("select_one fruits", "fruit", required="yes"),
    q("select_multiple fruits", "panier", relevant="${fruit} != 'figue'"),
    q("acknowledge", "accord", required="yes"),
    q("file", "piece"),
    FIN_GROUPE,
    q("begin_repeat", "r", relevant="${n} != 7"),
    q("text", "lib", required="yes"),
    q("decimal", "prix", relevant="${lib} != 'x'", constraint=". > 0"),
    q("calculate", "ttc", calculation="${prix} * 2"),
    FIN_REPETITION,
    q("calculate", "total", calculation="sum(${ttc})"),
    q("calculate", "plus", calculation="${total} + coalesce(${n}, 0)"),
)

textes = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["x", "=1+1", "+33", "@a", "pomme"]
)
nombres = (
    st.integers(-5, 2000).map(str) | st.decimals(-10, 10, places=2).map(str) | st.sampled_from(["abc", ""])
)
pieces = st.fixed_dictionaries(
    {
        "nom": st.from_regex(r"[a-z é]{1,10}\.pdf", fullmatch=True).map(str.strip),
        "empreinte": st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
        "taille": st.integers(0, 10**7),
        "type": st.just("application/pdf"),
    }
)
fruits = st.sampled_from(["pomme", "poire", "figue", "banane", ""])
lignes = st.lists(st.fixed_dictionaries({}, optional={"lib": textes, "prix": nombres}), max_size=4)
reponses = st.fixed_dictionaries(
    {},
    optional={
        "t": textes,
        "n": nombres,
        "d": nombres,
        "jour": st.dates().map(str) | textes,
        "heure": st.times().map(lambda h: h.isoformat()[:5]) | textes,
        "moment": st.datetimes().map(lambda d: d.isoformat(timespec="seconds")) | textes,
        "fruit": fruits,
        "panier": st.lists(st.sampled_from(["pomme", "poire", "figue"]), max_size=3),
        "accord": st.sampled_from([True, False, "OK", "", "non"]),
        "piece": pieces,
        "r": lignes,
    },
)


def cachees(formulaire: Formulaire, lu: Verdict) -> list[str]:
    """The paths that have a value although they do not show: a naive walk of the values."""
    trouvees = []
    for nom, valeur in lu.valeurs.items():
        if nom == "r":
            trouvees += [f"r[{i}].{k}" for i, ligne in enumerate(valeur, 1) for k in ligne]
        trouvees.append(nom)
    return [chemin for chemin in trouvees if chemin not in lu.visibles]


@settings(max_examples=80, deadline=None)
@given(reponses)
def test_what_is_hidden_has_no_value_and_no_anomaly(donnees: dict[str, Any]) -> None:
    lu = juger(FORME, donnees)
    assert cachees(FORME, lu) == []
    assert lu.obligatoires <= lu.visibles
    assert {a.chemin for a in lu.anomalies} <= lu.visibles


@settings(max_examples=80, deadline=None)
@given(reponses)
def test_judging_twice_changes_nothing(donnees: dict[str, Any]) -> None:
    lu = juger(FORME, donnees)
    encore = juger(FORME, lu.valeurs)
    assert encore.valeurs == lu.valeurs and encore.anomalies == lu.anomalies and encore == lu


@settings(max_examples=40, deadline=None)
@given(reponses)
def test_the_form_from_json_gives_the_same_verdict(donnees: dict[str, Any]) -> None:
    assert juger(de_json(en_json(FORME)), donnees) == juger(FORME, donnees)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reponses)
def test_the_workbook_of_answers_gives_the_same_verdict(donnees: dict[str, Any]) -> None:
    avant = juger(FORME, donnees)
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "reponses.xlsx"
        xlsform.ecrire_modele(FORME, chemin, avant.valeurs)
        relues, remarques = xlsform.lire_reponses(chemin, FORME)
    assert remarques == []
    assert juger(FORME, relues) == avant


CALCULS = {
    "c1": "${n} + 1",
    "c2": "${c1} * 2",
    "c3": "${c2} - ${c1}",
    "c4": "if(${c3} > 4, ${c2}, ${c1})",
    "c5": "concat(${c4}, '-', ${c3})",
}


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(-5, 20))
def test_the_order_of_calculations_does_not_matter(hasard: random.Random, n: int) -> None:
    noms = list(CALCULS)
    hasard.shuffle(noms)
    formulaire = forme(q("integer", "n"), *(q("calculate", nom, calculation=CALCULS[nom]) for nom in noms))
    c1 = n + 1
    c2, c3 = 2 * c1, c1
    c4 = c2 if c3 > 4 else c1
    attendu = {"n": n, "c1": c1, "c2": c2, "c3": c3, "c4": c4, "c5": f"{c4}-{c3}"}
    assert juger(formulaire, {"n": str(n)}).valeurs == {nom: str(v) for nom, v in attendu.items()}


json_quelconque = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda fils: (
        st.lists(fils, max_size=3)
        | st.dictionaries(st.sampled_from([*"tndgrh", "prix", "zz"]), fils, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["t", "n", "d", "jour", "fruit", "panier", "accord", "piece", "r", "zz"]),
        json_quelconque,
    )
)
def test_whatever_the_json_a_verdict_is_given(donnees: dict[str, Any]) -> None:
    lu = juger(FORME, donnees)
    assert all(a.phrase.endswith((".", "!", "?")) for a in lu.anomalies)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_shows_against_a_naive_second_computation(data: st.DataObject) -> None:
    """Questions that depend on earlier ones, written in any order, some of them in groups."""
    nombre = data.draw(st.integers(2, 8))
    depend = [data.draw(st.none() | st.integers(0, i - 1)) if i else None for i in range(nombre)]
    groupe = [data.draw(st.none() | st.integers(0, i - 1)) if i else None for i in range(nombre)]
    repondu = [data.draw(st.sampled_from(["x", "y", ""])) for _ in range(nombre)]

    def montre(i: int | None) -> bool:
        return i is None or (_vaut_x(groupe[i]) and _vaut_x(depend[i]))

    def _vaut_x(i: int | None) -> bool:
        return i is None or (montre(i) and repondu[i] == "x")

    def ecrire(i: int) -> list[dict[str, str]]:
        visible = {"relevant": f"${{q{depend[i]}}} = 'x'"} if depend[i] is not None else {}
        ligne = q("text", f"q{i}", **visible)
        if groupe[i] is None:
            return [ligne]
        return [q("begin_group", f"g{i}", relevant=f"${{q{groupe[i]}}} = 'x'"), ligne, FIN_GROUPE]

    ordre = data.draw(st.permutations(range(nombre)))
    formulaire = forme(*(ligne for i in ordre for ligne in ecrire(i)))
    lu = juger(formulaire, {f"q{i}": repondu[i] for i in range(nombre)})
    assert {c for c in lu.visibles if c.startswith("q")} == {f"q{i}" for i in range(nombre) if montre(i)}
    assert lu.valeurs == {f"q{i}": repondu[i] for i in range(nombre) if montre(i) and repondu[i]}
