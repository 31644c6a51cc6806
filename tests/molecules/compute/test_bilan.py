"""Yearly balances and the forecast, against hand computed cases and a naive second computation."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fanal.molecules.compute.analyse import Ligne
from fanal.molecules.compute.bilan import bilans, prevoir, variation
from tests.molecules.compute.test_analyse import ligne

SANITAIRE = ("mco", "had", "smr", "psy")


def prevue(avant: list[Ligne], apres: list[Ligne], tirages: int = 50):  # type: ignore[no-untyped-def]
    return prevoir(avant, apres, annee=2025, tirages=tirages, confiance=Decimal("0.80"))


def test_a_year_its_change_and_what_the_envelope_shares() -> None:
    annees = {
        2022: [ligne(2022, "100")],
        2024: [
            ligne(montant="60", secteur="medico_social", accorde=Decimal(50)),
            ligne(montant="80", accorde=Decimal(0)),
            ligne(montant="10"),
        ],
    }
    premier, vide, dernier = bilans(annees, SANITAIRE)
    assert (premier.variation, vide.variation, vide.nombre, vide.montant) == (None, -1, 0, 0)
    assert (dernier.variation, dernier.montant, dernier.sous_enveloppe) == (None, Decimal(150), Decimal(90))
    assert (dernier.accorde, dernier.decidees, dernier.nombre_sous_enveloppe) == (Decimal(50), 2, 2)
    assert bilans({}, SANITAIRE) == ()


def test_the_change_is_on_the_year_before() -> None:
    _, apres = bilans({2023: [ligne(2023, "200")], 2024: [ligne(montant="280")]}, SANITAIRE)
    assert apres.variation == Decimal("0.4")
    assert apres.variation_nombre == 0
    assert variation(0, 3) is None


def test_what_is_carried_over_and_what_is_new() -> None:
    avant = [ligne(2023, "100", ucd="9000001"), ligne(2023, "100", ucd="9000002")]
    apres = [ligne(2024, "120", ucd="9000001"), ligne(2024, "80", ucd="9000003")]
    dit = prevue(avant, apres)
    # 200 asked in 2024 × (120 / 200) + 80 new = 200.
    assert (dit.attendu, dit.report, dit.reconduit, dit.nouveau) == (
        Decimal("200.00"),
        Decimal("0.6"),
        Decimal("120.00"),
        Decimal("80.00"),
    )


def test_one_year_gives_no_forecast() -> None:
    assert prevue([], [ligne()]) is None
    assert prevue([ligne(2023)], []) is None
    assert prevue([ligne(2023, "0")], [ligne()]) is None


LIGNES = st.lists(
    st.builds(
        lambda ucd, cents: (ucd, Decimal(cents) / 100),
        st.sampled_from([f"900000{i}" for i in range(6)]),
        st.integers(1, 10_000_000),
    ),
    min_size=1,
    max_size=10,
)


@given(LIGNES, LIGNES)
def test_the_same_as_a_naive_forecast(
    avant: list[tuple[str, Decimal]], apres: list[tuple[str, Decimal]]
) -> None:
    dit = prevue(
        [ligne(2023, str(m), ucd=u) for u, m in avant], [ligne(2024, str(m), ucd=u) for u, m in apres], 20
    )
    connus = {u for u, _ in avant}
    total_avant, total = sum(Fraction(m) for _, m in avant), sum(Fraction(m) for _, m in apres)
    repris = sum((Fraction(m) for u, m in apres if u in connus), Fraction(0))
    attendu = total * repris / total_avant + (total - repris)
    assert abs(Fraction(dit.attendu) - attendu) <= Fraction(1, 200)
    assert dit.bas <= dit.attendu <= dit.haut
    assert Fraction(dit.reconduit) == repris


def test_the_same_draws_every_time() -> None:
    avant, apres = [ligne(2023, "100")], [ligne(montant="120"), ligne(montant="50", ucd="9000009")]
    assert prevue(avant, apres, 200) == prevue(avant, apres, 200)


def test_many_equal_requests_give_a_narrow_interval() -> None:
    """The interval of n equal needs shrinks like the square root of n."""

    def largeur(nombre: int) -> Decimal:
        avant = [ligne(2023, "100", finess=f"{i:09}") for i in range(nombre)]
        dit = prevue(avant, [ligne(2024, "100", finess=f"{i:09}") for i in range(nombre)], 400)
        return (dit.haut - dit.bas) / dit.attendu

    assert largeur(400) < largeur(25) < Decimal("0.8")
    assert largeur(400) < Decimal("0.2")
