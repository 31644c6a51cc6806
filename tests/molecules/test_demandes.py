"""From a deposit to a row, to what is proposed, decided and shown."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fanal.appels.actions import candidatures, instruction
from fanal.appels.models import Appel, Enveloppe
from fanal.campagnes.models import Dossier
from fanal.journal.models import Entree
from fanal.molecules.actions.examen import decider, proposer
from fanal.molecules.actions.rapprochements import rapprocher_en_cours, repondre
from fanal.molecules.models import DecisionMolecule, DemandeMolecule, Inscription, PropositionOmedit
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Etablissement, Region
from tests.molecules.conftest import COMPLETES, INSTANT, CreerAppel, Deposer

pytestmark = pytest.mark.django_db
PLUS_TARD = INSTANT + timedelta(days=10)


def recevable(demande: DemandeMolecule) -> DemandeMolecule:
    instruction.declarer_recevable(dossiers=[demande.dossier], by=None, instant=PLUS_TARD)
    return DemandeMolecule.objects.get(pk=demande.pk)


def test_a_deposit_gives_its_row_cost_to_the_cent_and_class_in_words(demande: DemandeMolecule) -> None:
    assert (demande.secteur, demande.finess, demande.ucd, demande.indication) == (
        "mco",
        "210000001",
        "9000001",
        "I000001",
    )
    assert demande.cout_annuel == Decimal("12006.00")  # 12 × 1 000,50
    assert (demande.classe, demande.rcp) == ("Traitement de l'anémie", "Oui, une RCP")
    assert (demande.patients, demande.annee) == (7, 2024)


def test_a_long_code_is_kept_short(appel: Appel, etablissement: Etablissement, deposer: Deposer) -> None:
    assert deposer(appel, etablissement, ucd="3400894162308").ucd == "9416230"


def test_several_requests_per_establishment_each_with_its_dossier(
    appel: Appel, etablissement: Etablissement, deposer: Deposer
) -> None:
    une, autre = deposer(appel, etablissement), deposer(appel, etablissement, ucd="9000002")
    assert une.dossier_id != autre.dossier_id


def test_a_funded_drug_is_proposed_and_nothing_is_excluded(
    inscription: Inscription, appel: Appel, etablissement: Etablissement, deposer: Deposer
) -> None:
    demande = deposer(appel, etablissement)
    (propose,) = demande.rapprochements.all()
    assert (propose.nature, propose.statut, propose.inscription) == ("finance", "propose", inscription)
    assert "du 01/01/2024 au 31/12/2024. Source : Arrêté d'essai." in propose.phrase
    constat = demande.version.constats.get(code="deja_finance")
    assert (constat.verdict, constat.consequence, constat.reference) == (
        "inconnu",
        "attente",
        "Arrêté d'essai",
    )
    assert demande.dossier.etape == "depose"


def test_an_unfunded_drug_meets_the_test(demande: DemandeMolecule) -> None:
    assert demande.version.constats.get(code="deja_finance").verdict == "oui"
    assert not demande.rapprochements.exists()


def test_a_list_imported_later_reaches_the_requests_under_examination(
    demande: DemandeMolecule, inscription: Inscription
) -> None:
    rapprocher_en_cours(ucds=["9000001"], by=None, instant=PLUS_TARD)
    assert rapprocher_en_cours(ucds=["9000001"], by=None, instant=PLUS_TARD) == []
    assert demande.rapprochements.count() == 1


def test_the_pharmacist_answers_with_a_reason_and_the_dossier_does_not_move(
    inscription: Inscription, appel: Appel, etablissement: Etablissement, deposer: Deposer, utilisateurs: dict
) -> None:
    demande = deposer(appel, etablissement)
    propose = demande.rapprochements.get()
    omedit = utilisateurs["omedit"]
    with pytest.raises(Refus, match="motif"):
        repondre(rapprochement=propose, confirme=True, motif=" ", by=omedit, instant=PLUS_TARD)
    with pytest.raises(Interdit):
        repondre(
            rapprochement=propose, confirme=True, motif="x", by=utilisateurs["pharmacien"], instant=PLUS_TARD
        )
    repondre(rapprochement=propose, confirme=False, motif="Autre dosage.", by=omedit, instant=PLUS_TARD)
    propose.refresh_from_db()
    assert (propose.statut, propose.motif, propose.auteur) == ("rejete", "Autre dosage.", omedit)
    assert Dossier.objects.get(pk=demande.dossier_id).etape == "depose"
    assert Entree.objects.filter(action="molecules.rapprochement_tranche").count() == 1
    assert demande.version.constats.get(code="deja_finance").verdict == "oui"
    repondre(rapprochement=propose, confirme=True, motif="Après examen.", by=omedit, instant=PLUS_TARD)
    assert demande.version.constats.get(code="deja_finance").verdict == "non"


def test_the_answer_is_carried_to_the_next_version_of_the_same_request(
    inscription: Inscription, appel: Appel, etablissement: Etablissement, deposer: Deposer
) -> None:
    demande = deposer(appel, etablissement)
    repondre(
        rapprochement=demande.rapprochements.get(),
        confirme=True,
        motif="Vérifié.",
        by=None,
        instant=PLUS_TARD,
    )
    suivante = redeposer(demande, patients="9")
    assert [(r.statut, r.motif) for r in suivante.rapprochements.all()] == [("confirme", "Vérifié.")]
    # Another indication is another question: nothing is carried.
    inscription.pk, inscription.indication = None, "I000002"
    inscription.save()
    autre = redeposer(suivante, indication="I000002")
    assert [r.statut for r in autre.rapprochements.all()] == ["propose"]


def redeposer(demande: DemandeMolecule, **answers: str) -> DemandeMolecule:
    dossier = candidatures.reprendre(dossier=demande.dossier, by=None, instant=PLUS_TARD)
    dossier = Dossier.objects.get(pk=dossier.pk)
    dossier.brouillon.reponses = COMPLETES | answers
    dossier.brouillon.save(update_fields=["reponses"])
    version = candidatures.deposer(dossier=dossier, by=None, instant=PLUS_TARD)
    return DemandeMolecule.objects.get(version=version)


def test_the_same_request_twice_is_told_and_next_year_is_not_a_duplicate(
    creer_appel: CreerAppel, region: Region, etablissement: Etablissement, deposer: Deposer
) -> None:
    deposer(creer_appel(region, 2023), etablissement)
    appel = creer_appel(region, 2024)
    une = deposer(appel, etablissement)
    assert not une.rapprochements.exists()
    double = deposer(appel, etablissement)
    (propose,) = double.rapprochements.all()
    assert (propose.nature, propose.autre) == ("doublon", une)


def test_the_omedit_proposes_and_what_it_replaces_is_kept(
    demande: DemandeMolecule, utilisateurs: dict
) -> None:
    omedit = utilisateurs["omedit"]
    proposer(demande=demande, priorite=2, montant=Decimal("12006"), by=omedit, instant=PLUS_TARD)
    proposer(
        demande=demande,
        priorite=1,
        montant=Decimal("6000"),
        motif="Six mois.",
        by=omedit,
        instant=PLUS_TARD + timedelta(minutes=1),
    )
    dites = PropositionOmedit.objects.filter(dossier=demande.dossier)
    assert [(p.priorite, p.courante) for p in dites] == [(2, False), (1, True)]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"montant": "12006.01"}, "dépasse la demande"),
        ({"montant": "-1"}, "deux décimales"),
        ({"montant": "1.001"}, "deux décimales"),
        ({"montant": "0"}, "Choisissez le motif du refus"),
        ({"montant": "0", "motif_refus": "inventé"}, "table des motifs"),
        ({"montant": "0", "motif_refus": "autre"}, "Précisez"),
        ({"montant": "10", "motif_refus": "alternative"}, "ne va pas avec"),
        ({"montant": "10"}, "inférieur à la demande"),
        ({"montant": "12006", "priorite": 6}, "de 1"),
        ({"montant": "12006", "priorite": 0}, "de 1"),
    ],
)
def test_what_may_not_be_proposed_is_refused(demande: DemandeMolecule, champs: dict, phrase: str) -> None:
    donnees = {"priorite": 1} | champs | {"montant": Decimal(champs["montant"])}
    with pytest.raises(Refus, match=phrase):
        proposer(demande=demande, by=None, instant=PLUS_TARD, **donnees)
    assert not PropositionOmedit.objects.exists()


def test_the_ars_decides_what_no_envelope_shares(demande: DemandeMolecule, utilisateurs: dict) -> None:
    ars = utilisateurs["referent_ars"]
    with pytest.raises(Refus, match="Déclarez-le recevable"):
        decider(demande=demande, montant=Decimal(1), motif="x", by=ars, instant=PLUS_TARD)
    demande = recevable(demande)
    with pytest.raises(Interdit):
        decider(demande=demande, montant=Decimal(1), motif="x", by=utilisateurs["omedit"], instant=PLUS_TARD)
    decider(demande=demande, montant=Decimal("12006"), by=ars, instant=PLUS_TARD)
    assert Dossier.objects.get(pk=demande.dossier_id).etape == "retenu"
    assert DecisionMolecule.objects.get().sens == "accord"


def test_a_refusal_takes_its_words_from_the_table(demande: DemandeMolecule) -> None:
    decider(
        demande=recevable(demande),
        montant=Decimal(0),
        motif_refus="alternative",
        by=None,
        instant=PLUS_TARD,
    )
    assert Dossier.objects.get(pk=demande.dossier_id).etape == "non_retenu"
    passage = Entree.objects.filter(action="dossier.franchir").latest("numero")
    assert passage.motif == "Une alternative prise en charge existe"


def test_a_sector_of_the_envelope_is_not_decided_alone(demande: DemandeMolecule, appel: Appel) -> None:
    Enveloppe.objects.create(appel=appel, annee=2024, nom="Campagne", montant=1, created_at=INSTANT)
    with pytest.raises(Refus, match="enveloppe"):
        decider(demande=recevable(demande), montant=Decimal("12006"), by=None, instant=PLUS_TARD)


def test_an_incomplete_request_has_no_row_until_its_complement(
    creer_appel: CreerAppel, region: Region, etablissement: Etablissement
) -> None:
    appel = creer_appel(region, modele="molecules-guichet")
    dossier = candidatures.commencer(
        appel=appel, noeud=noeud_de(etablissement), reference="D1", by=None, instant=INSTANT
    )
    dossier.brouillon.reponses = COMPLETES | {"secteur": "medico_social", "ucd": "", "quantite": ""}
    dossier.brouillon.save(update_fields=["reponses"])
    version = candidatures.deposer(dossier=dossier, by=None, instant=INSTANT)
    assert not DemandeMolecule.objects.exists()
    constat = version.constats.get(code="deja_finance")
    assert constat.verdict == "inconnu"
    assert "UCD" in constat.phrase


def noeud_de(etablissement: Etablissement):  # type: ignore[no-untyped-def]
    from fanal.territoires.noeuds import Noeud

    return Noeud("etablissement", etablissement)
