"""Prices compared: recomputed plainly from the raw rows, secrets kept, every figure opening its lines."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fanal.depenses.images_explorer import Point
from fanal.depenses.models import ProduitReference
from fanal.depenses.queries.dispersion import ailleurs, comparer, fiche, sommes_par_ght
from fanal.depenses.queries.dispersion_prix import conditionnements, tarifs_du_ght
from fanal.depenses.views.dispersion_produit import titre_des_mois
from fanal.marches.models import Marche
from fanal.memoire import vider_tout
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.appui.territoire import build_ght
from tests.depenses.dispersion.conftest import DRAPS, GANTS, ICI, INSTANT, LIGNES, achat
from tests.depenses.gains.conftest import LE
from tests.depenses.pages.conftest import Connecte, texte

ANNEE = Filtres.lire(["mois>=2021-01", "mois<=2021-12"])
URL = "/depenses/prix/"
PIECES = {"BTE": 100, "U": 1}


def naif(lignes: list[dict[str, Any]], code: str = GANTS) -> dict[str, tuple[Fraction, Fraction]]:
    """Amount and pieces of orders and credit notes of each establishment."""
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for row in lignes:
        if row["code_produit"] == code and row.get("type_ligne", "commande") in ("commande", "avoir"):
            sign = -1 if row["montant_ht"].startswith("-") else 1
            amount = Fraction(row["montant_ht"])
            pieces = Fraction(row["quantite"]) * PIECES[row["unite"]]
            assert sign * pieces >= 0
            before = found.get(row["finess"], (Fraction(0), Fraction(0)))
            found[row["finess"]] = (before[0] + amount, before[1] + pieces)
    return found


def test_prices_are_those_of_a_plain_mean_in_pieces(lac: None, ght: Ght) -> None:
    contracts = tarifs_du_ght(ght, LE.replace(year=2021, month=1, day=1), LE.replace(year=2021, month=12))
    found = comparer(ANNEE, frozenset(ICI), contracts)
    assert [d.produit for d in found.produits] == [GANTS]  # sheets are in units that nothing makes the same
    product, plain = found.produits[0], naif(LIGNES)
    assert product.unite == "unité" and len(product.prix) == 2
    prices = {f: amount / pieces for f, (amount, pieces) in plain.items()}
    for paid in product.prix:
        finess = paid.achats.finess
        assert paid.prix == pytest.approx(Decimal(float(prices[finess])), abs=Decimal("0.000001"))
        assert paid.prix_marche == Decimal("0.400000")
        amount, pieces = plain[finess]
        for got, price in (
            (paid.au_meilleur, min(prices.values())),
            (paid.au_median, sum(prices.values()) / 2),
            (paid.au_marche, Fraction(2, 5)),
        ):
            saved = max(amount - price * pieces, Fraction(0))
            assert got is not None and abs(Fraction(got) - saved) <= Fraction(1, 200)
    assert product.potentiel_marche == Decimal("240.00")  # 1,040 € for 2,000 pieces, 800 € at 0.40 €
    assert found.unites[GANTS, "unité"] == ("BTE", "U")
    assert found.libelle(GANTS) == "GANT NITRILE T7"


def test_a_contract_price_is_that_of_the_last_day_it_ran(lac: None, ght: Ght, marche: Marche) -> None:
    first, last = LE.replace(year=2021, month=1, day=1), LE.replace(year=2021, month=12, day=31)
    assert tarifs_du_ght(ght, first, last).prix(GANTS, "unité", ICI[0]) == Decimal("0.4")
    assert tarifs_du_ght(ght, first, last.replace(year=2022)).prix(GANTS, "unité", ICI[0]) == Decimal("0.39")
    assert tarifs_du_ght(ght, first, last).prix(GANTS, "boîte", ICI[0]) == 40
    assert tarifs_du_ght(ght, first, last).prix(GANTS, "unité", "350000001") is None
    marche.date_debut = last.replace(year=2022)
    marche.save()
    vider_tout()  # written without the register's journal, which tells that it changed
    assert tarifs_du_ght(ght, first, last).prix(GANTS, "unité", ICI[0]) is None


def test_packages_come_from_the_catalogue_when_no_list_says_them(lac: None) -> None:
    assert conditionnements()(DRAPS, "CAISSE") is None
    ProduitReference.objects.create(code=DRAPS, libelle="Drap", unites=20, updated_at=INSTANT)
    assert conditionnements()(DRAPS, "CAISSE") == (20, "unité")
    assert conditionnements()(DRAPS, None) is None
    assert conditionnements()(GANTS, "Boîte") == (100, "unité")
    assert conditionnements()("inconnu", "CPR") == (1, "unité")


def test_a_product_says_why_its_price_may_differ(lac: None, ght: Ght) -> None:
    found = fiche(GANTS, ANNEE, frozenset(ICI), LE)
    assert found is not None
    here, there = found.situations[ICI[0]], found.situations[ICI[1]]
    assert (here.part_sur_marche, here.remises, len(here.mois)) == (1, Decimal("-30.00"), 2)
    assert (there.part_sur_marche, there.remises) == (0, 0)
    assert fiche("0000000000000", ANNEE, frozenset(ICI), LE) is None


@pytest.fixture
def ailleurs_cinq(ght: Ght, autre_ght: Ght) -> list[dict[str, Any]]:
    """Four more GHT than the other one, each with one establishment that buys gloves."""
    rows = [achat("350000001", "X0", "0.50", "100")]
    for rank in range(1, 5):
        finess = (f"56000000{rank}", f"56000001{rank}")
        build_ght(f"BRE-8{rank}", autre_ght.region, ("56", "Morbihan"), finess)
        rows.append(achat(finess[0], f"X{rank}", str(Decimal("0.50") + rank), "100"))
    return rows


def test_elsewhere_only_quartiles_over_enough_buyers(lac: None, ailleurs_cinq: list[dict[str, Any]]) -> None:
    poser(ailleurs_cinq[:4])
    assert ailleurs(ANNEE.avec("code_produit", "=", GANTS), frozenset(ICI), LE) == {}
    poser(ailleurs_cinq[4:])
    found = ailleurs(ANNEE.avec("code_produit", "=", GANTS), frozenset(ICI), LE)
    only = found[GANTS, "unité"]
    assert (only.bas, only.median, only.haut, only.acheteurs) == (
        Decimal("1.5"), Decimal("2.5"), Decimal("3.5"), 5,
    )  # fmt: skip


def test_the_prices_of_others_are_nowhere(
    connecte: Connecte, lac: None, ailleurs_cinq: list[dict[str, Any]]
) -> None:
    rows = [*ailleurs_cinq, achat("350000001", "X9", "77.77", "1", code_produit=DRAPS, unite="U")]
    poser(rows)
    client = connecte("acheteur")
    every = texte(client, f"{URL}?du=2021-01&au=2021-12")
    page = texte(client, f"{URL}{GANTS}/?du=2021-01&au=2021-12")
    exports = [
        client.get(f"{URL}?du=2021-01&produits.export=csv"),
        client.get(f"{URL}{GANTS}/?du=2021-01&prix.export=csv"),
        client.get(f"{URL}{GANTS}/?du=2021-01&mois.export=csv"),
    ]
    said = [every, page, *(e.content.decode() for e in exports)]
    assert "5 acheteurs" in page and "la moitié 2,5 €" in page
    for text in said:
        assert "350000001" not in text and "560000001" not in text and "77,77" not in text
    assert "Ailleurs" not in texte(client, f"{URL}{DRAPS}/?du=2021-01&au=2021-12")


def test_the_pages_say_the_finding_and_every_figure_opens_its_lines(connecte: Connecte, lac: None) -> None:
    client = connecte("acheteur")
    page = texte(client, f"{URL}?du=2021-01&au=2021-12")
    assert "En 2021, 1 produit se paie à plusieurs prix" in page and "sur le prix du marché 240 €" in page
    link = re.search(rf'href="({URL}{GANTS}/[^"]*)"', page)
    assert link
    product = texte(client, link[1].replace("&amp;", "&"))
    assert "se paie de 0,38 € à 0,52 € HT l'unité selon l'établissement" in product
    assert "s'aligner sur le prix du marché éviterait 240 € HT" in product
    assert "Acheté hors marché" in product and "Remises de fin d'année à part" in product
    assert "Unités gratuites reçues" in product
    lines = [u.replace("&amp;", "&") for u in re.findall(r'href="(/depenses/lignes/\?[^"]+)"', product)]
    opened = next(u for u in lines if "finess%3D210000001" in u and "remise" not in u)
    assert "1 040 € HT en 2 lignes de commande" in texte(client, opened)
    rebate = next(u for u in lines if "remise" in u)
    assert "-30 € HT en 1 ligne" in texte(client, rebate).replace("\u2212", "-")


def test_one_buyer_dearer_than_the_contract_is_not_several_prices(
    connecte: Connecte, ght: Ght, marche: Marche
) -> None:
    poser([row for row in LIGNES if row["finess"] == ICI[0]], ght=ght)
    page = texte(connecte("acheteur"), f"{URL}?du=2021-01&au=2021-12")
    assert "aucun produit n'est acheté dans la même unité à plusieurs prix" in page
    assert "s'aligner sur le prix du marché éviterait 240 € HT" in page and "GANT NITRILE T7" in page


def test_an_establishment_is_compared_with_those_of_its_ght(connecte: Connecte, lac: None) -> None:
    page = texte(connecte("directeur_achats"), f"{URL}?du=2021-01&territoire=etablissement:210000002")
    assert "1 produit se paie à plusieurs prix" in page


@pytest.mark.parametrize("role", ["referent_ars", "dgos", "anap"])
def test_who_reads_sums_gets_no_price(connecte: Connecte, lac: None, role: str) -> None:
    client = connecte(role)
    page = texte(client, f"{URL}?du=2021-01&au=2021-12")
    assert "0,38" not in page and "0,52" not in page and "GANT NITRILE" not in page
    assert "sans révéler un prix" in page
    assert client.get(f"{URL}{GANTS}/?du=2021-01").status_code == 404


def test_sums_by_ght_over_enough_products(lac: None, connecte: Connecte, ght: Ght) -> None:
    more = []
    for rank in range(4):
        code = f"34009300001{rank:02d}"
        more.append(achat(ICI[0], f"S{rank}", "2", "10", code_produit=code))
        more.append(achat(ICI[1], f"T{rank}", "1", "10", code_produit=code))
    poser(more, ght=ght)
    (only,) = sommes_par_ght(ANNEE, None, 5)
    # 0.52 € against 0.38 € for 2,000 pieces, then 10 € for each of four products; half of it at the median.
    assert (only.ght, only.produits, only.potentiel_meilleur) == ("BFC-90", 5, Decimal("320.00"))
    assert only.potentiel_median == Decimal("160.00")
    assert sommes_par_ght(ANNEE, None, 6) == []
    assert "éviterait 160 € HT" in texte(connecte("dgos"), f"{URL}?du=2021-01&au=2021-12")
    # Sums are kept; lines that come after count.
    poser([achat(ICI[0], "S9", "3", "10", code_produit="3400930000100")], ght=ght)
    assert sommes_par_ght(ANNEE, None, 5)[0].potentiel_meilleur > only.potentiel_meilleur


def test_exports_hold_no_formula(connecte: Connecte, lac: None, ght: Ght) -> None:
    poser(
        [achat(ICI[0], f"F{n}", "9", "5000", libelle="=HYPERLINK(1)", numero_ligne=str(n)) for n in range(9)]
    )
    body = connecte("acheteur").get(f"{URL}?du=2021-01&produits.export=csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in body
    assert connecte("acheteur").get(f"{URL}?du=2021-01&produits.export=xlsx").content[:2] == b"PK"


def test_without_lines_or_rights(connecte: Connecte) -> None:
    page = texte(connecte("acheteur"), URL)
    assert "Commencez par déposer des lignes de commande." in page or "Aucune dépense à montrer." in page
    assert connecte("lecteur").get(URL).status_code == 403
    assert connecte("acheteur").get(f"{URL}{GANTS}/").status_code == 404
    assert connecte("lecteur").get(f"{URL}{GANTS}/").status_code == 404


def test_a_filter_that_is_not_understood_says_so(connecte: Connecte, lac: None) -> None:
    assert "message-warning" in texte(connecte("acheteur"), f"{URL}?filtre=couleur%3Dbleu")


def test_a_price_that_stands_names_no_month() -> None:
    def points(*prices: str) -> list[Point]:
        return [Point(f"mois {i}", "H1", Decimal(p), f"{p} €") for i, p in enumerate(prices)]

    assert titre_des_mois(points("2", "3", "2")) == "Prix le plus haut : 3 € en mois 1 (H1)"
    assert titre_des_mois(points("2", "3", "3")) == "Prix le plus haut : 3 € (H1)"
