"""Equipment paid for or not and the plan of financing: by hand, properties, words that ask for a look."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.parametres import valeur, valeur_datee
from fanal.sesame.compute.plan import CATEGORIES, Ligne, coherent, couverture, lire_lignes, plan
from fanal.sesame.rules.lignes import signaler

D = Decimal
MOITIE = D("0.50")
ELIGIBLES = {"achat", "livraison", "installation", "qualification", "logiciel", "interface"}
lignes = st.lists(
    st.builds(
        Ligne,
        designation=st.just("x"),
        categorie=st.sampled_from([*CATEGORIES, "inconnue", ""]),
        montant=st.none() | st.integers(min_value=1, max_value=10**9).map(lambda c: D(c) / 100),
    ),
    max_size=12,
)
plafonds = st.none() | st.integers(min_value=0, max_value=10**9).map(lambda c: D(c) / 100)
demandes = st.none() | st.integers(min_value=0, max_value=10**10).map(lambda c: D(c) / 100)


def test_the_six_kinds_that_the_note_pays_for() -> None:
    """Purchase, delivery, installation, qualification, operating software, interfaces: nothing else."""
    assert {code for code, c in CATEGORIES.items() if c.eligible} == ELIGIBLES
    assert all(c.motif for c in CATEGORIES.values() if not c.eligible)


def test_a_plan_by_hand() -> None:
    equipements = [
        Ligne("Automate de doses unitaires", "achat", D("400000.01")),
        Ligne("Livraison", "livraison", D("2000.00")),
        Ligne("Interface avec le LAP", "interface", D("18000.00")),
        Ligne("LAP", "logiciel_independant", D("60000.00")),
        Ligne("Maçonnerie", "travaux", D("20000.00")),
        Ligne("Convoyeur", "maintenance", None),
    ]
    p = plan(equipements, taux=MOITIE, plafond=None, demande=D("210000.00"))
    assert (p.eligible, p.non_eligible) == (D("420000.01"), D("80000.00"))
    assert p.part_maximale == p.aide_maximale == D("210000.00"), "rounded down: never above the rate"
    assert (p.soutien, p.a_charge, p.depassement) == (D("210000.00"), D("290000.01"), D(0))
    assert p.sans_montant == 1
    plafonne = plan(equipements, taux=MOITIE, plafond=D("150000"), demande=D("210000.00"))
    assert (plafonne.aide_maximale, plafonne.soutien) == (D("150000"), D("150000"))
    assert (plafonne.depassement, plafonne.a_charge) == (D("60000"), D("350000.01"))
    assert plan(equipements, taux=MOITIE, plafond=None, demande=D("1000")).soutien == D("1000")


@given(lignes, plafonds, demandes)
def test_support_never_passes_any_bound(
    equipements: list[Ligne], plafond: Decimal | None, demande: Decimal | None
) -> None:
    p = plan(equipements, taux=MOITIE, plafond=plafond, demande=demande)
    # The same, counted another way.
    payes = sum(
        Fraction(x.montant) for x in equipements if x.montant is not None and x.categorie in ELIGIBLES
    )
    tous = sum(Fraction(x.montant) for x in equipements if x.montant is not None)
    assert Fraction(p.total) == tous
    assert p.soutien >= 0
    assert Fraction(p.soutien) <= payes / 2
    assert payes / 2 - Fraction(p.part_maximale) < Fraction(1, 100)
    assert plafond is None or p.soutien <= plafond
    assert demande is None or p.soutien <= demande
    assert p.soutien + p.a_charge == p.total


def test_the_list_is_read_from_answers() -> None:
    reponses = {
        "equipements": [
            {"designation": "Automate", "categorie": "achat", "montant_ttc": "1000.50"},
            {"designation": None, "categorie": "maintenance", "montant_ttc": ""},
            {"categorie": "livraison", "montant_ttc": "NaN"},
            "illisible",
        ]
    }
    lues = lire_lignes(reponses)
    assert [(x.designation, x.montant) for x in lues] == [("Automate", D("1000.50")), ("", None), ("", None)]
    assert lire_lignes({}) == lire_lignes({"equipements": None}) == []


@pytest.mark.parametrize(
    ("designation", "categorie", "mot"),
    [
        ("Location sur cinq ans de l'automate", "achat", "deux lignes"),
        ("Crédit-bail", "achat", "deux lignes"),
        ("Automate, maintenance comprise", "achat", "ligne à part"),
        ("Location et maintenance", "achat", "ligne à part"),
        ("Module du LAP", "logiciel", "le logiciel ne l'est pas"),
        ("Interface avec le LAP", "interface", ""),
        ("Maintenance annuelle", "maintenance", ""),
        ("Automate de stockage", "achat", ""),
        ("Collaptique", "logiciel", ""),
    ],
)
def test_words_that_ask_for_a_look(designation: str, categorie: str, mot: str) -> None:
    dit = signaler(Ligne(designation, categorie, D(1)))
    assert (mot in dit) if mot else dit == ""


def test_published_figures() -> None:
    """20 M€ at 50 % cover 40 M€; the shares of 2022 sum to 30.8 % and agree with 18 %."""

    le = date(2025, 9, 15)
    assert (
        couverture(valeur("appels.sesame.fonds", le=le), valeur("appels.sesame.taux_maximal", le=le))
        == 40_000_000
    )
    plafond = valeur_datee("appels.sesame.plafond", le=le)
    assert plafond.valeur is None
    assert plafond.a_confirmer
    parc = {k: D(v) for k, v in valeur("appels.sesame.parc_2022", le=le).items()}
    au_moins_un = parc.pop("au_moins_un")
    assert sum(parc.values()) == D("0.308")
    assert max(parc.values()) == D("0.088")
    assert coherent(au_moins_un, list(parc.values()))
    assert not coherent(D("0.31"), list(parc.values()))
    assert not coherent(D("0.08"), list(parc.values()))
