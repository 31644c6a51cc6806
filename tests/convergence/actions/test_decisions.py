"""Keeping a proposal: the procedure, the action of the plan, the frozen answer; and what refuses it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fanal.achats.models import Action
from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.convergence.actions.decisions import ecarter, inscrire_au_plan, retenir
from fanal.convergence.models import Proposition
from fanal.convergence.queries.decisions import effets
from fanal.convergence.queries.propositions import segment
from fanal.journal.models import Entree
from fanal.procedures.models import Procedure
from fanal.refus import Refus
from fanal.territoires.models import Ght
from tests.convergence.appui import INSTANT, JUILLET, LE, creer_marche, trois_marches

pytestmark = pytest.mark.django_db
CLE = "cpv:331"


def vue(ght: Ght, depart: date = JUILLET) -> str:
    return effets(segment(ght, LE, CLE, avec_prix=True), depart).empreinte


def garder(ght: Ght, by: Utilisateur, **champs: object) -> Proposition:
    demande = {"cle": CLE, "depart": JUILLET, "motif": "Décidé en comité.", "instant": INSTANT, "by": by}
    demande |= {"vue": vue(ght)} | champs
    return retenir(ght=ght, **demande)  # type: ignore[arg-type]


@pytest.fixture
def directeur(utilisateurs: dict[str, Utilisateur]) -> Utilisateur:
    return utilisateurs["directeur_achats"]


@pytest.fixture
def campagne(db: None) -> Campagne:
    return Campagne.objects.create(
        type_campagne="performance",
        code="performance-2027-fin-annee",
        titre="Performance achat 2027",
        annee=2027,
        periode="fin-annee",
        ouverture=INSTANT - timedelta(days=10),
        cloture=INSTANT + timedelta(days=100),
        correction_jusqu_au=INSTANT + timedelta(days=150),
    )


def test_keeping_creates_the_procedure_with_the_contracts_it_renews(ght: Ght, directeur: Utilisateur) -> None:
    marches = trois_marches(ght)
    kept = garder(ght, directeur)
    assert kept.procedure is not None
    procedure = Procedure.objects.get(pk=kept.procedure.pk)
    assert set(procedure.remplace.all()) == set(marches)
    assert (procedure.date_besoin, procedure.nature_achat, procedure.code_cpv) == (
        JUILLET,
        "fournitures",
        "33100000",
    )
    assert procedure.montant_estime_ht == Decimal(4000) * 48
    assert (kept.statut, kept.optimale, kept.cout_ht) == ("acceptee", True, "2265.00")
    assert [a["acte"] for a in kept.donnees["propositions"][0]["actions"]] == [
        "terme",
        "avenant",
        "non_reconduction",
    ]
    entree = Entree.objects.get(action="convergence.retenir")
    assert (entree.motif, entree.donnees["procedure"]) == ("Décidé en comité.", procedure.numero)


def test_without_a_campaign_the_action_waits(ght: Ght, directeur: Utilisateur) -> None:
    trois_marches(ght)
    action = garder(ght, directeur).donnees["action"]
    assert action["etat"] == "a_creer"
    assert "2026 et 2027" in action["raison"]
    assert action["ligne"]["finess"] == "210000001"


def test_the_action_goes_into_a_first_trame_and_is_linked(
    ght: Ght, directeur: Utilisateur, campagne: Campagne
) -> None:
    trois_marches(ght)
    kept = garder(ght, directeur)
    assert kept.donnees["action"]["etat"] == "inscrite", kept.donnees["action"]["raison"]
    dossier = Dossier.objects.get(campagne=campagne, ght=ght)
    action = Action.objects.get(version=dossier.version_courante)
    assert (action.identifiant, action.statut, action.date_prevue) == (
        f"CONV-{kept.pk}",
        "envisagée",
        JUILLET,
    )
    assert kept.procedure is not None
    lien = kept.procedure.actions.get()
    assert (lien.annee, lien.identifiant_action) == (2027, action.identifiant)


def test_a_second_decision_completes_the_trame(ght: Ght, directeur: Utilisateur, campagne: Campagne) -> None:
    trois_marches(ght)
    garder(ght, directeur)
    for n in range(2):
        creer_marche(ght, f"G{n}", date(2023, 7, 1), 48, code_cpv="09123000")
    gaz = effets(segment(ght, LE, "cpv:091", avec_prix=True), JUILLET)
    garder(ght, directeur, cle="cpv:091", vue=gaz.empreinte)
    dossier = Dossier.objects.get(campagne=campagne, ght=ght)
    assert dossier.version_courante is not None and dossier.version_courante.numero == 2
    assert Action.objects.filter(version=dossier.version_courante).count() == 2


def test_the_action_is_written_later_and_only_once(
    ght: Ght, directeur: Utilisateur, request: pytest.FixtureRequest
) -> None:
    trois_marches(ght)
    kept = garder(ght, directeur)
    with pytest.raises(Refus, match="Aucune campagne"):
        inscrire_au_plan(proposition=kept, by=directeur, instant=INSTANT)
    request.getfixturevalue("campagne")
    done = inscrire_au_plan(proposition=kept, by=directeur, instant=INSTANT)
    assert done.donnees["action"]["annee"] == 2027
    with pytest.raises(Refus, match="déjà inscrite"):
        inscrire_au_plan(proposition=kept, by=directeur, instant=INSTANT)


def test_an_account_that_does_not_deposit_leaves_the_action_to_another(
    ght: Ght, directeur: Utilisateur, campagne: Campagne
) -> None:
    trois_marches(ght)
    kept = garder(ght, directeur, au_plan=False)
    assert kept.donnees["action"]["etat"] == "a_creer"
    assert not Dossier.objects.exists()


def test_a_contract_is_not_replaced_twice(ght: Ght, directeur: Utilisateur) -> None:
    """The second of two people deciding at the same time finds the contracts taken."""
    trois_marches(ght)
    garder(ght, directeur)
    with pytest.raises(Refus, match="déjà remplacé par la procédure 2026-001"):
        garder(ght, directeur, motif="Une autre personne.")
    assert Proposition.objects.count() == Procedure.objects.count() == 1


def test_what_changed_since_the_preview_refuses(ght: Ght, directeur: Utilisateur) -> None:
    marches = trois_marches(ght)
    seen = vue(ght)
    marches[0].montant = Decimal(96_000)
    marches[0].save()
    creer_marche(ght, "D", date(2024, 1, 1), 48)
    for act in (retenir, ecarter):
        with pytest.raises(Refus, match="ont changé depuis l'aperçu"):
            act(ght=ght, cle=CLE, depart=JUILLET, vue=seen, motif="m", by=directeur, instant=INSTANT)
    assert not Proposition.objects.exists() and not Procedure.objects.exists()


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"motif": "  "}, "Donnez le motif"),
        ({"depart": date(2027, 2, 1)}, "ne laisse pas le temps"),
    ],
)
def test_refusals(ght: Ght, directeur: Utilisateur, champs: dict[str, object], phrase: str) -> None:
    trois_marches(ght)
    depart = champs.get("depart", JUILLET)
    with pytest.raises(Refus, match=phrase):
        garder(ght, directeur, vue=vue(ght, depart), **champs)  # type: ignore[arg-type]
    assert not Procedure.objects.exists()


def test_one_contract_alone_is_no_convergence(ght: Ght, directeur: Utilisateur) -> None:
    creer_marche(ght, "A", date(2023, 7, 1), 48)
    with pytest.raises(Refus, match="Moins de deux"):
        garder(ght, directeur)


def test_setting_aside_keeps_why_and_creates_nothing(ght: Ght, directeur: Utilisateur) -> None:
    trois_marches(ght)
    left = ecarter(
        ght=ght, cle=CLE, depart=JUILLET, vue=vue(ght), motif="Trop tôt.", by=directeur, instant=INSTANT
    )
    assert (left.statut, left.motif, left.procedure) == ("ecartee", "Trop tôt.", None)
    assert not Procedure.objects.exists()
    assert Entree.objects.get(action="convergence.ecarter").motif == "Trop tôt."
    with pytest.raises(Refus, match="n'a pas été retenue"):
        inscrire_au_plan(proposition=left, by=directeur, instant=INSTANT)
