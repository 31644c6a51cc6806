"""Segments, their propositions, and the document of the command line."""

import json
from datetime import date
from decimal import Decimal

import pytest

from fanal.convergence.queries.document import document
from fanal.convergence.queries.propositions import pour_un_depart, propositions, segment, segments
from fanal.convergence.queries.regles import regles
from fanal.moteurs.convergence import Acte
from fanal.refus import Introuvable, Inutilisable
from fanal.territoires.models import Ght
from tests.convergence.appui import JUILLET, LE, creer_marche, trois_marches

pytestmark = pytest.mark.django_db
D = Decimal


def test_three_contracts_meet_in_july(ght: Ght) -> None:
    """1 000 € a month for A and B, 2 000 € for C; 5 % expected. Seven months of waiting to 1 July.

    A fits: 350. B needs an amendment of 3 000 € under a headroom of 4 800 €: 350 + 500 + 200 + 0,5 % = 1 065.
    C is not renewed: 700 + 150.
    """
    trois_marches(ght)
    found = pour_un_depart(segment(ght, LE, "cpv:331", avec_prix=True), JUILLET)
    assert [(o.acte, o.total) for o in found.options] == [
        (Acte.TERME, 35_000),
        (Acte.AVENANT, 106_500),
        (Acte.NON_RECONDUCTION, 85_000),
    ]
    assert found.optimal and found.cout == 226_500


def test_segments_come_by_stake(ght: Ght) -> None:
    trois_marches(ght)
    for n in range(2):
        creer_marche(ght, f"G{n}", date(2025, 1, 1), 48, code_cpv="09123000", montant=D(960_000))
    creer_marche(ght, "seul", date(2025, 1, 1), 48, code_cpv="15800000")
    creer_marche(ght, "sans code", date(2025, 1, 1), 48, code_cpv="", famille="")
    found = segments(ght, LE, avec_prix=True)
    assert [(s.code, len(s.chevauchants), s.enjeu) for s in found] == [
        ("091", 2, D(480_000)),
        ("331", 3, D(48_000)),
    ]
    (famille,) = segments(ght, LE, avec_prix=True, genre="famille")
    assert famille.code == "DISPOSITIFS MEDICAUX"


def test_writing_a_contract_is_seen_at_once(ght: Ght) -> None:
    marches = trois_marches(ght)
    before = propositions(segment(ght, LE, "cpv:331", avec_prix=True)).empreinte
    creer_marche(ght, "D", date(2024, 1, 1), 48)
    after = segment(ght, LE, "cpv:331", avec_prix=True)
    assert len(after.fiches) == len(marches) + 1
    assert propositions(after).empreinte != before


@pytest.mark.parametrize(
    ("cle", "erreur"),
    [
        ("", Inutilisable),
        ("cpv:", Inutilisable),
        ("cpv:33a", Inutilisable),
        ("cpv:123456789", Inutilisable),
        ("ville:Dijon", Inutilisable),
        ("cpv:999", Introuvable),
        ("famille:Inconnue", Introuvable),
    ],
)
def test_a_segment_that_is_not_there(ght: Ght, cle: str, erreur: type[Exception]) -> None:
    trois_marches(ght)
    with pytest.raises(erreur):
        segment(ght, LE, cle, avec_prix=True)


def test_thresholds_follow_the_date_and_the_nature() -> None:
    assert regles(date(2026, 3, 31), "fournitures").seuil_marche_court == D(40_000)
    assert regles(date(2026, 4, 1), "fournitures").seuil_marche_court == D(60_000)
    assert regles(LE, "travaux").seuil_marche_court == D(100_000)
    assert regles(LE, "services").seuil_marche_court_adapte == D(216_000)
    assert regles(date(2020, 1, 1), "services").seuil_marche_court is None


def test_the_document_adds_up_and_reads_back(ght: Ght) -> None:
    trois_marches(ght)
    creer_marche(ght, "X", date(2025, 1, 1), 1, date_fin=None, date_fin_totale=None, duree_mois=None)
    answer = json.loads(json.dumps(document(ght, LE)))
    assert answer["ght"] == "BFC-90"
    assert [m["identifiant"] for m in answer["sans_echeance"]] == ["X"]
    (part,) = answer["segments"]
    assert len(part["marches"]) == 4
    assert part["paires_en_chevauchement"] == 3
    assert len(part["departs"]) == 31
    assert len(part["propositions"]) == 5
    couts = [D(p["cout"]) for p in part["propositions"]]
    assert couts == sorted(couts) and couts[0] == min(D(d["cout"]) for d in part["departs"])
    for p in part["propositions"]:
        assert p["optimal"] is True
        actions = p["actions"]
        assert len(actions) == 3
        assert sum(D(a["cout"]) for a in actions) + D(p["consultation"]) == D(p["cout"])
        for a in actions:
            assert sum(map(D, a["couts"].values())) == D(a["cout"])
            assert a["phrase"] and a["besoin"] is not None
    assert document(ght, LE) == document(ght, LE)


def test_one_prefix_only(ght: Ght) -> None:
    trois_marches(ght)
    creer_marche(ght, "G", date(2025, 1, 1), 48, code_cpv="09123000")
    assert [s["code"] for s in document(ght, LE, "3314")["segments"]] == ["3314"]
    with pytest.raises(Inutilisable):
        document(ght, LE, "gants")
