from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fanal.campagnes import queries
from fanal.campagnes.actions import decisions
from fanal.campagnes.models import Campagne, Controle, Dossier
from fanal.campagnes.queries import LigneAControler
from fanal.comptes.perimetre import PARTOUT, Perimetre
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.jouet import LE, OpenDossier, cross, deposit, keep


def weigh(dossier: Dossier, **poids: int) -> None:
    for cle, n in poids.items():
        Controle.objects.create(
            version=dossier.version_courante, cle=cle, code="x", gravite="controle", phrase="?", poids=n
        )


def lines(*args: Any, **kwargs: Any) -> list[LigneAControler]:
    return queries.file_de_controle(*args, **kwargs).lignes


def test_the_heaviest_lines_come_first_and_decided_ones_leave(
    campagne: Campagne, en_instruction: Dossier
) -> None:
    weigh(en_instruction, B=5, C=2)
    weigh(en_instruction, C=4)
    file = lines(campagne)
    assert [(x.cle, x.score) for x in file] == [("C", 6), ("B", 5), ("A", 0)]
    decisions.decider(dossier=en_instruction, choix=keep("C"), by=None, instant=LE)
    assert [x.cle for x in lines(campagne)] == ["B", "A"]
    [decidee] = lines(campagne, decidees=True)
    assert decidee.decision is not None and decidee.decision.sens == "retenu"
    deposit(en_instruction, {"A": 1, "B": 2, "C": "corrigée"})
    assert {x.cle for x in lines(campagne)} == {"A", "B", "C"}


def test_only_dossiers_in_control_and_in_the_perimeter(
    campagne: Campagne, en_instruction: Dossier, ouvrir: OpenDossier, autre_ght: Ght
) -> None:
    autre = ouvrir(Noeud("ght", autre_ght))
    deposit(autre, {"X": 1})
    assert {x.dossier for x in lines(campagne)} == {en_instruction}
    cross(autre, "envoyer", "instruire")
    assert {x.dossier for x in lines(campagne)} == {en_instruction, autre}
    la_bas = Perimetre(ghts=frozenset({autre_ght.pk}))
    assert {x.dossier for x in lines(campagne, la_bas)} == {autre}
    assert lines(campagne, PARTOUT, dossiers=[]) == []
    assert lines(campagne, format="annonce") == []


def test_a_domain_gives_its_own_scores(campagne: Campagne, en_instruction: Dossier) -> None:
    def scores(versions: Sequence[int]) -> dict[tuple[int, str], Decimal]:
        return {(versions[0], "B"): Decimal("9.5")}

    assert lines(campagne, scores=scores)[0].cle == "B"


def test_counts_follow_every_write(campagne: Campagne, en_instruction: Dossier) -> None:
    def a_decider() -> int:
        return queries.comptes(Campagne.objects.get(pk=campagne.pk))[en_instruction.pk].a_decider

    assert a_decider() == 3
    decisions.decider(dossier=en_instruction, choix=keep("A"), by=None, instant=LE)
    assert a_decider() == 2
    deposit(en_instruction, {"A": "corrigée"})
    assert a_decider() == 1


def test_the_queue_is_read_by_pages(campagne: Campagne, en_instruction: Dossier) -> None:
    weigh(en_instruction, A=1, B=3, C=2)
    page = queries.file_de_controle(campagne, debut=1, nombre=1)
    assert (page.total, [x.cle for x in page.lignes]) == (3, ["C"])
    assert queries.file_de_controle(campagne, debut=5, nombre=1).lignes == []
