"""The demonstration gives the published figures back, through the ordinary path."""

from collections import Counter
from decimal import Decimal

import pytest

from fanal.molecules.compute.bilan import bilans
from fanal.molecules.demonstration import SOCIAL, TOTAL_2023, TOTAL_2024, construire, prevoir
from fanal.molecules.models import DemandeMolecule
from fanal.molecules.queries.analyse import lectures
from fanal.refus import Inutilisable
from fanal.territoires.models import Appartenance, Departement, Etablissement, Ght, Region
from tests.molecules.conftest import INSTANT

SANITAIRE = ("mco", "had", "smr", "psy")


@pytest.mark.parametrize("lieux", [6, 15, 60])
def test_the_plan_adds_up_to_the_published_figures_to_the_cent(lieux: int) -> None:
    prevues = prevoir(lieux)
    totaux = {annee: Decimal(sum(p.centimes for p in ps)) / 100 for annee, ps in prevues.items()}
    assert totaux == {2023: TOTAL_2023, 2024: TOTAL_2024}
    # 3.17 M€, 40 % more than the year before.
    assert totaux[2024] == Decimal("3170000.00")
    assert round(totaux[2024] / totaux[2023] - 1, 6) == Decimal("0.4")
    # Médico-social: 61 % of the amounts, half of the requests; 1.24 M€ are left for the envelope.
    social = [p for p in prevues[2024] if p.secteur == SOCIAL]
    assert Decimal(sum(p.centimes for p in social)) / 317_000_000 == Decimal("0.61")
    assert len(social) * 2 == len(prevues[2024])
    assert sum(p.centimes for p in prevues[2024] if p.secteur in SANITAIRE) == 123_630_000
    assert prevoir(lieux) == prevues


def test_quantity_times_unit_cost_gives_each_amount_back() -> None:
    for prevue in (p for ps in prevoir(12).values() for p in ps):
        produit = Decimal(prevue.reponses["quantite"]) * Decimal(prevue.reponses["cout_unitaire"])
        assert produit.quantize(Decimal("0.01")) * 100 == prevue.centimes


def test_no_need_is_asked_twice_in_a_year_and_many_come_back() -> None:
    prevues = prevoir(15)
    cles = {a: Counter((p.lieu, p.secteur, p.produit.ucd) for p in ps) for a, ps in prevues.items()}
    assert max(n for c in cles.values() for n in c.values()) == 1
    assert sum(p.reconduite for p in prevues[2024]) >= 30


def test_too_few_establishments_are_told() -> None:
    with pytest.raises(Inutilisable, match="au moins 6"):
        prevoir(5)


@pytest.fixture
def bfc(region: Region) -> Region:
    """Two GHT of six establishments in Bourgogne-Franche-Comté."""
    for code in ("21", "25"):
        lieu = Departement.objects.get_or_create(code=code, defaults={"nom": code, "region": region})[0]
        ght = Ght.objects.create(code=f"BFC-{code}", nom=f"GHT {code}", region=region)
        for rang in range(6):
            un = Etablissement.objects.create(
                finess=f"{code}000010{rang}", nom=f"E{code}{rang}", departement=lieu
            )
            Appartenance.objects.create(ght=ght, etablissement=un, role="support" if not rang else "partie")
    return region


@pytest.mark.lent
@pytest.mark.django_db
def test_the_published_figures_come_out_of_the_register(bfc: Region) -> None:
    construire(region=bfc)
    construire(region=bfc)  # again: nothing changes
    lues = lectures(DemandeMolecule.objects.all(), INSTANT.date())
    avant, apres = bilans(lues.par_annee, SANITAIRE)
    assert (avant.montant, apres.montant, apres.sous_enveloppe) == (
        TOTAL_2023,
        TOTAL_2024,
        Decimal("1236300.00"),
    )
    assert round(apres.variation or 0, 6) == Decimal("0.4")
    social = next(g for g in apres.secteurs if g.nom == SOCIAL)
    assert (social.part_nombre, social.part_montant) == (Decimal("0.500"), Decimal("0.610"))
    assert all(d.dossier.campagne.demonstration for d in DemandeMolecule.objects.all())
