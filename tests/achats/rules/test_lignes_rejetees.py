"""The seven lines that the DGOS rejected in 2021: printed percentages, verdict, and the figures to offer."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from fanal.achats.compute import weight
from fanal.achats.rules import controler
from fanal.achats.rules.mots import pourcent
from tests.achats.rules.outils import contexte, controls, table

MEDICAMENTS, TRAVAUX = "MEDICAMENTS", "Travaux, fournitures et prestations techniques et énergies"
# famille, reference, gain, performance printed, "performance ronde" printed, recomputed at the old price
LIGNES = [
    (MEDICAMENTS, "49747", "165381", "332,4", "332", "76,9", "23.51"),
    (MEDICAMENTS, "30738", "102063", "332,0", "332", "76,9", "14.51"),
    (MEDICAMENTS, "5374", "33600", "625,2", "625", "86,2", "10.62"),
    (TRAVAUX, "4502", "31654", "703,1", "703", "87,5", "0.15"),
    (MEDICAMENTS, "89909", "333572", "371,0", "371", "78,8", "19.13"),
    (MEDICAMENTS, "26989", "32943", "122,1", "122", "55,0", "1.89"),
    (MEDICAMENTS, "465289", "1191155", "256,0", "256", "71,9", "49.41"),
]


@pytest.mark.parametrize("ligne", LIGNES, ids=[f"ligne {i + 1}" for i in range(7)])
def test_percentages_verdict_and_offer(ligne: tuple[str, ...]) -> None:
    famille, reference, gain, imprimee, ronde, recalculee, _ = ligne
    trouves = controls({"famille": famille, "montant_reference_ttc": reference, "gain_annuel_ttc": gain})
    assert [c.code for c in trouves] == ["performance_sup_100"]
    (c,) = trouves
    assert c.commentaire_dgos == "Performance supérieure ou égale à 100% - Calcul erroné"
    assert c.bloquant and c.gravite == "controle"
    assert pourcent(c.donnees["performance"]) == f"{imprimee}\u00a0%"
    assert pourcent(c.donnees["performance"], 0) == f"{ronde}\u00a0%"
    assert pourcent(c.donnees["performance_corrigee"]) == f"{recalculee}\u00a0%"
    assert c.donnees["reference_corrigee"] == Decimal(reference) + Decimal(gain)
    for figure in (imprimee, recalculee):
        assert f"{figure}\u00a0%" in c.phrase
    assert "référence a été saisie au nouveau prix" in c.phrase


def test_the_offered_figures_pass_the_control() -> None:
    for famille, reference, gain, *_ in LIGNES:
        offerte = str(Decimal(reference) + Decimal(gain))
        trouves = controls({"famille": famille, "montant_reference_ttc": offerte, "gain_annuel_ttc": gain})
        assert [c.code for c in trouves] == ["performance_sup_borne"], "high, no longer impossible"


def test_printed_weights_give_the_declarants_totals() -> None:
    """Lines 1 and 2 come from one declarant, 5 and 6 from another: same implied total."""
    for i, j in ((0, 1), (4, 5)):
        totaux = [Decimal(LIGNES[k][2]) / Decimal(LIGNES[k][6]) * 100 for k in (i, j)]
        assert abs(totaux[0] - totaux[1]) / totaux[0] < Decimal("0.005")
    total = Decimal(LIGNES[0][2]) / Decimal("0.2351")
    poids = weight(Decimal(LIGNES[0][2]), total)
    assert poids is not None
    assert (poids * 100).quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal("23.51")


def test_all_seven_in_one_table_keep_their_rows() -> None:
    actions = table(
        *(
            {"famille": f, "montant_reference_ttc": r, "gain_annuel_ttc": g, "_ligne": 10 + i}
            for i, (f, r, g, *_) in enumerate(LIGNES)
        )
    )
    assert [c.ligne for c in controler(actions, contexte())] == list(range(10, 17))
