"""Maxima passed, added up day by day by hand; the concentration of suppliers, by plain sums of squares."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest

from fanal.depenses.queries.concentration import familles, fournisseurs, rangs
from fanal.depenses.queries.plafonds import contrats_depasses
from fanal.depenses.views.concentration import equivalents, niveau
from fanal.marches.models import Marche
from fanal.marches.queries.registre import perimetre_du_noeud
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.appui.lac import poser
from tests.depenses.gains.conftest import LE
from tests.depenses.hors_marche.conftest import AUTRE, ICI, PARTIE, SIRET, achat
from tests.depenses.pages.conftest import Connecte, texte

SEUILS = (Decimal("0.8"), Decimal("0.95"))
ICI_ET_LA = frozenset({ICI, PARTIE})


def test_the_day_a_maximum_is_passed(ght: Ght, creer_marche: Callable[..., Marche], autre_ght: Ght) -> None:
    over = creer_marche("M 1", (ICI, PARTIE), maximum_ht=Decimal("100.00"))
    creer_marche("M-2", (ICI,), maximum_ht=Decimal("100.00"))
    poser(
        [
            achat("1", "60.00", date_commande="2021-02-01"),
            achat("2", "45.00", date_commande="2021-05-10", finess=PARTIE),
            achat("3", "-30.00", date_commande="2021-05-20", type_ligne="avoir", quantite="-1"),
            achat("4", "-20.00", date_commande="2021-05-01", type_ligne="remise", quantite="0"),
            achat("5", "90.00", numero_marche="M-2"),
            # The same number at another GHT is not this contract.
            achat("6", "900.00", numero_marche="M-1", finess="350000001"),
        ]
    )
    node = Noeud("ght", ght)
    rows, known = contrats_depasses(perimetre_du_noeud(node, LE), node, ICI_ET_LA, LE)
    assert known == 2 and [r.marche for r in rows] == [over]
    only = rows[0].calcul
    # 60, then 105 on 10 May, then 75: five euros too many, for ten days.
    assert (str(only.premier_jour), only.depasse_ht, only.total_ht) == (
        "2021-05-10",
        Decimal("5.00"),
        Decimal("75.00"),
    )
    assert rows[0].numeros == ("M-1",)


def test_maxima_follow_lines_and_contracts(ght: Ght, creer_marche: Callable[..., Marche]) -> None:
    creer_marche("M 1", (ICI,), maximum_ht=Decimal("100.00"))
    node = Noeud("ght", ght)

    def passed() -> list[Decimal]:
        rows, _ = contrats_depasses(perimetre_du_noeud(node, LE), node, ICI_ET_LA, LE)
        return [r.calcul.depasse_ht for r in rows]

    poser([achat("1", "90.00")])
    assert passed() == []
    poser([achat("2", "30.00")])
    assert passed() == [Decimal("20.00")]
    creer_marche("M-2", (ICI,), maximum_ht=Decimal("5.00"))
    poser([achat("3", "9.00", numero_marche="M-2")])
    assert passed() == [Decimal("20.00"), Decimal("4.00")]


def test_the_page_of_maxima(connecte: Connecte, ght: Ght, creer_marche: Callable[..., Marche]) -> None:
    creer_marche("M 1", (ICI, PARTIE), maximum_ht=Decimal("100.00"))
    poser([achat("1", "160.00", date_commande="2021-02-01")], ght=ght)
    client = connecte("acheteur")
    page = texte(client, "/depenses/hors-marche/maximums/")
    assert "1 marché a été commandé au-delà du maximum, pour 60 € HT de trop, sur 1" in page
    assert "01/02/2021" in page
    lines = re.findall(r'href="(/depenses/lignes/[^"]+)"', page)
    assert "160 € HT en 1 ligne de commande" in texte(client, lines[0].replace("&amp;", "&"))
    body = client.get("/depenses/hors-marche/maximums/?contrats.export=csv").content.decode("utf-8-sig")
    assert "M 1" in body
    assert not re.findall(
        r'href="/depenses/lignes/', texte(connecte("dgos"), "/depenses/hors-marche/maximums/")
    )
    assert connecte("lecteur").get("/depenses/hors-marche/maximums/").status_code == 403


@pytest.fixture
def parts(ght: Ght) -> None:
    """Two suppliers of one family (60 and 40), one of another, one line without supplier."""
    poser(
        [
            achat("1", "50.00", siret_fournisseur=SIRET),
            achat("2", "10.00", siret_fournisseur=SIRET[:9] + "99999"),
            achat("3", "40.00", siret_fournisseur=AUTRE),
            achat("4", "100.00", siret_fournisseur=AUTRE, famille="LINGE"),
            achat("5", "7.00", siret_fournisseur=None),
        ],
        ght=ght,
    )


def test_concentration_is_a_plain_sum_of_squares(parts: None) -> None:
    rows = {c.valeur: c for c in familles(Filtres(), None)}
    drugs = rows["MEDICAMENTS"]
    assert drugs.ihh == 60**2 + 40**2 and drugs.fournisseurs == 2
    assert (drugs.part_premier, drugs.sans_fournisseur_ht) == (Decimal("0.6"), Decimal("7.00"))
    assert rows["LINGE"].ihh == 10_000
    ranked = rangs(Filtres(), None, SEUILS)
    whole = fournisseurs(ranked)
    assert whole is not None and whole.ihh == 70**2 + 30**2
    assert [r.valeur for r in ranked] == [AUTRE[:9], SIRET[:9]]
    assert fournisseurs(rangs(Filtres.lire(["famille=RIEN"]), None, SEUILS)) is None


def test_an_index_in_plain_words() -> None:
    bounds = [Decimal(1000), Decimal(2000)]
    assert [niveau(v, bounds) for v in (None, 999, 1000, 1999, 2000)] == [
        None,
        "ouvert",
        "concentre",
        "concentre",
        "tres",
    ]
    assert equivalents(5000) == Decimal("2.0") and equivalents(None) is None


def test_the_page_of_concentration(connecte: Connecte, parts: None) -> None:
    client = connecte("acheteur")
    page = texte(client, "/depenses/concentration/?du=2021-01&au=2021-12")
    assert "En 2021, 1 fournisseur fait la moitié des achats sur 2" in page
    assert "le premier en fait 70,0 %" in page and "Très concentré" in page
    lines = [u for u in re.findall(r'href="(/depenses/lignes/[^"]+)"', page) if "siren_fournisseur" in u]
    assert "140 € HT en 2 lignes de commande" in texte(client, lines[0].replace("&amp;", "&"))
    assert "MEDICAMENTS" in client.get(
        "/depenses/concentration/?du=2021-01&familles.export=csv"
    ).content.decode("utf-8-sig")
    assert "lignes/?" not in texte(connecte("dgos"), "/depenses/concentration/?du=2021-01")
