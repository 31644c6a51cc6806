"""The right of reply: nothing is withdrawn or reduced before the answer, or the end of its delay."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from fanal.campagnes import queries
from fanal.campagnes.actions import decisions, observations
from fanal.campagnes.models import Dossier, Observation
from fanal.campagnes.registre import Choix
from fanal.comptes.models import Utilisateur
from fanal.refus import Interdit, Refus
from tests.campagnes.jouet import LE, cross, deposit, keep, paris

ECHEANCE = date(2022, 3, 14)
DERNIER_INSTANT = paris(2022, 3, 14, 23, 59, 59)
LENDEMAIN = paris(2022, 3, 15)
RETRAIT = Choix("A", "retire", motif="Calcul erroné")


def ask(dossier: Dossier, **demandes: str) -> list[Observation]:
    return observations.demander(dossier=dossier, demandes=demandes, echeance=ECHEANCE, by=None, instant=LE)


def decide(dossier: Dossier, choix: Choix, instant: object = LE) -> None:
    decisions.decider(dossier=dossier, choix=[choix], by=None, instant=instant)  # type: ignore[arg-type]


def test_without_a_request_nothing_is_withdrawn_but_all_may_be_kept(en_instruction: Dossier) -> None:
    with pytest.raises(Refus, match="le GHT n'a pas été invité à présenter ses observations"):
        decide(en_instruction, RETRAIT)
    decide(en_instruction, Choix("A", "retenu"))


def test_the_delay_runs_until_the_end_of_its_last_day(en_instruction: Dossier) -> None:
    ask(en_instruction, A="Comment ce gain est-il calculé ?")
    sentence = "Vous ne pouvez pas encore retirer cette ligne : le GHT a jusqu'au 14/03/2022 pour répondre."
    with pytest.raises(Refus) as refus:
        decide(en_instruction, RETRAIT, DERNIER_INSTANT)
    assert refus.value.phrase == sentence
    with pytest.raises(Refus, match="réduire cette ligne : le GHT a jusqu'au 14/03/2022"):
        decide(en_instruction, Choix("A", "moindre", Decimal(5), "Trop haut"), DERNIER_INSTANT)
    decide(en_instruction, Choix("B", "retenu"), DERNIER_INSTANT)
    decide(en_instruction, RETRAIT, LENDEMAIN)


def test_an_answer_ends_the_delay(en_instruction: Dossier) -> None:
    [demande] = ask(en_instruction, A="Comment ?")
    observations.repondre(observation=demande, reponse="Voir la facture.", by=None, instant=LE)
    decide(en_instruction, RETRAIT)


def test_a_request_bears_on_the_content_it_saw(en_instruction: Dossier) -> None:
    [demande] = ask(en_instruction, A="Comment ?")
    deposit(en_instruction, {"A": "corrigée", "B": 2, "C": 3})
    with pytest.raises(Refus, match="n'a pas été invité"):
        decide(en_instruction, RETRAIT, LENDEMAIN)
    with pytest.raises(Refus, match="corrigée depuis : elle est sans objet"):
        observations.repondre(observation=demande, reponse="Corrigé.", by=None, instant=LE)


def test_a_request_on_the_whole_dossier_covers_the_lines_it_saw(en_instruction: Dossier) -> None:
    observations.demander(
        dossier=en_instruction, demandes={"": "Justifiez l'ensemble."}, echeance=ECHEANCE, by=None, instant=LE
    )
    deposit(en_instruction, {"A": 1, "B": "corrigée", "C": 3})
    decide(en_instruction, RETRAIT, LENDEMAIN)
    with pytest.raises(Refus, match="n'a pas été invité"):
        decide(en_instruction, Choix("B", "retire", motif="Calcul erroné"), LENDEMAIN)


def test_the_delay_of_the_campaign_is_the_default(en_instruction: Dossier) -> None:
    [demande] = observations.demander(dossier=en_instruction, demandes={"A": "?"}, by=None, instant=LE)
    assert demande.echeance == LE.date() + timedelta(days=15)


def test_requests_are_made_in_control_on_known_lines_in_words_and_once(
    en_instruction: Dossier, utilisateurs: dict[str, Utilisateur]
) -> None:
    with pytest.raises(Refus, match="« Z » n'est pas dans la version actuelle"):
        ask(en_instruction, Z="Comment ?")
    with pytest.raises(Refus, match="La demande sur la ligne « A » est vide"):
        ask(en_instruction, A="  ")
    with pytest.raises(Refus, match="Aucune ligne n'est choisie"):
        ask(en_instruction)
    with pytest.raises(Refus, match="ne laisse pas de temps"):
        observations.demander(
            dossier=en_instruction, demandes={"A": "?"}, echeance=LE.date(), by=None, instant=LE
        )
    ask(en_instruction, A="Comment ?")
    with pytest.raises(Refus, match="attend déjà une réponse jusqu'au 14/03/2022"):
        ask(en_instruction, A="Et encore ?")
    with pytest.raises(Interdit):
        observations.demander(
            dossier=en_instruction, demandes={"B": "?"}, by=utilisateurs["referent_ars"], instant=LE
        )
    decide(en_instruction, Choix("B", "retenu"))


def test_requests_wait_for_control(dossier: Dossier) -> None:
    deposit(dossier, {"A": 1})
    with pytest.raises(Refus, match="se demandent pendant le contrôle"):
        ask(dossier, A="Comment ?")


def test_one_answer_by_the_ght_until_the_decision(
    en_instruction: Dossier,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    a, b = ask(en_instruction, A="Comment ?", B="Pourquoi ?")
    directeur = utilisateurs["directeur_achats"]
    for compte in (utilisateurs_ailleurs["directeur_achats"], utilisateurs["dgos"]):
        with pytest.raises(Interdit):
            observations.repondre(observation=a, reponse="Ainsi.", by=compte, instant=LE)
    with pytest.raises(Refus, match="réponse est vide"):
        observations.repondre(observation=a, reponse=" ", by=directeur, instant=LE)
    repondue = observations.repondre(observation=a, reponse="Ainsi.", by=directeur, instant=LE)
    assert (repondue.reponse, repondue.repondant) == ("Ainsi.", directeur)
    with pytest.raises(Refus, match="déjà répondu à cette demande le 10/02/2022"):
        observations.repondre(observation=a, reponse="Encore.", by=directeur, instant=LE)
    tard = observations.repondre(observation=b, reponse="Tard.", by=directeur, instant=LENDEMAIN)
    assert tard.repondu_le == LENDEMAIN


def test_a_late_answer_no_longer_counts_once_the_line_is_decided(en_instruction: Dossier) -> None:
    [demande] = ask(en_instruction, A="Comment ?")
    decide(en_instruction, RETRAIT, LENDEMAIN)
    with pytest.raises(Refus, match="déjà décidée"):
        observations.repondre(observation=demande, reponse="Tard.", by=None, instant=LENDEMAIN)


def test_open_requests_hold_the_closing_of_the_control(en_instruction: Dossier) -> None:
    ask(en_instruction, A="Comment ?")
    decisions.decider(dossier=en_instruction, choix=keep("A", "B", "C"), by=None, instant=LE)
    with pytest.raises(Refus, match="1 observation attend une réponse : le GHT a jusqu'au 14/03/2022"):
        cross(en_instruction, "arreter", instant=DERNIER_INSTANT)
    assert cross(en_instruction, "arreter", instant=LENDEMAIN).etape == "arrete"


def test_the_ght_is_told_by_e_mail(en_instruction: Dossier, utilisateurs: dict[str, Utilisateur]) -> None:
    ask(en_instruction, A="Comment ?", B="Pourquoi ?")
    assert sorted(m.to[0] for m in mail.outbox) == [
        "controleur_gestion@essai.example",
        "directeur_achats@essai.example",
    ]
    assert "jusqu'au 14/03/2022 inclus" in mail.outbox[0].body
    assert "2 demandes attendent" in mail.outbox[0].body


def test_the_right_of_reply_is_shown_by_line(en_instruction: Dossier) -> None:
    ask(en_instruction, A="Comment ?")
    vu = queries.contradictoires(en_instruction)
    assert set(vu) == {"A"}
    assert (vu["A"].demandee, vu["A"].repondue, vu["A"].echeance) == (True, False, ECHEANCE)
