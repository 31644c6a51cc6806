"""What the lines show of the declared gains, read again plainly: twelve months before, twelve after."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from fanal.demonstration.lignes.bordereaux import price_lists
from fanal.demonstration.lignes.ensemble import order, plan_lines
from fanal.demonstration.lignes.generateur import generer
from fanal.demonstration.lignes.modele import ActionSuivie, PlanLignes, Verdict
from fanal.demonstration.plan.calage import part
from fanal.demonstration.plan.modele import Plan
from tests.demonstration.lignes.test_generateur import good, number

Ligne = dict[str, str]


@pytest.fixture(scope="module")
def montre(plan: Plan) -> PlanLignes:
    return plan_lines(plan, order(plan)[0])


@pytest.fixture(scope="module")
def lues(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[Ligne]]:
    """Ordered lines by establishment and product: its code, else its label."""
    dossier: Path = tmp_path_factory.mktemp("verdicts")
    found: dict[tuple[str, str], list[Ligne]] = defaultdict(list)
    for row in good(generer(12_000, dossier, plan=plan)):
        if row["type_ligne"] in ("commande", "avoir"):
            found[row["finess"], row["code_produit"] or row["libelle"]].append(row)
    return found


def day(texte: str) -> date:
    jour, mois, annee = texte.split("/")
    return date(int(annee), int(mois), int(jour))


def bought(rows: Iterable[Ligne], debut: date, fin: date) -> tuple[Decimal, Decimal]:
    """Quantity and amount incl. VAT of the lines of [debut, fin)."""
    kept = [r for r in rows if debut <= day(r["date_commande"]) < fin]
    quantity = sum((number(r["quantite"]) for r in kept), Decimal(0))
    amount = sum((number(r["montant_ht"]) * (100 + number(r["taux_tva"])) / 100 for r in kept), Decimal(0))
    return quantity, amount


def observed(suivie: ActionSuivie, lues: dict[tuple[str, str], list[Ligne]]) -> Decimal:
    """(P0 − P1) × Q over the twelve months after, the quantity being at most that of the months before."""
    ligne, contrat = suivie.ligne, suivie.contrat
    assert ligne.date is not None
    avant = date(ligne.date.year - 1, ligne.date.month, ligne.date.day)
    apres = date(ligne.date.year + 1, ligne.date.month, ligne.date.day)
    gain = Decimal(0)
    for produit in suivie.produits:
        rows = lues.get((ligne.finess, produit.code or produit.libelle), [])
        on_contract = [r for r in rows if contrat and r["numero_marche"] == contrat.identifiant]
        q0, a0 = bought(rows, avant, ligne.date)
        q1, a1 = bought(on_contract, ligne.date, apres)
        if q0 > 0 and q1 > 0:
            gain += (a0 / q0 - a1 / q1) * min(q0, q1)
    return gain


def rate(suivie: ActionSuivie, lues: dict[tuple[str, str], list[Ligne]]) -> Decimal:
    """Observed over declared."""
    assert suivie.ligne.gain
    years = (suivie.ligne.duree or 1) if suivie.ligne.nature == "investissement" else 1
    return observed(suivie, lues) * 100 / suivie.ligne.gain / years


def of(montre: PlanLignes, *verdicts: Verdict) -> list[ActionSuivie]:
    return [s for s in montre.suivies if s.verdict in verdicts and s.ligne.gain]


def test_each_kind_of_verdict_is_met(montre: PlanLignes) -> None:
    found = Counter(s.verdict for s in montre.suivies)
    assert set(found) == set(Verdict)
    assert sum(found.values()) == 285
    assert found[Verdict.CONFIRME] > 100 and found[Verdict.A_RAPPROCHER] >= 5
    assert min(found.values()) >= 5


def test_confirmed_gains_are_found_again(
    montre: PlanLignes, lues: dict[tuple[str, str], list[Ligne]]
) -> None:
    for suivie in of(montre, Verdict.CONFIRME):
        found = rate(suivie, lues)
        assert Decimal("0.85") < found < Decimal("1.1"), (suivie.ligne.identifiant, found)


def test_partial_gains_are_found_in_part(
    montre: PlanLignes, lues: dict[tuple[str, str], list[Ligne]]
) -> None:
    for suivie in of(montre, Verdict.PARTIEL_PRIX, Verdict.PARTIEL_CONTRAT):
        found = rate(suivie, lues)
        assert Decimal("0.1") < found < Decimal("0.9"), (suivie.ligne.identifiant, found)


def test_nothing_is_found_of_the_others(montre: PlanLignes, lues: dict[tuple[str, str], list[Ligne]]) -> None:
    autres = of(
        montre,
        Verdict.PRIX_INCHANGE,
        Verdict.CONTRAT_INUTILISE,
        Verdict.SANS_LIGNES,
        Verdict.SANS_NUMERO,
        Verdict.A_RAPPROCHER,
    )
    for suivie in autres:
        if suivie.ligne.date is not None:
            assert abs(rate(suivie, lues)) < Decimal("0.02"), suivie.ligne.identifiant


def test_lines_run_two_years_around_each_first_order(
    montre: PlanLignes, lues: dict[tuple[str, str], list[Ligne]]
) -> None:
    for suivie in of(montre, Verdict.CONFIRME)[:20]:
        jour = suivie.ligne.date
        assert jour is not None
        first = suivie.produits[0]
        days = [day(r["date_commande"]) for r in lues[suivie.ligne.finess, first.code or first.libelle]]
        assert min(days) < jour - timedelta(days=330) and max(days) > jour + timedelta(days=400)


def test_the_reference_is_what_the_workbook_says(
    montre: PlanLignes, lues: dict[tuple[str, str], list[Ligne]]
) -> None:
    near = 0
    whole = of(montre, Verdict.CONFIRME)
    for suivie in whole:
        ligne = suivie.ligne
        assert ligne.date is not None and ligne.reference
        avant = date(ligne.date.year - 1, ligne.date.month, ligne.date.day)
        spent = sum(
            (bought(lues[ligne.finess, p.code or p.libelle], avant, ligne.date)[1] for p in suivie.produits),
            Decimal(0),
        )
        near += abs(spent * 100 / ligne.reference - 1) < Decimal("0.06")
    assert near > 0.9 * len(whole)


def test_signed_prices_are_those_declared(montre: PlanLignes) -> None:
    lists = price_lists(montre)
    assert 60 < len(lists) <= 134
    par_code = {line.code: line for lines in lists.values() for line in lines}
    seen = 0
    for suivie in of(montre, Verdict.CONFIRME):
        if suivie.ligne.prix_nouveau is not None and suivie.produits[0].code in par_code:
            line = par_code[suivie.produits[0].code]
            ttc = Decimal(line.centimes) / 100 * (100 + Decimal(line.tva)) / 100
            assert abs(ttc / suivie.ligne.prix_nouveau - 1) < Decimal("0.01")
            seen += 1
    assert seen


def test_the_plan_itself_is_untouched(plan: Plan) -> None:
    """Following an action changes nothing of what the campaigns publish."""
    before = [(g.identifiant, g.gain, part(g.gain or 0, g.date, 2021)) for g in plan.campagnes[2021].toutes()]
    plan_lines(plan, order(plan)[0])
    after = [(g.identifiant, g.gain, part(g.gain or 0, g.date, 2021)) for g in plan.campagnes[2021].toutes()]
    assert before == after
