"""Marks and ranking against a second, naive reading of the same rule."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fanal.procedures.compute.notation import Critere, OffreLue, analyser, note_de_prix

PRIX = Critere("prix", "Prix", "prix", Decimal(60))
TECHNIQUE = Critere("technique", "Valeur technique", "technique", Decimal(40))
VINGT = Decimal(20)

notes = st.decimals(0, 20, places=2)
montants = st.integers(1, 10**9).map(lambda c: Decimal(c) / 100)


def offre(cle: int, montant: str | None, technique: str | None, reguliere: bool = True) -> OffreLue:
    lues = {} if technique is None else {"technique": Decimal(technique)}
    return OffreLue(cle, f"offre {cle}", None if montant is None else Decimal(montant), lues, reguliere)


def test_by_hand() -> None:
    """90,000 is the lowest: 20 × 90/100 = 18; 20 × 90/120 = 15. Totals: (18×60 + 15×40)/20 = 84…"""
    analyse = analyser(
        [PRIX, TECHNIQUE],
        [offre(1, "100000", "15"), offre(2, "120000", "18"), offre(3, "90000", "9")],
        maximum=VINGT,
        formule="proportionnelle",
    )
    assert [o.notes["prix"] for o in analyse.offres] == [Decimal("18.00"), Decimal("15.00"), Decimal("20.00")]
    assert [o.total for o in analyse.offres] == [Decimal("84.00"), Decimal("81.00"), Decimal("78.00")]
    assert [o.rang for o in analyse.offres] == [1, 2, 3]
    assert analyse.ecarts == {"prix": Decimal("5.00"), "technique": Decimal("9")}


def test_linear_formula_by_hand() -> None:
    assert note_de_prix(Decimal(120), Decimal(100), VINGT, "lineaire") == Decimal("16.00")
    assert note_de_prix(Decimal(250), Decimal(100), VINGT, "lineaire") == Decimal("0.00")


def test_an_irregular_offer_does_not_make_the_lowest_price() -> None:
    analyse = analyser(
        [PRIX, TECHNIQUE],
        [offre(1, "100000", "10"), offre(2, "10000", "20", reguliere=False)],
        maximum=VINGT,
        formule="proportionnelle",
    )
    assert analyse.offres[0].notes["prix"] == VINGT
    assert (analyse.offres[1].total, analyse.offres[1].rang) == (None, None)
    assert analyse.offres[0].rang == 1


def test_nothing_is_ranked_while_a_mark_is_missing() -> None:
    analyse = analyser(
        [PRIX, TECHNIQUE],
        [offre(1, "100000", "10"), offre(2, "90000", None)],
        maximum=VINGT,
        formule="proportionnelle",
    )
    assert [o.rang for o in analyse.offres] == [None, None]
    assert not analyse.complete


def test_equal_totals_share_a_rank_and_skip_the_next() -> None:
    trois = [offre(i, "100", n) for i, n in enumerate(["12", "12", "5"], 1)]
    analyse = analyser([PRIX, TECHNIQUE], trois, maximum=VINGT, formule="proportionnelle")
    assert [o.rang for o in analyse.offres] == [1, 1, 3]


def naif(offres: list[tuple[Decimal, Decimal]], poids: int) -> list[Fraction]:
    """Totals out of 100 by exact fractions, rounded half up to the hundredth where the rule rounds."""

    def arrondi(x: Fraction) -> Fraction:
        return Fraction(int(x * 100 + Fraction(1, 2)), 100)

    bas = min(Fraction(m) for m, _ in offres)
    totaux = []
    for montant, technique in offres:
        prix = arrondi(20 * bas / Fraction(montant))
        totaux.append(arrondi((prix * poids + Fraction(technique) * (100 - poids)) / 20))
    return totaux


@given(st.lists(st.tuples(montants, notes), min_size=1, max_size=8), st.integers(1, 99))
def test_same_as_the_naive_ranking(offres: list[tuple[Decimal, Decimal]], poids: int) -> None:
    criteres = [
        Critere("prix", "Prix", "prix", Decimal(poids)),
        Critere("technique", "Technique", "technique", Decimal(100 - poids)),
    ]
    lues = [OffreLue(i, str(i), m, {"technique": n}) for i, (m, n) in enumerate(offres)]
    analyse = analyser(criteres, lues, maximum=VINGT, formule="proportionnelle")
    attendus = naif(offres, poids)
    assert [Fraction(o.total or 0) for o in analyse.offres] == attendus
    rangees = sorted(attendus, reverse=True)
    assert [o.rang for o in analyse.offres] == [rangees.index(t) + 1 for t in attendus]
    assert all(0 <= (o.total or 0) <= 100 for o in analyse.offres)
