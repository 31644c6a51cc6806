"""What follows from a decision: prices compared and proved gains see lines that bear no code."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fanal.depenses.actions.rapprochement import Choix, decider
from fanal.depenses.models import ProduitReference
from fanal.depenses.queries.dispersion import comparer
from fanal.depenses.queries.dispersion_prix import tarifs_du_ght
from fanal.depenses.queries.gains import preuve
from fanal.marches.models import Marche
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.rapprochement.texte import cle
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import GANTS, LE, annee_de_gants
from tests.depenses.rapprochement.conftest import INSTANT, ligne

pytestmark = pytest.mark.django_db


def sans_code(lignes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same lines, their label written in two ways, none with a code."""
    labels = ("GANT NITRILE T7", "gants nitrile taille 7")
    return [row | {"code_produit": "", "libelle": labels[i % 2]} for i, row in enumerate(lignes)]


def dire(ght: Ght, code: str) -> None:
    """Decide that the gloves are that product."""
    ProduitReference.objects.get_or_create(
        code=code, defaults={"libelle": "Gants nitrile, taille 7", "updated_at": INSTANT}
    )
    decider(
        ght=ght,
        choix=Choix(cle("GANT NITRILE T7"), code),
        motif="",
        attendu="0",
        by=None,
        instant=INSTANT,
    )


def test_prices_are_compared_once_the_product_is_known(ght: Ght) -> None:
    members = frozenset({"210000001", "210000002"})
    year = Filtres.lire(["mois>=2021-01", "mois<=2021-12"])
    poser(
        [ligne("GANT NITRILE T7", "100"), ligne("gants nitrile taille 7", "80", finess="210000002")], ght=ght
    )
    assert comparer(year, members, tarifs_du_ght(ght, date(2021, 1, 1), date(2021, 12, 1))).produits == ()
    dire(ght, GANTS)
    found = comparer(year, members, tarifs_du_ght(ght, date(2021, 1, 1), date(2021, 12, 1))).produits
    assert [d.produit for d in found] == [GANTS]
    assert [str(p.prix) for p in sorted(found[0].prix, key=lambda p: p.prix)] == ["8.000000", "10.000000"]


def test_gains_are_the_same_with_codes_and_with_decisions(
    ght: Ght, plan: Callable[..., None], marche: Marche
) -> None:
    plan()
    rows = annee_de_gants()
    poser(sans_code(rows), ght=ght)

    def measured() -> Any:
        return next(a.mesure for a in preuve(2021, ght, LE) if a.lue.action.identifiant == "A1")

    before = measured()
    dire(ght, GANTS)
    matched = measured()
    poser(rows, ght=ght)  # the same lines corrected: they bear their code
    coded = measured()
    assert matched.commande is not None and matched.commande == coded.commande
    assert matched.signe is not None and matched.signe == coded.signe
    assert before.signe is None  # the price of the contract was of no known product


def test_a_decision_of_a_ght_says_nothing_of_another(ght: Ght, autre_ght: Ght) -> None:
    from fanal.depenses.queries.rapprochement import decisions, groupes

    poser([ligne("GANT NITRILE T7", "100")], ght=ght)
    dire(ght, GANTS)
    assert decisions(autre_ght) == {}
    assert groupes(autre_ght, date(2022, 1, 1))[0] == []
