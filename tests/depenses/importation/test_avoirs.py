"""A credit note and its order, whichever comes first; what becomes of the link when the order changes."""

from typing import Any

import pytest

from fanal.depenses.actions.entretien import verifier
from fanal.depenses.models import DepotLignes
from fanal.depenses.queries.lac import manifeste, stockage
from fanal.depenses.queries.lignes import versions
from fanal.moteurs.consolidation.source import ouvrir_duckdb
from tests.depenses.importation.conftest import INSTANT, Importer, en_csv, regles_de

pytestmark = pytest.mark.django_db
AVOIR = {"numero_ligne": "7", "type_ligne": "avoir", "quantite": "-10", "montant_ht": "-1,00"}


def en_vigueur() -> dict[str, dict[str, Any]]:
    """The lines in force by line number; `reprend`: the line number of the origin."""
    table = ouvrir_duckdb(manifeste(), stockage()).lignes
    rows = table.to_pyarrow().to_pylist()
    names = {r["id"]: r["numero_ligne"] for r in rows}
    return {r["numero_ligne"]: r | {"reprend": names.get(r["origine"], r["origine"])} for r in rows}


def sain() -> bool:
    seen = verifier(instant=INSTANT)
    assert seen.fautes == []
    return True


def test_a_credit_note_deposited_before_its_order(apporter: Importer) -> None:
    first = apporter(en_csv(AVOIR))
    assert regles_de(first) == {"avoir_sans_origine": 1}
    assert en_vigueur()["7"]["reprend"] is None
    second = apporter(en_csv({}, {"numero_ligne": "2"}))
    assert (second.lues, second.acceptees, second.deja_connues, second.corrigees) == (2, 2, 0, 0)
    assert regles_de(second) == {"avoir_rattache": 1}
    linked = second.anomalies.get()
    assert (linked.gravite, linked.montant_ht, linked.exemples[0]["ligne"]) == ("information", -1, None)
    assert linked.exemples[0]["phrase"].startswith("Commande « C1 », ligne « 7 » : l'avoir, déjà déposé")
    now = en_vigueur()
    assert now["7"]["reprend"] == "1" and now["7"]["montant_ht"] == -100 and len(now) == 3
    assert sain()
    # The past is as it was, and both versions are told with their deposit.
    before = ouvrir_duckdb(manifeste(1), stockage()).lignes.to_pyarrow().to_pylist()
    assert [(r["ligne"], r["origine"]) for r in before] == [(2, None)]
    told = versions(now["7"])
    assert [(v.depot.numero, v.champs["ligne"]) for v in told] == [(2, None), (1, 2)]
    assert told[1].remplacee_par == second and told[0].remplacee_par is None


def test_the_same_files_in_the_other_order_make_the_same_state(apporter: Importer) -> None:
    apporter(en_csv({}, {"numero_ligne": "2"}))
    apporter(en_csv(AVOIR))
    assert en_vigueur()["7"]["reprend"] == "1"
    for text in (en_csv(AVOIR), en_csv({})):
        again = apporter(text)
        assert (again.deja_connues, regles_de(again)) == (1, {})
    assert DepotLignes.objects.count() == 4 and len(en_vigueur()) == 3 and sain()


def test_the_link_follows_a_corrected_order_and_goes_with_a_withdrawn_one(apporter: Importer) -> None:
    apporter(en_csv({}, AVOIR, {"numero_ligne": "2", "libelle": "Autre"}))
    corrected = apporter(en_csv({"uf": "2103"}))
    assert (corrected.corrigees, regles_de(corrected)) == (1, {})
    now = en_vigueur()
    assert now["7"]["reprend"] == "1" and now["7"]["origine"] == now["1"]["id"] and sain()
    month = apporter(en_csv({"numero_ligne": "2", "libelle": "Autre"}, AVOIR), mois=["2021-03"])
    assert (month.deja_connues, month.remplacees) == (2, 1)
    assert regles_de(month) == {"avoir_detache": 1}
    assert en_vigueur()["7"]["reprend"] is None and sain()


def test_another_deposit_registered_meanwhile_does_not_lose_the_link(
    apporter: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The credit note lands while its order is being settled: the order settles again and finds it."""
    from fanal.depenses.actions import importation

    settle, calls = importation.Regleur.tout, []

    def meanwhile(self: Any) -> Any:
        done = settle(self)
        calls.append(self)
        if len(calls) == 1:
            apporter(en_csv(AVOIR))
        return done

    monkeypatch.setattr(importation.Regleur, "tout", meanwhile)
    order = apporter(en_csv({}, {"numero_ligne": "2"}))
    assert order.numero == 2 and regles_de(order) == {"avoir_rattache": 1}
    assert en_vigueur()["7"]["reprend"] == "1" and sain()
