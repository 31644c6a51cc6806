"""The verdict: what shows, what must be answered, what is wrong, how far each section is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fanal.moteurs import xlsform
from fanal.moteurs.xlsform import Avancement, juger
from tests.moteurs.xlsform.outils import FIN_GROUPE, FIN_REPETITION, INSTANT, forme, q, regles
from tests.moteurs.xlsform.outils import juger as verdict

PIECE = {"nom": "lettre.pdf", "empreinte": "a" * 64, "taille": 12, "type": "application/pdf"}


def test_what_is_hidden_is_neither_asked_nor_kept() -> None:
    formulaire = forme(
        q("select_one ouinon", "pui"), q("text", "nom_pui", relevant="${pui} = 'oui'", required="yes")
    )
    cache = verdict(formulaire, {"pui": "non", "nom_pui": "reste de saisie"})
    assert cache.visibles == {"pui"} and not cache.obligatoires
    assert cache.valeurs == {"pui": "non"} and cache.complet
    montre = verdict(formulaire, {"pui": "oui"})
    assert montre.visibles == {"pui", "nom_pui"} == {"pui"} | montre.obligatoires
    assert regles(montre) == {"nom_pui": "requis"} and not montre.complet


def test_a_group_hides_all_that_it_holds() -> None:
    formulaire = forme(
        q("integer", "n"),
        q("begin_group", "g", relevant="${n} > 1"),
        q("begin_group", "h"),
        q("text", "a", required="yes"),
        FIN_GROUPE,
        FIN_GROUPE,
        q("text", "b", relevant="${a} != ''"),
    )
    assert verdict(formulaire, {"n": "1", "a": "x", "b": "y"}).valeurs == {"n": "1"}
    assert verdict(formulaire, {"n": "2", "a": "x", "b": "y"}).valeurs == {"n": "2", "a": "x", "b": "y"}
    assert verdict(formulaire, {"n": "2"}).visibles == {"n", "g", "h", "a"}


@pytest.mark.parametrize(
    ("type_", "donnee", "gardee"),
    [
        ("integer", "1 250", "1250"),
        ("integer", 12, "12"),
        ("integer", 12.0, "12"),
        ("integer", "-3", "-3"),
        ("decimal", "1 250,50 €", "1250.5"),
        ("decimal", "0,10", "0.1"),
        ("decimal", 0.1, "0.1"),
        ("date", "15/09/2025", "2025-09-15"),
        ("date", "2025-09-15", "2025-09-15"),
        ("date", "2025-09-15T00:00:00", "2025-09-15"),
        ("time", "9h05", "09:05"),
        ("time", "14:30:00", "14:30"),
        ("dateTime", "15/09/2025 14:30", "2025-09-15T14:30:00+02:00"),
        ("dateTime", "2025-09-15T12:30:00Z", "2025-09-15T14:30:00+02:00"),
        ("select_one fruits", "pomme", "pomme"),
        ("select_multiple fruits", "pomme figue", ["pomme", "figue"]),
        ("select_multiple fruits", ["figue", "figue"], ["figue"]),
        ("acknowledge", True, "OK"),
        ("acknowledge", "oui", "OK"),
        ("text", "  deux\r\nlignes \x07", "deux\nlignes"),
        ("text", 12, "12"),
        ("file", PIECE, PIECE),
    ],
)
def test_answers_are_kept_in_one_form(type_: str, donnee: Any, gardee: Any) -> None:
    lu = verdict(forme(q(type_, "a")), {"a": donnee})
    assert lu.valeurs == {"a": gardee} and lu.complet
    assert verdict(forme(q(type_, "a")), lu.valeurs).valeurs == lu.valeurs


@pytest.mark.parametrize(
    ("type_", "donnee", "regle"),
    [
        ("integer", "douze", "type"),
        ("integer", "1,5", "type"),
        ("integer", True, "type"),
        ("decimal", "1.2.3", "type"),
        ("decimal", "1e5", "type"),
        ("decimal", float("nan"), "type"),
        ("decimal", 10**30, "type"),
        ("date", "31/02/2025", "type"),
        ("date", "bientôt", "type"),
        ("time", "25:00", "type"),
        ("dateTime", "2025", "type"),
        ("text", {"a": 1}, "type"),
        ("text", "x" * 20_001, "type"),
        ("select_one fruits", "banane", "enumeration"),
        ("select_multiple fruits", ["pomme", "banane"], "enumeration"),
        ("select_multiple fruits", [["pomme"]], "type"),
        ("acknowledge", "peut-être", "accord"),
        ("file", "lettre.pdf", "fichier"),
        ("file", {"nom": "x"}, "fichier"),
    ],
)
def test_answers_of_another_type_are_told_and_not_lost(type_: str, donnee: Any, regle: str) -> None:
    lu = verdict(forme(q(type_, "a", label="Réponse")), {"a": donnee})
    assert regles(lu) == {"a": regle}
    assert lu.anomalies[0].phrase.startswith("Réponse : ") and lu.anomalies[0].phrase.endswith(".")
    assert lu.valeurs["a"] is donnee or lu.valeurs["a"] == donnee


def test_blank_is_nothing_and_meets_every_constraint() -> None:
    formulaire = forme(
        q("integer", "a", constraint=". > 10"), q("text", "b"), q("select_multiple fruits", "c")
    )
    for vide in ("", "  ", None, [], {}):
        lu = verdict(formulaire, {"a": vide, "b": vide, "c": vide})
        assert lu.complet and lu.valeurs == {}


def test_a_constraint_uses_the_dot_and_says_its_message() -> None:
    formulaire = forme(
        q("date", "debut"),
        q("date", "fin", constraint=". >= ${debut}", constraint_message="La fin suit le début."),
        q("text", "code", constraint="regex(., '[A-Z]{2}')"),
    )
    lu = verdict(formulaire, {"debut": "2025-02-01", "fin": "2025-01-31", "code": "abc"})
    assert regles(lu) == {"fin": "contrainte", "code": "contrainte"}
    assert lu.anomalies[0].phrase == "La fin suit le début."
    assert verdict(formulaire, {"debut": "2025-02-01", "fin": "2025-02-01", "code": "AB"}).complet


def test_required_may_be_an_expression_with_its_own_message() -> None:
    formulaire = forme(
        q("integer", "n"), q("text", "a", required="${n} > 1", required_message="Dites pourquoi.")
    )
    assert verdict(formulaire, {"n": "1"}).complet
    assert verdict(formulaire, {"n": "2"}).anomalies[0].phrase == "Dites pourquoi."


def test_an_acknowledgement_that_is_required() -> None:
    formulaire = forme(q("acknowledge", "a", required="yes"))
    assert (
        regles(verdict(formulaire, {"a": ""})) == {"a": "accord"} == regles(verdict(formulaire, {"a": "non"}))
    )
    assert verdict(formulaire, {"a": True}).complet


def test_choices_follow_their_filter() -> None:
    listes = {
        "regions": ["bfc", "bre"],
        "villes": [{"name": n, "label": n, "region": r} for n, r in (("dole", "bfc"), ("brest", "bre"))],
    }
    formulaire = forme(
        q("select_one regions", "region"),
        q("select_one villes", "ville", choice_filter="region = ${region}"),
        listes=listes,
    )
    assert verdict(formulaire, {"region": "bfc", "ville": "dole"}).complet
    assert regles(verdict(formulaire, {"region": "bre", "ville": "dole"})) == {"ville": "enumeration"}


LIGNES = (
    q("begin_repeat", "lignes", label="Lignes"),
    q("text", "lib", required="yes"),
    q("decimal", "prix", relevant="${lib} != 'gratuit'", constraint=". <= ${plafond}"),
    q("calculate", "ttc", calculation="${prix} * 1.2"),
    FIN_REPETITION,
)


def test_rows_of_a_repeat_are_judged_one_by_one() -> None:
    formulaire = forme(q("decimal", "plafond"), *LIGNES, q("calculate", "total", calculation="sum(${ttc})"))
    reponses = {
        "plafond": "100",
        "lignes": [{"lib": "a", "prix": "10"}, {"prix": "200"}, {"lib": "gratuit", "prix": "5", "zz": 1}],
    }
    lu = verdict(formulaire, reponses)
    assert regles(lu) == {
        "lignes[2].lib": "requis",
        "lignes[2].prix": "contrainte",
        "lignes[3].zz": "inconnue",
    }
    assert lu.valeurs["lignes"] == [
        {"lib": "a", "prix": "10", "ttc": "12"},
        {"prix": "200", "ttc": "240"},
        {"lib": "gratuit"},
    ]
    assert lu.valeurs["total"] == "252"
    assert "lignes[1].prix" in lu.visibles and "lignes[3].prix" not in lu.visibles
    assert "lignes[2].lib" in lu.obligatoires


def test_the_number_of_rows_may_be_computed() -> None:
    formulaire = forme(
        q("integer", "n"),
        q("begin_repeat", "r", repeat_count="${n}"),
        q("text", "a", required="yes"),
        FIN_REPETITION,
    )
    assert regles(verdict(formulaire, {"n": "2", "r": [{"a": "x"}]})) == {"r[2].a": "requis"}
    assert regles(verdict(formulaire, {"n": "0", "r": [{"a": "x"}]})) == {"r[1]": "inconnue"}
    assert regles(verdict(formulaire, {"n": "abc"})) == {"n": "type"}


def test_an_endless_number_of_rows_is_stopped() -> None:
    formulaire = forme(q("begin_repeat", "r"), q("text", "a"), FIN_REPETITION)
    lu = verdict(formulaire, {"r": [{"a": "x"}] * 600})
    assert regles(lu) == {"r[501]": "inconnue"} and len(lu.valeurs["r"]) == 500
    compte = forme(
        q("integer", "n"), q("begin_repeat", "r", repeat_count="${n}"), q("text", "a"), FIN_REPETITION
    )
    assert len(verdict(compte, {"n": "100000"}).valeurs["r"]) == 500


@pytest.mark.parametrize("reponses", [{"lignes": "x"}, {"lignes": {"a": 1}}, {"lignes": [1, None, []]}])
def test_rows_that_are_not_rows_are_told(reponses: Any) -> None:
    lu = verdict(forme(q("decimal", "plafond"), *LIGNES), reponses)
    assert "type" in regles(lu).values()


@pytest.mark.parametrize("reponses", [None, [], "x", 3])
def test_answers_that_are_not_an_object_are_no_answers(reponses: Any) -> None:
    assert juger(forme(q("text", "a")), reponses, instant=INSTANT).valeurs == {}


def test_unknown_answers_and_answers_to_notes_are_told() -> None:
    formulaire = forme(
        q("note", "n"), q("begin_group", "g"), q("text", "a"), FIN_GROUPE, *LIGNES, q("decimal", "plafond")
    )
    lu = verdict(formulaire, {"a": "x", "zz": "1", "g": "x", "prix": "3"})
    assert regles(lu) == {"zz": "inconnue", "g": "inconnue", "prix": "inconnue"}


def test_attachments_must_have_been_received() -> None:
    formulaire = forme(q("file", "a", required="yes"))
    assert verdict(formulaire, {"a": PIECE}).complet
    assert verdict(formulaire, {"a": PIECE}, fichiers={"a" * 64}).complet
    assert regles(verdict(formulaire, {"a": PIECE}, fichiers=set())) == {"a": "fichier"}
    assert regles(verdict(formulaire, {})) == {"a": "requis"}


def test_a_calculation_replaces_what_was_sent_and_keeps_its_type() -> None:
    formulaire = forme(
        q("integer", "n"),
        q("integer", "double", calculation="${n} * 2"),
        q("integer", "moitie", calculation="${n} div 2"),
        q("calculate", "texte", calculation="concat('n=', ${n})"),
    )
    lu = verdict(formulaire, {"n": "3", "double": "1000", "texte": "faux"})
    assert lu.valeurs == {"n": "3", "double": "6", "moitie": "1.5", "texte": "n=3"}
    assert regles(lu) == {"moitie": "type"}


def test_a_long_chain_of_calculations_is_followed_whatever_its_order() -> None:
    chaine = [q("calculate", f"c{i}", calculation=f"${{c{i - 1}}} + 1") for i in range(1, 700)]
    formulaire = forme(*reversed(chaine), q("calculate", "c0", calculation="1"), q("text", "a"))
    assert verdict(formulaire, {}).valeurs["c699"] == "700"


def test_today_is_the_day_in_paris() -> None:
    formulaire = forme(q("date", "a", constraint=". <= today()"))
    soir = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)  # 16 March, 00:30 in Paris
    assert juger(formulaire, {"a": "2026-03-16"}, instant=soir).complet
    assert not juger(formulaire, {"a": "2026-03-17"}, instant=soir).complet


def test_sections_tell_how_far_they_are() -> None:
    formulaire = forme(
        q("text", "libre", required="yes"),
        q("begin_group", "g", label="Général"),
        q("text", "a", required="yes"),
        q("integer", "b", required="yes", constraint=". > 1"),
        q("text", "c"),
        FIN_GROUPE,
        q("begin_group", "cache", label="Caché", relevant="false()"),
        q("text", "d", required="yes"),
        FIN_GROUPE,
        q("decimal", "plafond"),
        *LIGNES,
    )
    lu = verdict(formulaire, {"a": "x", "b": "1", "lignes": [{"lib": "u"}, {}]})
    assert lu.sections == (
        Avancement("", "Essai", 1, 0, 1),
        Avancement("g", "Général", 2, 2, 1),
        Avancement("lignes", "Lignes", 2, 1, 1),
    )
    assert [s.complete for s in lu.sections] == [False, False, False]


def test_defaults_are_texts_or_expressions() -> None:
    formulaire = forme(
        q("text", "a", default="Bonjour (à tous)"),
        q("date", "b", default="today()"),
        q("integer", "c", default="2 + 3 * abs(-1)"),
        q("select_one fruits", "d", default="pomme"),
        q("begin_repeat", "r"),
        q("integer", "n", default="1"),
        FIN_REPETITION,
    )
    assert xlsform.valeurs_par_defaut(formulaire, instant=INSTANT) == {
        "a": "Bonjour (à tous)",
        "b": "2026-03-15",
        "c": "5",
        "d": "pomme",
    }
    assert xlsform.ligne_par_defaut(formulaire, "r", instant=INSTANT) == {"n": "1"}


def test_labels_show_the_answers_they_name() -> None:
    assert xlsform.libelle_rempli("Total : ${t} €, ${u}", {"t": "12"}) == "Total : 12 €, …"
