"""From a simulation to a decision: who is granted, who waits, what is refused, what goes back."""

from decimal import Decimal
from typing import Any

import pytest

from fanal.appels.actions.attributions import (
    abandonner,
    attribuer,
    finaliser,
    mettre_en_liste,
    promouvoir,
    refuser,
    retenir,
    rouvrir,
)
from fanal.appels.actions.enveloppes import creer, modifier, simuler, supprimer_simulation
from fanal.appels.models import Appel, Attribution, Jalon
from fanal.appels.queries.enveloppes import solde
from fanal.appels.queries.simulations import Reglages, changements, comparer
from fanal.campagnes.models import Dossier
from fanal.journal.models import Entree
from fanal.journal.queries import verifier
from fanal.moteurs.allocation import lire_annees, repartir_annees
from fanal.refus import Interdit, Inutilisable, Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.appels.enveloppes.fabrique import (
    LE,
    MOTIF,
    REGLES,
    essayer,
    faire_appel,
    faire_dossier,
    faire_enveloppe,
    noter_dossiers,
)

D = Decimal
Monde = tuple[Appel, list[Dossier]]


def etapes(dossiers: list[Dossier]) -> list[str]:
    return [Dossier.objects.get(pk=d.pk).etape for d in dossiers]


def decider(quatre: Monde, montant: str = "120000") -> list[Attribution]:
    return retenir(simulation=essayer(faire_enveloppe(quatre[0], montant)), motif=MOTIF, by=None, instant=LE)


def de(attributions: list[Attribution], dossier: Dossier) -> Attribution:
    return next(a for a in attributions if a.dossier_id == dossier.pk)


def test_the_question_is_made_of_what_was_answered_and_marked(quatre: Monde) -> None:
    appel, dossiers = quatre
    simulation = essayer(faire_enveloppe(appel, "120000"))
    question = simulation.question
    assert question["regle"] == "ordre_score"
    assert question["taux_max"] == "0.50"
    assert question["echelle"] == 100
    assert question["demandes"][1] == {
        "id": str(dossiers[1].pk),
        "montant_eligible": "100000.00",
        "montant_demande": "50000.00",
        "score": 8450,
        "region": "BRE",
    }
    again = repartir_annees(lire_annees(question))
    assert again.ferme.empreinte == simulation.empreinte == simulation.resultat["empreinte_sha256"]


def test_a_kept_simulation_grants_lists_and_moves(quatre: Monde) -> None:
    _, dossiers = quatre
    prises = decider(quatre)
    assert [(a.statut, a.montant, a.rang) for a in sorted(prises, key=lambda a: a.rang or 0)] == [
        ("provisoire", D("60000"), 1),
        ("provisoire", D("50000"), 2),
        ("provisoire", D("10000"), 3),
        ("complementaire", D("0"), 4),
    ]
    assert etapes(dossiers) == ["retenu", "retenu", "retenu", "complementaire"]
    assert solde(prises[0].enveloppe).reste == 0
    assert all(a.motif for a in prises)
    assert Entree.objects.filter(action="enveloppe.retenir").count() == 1
    assert verifier().ok


def test_what_is_not_served_is_refused_when_there_is_no_list(quatre: Monde) -> None:
    appel, dossiers = quatre
    simulation = essayer(faire_enveloppe(appel, "60000"))
    prises = retenir(simulation=simulation, motif=MOTIF, liste=False, by=None, instant=LE)
    assert etapes(dossiers) == ["retenu", "non_retenu", "non_retenu", "non_retenu"]
    assert "épuisée" in de(prises, dossiers[3]).motif


def test_the_jury_decides_who_takes_part(ght: Ght) -> None:
    appel = faire_appel()
    dossiers = [faire_dossier(appel, Noeud("ght", ght), f"P{i}", demande="10.00") for i in range(5)]
    noter_dossiers(
        appel,
        [
            (dossiers[0], "80", "retenir"),
            (dossiers[1], "70", "complementaire"),
            (dossiers[2], "60", "ecarter"),
            (dossiers[3], "40", "retenir"),
        ],
    )
    enveloppe = faire_enveloppe(appel, "1000")
    simulation = essayer(enveloppe, note_minimale=D(50))
    assert [r["id"] for r in simulation.question["demandes"]] == [str(dossiers[0].pk)]
    prises = retenir(simulation=simulation, motif=MOTIF, by=None, instant=LE)
    assert {a.dossier_id: a.statut for a in prises} == {
        dossiers[0].pk: "provisoire",
        dossiers[1].pk: "complementaire",
        dossiers[2].pk: "refusee",
        dossiers[3].pk: "refusee",
    }
    # The one that no sitting marked stays under examination.
    assert etapes(dossiers)[4] == "recevable"


def test_without_a_jury_the_first_to_arrive_is_the_first_served(ght: Ght) -> None:
    appel = faire_appel(regles={"montants": {"demande": "demande"}})
    dossiers = [faire_dossier(appel, Noeud("ght", ght), f"P{i}", demande="10.00") for i in range(3)]
    simulation = essayer(faire_enveloppe(appel, "20"))
    assert [r["attribue"] for r in simulation.resultat["demandes"]] == ["10.00", "10.00", "0.00"]
    assert [r["id"] for r in simulation.resultat["demandes"]] == [str(d.pk) for d in dossiers]


@pytest.mark.parametrize("quoi", ["amount", "mark", "gone", "new", "rules"])
def test_nothing_is_written_when_something_changed_since(quatre: Monde, ght: Ght, quoi: str) -> None:
    appel, dossiers = quatre
    simulation = essayer(faire_enveloppe(appel, "120000"))
    assert changements(simulation) == []
    if quoi == "amount":
        reponse = dossiers[0].version_courante.reponse  # type: ignore[union-attr]
        reponse.reponses = {**reponse.reponses, "demande": "59000.00"}
        reponse.save()
    elif quoi == "mark":
        noter_dossiers(appel, [(dossiers[0], "12", "retenir")])
    elif quoi == "gone":
        Dossier.objects.filter(pk=dossiers[0].pk).update(etape="abandonne")
    elif quoi == "new":
        nouveau = faire_dossier(appel, Noeud("ght", ght), "P9", demande="1.00")
        noter_dossiers(appel, [(nouveau, "99", "retenir")])
    else:
        Appel.objects.filter(pk=appel.pk).update(regles=REGLES | {"montants": {"demande": "demande"}})
    with pytest.raises(Refus, match="Rien n'a été écrit"):
        retenir(simulation=simulation, motif=MOTIF, by=None, instant=LE)
    assert not Attribution.objects.exists()
    assert "retenu" not in etapes(dossiers)


def test_a_larger_amount_may_be_tried_but_not_granted(quatre: Monde) -> None:
    appel, dossiers = quatre
    simulation = essayer(faire_enveloppe(appel, "100000"), montant=D("180000"))
    assert simulation.resultat["attribue"] == "180000.00"
    with pytest.raises(Refus, match="dépassent le solde"):
        retenir(simulation=simulation, motif=MOTIF, by=None, instant=LE)
    assert etapes(dossiers) == ["recevable"] * 4


def test_a_forecast_grants_nothing(quatre: Monde) -> None:
    simulation = essayer(faire_enveloppe(quatre[0], "100000", ferme=False))
    with pytest.raises(Refus, match="prévision"):
        retenir(simulation=simulation, motif=MOTIF, by=None, instant=LE)


def test_one_decision_at_a_time_and_it_can_be_taken_back(quatre: Monde) -> None:
    appel, dossiers = quatre
    enveloppe = faire_enveloppe(appel, "120000")
    premiere = essayer(enveloppe)
    seconde = essayer(enveloppe, regle="prorata")
    retenir(simulation=premiere, motif=MOTIF, by=None, instant=LE)
    with pytest.raises(Refus, match="déjà la décision"):
        retenir(simulation=premiere, motif=MOTIF, by=None, instant=LE)
    with pytest.raises(Refus, match="Rouvrez"):
        retenir(simulation=seconde, motif=MOTIF, by=None, instant=LE)
    with pytest.raises(Refus, match="motif"):
        rouvrir(simulation=premiere, motif=" ", by=None, instant=LE)
    rouvrir(simulation=premiere, motif="Erreur de barème.", by=None, instant=LE)
    assert etapes(dossiers) == ["recevable"] * 4
    assert solde(enveloppe).engage == 0
    retenir(simulation=seconde, motif=MOTIF, by=None, instant=LE)
    assert sum(a.montant for a in Attribution.objects.all()) == D("120000")
    with pytest.raises(Refus, match="a servi à décider"):
        supprimer_simulation(simulation=premiere, by=None, instant=LE)


def test_abandonment_frees_the_money_for_the_next_of_the_list(quatre: Monde) -> None:
    _, dossiers = quatre
    prises = decider(quatre)
    enveloppe = prises[0].enveloppe
    with pytest.raises(Refus, match="solde"):
        promouvoir(enveloppe=enveloppe, motif="Suite de la liste.", by=None, instant=LE)
    abandonner(attribution=de(prises, dossiers[1]), motif="Projet arrêté.", by=None, instant=LE)
    assert solde(enveloppe).reste == D("50000")
    promue = promouvoir(enveloppe=enveloppe, motif="Après un abandon.", by=None, instant=LE)
    assert (promue.dossier_id, promue.montant, promue.statut) == (
        dossiers[3].pk,
        D("30000"),
        "provisoire",
    )
    assert etapes(dossiers) == ["retenu", "abandonne", "retenu", "retenu"]
    assert solde(enveloppe).reste == D("20000")
    with pytest.raises(Refus, match="Personne n'attend"):
        promouvoir(enveloppe=enveloppe, motif="Encore une fois.", by=None, instant=LE)


def test_amounts_by_hand_hold_between_bounds(quatre: Monde) -> None:
    appel, dossiers = quatre
    enveloppe = faire_enveloppe(appel, "100000")

    def give(dossier: Dossier, montant: str, motif: str = MOTIF) -> Attribution:
        return attribuer(
            enveloppe=enveloppe, dossier=dossier, montant=D(montant), motif=motif, by=None, instant=LE
        )

    for montant, dit in (("60000.01", "maximum"), ("0", "zéro"), ("1.001", "décimales")):
        with pytest.raises(Refus, match=dit):
            give(dossiers[0], montant)
    with pytest.raises(Refus, match="motif"):
        give(dossiers[0], "10", " ")
    give(dossiers[0], "60000")
    with pytest.raises(Refus, match="solde"):
        give(dossiers[1], "40000.01")
    give(dossiers[1], "40000")
    # An amount lowered gives back the difference.
    give(dossiers[0], "50000")
    assert solde(enveloppe).reste == D("10000")
    mettre_en_liste(enveloppe=enveloppe, dossier=dossiers[2], motif=MOTIF, by=None, instant=LE)
    refuser(enveloppe=enveloppe, dossier=dossiers[3], motif=MOTIF, by=None, instant=LE)
    refuser(enveloppe=enveloppe, dossier=dossiers[1], motif="Projet changé.", by=None, instant=LE)
    assert solde(enveloppe).reste == D("50000")
    assert etapes(dossiers) == ["retenu", "non_retenu", "complementaire", "non_retenu"]


def test_two_envelopes_do_not_give_more_than_the_maximum(quatre: Monde) -> None:
    appel, dossiers = quatre
    une = faire_enveloppe(appel, "100000")
    autre = faire_enveloppe(appel, "100000", nom="Crédits régionaux")
    for enveloppe, montant in ((une, "40000"), (autre, "20000")):
        attribuer(
            enveloppe=enveloppe, dossier=dossiers[0], montant=D(montant), motif=MOTIF, by=None, instant=LE
        )
    with pytest.raises(Refus, match="maximum"):
        attribuer(
            enveloppe=autre, dossier=dossiers[0], montant=D("20000.01"), motif=MOTIF, by=None, instant=LE
        )


def test_less_than_the_minimum_is_not_granted(ght: Ght) -> None:
    appel = faire_appel()
    dossier = faire_dossier(appel, Noeud("ght", ght), "P1", demande="100.00", minimum="80.00")
    enveloppe = faire_enveloppe(appel, "1000")
    with pytest.raises(Refus, match="minimum"):
        attribuer(enveloppe=enveloppe, dossier=dossier, montant=D("79.99"), motif=MOTIF, by=None, instant=LE)


def test_final_amounts_prepare_the_follow_up_and_no_longer_move(ght: Ght) -> None:
    regles = REGLES | {"suivi": {"jalons": [{"titre": "Mise en service", "delai_jours": 300}]}}
    appel = faire_appel(regles=regles)
    dossier = faire_dossier(appel, Noeud("ght", ght), "P1", demande="100.00", eligible="200.00")
    enveloppe = faire_enveloppe(appel, "1000")
    accord = attribuer(
        enveloppe=enveloppe, dossier=dossier, montant=D("100"), motif=MOTIF, by=None, instant=LE
    )
    finaliser(attributions=[accord], by=None, instant=LE)
    accord.refresh_from_db()
    assert accord.statut == "definitive"
    assert Jalon.objects.filter(dossier=dossier).count() == 1
    with pytest.raises(Refus, match="définitif"):
        refuser(enveloppe=enveloppe, dossier=dossier, motif=MOTIF, by=None, instant=LE)
    with pytest.raises(Refus, match="Rendre le montant définitif"):
        finaliser(attributions=[accord], by=None, instant=LE)


def test_an_envelope_is_never_brought_below_what_is_granted(quatre: Monde) -> None:
    prises = decider(quatre)
    enveloppe = prises[0].enveloppe

    def change(montant: str, motif: str = "Vote du budget.", **champs: Any) -> None:
        modifier(enveloppe=enveloppe, montant=D(montant), motif=motif, by=None, instant=LE, **champs)

    with pytest.raises(Refus, match="déjà attribués"):
        change("119999.99")
    with pytest.raises(Refus, match="motif"):
        change("200000", motif="")
    with pytest.raises(Refus, match="pendant que vous"):
        change("200000", lu=D("1"))
    with pytest.raises(Refus, match="prévision"):
        change("200000", ferme=False)
    change("200000", lu=D("120000"))
    assert solde(enveloppe).montant == D("120000")  # the caller's copy
    enveloppe.refresh_from_db()
    assert solde(enveloppe).reste == D("80000")


def test_what_cannot_be_an_envelope(quatre: Monde) -> None:
    appel, _ = quatre
    faire_enveloppe(appel, "1")
    for champs, genre in (
        ({"annee": 26}, Inutilisable),
        ({"nom": " "}, Inutilisable),
        ({"montant": D(-1)}, Inutilisable),
        ({"montant": D("NaN")}, Inutilisable),
        ({}, Refus),
    ):
        valeurs: dict[str, Any] = {"annee": 2026, "nom": "Crédits", "montant": D(5)} | champs
        with pytest.raises(genre):
            creer(appel=appel, by=None, instant=LE, **valeurs)


def test_only_the_organiser_decides(quatre: Monde, creer_utilisateur: Any, region: Any, ght: Ght) -> None:
    appel, dossiers = quatre
    enveloppe = faire_enveloppe(appel, "1000")
    referent = creer_utilisateur("referent_ars", Noeud("region", region))
    dgos = creer_utilisateur("dgos")
    for by in (referent, creer_utilisateur("directeur_achats", Noeud("ght", ght))):
        with pytest.raises(Interdit):
            simuler(enveloppe=enveloppe, titre="", reglages=Reglages(), by=by, instant=LE)
        with pytest.raises(Interdit):
            refuser(enveloppe=enveloppe, dossier=dossiers[0], motif=MOTIF, by=by, instant=LE)
    simulation = simuler(enveloppe=enveloppe, titre="", reglages=Reglages(), by=dgos, instant=LE)
    assert simulation.titre == "Simulation 1"
    retenir(simulation=simulation, motif=MOTIF, by=dgos, instant=LE)
    assert Attribution.objects.filter(decidee_par=dgos).count() == 4


def test_simulations_are_compared_side_by_side(quatre: Monde) -> None:
    appel, dossiers = quatre
    enveloppe = faire_enveloppe(appel, "90000")
    une, autre = essayer(enveloppe), essayer(enveloppe, regle="prorata", exclus=(dossiers[3].pk,))
    table = {d.pk: montants for d, montants in comparer([une, autre])}
    assert table[dossiers[0].pk] == [D("60000"), D("36000")]
    assert table[dossiers[3].pk] == [D("0"), None]
    assert une.empreinte != autre.empreinte


def test_forecast_years_are_shared_too(ght: Ght) -> None:
    regles = {
        "montants": {"demande": "demande"},
        "repartition": {"regle": "ordre_score", "annees": {"2027": "suite"}},
    }
    appel = faire_appel(regles=regles)
    faire_dossier(appel, Noeud("ght", ght), "P1", demande="10.00", suite="20.00")
    faire_dossier(appel, Noeud("ght", ght), "P2", demande="10.00", suite="20.00")
    faire_enveloppe(appel, "30", annee=2027, nom="Prévision", ferme=False)
    simulation = essayer(faire_enveloppe(appel, "20"))
    assert simulation.question["previsions"] == [{"annee": "2027", "enveloppe": "30.00"}]
    annee = simulation.resultat["previsions"][0]
    assert [r["attribue"] for r in annee["demandes"]] == ["20.00", "10.00"]
    assert simulation.empreinte == simulation.resultat["empreinte_des_annees"]


def test_an_applicant_that_withdraws_gives_its_money_back(quatre: Monde) -> None:
    from fanal.appels.actions.candidatures import abandonner as retirer

    _, dossiers = quatre
    prises = decider(quatre)
    enveloppe = prises[0].enveloppe
    retirer(dossier=dossiers[0], motif="Projet arrêté.", by=None, instant=LE)
    assert solde(enveloppe).reste == D("60000")
    assert etapes(dossiers)[0] == "abandonne"
    finaliser(attributions=[de(prises, dossiers[1])], by=None, instant=LE)
    with pytest.raises(Refus, match="suivi"):
        retirer(dossier=dossiers[1], motif="Projet arrêté.", by=None, instant=LE)


def test_who_shares_finds_letters_to_send_and_money_to_serve_on_the_home_page(
    quatre: Monde, creer_utilisateur: Any
) -> None:
    from fanal.appels.accueil_enveloppes import taches

    _, dossiers = quatre
    dgos = creer_utilisateur("dgos")
    prises = decider(quatre)
    assert [t.titre for t in taches(dgos, LE.date())] == ["Envoyer 4 courriers : Appel essai-2026"]
    abandonner(attribution=de(prises, dossiers[0]), motif="Projet arrêté.", by=None, instant=LE)
    assert {t.titre.split(" :")[0] for t in taches(dgos, LE.date())} == {
        "Envoyer 3 courriers",
        "Servir la liste complémentaire",
    }
    assert not list(taches(creer_utilisateur("anap"), LE.date()))
