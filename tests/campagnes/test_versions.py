"""Versions: windows, late marks, and what an edit reopens."""

from datetime import timedelta

import pytest

from fanal.campagnes import queries
from fanal.campagnes.actions import avis, decisions, dossiers, observations
from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.jouet import CLOTURE, CORRECTION, LE, OUVERTURE, OpenDossier, cross, deposit, keep

SECONDE = timedelta(seconds=1)


def test_versions_are_numbered_and_the_last_sealed_is_current(dossier: Dossier) -> None:
    numeros = [deposit(dossier, {"A": n}).numero for n in range(3)]
    assert numeros == [1, 2, 3]
    assert dossier.version_courante is not None and dossier.version_courante.numero == 3
    with pytest.raises(ValueError, match="sealed already"):
        dossiers.sceller(version=dossier.version_courante, lignes={}, by=None, instant=LE)


def test_nothing_comes_in_before_the_opening(dossier: Dossier) -> None:
    with pytest.raises(Refus, match="ouvre le 04/01/2022 à 00 h 00"):
        deposit(dossier, {"A": 1}, OUVERTURE - SECONDE)
    assert not deposit(dossier, {"A": 1}, OUVERTURE).en_retard


def test_the_last_second_is_in_time_the_next_is_late_and_kept(
    ouvrir: OpenDossier, ght: Ght, autre_ght: Ght
) -> None:
    a_temps, en_retard = ouvrir(Noeud("ght", ght)), ouvrir(Noeud("ght", autre_ght))
    assert not deposit(a_temps, {"A": 1}, CLOTURE + timedelta(microseconds=999_999)).en_retard
    assert deposit(en_retard, {"A": 1}, CLOTURE + SECONDE).en_retard
    assert (a_temps.en_retard, en_retard.en_retard) == (False, True)


def test_a_correction_is_in_time_until_its_own_end_then_needs_a_reason(
    dossier: Dossier, utilisateurs: dict[str, Utilisateur]
) -> None:
    directeur = utilisateurs["directeur_achats"]
    deposit(dossier, {"A": 1}, by=directeur)
    assert not deposit(dossier, {"A": 2}, CORRECTION, by=directeur).en_retard
    with pytest.raises(Refus, match=r"jusqu'au 15/04/2022 à 23 h 59 min 59 s\. Indiquez pourquoi"):
        deposit(dossier, {"A": 3}, CORRECTION + SECONDE, by=directeur)
    tardive = deposit(dossier, {"A": 3}, CORRECTION + SECONDE, by=directeur, motif="Facture retrouvée")
    assert tardive.en_retard and tardive.motif == "Facture retrouvée"
    assert Entree.objects.latest("numero").motif == "Facture retrouvée"


def test_the_command_line_gives_its_own_reason(dossier: Dossier) -> None:
    deposit(dossier, {"A": 1})
    assert deposit(dossier, {"A": 2}, CORRECTION + SECONDE).motif == dossiers.MOTIF_SYSTEME


def test_only_those_who_deposit_for_the_node_may(
    dossier: Dossier, utilisateurs: dict[str, Utilisateur], utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    for compte in (
        utilisateurs["dgos"],
        utilisateurs["pharmacien"],
        utilisateurs_ailleurs["directeur_achats"],
    ):
        with pytest.raises(Interdit):
            deposit(dossier, {"A": 1}, by=compte)
    assert deposit(dossier, {"A": 1}, by=utilisateurs["acheteur"]).numero == 1


def test_an_edit_before_control_asks_for_a_new_sending(dossier: Dossier) -> None:
    deposit(dossier, {"A": 1})
    cross(dossier, "envoyer")
    deposit(dossier, {"A": 1}, LE + SECONDE)
    assert dossier.etape == "envoye", "the same content changes no step"
    deposit(dossier, {"A": 2}, LE + SECONDE)
    assert dossier.etape == "ecriture"
    assert dossier.etape_depuis == LE + SECONDE


def test_an_edit_reopens_only_what_changed(en_instruction: Dossier) -> None:
    decisions.decider(dossier=en_instruction, choix=keep("A", "B", "C"), by=None, instant=LE)
    cross(en_instruction, "arreter")
    deposit(en_instruction, {"A": 1, "B": "nouveau", "D": 4})
    assert en_instruction.etape == "instruction"
    assert set(queries.decisions_du_dossier(en_instruction)) == {"A"}
    assert queries.etat_dossier(en_instruction, LE).a_decider == 2
    with pytest.raises(Refus, match="Il reste 2 lignes à décider dans ce dossier"):
        cross(en_instruction, "arreter")


def test_a_decision_holds_again_when_its_content_comes_back(en_instruction: Dossier) -> None:
    decisions.decider(dossier=en_instruction, choix=keep("A"), by=None, instant=LE)
    deposit(en_instruction, {"A": "autre"})
    assert queries.decisions_du_dossier(en_instruction) == {}
    deposit(en_instruction, {"A": 1})
    assert set(queries.decisions_du_dossier(en_instruction)) == {"A"}


def test_the_opinion_stays_with_the_version_it_saw_and_shows_the_difference(en_instruction: Dossier) -> None:
    rendu = avis.rendre(
        dossier=en_instruction, sens="favorable", texte="", niveau="region", by=None, instant=LE
    )
    deposit(en_instruction, {"A": 1, "B": "nouveau", "D": 4})
    [vu] = queries.avis_du_dossier(en_instruction)
    assert vu.avis.version_id == rendu.version_id
    assert (vu.ecarts.ajoutees, vu.ecarts.modifiees, vu.ecarts.retirees) == (("D",), ("B",), ("C",))


def test_a_published_dossier_is_edited_only_once_reopened(
    en_instruction: Dossier, campagne: Campagne
) -> None:
    Dossier.objects.filter(pk=en_instruction.pk).update(etape="publie")
    with pytest.raises(Refus, match=r"publié : il ne peut plus être corrigé. Demandez sa réouverture"):
        deposit(en_instruction, {"A": 2})
    with pytest.raises(Refus, match="demande un motif"):
        cross(en_instruction, "rouvrir")
    cross(en_instruction, "rouvrir", motif="Erreur du GHT")
    assert deposit(en_instruction, {"A": 2}).numero == 2


def test_requests_for_observations_fall_when_their_line_changes(en_instruction: Dossier) -> None:
    observations.demander(
        dossier=en_instruction, demandes={"A": "Quel marché ?", "B": "Quel prix ?"}, by=None, instant=LE
    )
    assert len(queries.observations_ouvertes(en_instruction, LE.date())) == 2
    deposit(en_instruction, {"A": "corrigée", "B": 2, "C": 3})
    [reste] = queries.observations_ouvertes(en_instruction, LE.date())
    assert reste.cle == "B"
