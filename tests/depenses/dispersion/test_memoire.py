"""What is kept of the prices, by establishment and by GHT, falls as soon as one of its causes changes."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from fanal.depenses.models import DecisionRapprochement, ProduitReference
from fanal.depenses.queries.analyse import analyser
from fanal.depenses.queries.dispersion import Comparaison, SommeGht, comparer, sommes_par_ght, tarifs_de
from fanal.exploitation.ouvrier import noter_battement
from fanal.marches.models import Marche
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.rapprochement.texte import cle
from fanal.prix.models import PrixLigne
from fanal.territoires.actions.appartenances import ajouter_appartenance, terminer_appartenance
from fanal.territoires.models import Appartenance, Etablissement, Ght
from tests.appui.lac import poser
from tests.depenses.dispersion.conftest import DRAPS, GANTS, ICI, INSTANT, achat

pytestmark = pytest.mark.django_db
D = Decimal
ANNEE = Filtres().avec("annee", "=", "2021")
DU, AU = date(2021, 1, 1), date(2021, 12, 31)


def prix(ght: Ght) -> Comparaison:
    """What the page of the GHT is made of."""
    return comparer(ANNEE, frozenset(ICI), tarifs_de(ght, DU, AU))


def gants(ght: Ght) -> tuple[Decimal, Decimal | None]:
    """Gloves: what the best price and the contract's would save."""
    found = next(d for d in prix(ght).produits if d.produit == GANTS)
    return found.potentiel_meilleur, found.potentiel_marche


def sommes() -> dict[str, SommeGht]:
    return {s.ght: s for s in sommes_par_ght(ANNEE, None, 1)}


# 50 € the box of 100 and 1,000 pieces at 0.54 €: 1,040 € for 2,000; 0.38 € there.
AVANT = (D("280.00"), D("240.00"))


@pytest.fixture
def lus(lac: None, ght: Ght) -> None:
    """The prices and the sums, read once: from here they are kept."""
    assert gants(ght) == AVANT
    assert sommes()["BFC-90"].potentiel_meilleur == D("280.00")


def test_nothing_is_computed_again_when_nothing_of_it_changed(lus: None, ght: Ght) -> None:
    before = prix(ght)
    noter_battement("ouvrier", INSTANT)
    assert prix(ght) is before


def test_new_lines(lus: None, ght: Ght) -> None:
    poser([achat("210000002", "B9", "0.20", "100")])
    assert gants(ght)[0] > AVANT[0]
    assert sommes()["BFC-90"].potentiel_meilleur > AVANT[0]


def test_a_price_of_the_contract(lus: None, ght: Ght, marche: Marche) -> None:
    PrixLigne.objects.create(marche=marche, cle="1", prix_unitaire_ht="38", depuis=date(2021, 12, 1),
                             origine="avenant", created_at=INSTANT)  # fmt: skip
    assert gants(ght) == (D("280.00"), D("280.00"))


def test_a_packaging_of_the_catalogue(lus: None, ght: Ght) -> None:
    """A crate of sheets at 60 € holds 20, then 40: ten sheets at 3 € elsewhere are dearer only then."""
    poser([achat("210000001", "A9", "3", "10", code_produit=DRAPS, libelle="DRAP", unite="U")])
    assert sommes()["BFC-90"].produits == 1
    crate = ProduitReference.objects.create(code=DRAPS, libelle="Drap", unites=20, updated_at=INSTANT)
    assert (sommes()["BFC-90"].produits, sommes()["BFC-90"].potentiel_meilleur) == (2, D("280.00"))
    crate.unites, crate.updated_at = D(40), INSTANT + timedelta(days=1)
    crate.save()
    assert sommes()["BFC-90"].potentiel_meilleur == D("295.00")
    assert next(d for d in prix(ght).produits if d.produit == DRAPS).potentiel_meilleur == D("15.00")


def test_a_decision_on_a_label(lus: None, ght: Ght) -> None:
    """Gloves ordered under a label alone: once somebody says what they are, they are compared."""
    poser([achat("210000002", "B8", "0.30", "100", code_produit=None, libelle="GT NITR")])
    assert gants(ght) == AVANT
    product = ProduitReference.objects.create(code=GANTS, libelle="Gant", updated_at=INSTANT)
    decision = DecisionRapprochement.objects.create(
        ght=ght, cle=cle("GT NITR"), produit=product, decidee_le=INSTANT
    )
    assert gants(ght)[0] > AVANT[0]
    decision.remplacee_le = INSTANT
    decision.save()
    assert gants(ght) == AVANT


def test_a_membership_that_ends_and_another_that_begins(lus: None, ght: Ght, autre_ght: Ght) -> None:
    """The second establishment leaves for another GHT at mid-2021: neither has two buyers any more."""
    here = {row["ght"]: row["montant_ht"] for row in analyser(["ght"], ["montant_ht"], ANNEE).lignes}
    assert set(here) == {"BFC-90"}
    place = Etablissement.objects.get(finess="210000002")
    row = Appartenance.objects.get(etablissement=place)
    terminer_appartenance(appartenance=row, fin=date(2020, 12, 31), by=None, instant=INSTANT, motif="Arrêté.")
    ajouter_appartenance(
        etablissement=place, ght=autre_ght, role="partie", debut=date(2021, 1, 1), by=None, instant=INSTANT
    )
    assert sommes() == {}
    assert {row["ght"] for row in analyser(["ght"], ["montant_ht"], ANNEE).lignes} == {"BFC-90", "BRE-90"}


def test_an_earlier_end_than_another_is_seen_too(
    lac: None, ght: Ght, autre_ght: Ght, connait: Callable[[], set[str | None]]
) -> None:
    """Two memberships end; the second one ended is not the last in time: it counts all the same."""
    for finess, end in (("350000001", date(2022, 12, 31)), ("210000002", date(2020, 12, 31))):
        row = Appartenance.objects.get(etablissement__finess=finess)
        assert connait() == {"BFC-90"}
        terminer_appartenance(appartenance=row, fin=end, by=None, instant=INSTANT, motif="Arrêté.")
    assert connait() == {"BFC-90", None}


@pytest.fixture
def connait() -> Callable[[], set[str | None]]:
    """The GHT that the purchases of the year are of."""
    return lambda: {row["ght"] for row in analyser(["ght"], ["montant_ht"], ANNEE).lignes}


def test_a_membership_without_a_beginning_is_the_oldest(lac: None, ght: Ght, autre_ght: Ght) -> None:
    """Written in any order, on any base: the GHT joined in 2021 is the one that the purchases are of."""
    for finess in ICI:
        place = Etablissement.objects.get(finess=finess)
        Appartenance.objects.filter(etablissement=place).update(fin=date(2020, 12, 31))
        Appartenance.objects.create(etablissement=place, ght=autre_ght, role="partie", debut=date(2021, 1, 1))
    assert set(sommes()) == {"BRE-90"}
