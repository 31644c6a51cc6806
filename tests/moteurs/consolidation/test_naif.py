"""Every published question against a plain recomputation with pandas, on random lines."""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from statistics import quantiles
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.moteurs.consolidation.axes import AXES
from fanal.moteurs.consolidation.condense import Condenses, condenser
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.lecture import lire_lignes
from fanal.moteurs.consolidation.mesures import MESURES
from fanal.moteurs.consolidation.requetes.croisement import croiser
from fanal.moteurs.consolidation.source import ouvrir_duckdb
from fanal.moteurs.consolidation.valeurs import plier, plier_un
from fanal.moteurs.lac.schema import LIGNES
from tests.appui.lac import coder
from tests.moteurs.consolidation.monde import FINESS, MAXIMUMS, Monde, batir, contrats, ligne
from tests.moteurs.consolidation.questions import FILTRES, QUESTIONS, SEUILS, prix_marche

CENT, MICRO = Decimal("0.01"), Decimal("0.000001")
ACHATS = ("commande", "avoir")


@pytest.fixture(scope="module")
def monde(tmp_path_factory: pytest.TempPathFactory) -> Monde:
    return batir(tmp_path_factory.mktemp("lac"), 1)


@pytest.fixture(scope="module")
def ctx(monde: Monde) -> Contexte:
    return monde.contexte(ouvrir_duckdb(monde.manifeste, monde.stockage, fils=1))


def test_sums_kept_beside_the_lake_answer_as_its_lines(ctx: Contexte, monde: Monde, tmp_path: Path) -> None:
    kept = Condenses(tmp_path, monde.stockage, minimum=100)
    source = ouvrir_duckdb(monde.manifeste, monde.stockage, fils=1, condenses=kept)
    assert kept.attendre(30)
    # The first file has replaced lines: its sums would not be those of the lines in force.
    assert [f.nom for f in kept.lisibles(monde.manifeste.lignes)] == ["lignes-2.parquet"]
    table = source.condense()
    assert table is not None
    rows = source.executer(table)
    assert sum(rows["lignes"].to_pylist()) == len(monde.rows)
    by_sums = monde.contexte(source)
    measures = ("montant_ht", "montant_ttc", "lignes", "quantite", "montant_moyen_ligne")
    for axes in (("mois", "operateur"), ("ght", "famille", "type_ligne"), ("siren_fournisseur", "annee"), ()):
        for texts in ((), ("compte_m21>=6022", "taux_tva!="), ("operateur=GHT", "trimestre=2021-T2")):
            asked = (axes, measures, Filtres.lire(texts))
            ours, theirs = (croiser(c, *asked, codes_prix=frozenset({1, 2})) for c in (by_sums, ctx))
            assert ours.lignes() == theirs.lignes(), asked
            assert (ours.totaux, ours.remises_ht) == (theirs.totaux, theirs.remises_ht)
    for name in ("pareto fournisseurs", "concentration", "achats", "couverture"):
        assert QUESTIONS[name](by_sums) == QUESTIONS[name](ctx), name


def test_lines_alike_make_one_row_of_sums(tmp_path: Path) -> None:
    line = {**ligne(random.Random(1), 0), "type_ligne": "commande", "taux_tva": ""}
    rows = coder([line] * 5 + [{**line, "famille": "AUTRE"}], {}, 1)
    pq.write_table(pa.Table.from_pylist(rows, schema=LIGNES), tmp_path / "lignes.parquet")
    with duckdb.connect() as connexion:
        condenser(connexion, tmp_path / "lignes.parquet", tmp_path / "a" / "sommes.parquet")
    sums = pq.read_table(tmp_path / "a" / "sommes.parquet")
    amount = int(line["montant_ht"] * 100)
    found = sorted(sums.select(["lignes", "montant_ht"]).to_pylist(), key=lambda r: r["lignes"])
    assert found == [{"lignes": 1, "montant_ht": amount}, {"lignes": 5, "montant_ht": 5 * amount}]
    assert sums["montant_ttc"].null_count == 2
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["sommes.parquet"]


def test_sums_not_made_leave_the_lines_to_answer(monde: Monde, tmp_path: Path) -> None:
    stopped = Condenses(tmp_path, monde.stockage, minimum=100)
    stopped.arreter()
    source = ouvrir_duckdb(monde.manifeste, monde.stockage, fils=1, condenses=stopped)
    assert not stopped.attendre(1)
    assert source.condense() is None
    again = Condenses(tmp_path, monde.stockage, minimum=100)
    again.preparer(monde.manifeste.lignes)
    assert again.attendre(30)
    once_more = Condenses(tmp_path, monde.stockage, minimum=100)
    once_more.preparer(monde.manifeste.lignes)
    assert once_more.attendre(0)


def arrondi(exact: Fraction | None, pas: Decimal) -> Decimal | None:
    if exact is None:
        return None
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(pas, ROUND_HALF_UP)


def ttc(row: Any) -> Decimal | None:
    if row.taux_tva == "":
        return None
    return (row.montant_ht * (100 + Decimal(row.taux_tva)) / 100).quantize(CENT, ROUND_HALF_UP)


def somme(values: list[Any]) -> Decimal | None:
    known = [v for v in values if v not in (None, "")]
    return sum(known, Decimal(0)) if known else None


def mesures(rows: list[Any]) -> dict[str, Decimal | None]:
    """Each measure of a group of lines, one line after the other."""
    orders = [r for r in rows if r.type_ligne == "commande"]
    priced = [r for r in rows if r.type_ligne in ACHATS]
    units = somme([r.quantite for r in priced])
    mean = None
    if len({r.unite for r in priced}) == 1 and units is not None and units > 0:
        mean = Fraction(sum(r.montant_ht for r in priced)) / Fraction(units)
    return {
        "montant_ht": somme([r.montant_ht for r in rows]),
        "montant_ttc": somme([ttc(r) for r in rows]),
        "montant_facture_ht": somme([r.montant_facture_ht for r in rows]),
        "quantite": somme([r.quantite for r in rows if r.type_ligne != "remise"]),
        "lignes": Decimal(len(rows)),
        "commandes": Decimal(len({(r.finess, r.numero_commande) for r in rows})),
        "montant_moyen_ligne": arrondi(Fraction(sum(r.montant_ht for r in orders)) / len(orders), CENT)
        if orders
        else None,
        "prix_moyen_ht": arrondi(mean, MICRO),
    }


def groupes(frame: pd.DataFrame, axes: tuple[str, ...]) -> dict[tuple[str, ...], list[Any]]:
    found: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for row in frame.itertuples():
        found[tuple(getattr(row, a) for a in axes)].append(row)
    return found


def comparer(
    ctx: Contexte, frame: pd.DataFrame, axes: tuple[str, ...], filtres: tuple[str, ...] = ()
) -> None:
    found = croiser(ctx, axes, tuple(MESURES), Filtres.lire(filtres))
    ours = {tuple(line[a] or "" for a in axes): {m: line[m] for m in MESURES} for line in found.lignes()}
    theirs = {key: mesures(rows) for key, rows in groupes(frame, axes).items()}
    assert ours.keys() == theirs.keys()
    for key, expected in theirs.items():
        assert ours[key] == expected, key
    rebates = somme([r.montant_ht for r in frame.itertuples() if r.type_ligne == "remise"])
    assert found.remises_ht == (rebates or 0)
    if len(frame):
        assert dict(found.totaux) == mesures(list(frame.itertuples()))


@pytest.mark.parametrize("axe", AXES)
def test_every_axis(ctx: Contexte, monde: Monde, axe: str) -> None:
    comparer(ctx, monde.frame, (axe,))


def test_a_cross_of_four_axes(ctx: Contexte, monde: Monde) -> None:
    comparer(ctx, monde.frame, ("finess", "code_produit", "annee", "operateur"))


@pytest.mark.parametrize("graine", [2, 3, 4])
def test_other_draws(tmp_path: Path, graine: int) -> None:
    world = batir(tmp_path, graine, 120)
    other = world.contexte(ouvrir_duckdb(world.manifeste, world.stockage, fils=1))
    comparer(other, world.frame, ("ght", "code_produit", "couverture"))


PAR_FILTRE: dict[tuple[str, ...], Callable[[Any], bool]] = dict(
    zip(
        FILTRES,
        (
            lambda r: True,
            lambda r: r.famille == "MÉDICAMENTS",
            lambda r: r.famille in ("Hôtellerie, linge", ""),
            lambda r: r.famille != "MÉDICAMENTS" and "2021-03" <= r.mois <= "2021-09",
            lambda r: "nitrile" in r.libelle.lower(),
            lambda r: r.ght == "GHT-A",
            lambda r: r.ght != "GHT-A" and r.annee == "2021",
            lambda r: r.region == "",
            lambda r: r.code_produit == "3400930000011",
            lambda r: r.code_produit == "",
            lambda r: r.code_produit not in ("3400930000011", "3400930000028"),
            lambda r: r.operateur in ("UNIHA", "GHT"),
            lambda r: r.operateur == "",
            lambda r: r.siren_fournisseur == "123456789",
            lambda r: r.couverture == "hors_dates",
            lambda r: r.couverture not in ("couvert", "sans_numero"),
            lambda r: r.couverture == "rattache",
            lambda r: r.couverture_numero == "sans_numero",
            lambda r: r.type_ligne in ("avoir", "remise"),
            lambda r: r.taux_tva in ("5.5", "20"),
            lambda r: r.taux_tva == "",
            lambda r: r.trimestre in ("2021-T2", "2022-T1"),
            lambda r: r.compte_m21 >= "6022" and r.finess in ("210000002", "210000004"),
            lambda r: r.numero_commande in ("C3", "C40"),
        ),
        strict=True,
    )
)


@pytest.mark.parametrize("filtres", FILTRES, ids=" ".join)
def test_every_filter(ctx: Contexte, monde: Monde, filtres: tuple[str, ...]) -> None:
    kept = monde.frame[[PAR_FILTRE[filtres](r) for r in monde.frame.itertuples()]]
    assert len(kept) > 0
    comparer(ctx, kept, ("famille", "mois"), filtres)
    assert lire_lignes(ctx, Filtres.lire(filtres)).total == len(kept)


def test_pareto(ctx: Contexte, monde: Monde) -> None:
    sums = monde.frame.groupby("siret_fournisseur").montant_ht.sum().to_dict()
    missing = sums.pop("")
    ranked = sorted(((v, k) for k, v in sums.items() if v > 0), reverse=True)
    total, before, expected = sum(v for v, _ in ranked), Decimal(0), []
    for value, key in ranked:
        name = "A" if before < SEUILS[0] * total else "B" if before < SEUILS[1] * total else "C"
        before += value
        expected.append((key, value, (value / total).quantize(Decimal("0.0001")), name))
    found = QUESTIONS["pareto fournisseurs"](ctx)
    assert [(r.valeur, r.montant_ht, r.part, r.classe) for r in found.rangs] == expected
    assert (found.total_ht, found.non_renseigne_ht) == (total, missing)


def achats(frame: pd.DataFrame, axes: tuple[str, ...]) -> dict[tuple[str, ...], tuple[Decimal, ...]]:
    found = {}
    for key, rows in groupes(frame[frame.code_produit != ""], axes).items():
        priced = [r for r in rows if r.type_ligne in ACHATS]
        free = [r for r in rows if r.type_ligne == "unites_gratuites"]
        if priced or free:
            found[key] = tuple(
                Decimal(sum(values))
                for values in (
                    [r.montant_ht for r in priced],
                    [r.quantite for r in priced],
                    [r.quantite for r in free],
                )
            )
    return found


def test_price_series(ctx: Contexte, monde: Monde) -> None:
    one = monde.frame[monde.frame.code_produit == "3400930000011"]
    expected = achats(one, ("unite", "mois", "finess"))
    found = QUESTIONS["serie de prix"](ctx)
    assert {
        (a.unite or "", a.mois, a.finess): (a.montant_ht, a.quantite, a.quantite_gratuite) for a in found
    } == expected
    for a in found:
        amount, units, free = expected[a.unite or "", a.mois, a.finess]
        if units > 0 and amount >= 0:
            assert a.prix == arrondi(Fraction(amount) / Fraction(units), MICRO)
            assert a.prix_effectif == arrondi(Fraction(amount) / Fraction(units + free), MICRO)
        else:
            assert a.prix is None


def test_dispersion_and_potential(ctx: Contexte, monde: Monde) -> None:
    frame = monde.frame
    boxes = (frame.code_produit == "3400930000011") & (frame.unite == "boite")
    frame.loc[boxes, "quantite"] = frame.loc[boxes, "quantite"] * 100
    frame.loc[boxes, "unite"] = "piece"
    products: dict[tuple[str, str], dict[str, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for (product, unit, place), (amount, units, _) in achats(
        frame, ("code_produit", "unite", "finess")
    ).items():
        if unit and units > 0 and amount >= 0:
            products[product, unit][place] = (amount, units)
    found = {(d.produit, d.unite): d for d in QUESTIONS["dispersion"](ctx)}
    assert found.keys() == {k for k, v in products.items() if len(v) > 1}
    for key, each in found.items():
        prices = {p: Fraction(a) / Fraction(u) for p, (a, u) in products[key].items()}
        low = min(prices.values())
        ranked = sorted(prices.values())
        half = len(ranked) // 2
        middle = ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2
        assert (each.mini, each.median) == (arrondi(low, MICRO), arrondi(middle, MICRO))
        for row in each.prix:
            amount, units = products[key][row.achats.finess]

            def saved(price: Fraction, amount: Decimal = amount, units: Decimal = units) -> Decimal:
                return max(arrondi(Fraction(amount) - price * Fraction(units), CENT) or CENT * 0, CENT * 0)

            agreed = prix_marche(key[0], key[1], row.achats.finess)
            assert row.au_meilleur == saved(low) >= 0
            assert row.au_median == saved(middle) >= 0
            assert row.au_marche == (None if agreed is None else saved(Fraction(agreed)))
        assert each.potentiel_meilleur == sum(r.au_meilleur for r in each.prix)
        total = sum(a for a, _ in products[key].values()), sum(u for _, u in products[key].values())
        assert each.moyen == arrondi(Fraction(total[0]) / Fraction(total[1]), MICRO)


def test_quartiles_need_enough_buyers(ctx: Contexte, monde: Monde) -> None:
    products: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (product, unit, _), (amount, units, _) in achats(
        monde.frame, ("code_produit", "unite", "finess")
    ).items():
        if unit and units > 0 and amount >= 0:
            products[product, unit].append(float(amount / units))
    found = QUESTIONS["quartiles"](ctx)
    assert found.keys() == {k for k, v in products.items() if len(v) >= 5}
    for key, each in found.items():
        expected = quantiles(products[key], n=4, method="inclusive")
        assert [float(v) for v in (each.bas, each.median, each.haut)] == pytest.approx(expected, abs=1e-6)


def test_off_contract_the_four_ways(ctx: Contexte, monde: Monde) -> None:
    frame = monde.frame[monde.frame.type_ligne.isin(ACHATS)]
    sums = frame.groupby("couverture_numero").montant_ht.agg(["sum", "count"])
    expected = {k: (row["sum"], row["count"]) for k, row in sums.iterrows()}
    assert QUESTIONS["couverture"](ctx) == expected
    assert len(expected) == 5
    axes = ["couverture_numero", "finess", "siret_fournisseur", "famille", "numero_marche", "annee"]
    off = frame[frame.couverture_numero != "couvert"].groupby(axes).montant_ht.sum().to_dict()
    found = QUESTIONS["hors marche"](ctx)
    assert {
        (
            h.statut,
            h.finess,
            h.siret_fournisseur or "",
            h.famille or "",
            h.numero_marche or "",
            h.annee,
        ): h.montant_ht
        for h in found
    } == off


def test_concentration(ctx: Contexte, monde: Monde) -> None:
    for each in QUESTIONS["concentration"](ctx):
        rows = monde.frame[monde.frame.famille == (each.valeur or "")]
        sums = rows[rows.siren_fournisseur != ""].groupby("siren_fournisseur").montant_ht.sum()
        sums = sums[sums > 0]
        shares = [Fraction(v) / Fraction(sums.sum()) for v in sums]
        assert each.ihh == arrondi(sum((s * s for s in shares), Fraction(0)) * 10_000, Decimal(1))
        assert each.part_premier == arrondi(max(shares), Decimal("0.0001"))
        assert each.montant_ht == rows.montant_ht.sum()


def test_beyond_the_maximum(ctx: Contexte, monde: Monde) -> None:
    days: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in monde.frame.itertuples():
        known = contrats(row.numero_marche, row.finess) if row.type_ligne in ACHATS else []
        chosen = [c for c in known if c.couvre] or known
        if len(chosen) == 1:
            days[chosen[0].pk][row.jour] += row.montant_ht
    expected = {}
    for contract, spent in days.items():
        total, highest, first = Decimal(0), Decimal(0), None
        for day in sorted(spent):
            total += spent[day]
            highest = max(highest, total)
            first = first or (day if total > MAXIMUMS[contract] else None)
        if first:
            expected[contract] = (total, highest, first)
    found = QUESTIONS["maximum"](ctx)
    assert {d.contrat: (d.total_ht, d.plus_haut, d.premier_jour) for d in found} == expected
    assert expected
    for each in found:
        assert sum(each.par_etablissement.values()) == each.total_ht


def test_benchmarks(ctx: Contexte, monde: Monde) -> None:
    frame = monde.frame[monde.frame.compte_m21.str.startswith("602")]
    orders = frame[frame.type_ligne == "commande"]
    units = frame[frame.uf != ""]
    found = QUESTIONS["reperes"](ctx)
    months, places = frame.mois.nunique(), len(units[["finess", "uf"]].drop_duplicates())
    stocked = units[units.compte_m21.str.startswith("6021")].montant_ht.sum()
    assert found.montant_moyen_ligne == arrondi(Fraction(orders.montant_ht.sum()) / len(orders), CENT)
    assert found.par_uf_et_an == arrondi(Fraction(units.montant_ht.sum()) * 12 / (places * months), CENT)
    assert found.par_uf_et_an_stocke == arrondi(Fraction(stocked) * 12 / (places * months), CENT)


def test_prices_are_kept_from_who_may_not_read_them(ctx: Contexte) -> None:
    names = ctx.dimensions["etablissement"]
    open_to = {names.lire(1), names.lire(2)}
    for line in QUESTIONS["prix caches"](ctx):
        assert (line["quantite"] is not None) is (line["finess"] in open_to)
        if line["finess"] not in open_to:
            assert line["prix_moyen_ht"] is None


@given(st.text(alphabet="aÉœ ïß\t\u00a0ÀÇ-1\u0301", max_size=12))
def test_folding_one_text_is_folding_a_column(texte: str) -> None:
    assert plier_un(texte) == plier(pa.array([texte]))[0].as_py()


def test_the_first_groups_are_those_of_the_whole_order(ctx: Contexte) -> None:
    found = croiser(ctx, ("finess", "mois", "famille"), ("montant_ht", "lignes"))
    for ordre in ((), ("mois", "-lignes", "finess", "famille"), ("-lignes", "famille", "mois", "finess")):
        assert found.lignes(ordre, 3, 7) == found.lignes(ordre)[3:10]
    assert len(FINESS) == 8
