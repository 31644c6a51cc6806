"""`fanal convergence`, as a hospital runs it."""

from tests.appui.commande import Fanal


def test_an_unknown_ght_is_one_sentence(fanal: Fanal) -> None:
    done = fanal("convergence", "--ght", "ZZZ-99", "--json")
    assert done.returncode == 2
    assert "Le GHT « ZZZ-99 » n'est pas connu" in done.stderr
    assert done.stdout == ""


def test_a_call_without_ght_says_what_is_missing(fanal: Fanal) -> None:
    done = fanal("convergence")
    assert done.returncode == 2
    assert "Il manque --ght" in done.stderr
