"""A bridge is offered exactly when the law of modifications admits its amount."""

from datetime import date
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fanal.marches.rules.modifications import NATURES, Limites, evaluer, marge
from fanal.moteurs.convergence import Acte, Contrat, Marge, Regles, Sortie, options_de

D = Decimal
LE, DEPART = date(2026, 11, 20), date(2027, 7, 1)
LIMITES = Limites(
    le=LE,
    part_petite={"fournitures": D("0.10"), "services": D("0.10"), "travaux": D("0.15")},
    part_supplementaire=D("0.5"),
    part_imprevue=D("0.5"),
    seuil_formalise={"fournitures": D(216_000), "services": D(216_000), "travaux": D(5_404_000)},
)
CENTS = st.integers(1, 500_000_000).map(lambda c: D(c) / 100)


@given(CENTS, st.integers(-2_000_000, 5_000_000).map(lambda c: D(c) / 100), CENTS, st.sampled_from(NATURES))
@example(D(48_000), D(0), D(1_600), "fournitures")
@example(D(48_000), D(0), D("1599.99"), "services")
@example(D("48000.05"), D(0), D(1_600), "fournitures")
@settings(max_examples=300)
def test_a_bridge_is_offered_when_the_law_admits_it(
    initial: Decimal, deja: Decimal, depense: Decimal, nature: str
) -> None:
    depense = (depense / 100).quantize(D("0.01"))
    reste = marge(initial=initial, motif="R2194-8", nature=nature, deja=deja, limites=LIMITES)
    contrat = Contrat(
        "M",
        "Marché M",
        (Sortie(date(2027, 3, 31)),),
        depense_mensuelle=depense,
        marges=(Marge("R2194-8", "petite", reste, True),),
    )
    offered = Acte.AVENANT in {o.acte for o in options_de(contrat, DEPART, LE, Regles())[0]}
    verdict = evaluer(
        initial=initial, motif="R2194-8", nature=nature, deja=deja, montant=depense * 3, limites=LIMITES
    )
    # The headroom is cut down to the cent: an amount that only the cut forbids stays out, never the contrary.
    assert verdict.admis or not offered
    assert offered or not verdict.admis or depense * 3 >= (reste or 0)
