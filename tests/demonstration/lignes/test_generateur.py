"""The order lines of the demonstration: the same bytes, exact amounts, known contracts, intended faults."""

import csv
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from fanal.demonstration.lignes import fichiers, generateur
from fanal.demonstration.lignes.ensemble import order, plan_lines
from fanal.demonstration.lignes.generateur import Part, Source, generer, parts, write_part
from fanal.demonstration.lignes.modele import MILLIONIEMES, PlanLignes
from fanal.demonstration.lignes.vocabulaire import PAR_CLE
from fanal.demonstration.plan.modele import Plan

NOMBRE = 12_000
CENT = Decimal("0.01")
TAUX = {"0", "2,1", "5,5", "10", "20"}


@pytest.fixture(scope="module")
def ecrits(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> list[fichiers.FichierLignes]:
    return generer(NOMBRE, tmp_path_factory.mktemp("lignes"), plan=plan)


@pytest.fixture(scope="module")
def montre(plan: Plan) -> PlanLignes:
    return plan_lines(plan, order(plan)[0])


def test_a_unit_costs_what_its_shelf_says(montre: PlanLignes) -> None:
    """No orange at the price of a scanner; boxes of a hundred may cost more than one piece."""
    flux = [f for action in montre.suivies for f in action.flux] + [*montre.courants]
    cher = [f for f in flux if f.prix > 10 * MILLIONIEMES * PAR_CLE[f.produit.rayon].prix[1]]
    assert flux and not cher


def rows(chemin: Path) -> list[dict[str, str]]:
    """The lines of a file under the names of the format, whichever layout it has."""
    with chemin.open(encoding="utf-8", newline="") as fichier:
        lues = list(csv.DictReader(fichier, delimiter=";"))
    if lues and "Ets" in lues[0]:
        return [_plain(lue) for lue in lues]
    return lues


def _plain(lue: dict[str, str]) -> dict[str, str]:
    row = {champ: lue[titre] for titre, champ in fichiers.TITRES_GEF.items()}
    row["type_ligne"] = fichiers.NATURES[row["type_ligne"]]
    row["taux_tva"] = fichiers.TVAS[row["taux_tva"]].replace(".", ",")
    for champ in fichiers.DATES:
        jour = row[champ]
        row[champ] = f"{jour[8:]}/{jour[5:7]}/{jour[:4]}" if jour else ""
    return row


def number(texte: str) -> Decimal:
    return Decimal(texte.replace(",", "."))


def exact(row: dict[str, str]) -> Decimal:
    """Quantity times price, as a person rounds."""
    return (number(row["quantite"]) * number(row["prix_unitaire_ht"])).quantize(CENT, ROUND_HALF_UP)


def first_deposits(ecrits: list[fichiers.FichierLignes]) -> list[dict[str, str]]:
    return [row for f in ecrits if f.genre in ("initial", "gef") for row in rows(f.chemin)]


def good(ecrits: list[fichiers.FichierLignes]) -> list[dict[str, str]]:
    """The lines without the faulty ones, which end the first file."""
    found = []
    for f in ecrits:
        if f.genre in ("initial", "gef"):
            lues = rows(f.chemin)
            found += lues[: -fichiers.FAUTES] if f.genre == "initial" else lues
    return found


def test_the_same_call_gives_the_same_bytes(
    plan: Plan, ecrits: list[fichiers.FichierLignes], tmp_path: Path
) -> None:
    encore = generer(NOMBRE, tmp_path, plan=plan)
    assert [f.chemin.name for f in encore] == [f.chemin.name for f in ecrits]
    for avant, apres in zip(ecrits, encore, strict=True):
        assert avant.chemin.read_bytes() == apres.chemin.read_bytes(), avant.chemin.name


def test_as_many_lines_as_asked_for(ecrits: list[fichiers.FichierLignes]) -> None:
    assert [f.genre for f in ecrits] == ["initial", "gef", "correction", "mois"]
    assert len(first_deposits(ecrits)) == NOMBRE
    assert all(len(rows(f.chemin)) == f.lignes for f in ecrits)


def test_amounts_are_quantity_times_price(ecrits: list[fichiers.FichierLignes]) -> None:
    for row in good(ecrits):
        assert number(row["montant_ht"]) == exact(row), row
        if row["montant_facture_ht"]:
            billed = number(row["quantite_facturee"]) * number(row["prix_unitaire_ht"])
            assert number(row["montant_facture_ht"]) == billed.quantize(CENT, ROUND_HALF_UP)
        assert row["taux_tva"] in TAUX


def test_every_kind_of_line_is_there_with_its_sign(ecrits: list[fichiers.FichierLignes]) -> None:
    kinds = Counter(row["type_ligne"] for row in good(ecrits))
    assert kinds["avoir"] == int(NOMBRE * 0.012)
    assert kinds["unites_gratuites"] == int(NOMBRE * 0.006)
    assert kinds["remise"] == int(NOMBRE * 0.002)
    for row in good(ecrits):
        amount = number(row["montant_ht"])
        match row["type_ligne"]:
            case "avoir" | "remise":
                assert amount < 0
            case "unites_gratuites":
                assert amount == 0 and number(row["quantite"]) > 0
            case _:
                assert number(row["quantite"]) > 0


def test_keys_are_unique_but_for_the_faults(ecrits: list[fichiers.FichierLignes]) -> None:
    keys = Counter((r["finess"], r["numero_commande"], r["numero_ligne"]) for r in good(ecrits))
    assert max(keys.values()) == 1
    doubles = [r for r in first_deposits(ecrits) if r["libelle"].endswith("(double)")]
    assert len(doubles) == 2
    assert all((r["finess"], r["numero_commande"], r["numero_ligne"]) in keys for r in doubles)


def test_faults_are_the_intended_ones(ecrits: list[fichiers.FichierLignes]) -> None:
    faulty = rows(ecrits[0].chemin)[-fichiers.FAUTES :]
    kinds = Counter(
        "finess" if r["finess"] == "999999999"
        else "date" if r["date_commande"] == "31/02/2021"
        else "futur" if r["date_commande"].endswith("2051")
        else "double" if r["libelle"].endswith("(double)")
        else "prix" if not r["prix_unitaire_ht"]
        else "montant" if number(r["montant_ht"]) != exact(r)
        else "rien"
        for r in faulty
    )  # fmt: skip
    assert kinds == dict.fromkeys(("montant", "date", "futur", "finess", "double", "prix"), 2)


def test_credit_notes_have_an_origin_but_for_a_few(ecrits: list[fichiers.FichierLignes]) -> None:
    lues = good(ecrits)
    orders = {
        (r["finess"], r["numero_commande"], r["code_article"], r["prix_unitaire_ht"])
        for r in lues
        if r["type_ligne"] == "commande"
    }
    notes = [r for r in lues if r["type_ligne"] == "avoir"]
    lost = [r for r in notes if r["numero_commande"][4:].lstrip("0").startswith("9000")]
    assert len(lost) == len(notes) // 12
    for row in notes:
        key = (row["finess"], row["numero_commande"], row["code_article"], row["prix_unitaire_ht"])
        assert (key in orders) == (row not in lost)


def test_contract_numbers_exist_but_for_the_unknown_ones(
    plan: Plan, montre: PlanLignes, ecrits: list[fichiers.FichierLignes]
) -> None:
    assert plan.marches is not None
    known = {}
    for c in (*plan.marches.contrats, *montre.contrats):
        places, holders = known.setdefault(c.identifiant, (set(), set()))
        places.update(c.beneficiaires)
        holders.update(t.siret for t in c.titulaires)
    unknown = nameless = 0
    for row in good(ecrits):
        name = row["numero_marche"]
        if not name:
            nameless += 1
        elif name in known:
            assert row["finess"] in known[name][0]
        else:
            assert name.startswith("X")
            unknown += 1
    assert 0 < unknown < 0.05 * NOMBRE
    assert 0 < nameless < 0.45 * NOMBRE


def test_lines_without_a_code_are_written_in_many_ways(
    montre: PlanLignes, ecrits: list[fichiers.FichierLignes]
) -> None:
    ways = {r["libelle"] for r in good(ecrits) if not r["code_produit"] and not r["code_article"]}
    labels = {f.produit.libelle for f in montre.courants if not f.code and f.produit.code}
    assert labels and len(ways) > 2 * len(labels)
    assert any(w.isupper() for w in ways) and any(w.islower() for w in ways)


def test_the_correction_names_lines_already_sent(ecrits: list[fichiers.FichierLignes]) -> None:
    avant = {(r["finess"], r["numero_commande"], r["numero_ligne"]): r for r in rows(ecrits[0].chemin)}
    for row in rows(ecrits[2].chemin):
        old = avant[row["finess"], row["numero_commande"], row["numero_ligne"]]
        assert number(row["prix_unitaire_ht"]) < number(old["prix_unitaire_ht"])
        assert number(row["montant_ht"]) == exact(row)
    assert ecrits[2].lignes == fichiers.CORRIGEES


def test_the_month_sent_again_is_one_month_of_one_establishment(
    ecrits: list[fichiers.FichierLignes],
) -> None:
    month = rows(ecrits[3].chemin)
    assert ecrits[3].mois == ("2021-03",)
    assert {r["date_commande"][3:] for r in month} == {"03/2021"}
    assert len({r["finess"] for r in month}) == 1
    here = [
        r
        for r in rows(ecrits[0].chemin)[: -fichiers.FAUTES]
        if r["finess"] == month[0]["finess"] and r["date_commande"][3:] == "03/2021"
    ]
    assert 0 < len(month) < len(here)
    assert all(number(r["montant_ht"]) == exact(r) for r in month)


def test_lines_are_shared_out_whatever_their_number(plan: Plan) -> None:
    for nombre in (1_000, 90_000, 300_000, 1_000_000, 100_000_000):
        found = parts(plan, 0, nombre)
        assert sum(p.lignes for p in found) == nombre
        assert sum(p.lignes for p in found if not p.debut) == min(nombre, generateur.BASE)
    assert len({p.ght for p in parts(plan, 0, 100_000_000)}) == len(plan.ghts)
    more = parts(plan, 300_000, 1_000_000)
    assert sum(p.lignes for p in more) == 700_000 and all(p.debut == 300_000 for p in more)


def test_volume_is_exact_in_bounded_batches(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generateur, "PAQUET", 700)
    source = Source(plan)
    [written] = write_part(source, Part("BRE-D02", 300_000, 3_000), tmp_path)
    lues = rows(written.chemin)
    assert written.genre == "volume" and len(lues) == written.lignes == 3_000
    assert all(number(r["montant_ht"]) == exact(r) for r in lues)
    assert len({(r["finess"], r["numero_commande"], r["numero_ligne"]) for r in lues}) == 3_000
    [other] = write_part(source, Part("BRE-D02", 303_000, 3_000), tmp_path)
    again = {(r["finess"], r["numero_commande"], r["numero_ligne"]) for r in rows(other.chemin)}
    assert not again & {(r["finess"], r["numero_commande"], r["numero_ligne"]) for r in lues}
