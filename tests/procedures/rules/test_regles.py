"""What the rules refuse, and the sentence that says it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.procedures.rules.attribution import check_attribution
from fanal.procedures.rules.etats import (
    ADAPTEE,
    PASSAGES,
    SANS_CONCURRENCE,
    Situation,
    check_modifiable,
    check_passage,
    check_verrou,
    etat_apres_lots,
)
from fanal.procedures.rules.lots import SituationLot, check_criteres, check_lots_prets
from fanal.procedures.rules.offres import (
    SituationOffre,
    check_choix,
    check_classable,
    check_signature,
    lire_note,
    signature_possible_le,
)
from fanal.refus import Refus

AOO = "Appel d'offres ouvert"
LE = date(2026, 11, 2)
PRIX = {"code": "prix", "titre": "Prix", "nature": "prix", "poids": "60"}
ENVIRONNEMENT = {"code": "env", "titre": "Environnement", "nature": "environnement", "poids": "40"}


def lot(numero: int = 1, criteres: tuple[dict[str, str], ...] = (PRIX, ENVIRONNEMENT)) -> SituationLot:
    return SituationLot(numero, criteres)


def prete(**champs: Any) -> Situation:
    defaut: dict[str, Any] = {
        "etat": "redaction",
        "procedure": AOO,
        "montant_connu": True,
        "lots": [lot(1), lot(2)],
        "critere_environnemental": True,
        "date_lancement": LE,
        "date_limite": date(2026, 12, 2),
        "delai_minimal": 30,
        "article_delai": "R2161-3",
    }
    return Situation(**{**defaut, **champs})


def test_a_ready_procedure_is_launched() -> None:
    assert check_passage("lancer", prete(), le=LE).vers == "lancee"


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"procedure": ""}, "Choisissez la procédure"),
        ({"montant_connu": False}, "valeur estimée"),
        ({"lots": []}, "Aucun lot"),
        ({"lots": [lot(1)]}, "L2113-10"),
        ({"lots": [lot(1, (PRIX,)), lot(2)]}, "60"),
        ({"lots": [lot(1, ({**PRIX, "poids": "100"},)), lot(2)]}, "L2152-7"),
        ({"lots": [lot(1, ()), lot(2)]}, "critères"),
        ({"date_lancement": date(2026, 11, 3)}, "pas encore arrivé"),
        ({"date_limite": None}, "date limite"),
        ({"date_limite": date(2026, 12, 1)}, "au moins 30 jours"),
        ({"date_limite": date(2026, 11, 1)}, "précède"),
    ],
)
def test_what_forbids_a_launch(champs: dict[str, Any], dit: str) -> None:
    with pytest.raises(Refus, match=dit):
        check_passage("lancer", prete(**champs), le=LE)


def test_one_lot_with_its_reason_is_lawful() -> None:
    check_passage("lancer", prete(lots=[lot(1)], motif_non_allotissement="Objet indivisible"), le=LE)


def test_the_price_alone_was_lawful_before() -> None:
    """The launch date decides: before 21 August 2026 no criterion on the environment is due."""
    seul = ({**PRIX, "poids": "100"},)
    check_passage("lancer", prete(lots=[lot(1, seul), lot(2, seul)], critere_environnemental=False), le=LE)


def test_no_competition_no_criteria() -> None:
    sans = prete(
        procedure=SANS_CONCURRENCE, lots=[lot(1, ()), lot(2, ())], date_limite=None, delai_minimal=None
    )
    check_passage("lancer", sans, le=LE)


def test_tenders_open_after_the_deadline() -> None:
    attente = prete(etat="lancee")
    with pytest.raises(Refus, match="02/12/2026"):
        check_passage("analyser", attente, le=date(2026, 12, 2))
    assert check_passage("analyser", attente, le=date(2026, 12, 3)).vers == "analyse"


def test_a_failure_has_a_reason_and_no_winner() -> None:
    with pytest.raises(Refus, match="motif"):
        check_passage("infructueuse", prete(etat="analyse"), le=LE, motif=" ")
    gagne = prete(etat="analyse", lots=[SituationLot(1, (), "attribue")])
    with pytest.raises(Refus, match="attributaire"):
        check_passage("infructueuse", gagne, le=LE, motif="Aucune offre")


@given(
    st.sampled_from(list(PASSAGES)), st.sampled_from(["attribuee", "terminee", "infructueuse", "sans_suite"])
)
def test_what_is_over_stays_over(code: str, etat: str) -> None:
    """No act leads back from an award or an end, but ending an awarded procedure."""
    try:
        passage = check_passage(code, prete(etat=etat), le=LE, motif="essai")
    except Refus:
        return
    assert (code, etat, passage.vers) == ("terminer", "attribuee", "terminee")


@given(st.lists(st.sampled_from(["", "choisi", "attribue", "infructueux", "sans_suite"]), max_size=6))
def test_the_state_follows_the_lots(issues: list[str]) -> None:
    etat = etat_apres_lots(issues)
    if not issues or {"", "choisi"} & set(issues):
        assert etat is None
    elif "attribue" in issues:
        assert etat == "attribuee"
    else:
        assert etat == ("infructueuse" if "infructueux" in issues else "sans_suite")


@given(st.lists(st.integers(1, 100), min_size=1, max_size=6))
def test_weights_sum_to_one_hundred_or_are_refused(poids: list[int]) -> None:
    criteres = [{"titre": f"C{i}", "nature": "technique", "poids": str(p)} for i, p in enumerate(poids)]
    if sum(poids) == 100:
        check_criteres(criteres)
    else:
        with pytest.raises(Refus, match="100"):
            check_criteres(criteres)


@pytest.mark.parametrize("poids", ["", "abc", "0", "-5", "101", "NaN", "Infinity"])
def test_a_weight_is_a_number(poids: str) -> None:
    with pytest.raises(Refus):
        check_criteres([{"titre": "Prix", "nature": "prix", "poids": poids}])


def test_titles_differ() -> None:
    with pytest.raises(Refus, match="même titre"):
        check_criteres([{**PRIX, "poids": "50"}, {**PRIX, "titre": "PRIX", "poids": "50"}])


def test_no_lot_is_announced_without_criteria() -> None:
    with pytest.raises(Refus, match="Lot 2"):
        check_lots_prets(
            [lot(1), lot(2, ())],
            motif_non_allotissement="",
            avec_criteres=True,
            critere_environnemental=False,
        )


def test_what_was_announced_is_frozen() -> None:
    check_modifiable("redaction", ["le code CPV"])
    check_modifiable("lancee", [])
    with pytest.raises(Refus, match="le code CPV"):
        check_modifiable("lancee", ["le code CPV"])
    with pytest.raises(Refus, match="Terminée"):
        check_modifiable("terminee", [])


def test_two_people() -> None:
    check_verrou(3, 3)
    check_verrou(None, 3)
    with pytest.raises(Refus, match="autre personne"):
        check_verrou(3, 4)


def offre(pk: int, rang: int | None, sort: str = "classee") -> SituationOffre:
    return SituationOffre(pk, f"Entreprise {pk}", sort, {"t": Decimal(1)}, rang)


def test_the_best_offer_is_chosen_or_the_choice_is_reasoned() -> None:
    toutes = [offre(1, 1), offre(2, 2), offre(3, None, "irreguliere")]
    check_choix([toutes[0]], toutes, "")
    check_choix(toutes[:2], toutes, "")
    with pytest.raises(Refus, match="R2181-7"):
        check_choix([toutes[1]], toutes, "")
    check_choix([toutes[1]], toutes, "La première ne peut pas exécuter le marché.")
    with pytest.raises(Refus, match="irrégulière"):
        check_choix([toutes[2]], toutes, "motif")
    with pytest.raises(Refus, match="Choisissez"):
        check_choix([], toutes, "")


def test_a_tie_is_settled_in_words() -> None:
    with pytest.raises(Refus, match="égalité"):
        check_choix([offre(1, 1)], [offre(1, 1), offre(2, 1)], "")


def test_all_marks_before_ranking() -> None:
    with pytest.raises(Refus, match="Valeur"):
        check_classable([offre(1, None)], [{"code": "v", "titre": "Valeur"}])
    with pytest.raises(Refus, match="Aucune offre régulière"):
        check_classable([offre(1, None, "irreguliere")], [])


@given(st.integers(0, 60), st.sampled_from([11, 16]))
def test_standstill(jours: int, delai: int) -> None:
    """R2182-1: no signature before the eleventh (sixteenth) day after the letters, in formal procedures."""
    envoi = date(2026, 12, 10)
    possible = signature_possible_le(procedure=AOO, rejets_envoyes_le=envoi, evinces=2, delai=delai)
    signature = date.fromordinal(envoi.toordinal() + jours)
    if jours < delai:
        with pytest.raises(Refus, match=str(delai)):
            check_signature(signature, possible, envoi, delai)
    else:
        check_signature(signature, possible, envoi, delai)


def test_when_no_standstill_is_due() -> None:
    assert signature_possible_le(procedure=ADAPTEE, rejets_envoyes_le=None, evinces=3, delai=11) is None
    assert signature_possible_le(procedure=AOO, rejets_envoyes_le=None, evinces=0, delai=11) is None
    with pytest.raises(Refus, match="lettres"):
        signature_possible_le(procedure=AOO, rejets_envoyes_le=None, evinces=1, delai=11)


@pytest.mark.parametrize("texte", ["21", "-1", "abc", "1,234", "NaN"])
def test_a_mark_stays_in_the_scale(texte: str) -> None:
    with pytest.raises(Refus):
        lire_note(texte, Decimal(20))


def test_marks_as_people_type_them() -> None:
    assert lire_note(" 12,5 ", Decimal(20)) == Decimal("12.5")
    assert lire_note("", Decimal(20)) is None


CONTRAT: dict[str, Any] = {
    "identifiant": "2027-01",
    "accord_cadre": True,
    "modalites": ("Bons de commande",),
    "maximum": Decimal(1000),
    "maximum_obligatoire": True,
    "duree_mois": 48,
    "duree_maximale": 48,
    "motif_duree": "",
    "reconductions": 0,
    "reconduction_mois": None,
    "titulaires": 1,
    "beneficiaires": 2,
}


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"identifiant": " "}, "numéro du marché"),
        ({"identifiant": "x" * 17}, "seize"),
        ({"maximum": None}, "R2162-4"),
        ({"duree_mois": 49}, "L2125-1"),
        ({"modalites": ()}, "bons de commande"),
        ({"reconductions": 3}, "durée d'une reconduction"),
        ({"reconductions": 4, "reconduction_mois": 12}, "période initiale"),
        ({"beneficiaires": 0}, "bénéficiaire"),
        ({"accord_cadre": False, "titulaires": 2}, "accord-cadre"),
    ],
)
def test_what_a_contract_must_hold(champs: dict[str, Any], dit: str) -> None:
    check_attribution(**CONTRAT)
    with pytest.raises(Refus, match=dit):
        check_attribution(**{**CONTRAT, **champs})
