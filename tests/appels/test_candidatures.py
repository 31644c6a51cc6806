"""Answering a call: from the draft to the receipt, to the second, and what each rule refuses."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from fanal.appels.actions import appels as actions_appels
from fanal.appels.actions import candidatures
from fanal.appels.models import Appel, Constat
from fanal.appels.queries.appels import montants_de, regles_de
from fanal.appels.queries.candidatures import places
from fanal.appels.queries.etat_dossier import marches, phrase_dossier
from fanal.campagnes.actions import dossiers
from fanal.campagnes.models import Avis, Dossier
from fanal.refus import Interdit, Inutilisable, Refus
from fanal.territoires.models import Etablissement, Ght, Region
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.appels.conftest import REGLES, CreerAppel, Deposer, Remplir


def relu(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("campagne__appel", "version_courante").get(pk=dossier.pk)


def constats(dossier: Dossier) -> dict[str, str]:
    return dict(Constat.objects.filter(version=dossier.version_courante).values_list("code", "verdict"))


def test_a_dossier_is_handed_in(dossier_depose: Dossier) -> None:
    assert dossier_depose.etape == "depose" and not dossier_depose.en_retard
    version = dossier_depose.version_courante
    assert version is not None and version.empreinte
    assert version.reponse.reponses["titre"] == "Projet d'essai"
    assert set(version.lignes) >= {"titre", "statut", "eligible", "demande"}
    assert constats(dossier_depose) == {"statut": "oui", "demande": "oui", "delai": "oui", "avis_ars": "non"}
    m = montants_de(version)
    assert (str(m.eligible), str(m.demande), str(m.maximum)) == ("100000.00", "40000.00", "40000.00")


def test_the_maximum_is_bounded_by_the_rate(appel: Appel, noeud: Noeud, deposer: Deposer) -> None:
    dossier = deposer(appel, noeud, demande="60000.01", eligible="100000.01")
    assert dossier.version_courante is not None
    m = montants_de(dossier.version_courante)
    assert str(m.maximum) == "50000.00"  # half of 100 000,01, cut to the cent
    assert constats(dossier)["demande"] == "non"


def test_an_incomplete_dossier_is_refused_with_what_is_missing(
    brouillon_ouvert: Dossier, remplir: Remplir, instant: datetime
) -> None:
    remplir(brouillon_ouvert, titre=None, demande="-1")
    with pytest.raises(Refus) as refused:
        candidatures.deposer(dossier=brouillon_ouvert, by=None, instant=instant)
    assert "Le dossier n'est pas complet" in refused.value.phrase
    assert "Titre du projet" in refused.value.phrase
    assert relu(brouillon_ouvert).etape == "brouillon"
    assert not relu(brouillon_ouvert).versions.exists()


def test_an_incomplete_dossier_is_taken_where_the_rules_say(
    creer_appel: CreerAppel, noeud: Noeud, deposer: Deposer
) -> None:
    ouvert = creer_appel("souple", regles=REGLES | {"dossiers": {"incomplet": True}})
    dossier = deposer(ouvert, noeud, titre=None)
    assert constats(dossier)["complet"] == "non"


@pytest.mark.parametrize(("decalage", "retard"), [(-1, False), (0, False), (0.999, False), (1, True)])
def test_the_last_second_is_in_time(
    creer_appel: CreerAppel, noeud: Noeud, deposer: Deposer, instant: datetime, decalage: float, retard: bool
) -> None:
    cloture = instant.replace(microsecond=0)
    appel = creer_appel(cloture=cloture, ouverture=cloture - timedelta(days=3))
    dossier = deposer(appel, noeud, le=cloture + timedelta(seconds=decalage))
    assert dossier.en_retard is retard
    assert constats(dossier)["delai"] == ("non" if retard else "oui")


def test_nothing_before_the_opening(creer_appel: CreerAppel, noeud: Noeud, instant: datetime) -> None:
    appel = creer_appel(ouverture=instant + timedelta(hours=1))
    with pytest.raises(Refus, match="ouvre le"):
        candidatures.commencer(appel=appel, noeud=noeud, by=None, instant=instant)


def test_taken_back_then_handed_in_after_the_closing_it_is_late(
    dossier_depose: Dossier, appel: Appel, instant: datetime
) -> None:
    """Taking back is no way around the closing, even when complements are still received."""
    actions_appels.prolonger(
        appel=appel,
        cloture=appel.campagne.cloture,
        correction_jusqu_au=appel.campagne.cloture + timedelta(days=30),
        motif="Compléments.",
        by=None,
        instant=instant,
    )
    candidatures.reprendre(dossier=dossier_depose, by=None, instant=instant)
    assert relu(dossier_depose).etape == "brouillon"
    late = appel.campagne.cloture + timedelta(seconds=1)
    candidatures.deposer(dossier=relu(dossier_depose), by=None, instant=late)
    assert relu(dossier_depose).en_retard
    with pytest.raises(Refus, match="ne peut plus être repris"):
        candidatures.reprendre(dossier=relu(dossier_depose), by=None, instant=late)


def test_a_complement_asked_is_in_time_until_its_own_end(
    dossier_depose: Dossier, appel: Appel, instant: datetime
) -> None:
    fin = appel.campagne.cloture + timedelta(days=30)
    actions_appels.prolonger(
        appel=appel,
        cloture=appel.campagne.cloture,
        correction_jusqu_au=fin,
        motif="Compléments.",
        by=None,
        instant=instant,
    )
    dossiers.franchir(
        dossier=dossier_depose, transition="demander_complement", by=None, instant=instant, motif="Pièce ?"
    )
    arrive = relu(dossier_depose).arrivee.arrive_le
    candidatures.deposer(dossier=relu(dossier_depose), by=None, instant=fin)
    dossier = relu(dossier_depose)
    assert (dossier.etape, dossier.en_retard) == ("depose", False)
    assert dossier.version_courante is not None and dossier.version_courante.numero == 2
    assert dossier.arrivee.arrive_le == arrive  # a complement does not cost one's place


def test_one_dossier_per_declarant_then_another_when_withdrawn(
    creer_appel: CreerAppel, noeud: Noeud, deposer: Deposer, instant: datetime
) -> None:
    appel = creer_appel()
    premier = deposer(appel, noeud)
    with pytest.raises(Refus, match="1 dossier par déclarant"):
        candidatures.commencer(appel=appel, noeud=noeud, reference="b", by=None, instant=instant)
    candidatures.abandonner(dossier=premier, motif="Autre projet.", by=None, instant=instant)
    assert candidatures.commencer(appel=appel, noeud=noeud, reference="b", by=None, instant=instant)


def test_two_dossiers_for_a_ght_and_its_members(
    creer_appel: CreerAppel, noeud: Noeud, autre_noeud: Noeud, ght: Ght, deposer: Deposer, instant: datetime
) -> None:
    regles = REGLES | {
        "declarants": {"niveaux": ["ght", "etablissement"]},
        "dossiers": {"par_declarant": 2, "compte_par": "ght", "reference": "solution"},
    }
    appel = creer_appel(regles=regles)
    membre = Noeud("etablissement", Etablissement.objects.get(finess="210000002"))
    deposer(appel, Noeud("ght", ght), solution="A")
    with pytest.raises(Refus, match="déjà sur le même sujet"):
        deposer(appel, noeud, solution="A")
    Dossier.objects.filter(etablissement=noeud.objet).update(etape="abandonne")
    deposer(appel, membre, solution="B")
    with pytest.raises(Refus, match="2 dossiers par GHT, établissements compris"):
        candidatures.commencer(appel=appel, noeud=noeud, reference="x", by=None, instant=instant)
    deposer(appel, autre_noeud, solution="A")  # another GHT is not concerned


def test_first_come_first_kept(
    creer_appel: CreerAppel, noeud: Noeud, autre_noeud: Noeud, deposer: Deposer, instant: datetime
) -> None:
    appel = creer_appel(regles=REGLES | {"dossiers": {"places": 1}})
    second = deposer(appel, noeud, le=instant)
    premier = deposer(appel, autre_noeud, le=instant - timedelta(seconds=1))
    rangs = places(appel.campagne, regles_de(appel))
    assert (rangs[premier.pk].rang, rangs[premier.pk].retenue) == (1, True)
    assert (rangs[second.pk].rang, rangs[second.pk].retenue) == (2, False)
    candidatures.abandonner(dossier=premier, motif="Renoncement.", by=None, instant=instant)
    assert places(appel.campagne, regles_de(appel))[second.pk].retenue


def test_on_invitation(creer_appel: CreerAppel, noeud: Noeud, instant: datetime) -> None:
    regles = REGLES | {"declarants": {"niveaux": ["etablissement"], "sur_invitation": True}}
    appel = creer_appel(regles=regles)
    with pytest.raises(Refus, match="sur invitation"):
        candidatures.commencer(appel=appel, noeud=noeud, by=None, instant=instant)
    actions_appels.inviter(appel=appel, noeuds=[noeud], by=None, instant=instant)
    assert candidatures.commencer(appel=appel, noeud=noeud, by=None, instant=instant).etape == "brouillon"


def test_who_may_answer(
    creer_appel: CreerAppel, noeud: Noeud, ght: Ght, autre_region: Region, instant: datetime
) -> None:
    with pytest.raises(Inutilisable, match="ouvert à un établissement"):
        candidatures.commencer(appel=creer_appel(), noeud=Noeud("ght", ght), by=None, instant=instant)
    ailleurs = creer_appel("ailleurs", noeud=Noeud("region", autre_region))
    with pytest.raises(Inutilisable, match="organisé par l'ARS"):
        candidatures.commencer(appel=ailleurs, noeud=noeud, by=None, instant=instant)


def test_only_those_who_may_hand_it_in(
    utilisateurs: dict[str, Any], brouillon_ouvert: Dossier, remplir: Remplir, instant: datetime
) -> None:
    remplir(brouillon_ouvert)
    with pytest.raises(Interdit):
        candidatures.deposer(dossier=brouillon_ouvert, by=utilisateurs["acheteur"], instant=instant)
    candidatures.deposer(dossier=brouillon_ouvert, by=utilisateurs["directeur_achats"], instant=instant)


def test_a_withdrawn_call_takes_nothing_more(
    brouillon_ouvert: Dossier, appel: Appel, remplir: Remplir, instant: datetime
) -> None:
    actions_appels.retirer(appel=appel, motif="Annulé.", by=None, instant=instant)
    with pytest.raises(Refus, match="a été retiré"):
        candidatures.deposer(dossier=remplir(brouillon_ouvert), by=None, instant=instant)


def test_an_opinion_is_seen_by_the_table(dossier_depose: Dossier, region: Region, instant: datetime) -> None:
    from fanal.appels.models import DemandeAvis

    assert constats(dossier_depose)["avis_ars"] == "non"
    avis = Avis.objects.create(
        dossier=dossier_depose,
        version=dossier_depose.version_courante,
        niveau="region",
        sens="favorable",
        rendu_le=instant,
    )
    DemandeAvis.objects.create(
        dossier=dossier_depose,
        instance="ars",
        demandee_le=instant,
        echeance=instant.date(),
        avis=avis,
        niveau="region",
        region=region,
    )
    candidatures.reexaminer(dossier=dossier_depose, by=None, instant=instant)
    assert constats(dossier_depose)["avis_ars"] == "oui"


def test_what_a_person_settled_stays_settled(
    creer_appel: CreerAppel, noeud: Noeud, deposer: Deposer, instant: datetime
) -> None:
    test = REGLES["eligibilite"][0] | {"inconnu_si": "true()"}
    dossier = deposer(creer_appel(regles=REGLES | {"eligibilite": [test]}), noeud)
    assert constats(dossier)["statut"] == "inconnu"
    Constat.objects.filter(version=dossier.version_courante, code="statut").update(
        tranche="oui", motif_tranche="Statuts vérifiés."
    )
    candidatures.reexaminer(dossier=dossier, by=None, instant=instant)
    assert Constat.objects.get(version=dossier.version_courante, code="statut").effectif == "oui"


def test_an_acknowledgement_is_sent_once(
    utilisateurs: dict[str, Any],
    brouillon_ouvert: Dossier,
    remplir: Remplir,
    instant: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from fanal.appels.actions.accuses import accuser_depot, composer_accuse

    version = candidatures.deposer(
        dossier=remplir(brouillon_ouvert), by=utilisateurs["directeur_achats"], instant=instant
    )
    accuser_depot(version=version, instant=instant)
    accuser_depot(version=version, instant=instant)
    recus = [m for m in mail.outbox if "dossier reçu" in m.subject]
    assert len(recus) == 1
    assert relu(brouillon_ouvert).version_courante.empreinte in recus[0].body
    version.refresh_from_db()
    assert composer_accuse(version, instant).startswith(b"%PDF")


def test_the_sentence_and_the_steps(brouillon_ouvert: Dossier, instant: datetime) -> None:
    assert phrase_dossier(brouillon_ouvert, instant, 4).startswith(
        "4 réponses restent à donner avant de déposer"
    )
    assert [m.etat for m in marches(brouillon_ouvert)] == ["encours", "reste", "reste", "reste"]


def test_a_call_is_published_when_nothing_is_missing(creer_appel: CreerAppel, instant: datetime) -> None:
    vide = actions_appels.creer(
        noeud=NATIONAL,
        code="vide",
        titre="Vide",
        annee=2025,
        ouverture=instant,
        cloture=instant + timedelta(days=1),
        by=None,
        instant=instant,
    )
    with pytest.raises(Refus) as refused:
        actions_appels.publier(appel=vide, by=None, instant=instant)
    assert "Déposez le formulaire" in refused.value.phrase and "Écrivez le résumé" in refused.value.phrase
    faux = creer_appel("faux", publie=False, regles={"montants": {"demande": "somme"}})
    with pytest.raises(Refus, match="la question « somme », que le formulaire n'a pas"):
        actions_appels.publier(appel=faux, by=None, instant=instant)


def test_published_rules_change_with_a_reason(appel: Appel, instant: datetime) -> None:
    with pytest.raises(Refus, match="motif"):
        actions_appels.modifier(appel=appel, regles={}, by=None, instant=instant)
    change = actions_appels.modifier(appel=appel, regles={}, motif="Erreur.", by=None, instant=instant)
    assert change.regles == {}


def test_corrected_rules_examine_again(dossier_depose: Dossier, appel: Appel, instant: datetime) -> None:
    test = REGLES["eligibilite"][0] | {"si": "${statut} = 'espic'"}
    corrected = REGLES | {"eligibilite": [test]}
    actions_appels.modifier(appel=appel, regles=corrected, motif="Erreur.", by=None, instant=instant)
    assert constats(relu(dossier_depose)) == {"statut": "non", "delai": "oui", "avis_ars": "non"}
