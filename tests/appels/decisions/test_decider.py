"""Deciding without money: the order, the places, the options, the waiting list, the letters."""

from datetime import timedelta

import pytest

from fanal.appels.actions.attributions import abandonner, attribuer, finaliser
from fanal.appels.actions.courriers import etablir, marquer_envoyes
from fanal.appels.actions.decisions import decider, promouvoir
from fanal.appels.actions.enveloppes import modifier
from fanal.appels.models import Attribution, Courrier
from fanal.appels.queries.decisions import bureau_de, previsualiser
from fanal.appels.queries.enveloppes import etape_pour_declarant
from fanal.campagnes.models import Dossier
from fanal.journal.queries import verifier
from fanal.refus import Interdit, Introuvable, Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.appels.decisions.fabrique import LE, arriver, monde, regles
from tests.appels.enveloppes.fabrique import faire_dossier, faire_enveloppe, noter_dossiers

pytestmark = pytest.mark.django_db


def agir(appel, geste, dossiers=(), **autres):
    return decider(appel=appel, geste=geste, dossiers=[d.pk for d in dossiers], by=None, instant=LE, **autres)


def etapes(dossiers) -> list[str]:
    lues = dict(Dossier.objects.values_list("pk", "etape"))
    return [lues[d.pk] for d in dossiers]


def test_first_come_first_kept_to_the_last_place(ght: Ght) -> None:
    appel, dossiers = monde(ght, 5)
    arriver(dossiers[4], 0)  # the last one made came first
    prises = agir(appel, "suivre")
    assert etapes(dossiers) == ["retenu", "retenu", "complementaire", "complementaire", "retenu"]
    assert [p.rang for p in sorted(prises, key=lambda p: p.rang)] == [1, 2, 3, 4, 5]
    premier = Attribution.objects.get(dossier=dossiers[4])
    assert premier.motif == "Dossier arrivé 1er, pour 3 places."
    attend = Attribution.objects.get(dossier=dossiers[2])
    assert attend.motif == "Dossier arrivé 4e : 3 places et aucune n'est libre."
    assert verifier().ok


def test_following_the_order_again_changes_nothing(ght: Ght) -> None:
    appel, _ = monde(ght, 5)
    agir(appel, "suivre")
    assert previsualiser(bureau_de(appel), "suivre", ()).prevues == ()
    with pytest.raises(Refus):
        agir(appel, "suivre")


def test_places_are_never_passed_by_hand(ght: Ght) -> None:
    appel, dossiers = monde(ght, 5)
    with pytest.raises(Refus, match="4 dossiers seraient retenus pour 3 places"):
        agir(appel, "retenir", dossiers[:4])
    assert not Attribution.objects.exists()
    agir(appel, "retenir", dossiers[:3])
    with pytest.raises(Refus, match="places"):
        agir(appel, "retenir", [dossiers[3]])


def test_out_of_order_asks_for_a_reason(ght: Ght) -> None:
    appel, dossiers = monde(ght, 3)
    with pytest.raises(Refus, match="vient avant"):
        agir(appel, "retenir", [dossiers[1]])
    (prise,) = agir(appel, "retenir", [dossiers[1]], motif="Le premier a demandé un report.")
    assert prise.motif == "Le premier a demandé un report."


def test_a_refusal_asks_for_a_reason(ght: Ght) -> None:
    appel, dossiers = monde(ght, 2)
    with pytest.raises(Refus, match="motif"):
        agir(appel, "refuser", [dossiers[0]])
    agir(appel, "refuser", [dossiers[0]], motif="Hors du champ de l'appel.")
    assert etapes(dossiers) == ["non_retenu", "recevable"]


def test_options_go_to_the_first_who_ask_and_no_further(ght: Ght) -> None:
    appel, dossiers = monde(ght, 4, places=4, terrain=(2, 3, 4), nombre_max=2)
    agir(appel, "suivre")
    accordees = dict(Attribution.objects.values_list("dossier", "options"))
    assert [accordees[d.pk] for d in dossiers] == [[], ["terrain"], ["terrain"], []]
    with pytest.raises(Refus, match="3 dossiers en auraient pour 2"):
        agir(appel, "accorder", [dossiers[0]], option="terrain")
    agir(appel, "retirer", [dossiers[1]], option="terrain")
    agir(appel, "accorder", [dossiers[0]], option="terrain")
    assert bureau_de(appel).avec("terrain") == 2
    with pytest.raises(Refus, match="dans la liste"):
        agir(appel, "accorder", [dossiers[0]], option="autre")


def test_meetings_are_laid_by_option(ght: Ght) -> None:
    appel, dossiers = monde(ght, 2, terrain=(2,))
    prises = agir(appel, "suivre")
    finaliser(attributions=prises, by=None, instant=LE)
    assert list(dossiers[0].jalons.values_list("titre", flat=True)) == ["Point 1"]
    assert [(j.titre, (j.prevu_le - LE.date()).days) for j in dossiers[1].jalons.all()] == [
        ("Point 1", 42),
        ("Terrain 1", 56),
    ]


def test_an_abandonment_promotes_the_next(ght: Ght) -> None:
    appel, dossiers = monde(ght, 5, terrain=(1, 2, 4, 5))
    prises = {p.dossier_id: p for p in agir(appel, "suivre")}
    with pytest.raises(Refus, match="place"):
        promouvoir(appel=appel, motif="Suite de la liste.", by=None, instant=LE)
    abandonner(attribution=prises[dossiers[0].pk], motif="L'équipe est partie.", by=None, instant=LE)
    servie = promouvoir(appel=appel, motif="Une place est libre.", by=None, instant=LE)
    assert servie.dossier_id == dossiers[3].pk
    assert servie.options == ["terrain"]  # that of the one who gave up
    assert etapes(dossiers) == ["abandonne", "retenu", "retenu", "retenu", "complementaire"]
    assert bureau_de(appel).libres == 0


def test_nothing_is_done_on_what_was_not_shown(ght: Ght) -> None:
    appel, dossiers = monde(ght, 2)
    vu = previsualiser(bureau_de(appel), "suivre", ()).empreinte
    faire_dossier(appel, Noeud("ght", ght), "P3")
    with pytest.raises(Refus, match="ont changé"):
        agir(appel, "suivre", vu=vu)
    assert etapes(dossiers) == ["recevable", "recevable"]


def test_a_dossier_admitted_later_takes_its_place_on_the_list(ght: Ght) -> None:
    appel, dossiers = monde(ght, 5, places=1)
    Dossier.objects.filter(pk=dossiers[1].pk).update(etape="depose")
    agir(appel, "suivre")
    Dossier.objects.filter(pk=dossiers[1].pk).update(etape="recevable")
    agir(appel, "suivre")
    attend = [x.dossier.pk for x in bureau_de(appel).en_attente]
    assert attend == [d.pk for d in dossiers[1:]]
    rangs = dict(Attribution.objects.values_list("dossier", "rang"))
    assert [rangs[d.pk] for d in dossiers] == [1, 2, 3, 4, 5]


def test_by_hand_without_places(ght: Ght) -> None:
    appel, dossiers = monde(ght, 3, places=None)
    with pytest.raises(Refus, match="ne fixent pas"):
        agir(appel, "suivre")
    agir(appel, "retenir", [dossiers[2]])
    assert etapes(dossiers) == ["recevable", "recevable", "retenu"]


def test_the_ranking_of_the_jury_fills_the_places(ght: Ght) -> None:
    grille = {"criteres": [{"code": "a", "titre": "Intérêt", "poids": "1"}]}
    appel, dossiers = monde(ght, 4)
    appel.regles = regles(1, grille=grille) | {"dossiers": {"places": 1, "ordre": "jury"}}
    appel.save()
    notes = [
        (dossiers[0], "40", "retenir"),
        (dossiers[1], "90", "retenir"),
        (dossiers[2], "30", "ecarter"),
    ]
    noter_dossiers(appel, notes)
    apercu = previsualiser(bureau_de(appel), "suivre", ())
    assert [x.dossier.pk for x, _ in apercu.laisses] == [dossiers[3].pk]
    agir(appel, "suivre")
    assert etapes(dossiers) == ["complementaire", "retenu", "non_retenu", "recevable"]


def test_the_applicant_learns_it_from_its_letter(ght: Ght) -> None:
    appel, dossiers = monde(ght, 4, terrain=(1,))
    prises = agir(appel, "suivre")
    assert {etape_pour_declarant(d) for d in dossiers} == {"recevable"}
    courriers = etablir(attributions=prises, by=None, instant=LE)
    marquer_envoyes(courriers=courriers, by=None, instant=LE)
    assert [etape_pour_declarant(d) for d in dossiers] == ["retenu"] * 3 + ["complementaire"]
    assert {c.nature for c in courriers} == {"notification", "complementaire"}
    assert Courrier.objects.get(attribution__dossier=dossiers[0]).options == ["terrain"]


def test_a_letter_says_no_amount(ght: Ght, tmp_path) -> None:
    from pypdf import PdfReader

    appel, dossiers = monde(ght, 4, terrain=(1,))
    lus = {}
    for courrier in etablir(attributions=agir(appel, "suivre"), by=None, instant=LE):
        with courrier.original.fichier.open("rb") as flux:
            texte = " ".join(p.extract_text() for p in PdfReader(flux).pages)
        lus[courrier.attribution.dossier_id] = " ".join(texte.split())
    assert all("€" not in t and "montant" not in t and "{" not in t for t in lus.values())
    assert "accompagnement sur le terrain" in lus[dossiers[0].pk]
    assert "accompagnement" not in lus[dossiers[1].pk]
    assert "au rang 1" in lus[dossiers[3].pk]


def test_another_option_makes_the_letter_stale(ght: Ght) -> None:
    appel, dossiers = monde(ght, 1, terrain=(1,))
    courriers = etablir(attributions=agir(appel, "suivre"), by=None, instant=LE)
    agir(appel, "retirer", dossiers, option="terrain")
    with pytest.raises(Refus, match="a changé depuis"):
        marquer_envoyes(courriers=courriers, by=None, instant=LE)


def test_a_final_decision_no_longer_changes(ght: Ght) -> None:
    appel, dossiers = monde(ght, 2, terrain=(1,))
    finaliser(attributions=agir(appel, "suivre"), by=None, instant=LE)
    apercu = previsualiser(bureau_de(appel), "refuser", [dossiers[0].pk], "Autre motif.")
    assert not apercu.prevues and "définitive" in apercu.laisses[0][1]
    assert not previsualiser(bureau_de(appel), "retirer", [dossiers[0].pk], option="terrain").prevues


def test_places_grant_no_amount(ght: Ght) -> None:
    appel, dossiers = monde(ght, 1)
    (prise,) = agir(appel, "suivre")
    with pytest.raises(Refus, match="pas d'argent"):
        attribuer(
            enveloppe=prise.enveloppe, dossier=dossiers[0], montant=1, motif="Essai.", by=None, instant=LE
        )
    with pytest.raises(Refus, match="pas d'argent"):
        modifier(enveloppe=prise.enveloppe, montant=5, motif="Essai.", by=None, instant=LE)


def test_a_call_with_money_is_decided_by_its_envelopes(ght: Ght) -> None:
    appel, _ = monde(ght, 1, montants={"demande": "demande"})
    with pytest.raises(Refus, match="enveloppes"):
        agir(appel, "suivre")
    assert not appel.enveloppes.exists()
    faire_enveloppe(appel, "10")


def test_who_does_not_organise_decides_nothing(ght: Ght, utilisateurs) -> None:
    appel, dossiers = monde(ght, 1)
    with pytest.raises(Interdit):
        decider(
            appel=appel,
            geste="suivre",
            by=utilisateurs["directeur_achats"],
            instant=LE + timedelta(hours=1),
        )
    with pytest.raises(Introuvable):
        agir(appel, "inventer", dossiers)
