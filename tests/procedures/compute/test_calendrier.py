"""Milestones followed against the real days."""

from datetime import date
from decimal import Decimal

from fanal.procedures.compute.calendrier import JalonLu, glissement, suivre
from fanal.procedures.compute.echeancier import Programme, besoin_apres, programmer, travail
from fanal.procedures.compute.retroplanning import JalonPrevu

MARS, AVRIL, MAI = date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 1)


def test_on_time() -> None:
    suivis = suivre([JalonLu("a", "A", MARS, MARS), JalonLu("b", "B", MAI, None)], AVRIL)
    assert [s.etat for s in suivis] == ["fait", "a_venir"]
    assert glissement(suivis) == 0


def test_a_delay_pushes_what_remains() -> None:
    fait = JalonLu("a", "A", MARS, date(2027, 3, 11))
    suivis = suivre([fait, JalonLu("b", "B", MAI, None)], AVRIL)
    assert suivis[0].etat == "fait_en_retard"
    assert suivis[1].projete == date(2027, 5, 11)
    assert glissement(suivis) == 10


def test_what_should_be_done_is_done_today_at_best() -> None:
    suivis = suivre([JalonLu("a", "A", MARS, None), JalonLu("b", "B", MAI, None)], AVRIL)
    assert (suivis[0].etat, suivis[0].projete) == ("en_retard", AVRIL)
    assert glissement(suivis) == (AVRIL - MARS).days


def test_ahead_pulls_nothing() -> None:
    suivis = suivre([JalonLu("a", "A", AVRIL, MARS), JalonLu("b", "B", MAI, None)], MARS)
    assert suivis[1].projete == MAI


def test_programme_and_work() -> None:
    jalons = [JalonPrevu("publication", "P", MARS, "", 0), JalonPrevu("execution", "E", MAI, "", 1)]
    assert programmer(jalons, AVRIL) == Programme(MARS, MARS, MAI, 31)
    laid = travail(programmer(jalons, AVRIL), "f", Decimal(5), AVRIL)
    assert (laid.debut, laid.fin) == (AVRIL, date(2027, 5, 31))
    assert travail(programmer(jalons, date(2027, 2, 1)), "f", Decimal(5), date(2027, 2, 1)).fin == date(
        2027, 4, 30
    )


def test_the_need_is_never_in_the_past() -> None:
    assert besoin_apres(MARS, AVRIL) == AVRIL
    assert besoin_apres(date(2027, 4, 30), AVRIL) == MAI
