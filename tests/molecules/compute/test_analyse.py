"""Shares of the number and of the amounts, ranking, typology, each recomputed naively."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fanal.molecules.compute.analyse import (
    AUTRE,
    RARE_COUTEUSE,
    RECURRENTE,
    Ligne,
    Seuils,
    consecutives,
    molecules,
    par,
    premieres,
)

SEUILS = Seuils(2, 2, Decimal(50_000))


def ligne(annee: int = 2024, montant: str = "100", **changes: object) -> Ligne:
    base = {"numero": 0, "secteur": "mco", "finess": "210000001", "etablissement": "A", "ght": "G",
            "region": "R", "ucd": "9000001", "indication": "I1", "libelle": "M", "classe": "C"}  # fmt: skip
    return Ligne(annee=annee, montant=Decimal(montant), **{**base, **changes})  # type: ignore[arg-type]


LIGNES = st.lists(
    st.builds(
        lambda secteur, ucd, cents: ligne(secteur=secteur, ucd=ucd, montant=str(Decimal(cents) / 100)),
        st.sampled_from(["mco", "had", "smr", "medico_social"]),
        st.sampled_from([f"900000{i}" for i in range(6)]),
        st.integers(0, 10_000_000),
    ),
    max_size=30,
)


@given(LIGNES)
def test_shares_add_up_to_one_and_stand_within_a_thousandth(lignes: list[Ligne]) -> None:
    groupes = par(lignes, lambda x: x.secteur)
    nombres = Counter(x.secteur for x in lignes)
    montants: dict[str, Fraction] = {}
    for x in lignes:
        montants[x.secteur] = montants.get(x.secteur, Fraction(0)) + Fraction(x.montant)
    assert {g.nom: g.nombre for g in groupes} == nombres
    assert {g.nom: Fraction(g.montant) for g in groupes} == montants
    if lignes:
        assert sum(g.part_nombre or 0 for g in groupes) == 1
        for g in groupes:
            assert abs(Fraction(g.part_nombre or 0) - Fraction(g.nombre, len(lignes))) < Fraction(1, 1000)
    if sum(montants.values()):
        assert sum(g.part_montant or 0 for g in groupes) == 1
        for g in groupes:
            exacte = montants[g.nom] / sum(montants.values())
            assert abs(Fraction(g.part_montant or 0) - exacte) < Fraction(1, 1000)
    else:
        assert all(g.part_montant is None for g in groupes)


@given(LIGNES, st.integers(1, 100))
def test_the_first_drugs_are_the_fewest_that_reach_the_share(lignes: list[Ligne], cent: int) -> None:
    rangees = molecules(2024, {2024: lignes}, SEUILS)
    montants = sorted((m.montant for m in rangees), reverse=True)
    assert [m.montant for m in rangees] == montants
    tout = sum(montants)
    if not tout:
        return
    nombre = next(n for n in range(len(montants) + 1) if sum(montants[:n]) * 100 >= tout * cent)
    assert premieres(rangees, Decimal(cent) / 100) == nombre
    assert rangees[-1].cumul == 1


def test_half_the_requests_are_not_half_the_amounts() -> None:
    lignes = [ligne(secteur="medico_social", montant="61"), ligne(secteur="mco", montant="39")]
    social, sanitaire = par(lignes, lambda x: x.secteur)
    assert (social.part_nombre, social.part_montant) == (Decimal("0.500"), Decimal("0.610"))
    assert (sanitaire.part_nombre, sanitaire.part_montant) == (Decimal("0.500"), Decimal("0.390"))


def test_types_of_drugs() -> None:
    annees = {
        2023: [ligne(2023, ucd="9000001"), ligne(2023, ucd="9000003")],
        2024: [
            ligne(ucd="9000001"),
            ligne(ucd="9000002", montant="50000"),
            ligne(ucd="9000003", montant="80000"),
            ligne(ucd="9000004", montant="49999.99"),
            *(ligne(ucd="9000005", montant="60000") for _ in range(3)),
        ],
    }
    genres = {m.ucd: m.genre for m in molecules(2024, annees, SEUILS)}
    assert genres == {
        "9000001": RECURRENTE,
        "9000002": RARE_COUTEUSE,
        "9000003": RARE_COUTEUSE,  # rare and costly wins over recurrent
        "9000004": AUTRE,
        "9000005": AUTRE,  # costly, but three requests
    }


def test_years_in_a_row_stop_at_the_first_gap() -> None:
    assert consecutives([2021, 2023, 2024], 2024) == 2
    assert consecutives([2021, 2023], 2024) == 0
