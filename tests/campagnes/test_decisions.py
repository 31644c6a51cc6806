from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from fanal.campagnes import queries
from fanal.campagnes.actions import decisions, observations
from fanal.campagnes.models import Campagne, Decision, Dossier
from fanal.campagnes.registre import Choix
from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud
from tests.campagnes.jouet import LE, OpenDossier, cross, deposit, keep


@pytest.fixture
def entendu(en_instruction: Dossier) -> Dossier:
    """A dossier in control whose respondent answered on every line."""
    for demande in observations.demander(
        dossier=en_instruction, demandes=dict.fromkeys("ABC", "Pourquoi ?"), by=None, instant=LE
    ):
        observations.repondre(observation=demande, reponse="Parce que.", by=None, instant=LE)
    return en_instruction


def decide(dossier: Dossier, *choix: Choix, by: Utilisateur | None = None) -> list[Decision]:
    return decisions.decider(dossier=dossier, choix=choix, by=by, instant=LE)


def test_a_decision_keeps_all_it_says(entendu: Dossier) -> None:
    [pris] = decide(entendu, Choix("A", "moindre", Decimal("12.50"), "Trop haut", "Performance excessive"))
    pris.refresh_from_db()
    assert (pris.sens, pris.montant, pris.motif) == ("moindre", Decimal("12.50"), "Trop haut")
    assert pris.commentaire == "Performance excessive"
    assert pris.empreinte == queries.lignes_courantes(entendu)["A"]
    entree = Entree.objects.latest("numero")
    assert entree.donnees["decisions"]["A"]["montant"] == "12.50"


@pytest.mark.parametrize(
    ("choix", "phrase"),
    [
        (
            Choix("A", "repris", Decimal(1), "m"),
            "n'existe pas pour cette ligne. Décisions possibles : « retenu »",
        ),
        (Choix("A", "invente"), "La décision « invente » n'existe pas"),
        (Choix("A", "retire"), "sans motif"),
        (Choix("A", "moindre", motif="m"), "Indiquez le montant retenu"),
        (Choix("A", "moindre", Decimal("1.001"), "m"), "n'est pas en euros et centimes"),
        (Choix("A", "moindre", Decimal("NaN"), "m"), "n'est pas en euros et centimes"),
        (Choix("A", "retenu", Decimal(1)), "ne porte pas de montant"),
        (Choix("A", "moindre", Decimal(1001), "m"), "dépasse 1000 €"),
        (Choix("Z", "retenu"), "« Z » n'est pas dans la version actuelle"),
    ],
)
def test_what_is_badly_said_is_refused_with_its_sentence(entendu: Dossier, choix: Choix, phrase: str) -> None:
    with pytest.raises(Refus, match=phrase):
        decide(entendu, choix)
    assert not Decision.objects.exists()


def test_a_choice_is_all_or_nothing(entendu: Dossier) -> None:
    with pytest.raises(
        Refus, match=r"2 lignes sur 3 ne peuvent pas être décidées ainsi.*La première, « B » : "
    ):
        decide(entendu, Choix("A", "retenu"), Choix("B", "retire"), Choix("Z", "retenu"))
    with pytest.raises(Refus, match="« A » porte deux décisions"):
        decide(entendu, *keep("A", "A"))
    assert not Decision.objects.exists()


def test_repeating_a_decision_changes_nothing(entendu: Dossier, campagne: Campagne) -> None:
    decide(entendu, *keep("A"))
    avant = Campagne.objects.get(pk=campagne.pk).revision
    assert decide(entendu, *keep("A")) == []
    assert Campagne.objects.get(pk=campagne.pk).revision == avant


def test_changing_a_decision_asks_for_a_reason_and_keeps_the_old_one(entendu: Dossier) -> None:
    decide(entendu, Choix("A", "retire", motif="Erreur"))
    with pytest.raises(Refus, match=r"déjà décidée \(retiré\). Pour changer la décision, indiquez un motif"):
        decide(entendu, *keep("A"))
    decide(entendu, *keep("A", motif="Pièce reçue"))
    histoire = entendu.decisions.order_by("pk").values_list("sens", "courante")
    assert list(histoire) == [("retire", False), ("retenu", True)]


def test_lines_are_decided_in_control_by_those_who_may(
    dossier: Dossier, utilisateurs: dict[str, Utilisateur]
) -> None:
    deposit(dossier, {"A": 1})
    with pytest.raises(Refus, match="se décident pendant le contrôle"):
        decide(dossier, *keep("A"))
    cross(dossier, "envoyer", "instruire")
    for role in ("referent_ars", "directeur_achats", "anap"):
        with pytest.raises(Interdit):
            decide(dossier, *keep("A"), by=utilisateurs[role])
    assert decide(dossier, *keep("A"), by=utilisateurs["dgos"])[0].auteur == utilisateurs["dgos"]


def test_an_operator_line_may_be_taken_up_and_needs_no_decision(
    ouvrir: OpenDossier, operateur_achat: OperateurAchat
) -> None:
    annonce = ouvrir(Noeud("operateur", operateur_achat))
    deposit(annonce, {"M1": 1, "M2": 2})
    assert queries.etat_dossier(annonce, LE).a_decider == 0
    with pytest.raises(Refus, match="Décisions possibles : « repris de l'opérateur »"):
        decide(annonce, *keep("M1"))
    decide(annonce, Choix("M1", "repris", Decimal(10), "Le GHT l'a oublié"))


def test_the_preview_is_what_the_decision_does(entendu: Dossier, ouvrir: OpenDossier, autre_ght: Ght) -> None:
    brouillon = ouvrir(Noeud("ght", autre_ght))
    deposit(brouillon, {"X": 1})
    decide(entendu, *keep("C"))
    choix = [Choix("A", "retire", motif="Erreur"), Choix("B", "retire"), Choix("C", "retenu")]
    apercu = queries.previsualiser(choix={entendu: choix, brouillon: keep("X")}, by=None, instant=LE)
    assert [(e.cle, e.choix.sens) for e in apercu.effets] == [("A", "retire")]
    assert [(r.dossier, r.cle) for r in apercu.refus] == [(entendu, "B"), (brouillon, "")]
    assert apercu.inchanges == 1
    assert apercu.phrase == "1 ligne sera décidée ; 2 lignes ne peuvent pas l'être."
    assert Decision.objects.count() == 1, "a preview writes nothing"
    with pytest.raises(Refus, match=apercu.refus[0].phrase):
        decide(entendu, choix[1])


def test_a_bulk_decision_spans_dossiers(entendu: Dossier, ouvrir: OpenDossier, autre_ght: Ght) -> None:
    autre = ouvrir(Noeud("ght", autre_ght))
    deposit(autre, {"X": 1})
    choix = {autre: keep("X"), entendu: keep("A", "B")}
    with pytest.raises(Refus, match="pendant le contrôle"):
        decisions.decider_lot(choix=choix, by=None, instant=LE)
    assert not Decision.objects.exists()
    cross(autre, "envoyer", "instruire")
    assert len(decisions.decider_lot(choix=choix, by=None, instant=LE)) == 3


def test_the_base_itself_refuses_two_current_decisions(entendu: Dossier) -> None:
    [premiere] = decide(entendu, *keep("A"))
    premiere.pk = None
    premiere._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        premiere.save()
