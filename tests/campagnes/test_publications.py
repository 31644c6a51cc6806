from decimal import Decimal
from typing import Any

import pytest

from fanal.campagnes import queries
from fanal.campagnes.actions import decisions, observations, publications
from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Campagne, Dossier, Publication
from fanal.campagnes.registre import Choix
from fanal.comptes.models import Utilisateur
from fanal.journal.models import Tete
from fanal.journal.queries import verifier
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud
from tests.campagnes.jouet import LE, OpenDossier, cross, deposit, keep, paris

PLUS_TARD = paris(2022, 5, 2, 10)


def publish(campagne: Campagne, **champs: Any) -> Publication:
    return publications.publier(campagne=campagne, **({"by": None, "instant": PLUS_TARD} | champs))


@pytest.fixture
def arrete(en_instruction: Dossier) -> Dossier:
    decisions.decider(dossier=en_instruction, choix=keep("A", "B", "C"), by=None, instant=LE)
    return cross(en_instruction, "arreter")


def test_nothing_is_published_before_all_is_decided(
    campagne: Campagne, ouvrir: OpenDossier, ght: Ght, autre_ght: Ght
) -> None:
    with pytest.raises(Refus, match="rien à publier"):
        publish(campagne)
    un, deux = ouvrir(Noeud("ght", ght)), ouvrir(Noeud("ght", autre_ght))
    deposit(un, {"A": 1, "B": 2})
    deposit(deux, {"X": 1})
    with pytest.raises(Refus, match="Il reste 3 lignes à décider dans 2 dossiers : ouvrez la file"):
        publish(campagne)
    for dossier, cles in ((un, "AB"), (deux, "X")):
        cross(dossier, "envoyer", "instruire")
        decisions.decider(dossier=dossier, choix=keep(*cles), by=None, instant=LE)
    with pytest.raises(Refus, match="2 dossiers n'ont pas été clos après décision : BFC-90"):
        publish(campagne)
    cross(un, "arreter")
    with pytest.raises(Refus, match=r"Le dossier BRE-90 .* n'a pas été clos après décision"):
        publish(campagne)
    cross(deux, "arreter")
    assert publish(campagne).numero == 1


def test_open_observations_hold_the_publication(campagne: Campagne, en_instruction: Dossier) -> None:
    decisions.decider(dossier=en_instruction, choix=keep("A", "B", "C"), by=None, instant=LE)
    observations.demander(
        dossier=en_instruction,
        demandes={"A": "Encore une pièce."},
        echeance=PLUS_TARD.date(),
        by=None,
        instant=LE,
    )
    with pytest.raises(
        Refus, match=r"1 observation attend encore une réponse \(la dernière jusqu'au 02/05/2022\)"
    ):
        publish(campagne)


def test_the_snapshot_is_frozen_hashed_and_anchored_in_the_journal(
    campagne: Campagne, arrete: Dossier
) -> None:
    publication = publish(campagne)
    publication.refresh_from_db()
    assert publication.empreinte == sha256(publication.instantane)
    assert publication.instantane["resultats"]["total"] == "0.00"
    [resume] = publication.instantane["dossiers"]
    assert (resume["code"], resume["version"], resume["decisions"]) == ("BFC-90", 1, {"retenu": 3})
    tete = Tete.objects.get()
    assert (publication.journal_numero, publication.journal_empreinte) == (tete.numero, tete.empreinte)
    arrete.refresh_from_db()
    assert arrete.etape == "publie"
    assert queries.verifier_publication(publication).ok
    assert verifier().ok


def test_an_altered_snapshot_is_found(campagne: Campagne, arrete: Dossier) -> None:
    publication = publish(campagne)
    publication.instantane["resultats"]["total"] = "1000000.00"
    assert "a été modifié" in queries.verifier_publication(publication).phrase
    publication.empreinte = sha256(publication.instantane)
    found = queries.verifier_publication(publication)
    assert not found.ok and "Le journal ne porte pas la publication 1" in found.phrase


def test_the_journal_knows_the_heads_of_the_publications(campagne: Campagne, arrete: Dossier) -> None:
    publication = publish(campagne)
    Publication.objects.filter(pk=publication.pk).update(journal_empreinte="0" * 64)
    found = verifier()
    assert not found.ok and "la publication 1" in found.fautes[0]


def test_a_later_publication_has_a_reason_and_can_be_compared(campagne: Campagne, arrete: Dossier) -> None:
    premiere = publish(campagne)
    with pytest.raises(Refus, match=r"déjà 1 publication. Indiquez pourquoi"):
        publish(campagne)
    cross(arrete, "rouvrir", motif="Erreur de report")
    [demande] = observations.demander(dossier=arrete, demandes={"A": "?"}, by=None, instant=LE)
    observations.repondre(observation=demande, reponse="Oui.", by=None, instant=LE)
    choix = Choix("A", "moindre", Decimal("12.50"), "Erreur de report")
    decisions.decider(dossier=arrete, choix=[choix], by=None, instant=LE)
    with pytest.raises(Refus, match="Le dossier BFC-90"):
        publish(campagne, motif="Correction")
    cross(arrete, "arreter")
    seconde = publish(campagne, motif="Correction")
    assert (seconde.numero, seconde.motif) == (2, "Correction")
    vues = {d.chemin: (d.avant, d.apres) for d in queries.comparer(premiere, seconde)}
    assert vues["total"] == ("0.00", "12.50")
    assert vues["par_sens[retenu].lignes"] == (3, 2)
    assert vues["dossiers[projet ght BFC-90].decisions.moindre"] == (None, 1)
    premiere.refresh_from_db()
    assert queries.verifier_publication(premiere).ok, "the first publication is still what it was"


def test_formats_that_are_not_decided_do_not_hold_but_are_published(
    campagne: Campagne, arrete: Dossier, ouvrir: OpenDossier, operateur_achat: OperateurAchat
) -> None:
    annonce = ouvrir(Noeud("operateur", operateur_achat))
    deposit(annonce, {"M1": 1})
    publication = publish(campagne)
    annonce.refresh_from_db()
    assert annonce.etape == "publie"
    assert [d["format"] for d in publication.instantane["dossiers"]] == ["annonce", "projet"]


def test_an_empty_dossier_holds_nothing(
    campagne: Campagne, arrete: Dossier, ouvrir: OpenDossier, autre_ght: Ght
) -> None:
    vide = ouvrir(Noeud("ght", autre_ght))
    publish(campagne)
    vide.refresh_from_db()
    assert vide.etape == "ecriture"


def test_only_those_who_publish_may(
    campagne: Campagne, arrete: Dossier, utilisateurs: dict[str, Utilisateur]
) -> None:
    for role in ("anap", "referent_ars", "directeur_achats"):
        with pytest.raises(Interdit):
            publish(campagne, by=utilisateurs[role])
    assert publish(campagne, by=utilisateurs["dgos"]).auteur == utilisateurs["dgos"]
