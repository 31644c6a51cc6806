"""Acts one by one: what they write, what they refuse, and that initial values stay."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fanal.journal.queries import de_l_objet, verifier
from fanal.marches.actions import (
    avenants,
    beneficiaires,
    commandes,
    cycle,
    liens,
    penalites,
    reconductions,
    saisie,
)
from fanal.marches.compute.irregularites import relever
from fanal.marches.models import Marche, Modification
from fanal.marches.queries.situation import situation
from fanal.marches.rules.avenants import Avenant
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Etablissement, Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud
from tests.marches.vie.fabrique import DEBUT, at, creer, notifie, termes

D = Decimal
pytestmark = pytest.mark.django_db
MAI = date(2025, 5, 5)
ESPACES = {0x202F: " ", 0xA0: " "}


def acte(marche: Marche, le: date = MAI) -> dict[str, Any]:
    marche.refresh_from_db()
    return {"marche": marche, "by": None, "instant": at(le), "verrou": marche.verrou}


def etablissement(finess: str = "210000001") -> Etablissement:
    return Etablissement.objects.get(finess=finess)


def commander(marche: Marche, montant: int, le: date = MAI, finess: str = "210000001") -> Any:
    return commandes.commander(
        marche=marche,
        etablissement=etablissement(finess),
        le=le,
        montant_ht=D(montant),
        by=None,
        instant=at(le),
    )


def avenant(**changes: Any) -> Avenant:
    values: dict[str, Any] = {
        "motif": "R2194-8",
        "objet": "Ajouter une référence",
        "date_signature": MAI,
        "variation_ht": D(5_000),
        **changes,
    }
    return Avenant(**values)


# Creation --------------------------------------------------------------------------------------------------


def test_a_contract_typed_in_computes_its_ends(ght: Ght) -> None:
    marche = creer(ght)
    assert (marche.date_fin, marche.date_fin_totale) == (date(2025, 12, 31), date(2028, 12, 31))
    assert (marche.etat, marche.niveau, marche.titulaires.count()) == ("preparation", "ght", 1)


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"maximum_ht": None}, "R2162-4"),
        ({"duree_mois": 60}, "L2125-1"),
        ({"minimum_ht": D(200_000)}, "dépasse le maximum"),
        ({"reconductions_prevues": 4}, "il ne reste rien pour la première période"),
        ({"reconduction_mois": None}, "durée d'une reconduction"),
        ({"nature_achat": ""}, "fournitures, services ou travaux"),
        ({"code_cpv": "3314"}, "huit chiffres"),
        ({"date_debut": date(2024, 1, 1)}, "précède le lancement"),
        ({"objet": " "}, "un identifiant et un objet"),
    ],
)
def test_terms_that_cannot_hold_are_refused(ght: Ght, changes: dict[str, Any], phrase: str) -> None:
    with pytest.raises(Refus, match=phrase):
        creer(ght, **changes)


def test_before_2022_a_framework_needed_no_maximum(ght: Ght) -> None:
    marche = creer(ght, maximum_ht=None, date_lancement=date(2021, 12, 31))
    assert marche.maximum_ht is None


def test_an_identifier_serves_once_by_buyer(ght: Ght) -> None:
    creer(ght)
    with pytest.raises(Refus, match="a déjà un marché « 2025-01 »"):
        creer(ght)


def test_terms_are_corrected_until_the_notification(ght: Ght) -> None:
    marche = creer(ght)
    saisie.corriger(**acte(marche), termes=termes(maximum_ht=D(90_000), montant=D(90_000)))
    marche.refresh_from_db()
    assert marche.maximum_ht == 90_000
    cycle.attribuer(**acte(marche))
    cycle.notifier(**acte(marche, date(2024, 12, 2)), le=date(2024, 12, 2))
    with pytest.raises(Refus, match="que par un avenant"):
        saisie.corriger(**acte(marche), termes=termes())


def test_awarding_needs_a_holder(ght: Ght) -> None:
    marche = creer(ght)
    marche.titulaires.all().delete()
    with pytest.raises(Refus, match="pas de titulaire"):
        cycle.attribuer(**acte(marche))


def test_notification_dates_what_only_the_duration_gave(ght: Ght) -> None:
    marche = notifie(ght, le=date(2025, 2, 10), date_debut=None)
    assert marche.date_debut == date(2025, 2, 10)
    assert (marche.date_fin, marche.date_fin_totale) == (date(2026, 2, 9), date(2029, 2, 9))


# Orders ----------------------------------------------------------------------------------------------------


def test_orders_stop_at_the_maximum_with_the_ways_out(ght: Ght) -> None:
    marche = notifie(ght)
    commander(marche, 60_000)
    with pytest.raises(Refus) as refus:
        commander(marche, 40_001)
    assert "il reste 40 000 € sur 100 000 €" in refus.value.phrase.translate(ESPACES)
    assert "Issues possibles" in refus.value.phrase and "lancer une nouvelle procédure" in refus.value.phrase
    commander(marche, 40_000)
    with pytest.raises(Refus, match="dépasse le maximum"):
        commander(marche, 1)


def test_an_order_taken_back_frees_the_maximum(ght: Ght) -> None:
    marche = notifie(ght)
    commander(marche, 100_000)
    common = {"marche": marche, "etablissement": etablissement(), "le": MAI, "by": None, "instant": at(MAI)}
    with pytest.raises(Refus, match="dépasse ce que"):
        commandes.reprendre(**common, montant_ht=D(100_001), motif="Erreur")
    with pytest.raises(Refus, match="motif"):
        commandes.reprendre(**common, montant_ht=D(1), motif=" ")
    commandes.reprendre(**common, montant_ht=D(30_000), motif="Livraison refusée")
    commander(marche, 30_000)


def test_a_share_is_not_passed_and_a_stranger_does_not_order(ght: Ght) -> None:
    marche = notifie(ght)
    common = {"entree": DEBUT, "sortie": date(2025, 6, 30), "part_quantite": None}
    beneficiaires.tenir(**acte(marche), etablissement=etablissement(), part_ht=D(10_000), **common)
    with pytest.raises(Refus, match="réservée à"):
        commander(marche, 10_001)
    commander(marche, 10_000)
    with pytest.raises(Refus, match="n'est pas bénéficiaire"):
        commander(marche, 1, finess="210000002")
    with pytest.raises(Refus, match="n'est pas bénéficiaire"):
        commander(marche, 1, le=date(2025, 7, 1))


def test_shares_fit_in_the_maximum_and_dates_do_not_overlap(ght: Ght) -> None:
    marche = notifie(ght)
    first = {"entree": DEBUT, "sortie": date(2026, 12, 31), "part_quantite": None}
    kept = beneficiaires.tenir(**acte(marche), etablissement=etablissement(), part_ht=D(60_000), **first)
    other = etablissement("210000002")
    with pytest.raises(Refus, match="dépasserait le maximum"):
        beneficiaires.tenir(**acte(marche), etablissement=other, part_ht=D("40000.01"), **first)
    beneficiaires.tenir(**acte(marche), etablissement=other, part_ht=D(40_000), **first)
    with pytest.raises(Refus, match="déjà bénéficiaire"):
        beneficiaires.tenir(
            **acte(marche),
            etablissement=etablissement(),
            entree=date(2026, 6, 1),
            sortie=None,
            part_ht=None,
            part_quantite=None,
        )
    commander(marche, 50_000)
    with pytest.raises(Refus, match="sa part doit le couvrir"):
        beneficiaires.tenir(
            **acte(marche), etablissement=etablissement(), part_ht=D(49_999), cle=kept.pk, **first
        )


# Renewals --------------------------------------------------------------------------------------------------


def test_not_renewing_before_the_notice_date(ght: Ght) -> None:
    marche = notifie(ght)
    reconductions.refuser(**acte(marche, date(2025, 9, 30)), motif="Besoin éteint")
    marche.refresh_from_db()
    assert (marche.date_fin_totale, marche.date_fin_initiale) == (date(2025, 12, 31), date(2028, 12, 31))
    with pytest.raises(Refus, match="plus de reconduction"):
        reconductions.refuser(**acte(marche, date(2025, 10, 1)), motif="Encore")


def test_past_the_notice_date_the_contract_is_renewed(ght: Ght) -> None:
    marche = notifie(ght)
    with pytest.raises(Refus, match="au plus tard le 30/09/2025"):
        reconductions.refuser(**acte(marche, date(2025, 10, 1)), motif="Trop tard")


def test_tacit_renewals_are_recorded_once_and_caught_up(ght: Ght) -> None:
    marche = notifie(ght)
    le = date(2027, 3, 1)
    assert reconductions.enregistrer_tacites(le=date(2025, 12, 31), instant=at(le)) == 0
    assert reconductions.enregistrer_tacites(le=le, instant=at(le)) == 2
    assert reconductions.enregistrer_tacites(le=le, instant=at(le)) == 0
    marche.refresh_from_db()
    assert marche.date_fin == date(2027, 12, 31)
    assert list(marche.reconductions.values_list("numero", "sens", "fin")) == [
        (1, "tacite", date(2026, 12, 31)),
        (2, "tacite", date(2027, 12, 31)),
    ]


def test_an_express_renewal_is_somebodys_decision(ght: Ght) -> None:
    marche = notifie(ght, autres={"reconduction_tacite": False})
    assert reconductions.enregistrer_tacites(le=date(2026, 2, 1), instant=at(MAI)) == 0
    reconductions.reconduire(**acte(marche, date(2025, 11, 3)))
    marche.refresh_from_db()
    assert marche.date_fin == date(2026, 12, 31)
    tacit = notifie(ght, identifiant="2025-02")
    with pytest.raises(Refus, match="R2112-4"):
        reconductions.reconduire(**acte(tacit))


# End, links, rights ----------------------------------------------------------------------------------------


def test_termination_and_settlement(ght: Ght) -> None:
    marche = notifie(ght)
    commander(marche, 1_000)
    with pytest.raises(Refus, match="Indiquez le motif"):
        cycle.resilier(**acte(marche), effet=MAI, motif="")
    with pytest.raises(Refus, match="suit la date d'effet"):
        cycle.resilier(**acte(marche), effet=MAI - timedelta(days=1), motif="Faute")
    cycle.resilier(**acte(marche), effet=date(2025, 5, 31), motif="Faute du titulaire")
    marche.refresh_from_db()
    assert (marche.date_fin_totale, marche.date_fin_initiale) == (date(2025, 5, 31), date(2028, 12, 31))
    with pytest.raises(Refus, match="est résilié depuis le 31/05/2025"):
        commander(marche, 1, le=date(2025, 6, 2))
    cycle.solder(**acte(marche, date(2025, 7, 1)), paiement=date(2025, 6, 30), motif="")
    with pytest.raises(Refus, match="soldé"):
        avenants.signer(**acte(marche, date(2025, 7, 2)), avenant=avenant(), date_notification=None)


def test_a_contract_does_not_follow_itself(ght: Ght) -> None:
    a, b = notifie(ght), notifie(ght, identifiant="2025-02")
    cycle.remplacer(**acte(b), predecesseur=a)
    with pytest.raises(Refus, match="remplace déjà celui-ci"):
        cycle.remplacer(**acte(a), predecesseur=b)
    with pytest.raises(Refus, match="lui-même"):
        cycle.remplacer(**acte(a), predecesseur=a)


def test_only_an_operators_contract_is_joined(ght: Ght, operateur_achat: OperateurAchat) -> None:
    own = notifie(ght)
    dates = {"debut": MAI, "fin": None, "engagement_ttc": D(1_000)}
    with pytest.raises(Refus, match="opérateur"):
        beneficiaires.adherer(**acte(own), ght=ght, **dates)
    theirs = notifie(ght, identifiant="OP-1")
    Marche.objects.filter(pk=theirs.pk).update(operateur_acheteur=operateur_achat)
    beneficiaires.adherer(**acte(theirs), ght=ght, **dates)
    with pytest.raises(Refus, match="déjà une adhésion"):
        beneficiaires.adherer(**acte(theirs), ght=ght, **dates)


def test_an_unknown_action_of_the_plan_is_not_linked(ght: Ght) -> None:
    marche = notifie(ght)
    with pytest.raises(Refus, match="Aucune action « A9 »"):
        liens.lier(marche=marche, ght=ght, annee=2025, identifiant="A9", by=None, instant=at(MAI))


def test_a_penalty_is_reckoned_by_the_ccag(ght: Ght) -> None:
    marche = notifie(ght, autres={"ccag": "Fournitures courantes et services", "ccag_version": "2021"})
    fields = {
        "etablissement": etablissement(),
        "objet": "Livraison tardive",
        "du": date(2025, 4, 1),
        "au": date(2025, 5, 1),
        "base_ht": D(50_000),
        "montant_commande_ht": None,
        "motif": "",
    }
    kept = penalites.calculer(**acte(marche), **fields, appliquee=True)
    assert kept.montant_ht == D("1500.00")  # 50 000 € × 30 days ÷ 1000
    with pytest.raises(Refus, match="pourquoi la pénalité n'est pas appliquée"):
        penalites.calculer(**acte(marche), **fields, appliquee=False)


def test_rights_are_those_of_the_contract_and_of_the_establishment(
    ght: Ght, autre_ght: Ght, creer_utilisateur: Any
) -> None:
    marche = notifie(ght)
    stranger = creer_utilisateur("directeur_achats", Noeud("ght", autre_ght))
    pharmacist = creer_utilisateur("pharmacien", Noeud("etablissement", etablissement("210000002")))
    with pytest.raises(Interdit):
        cycle.resilier(**{**acte(marche), "by": stranger}, effet=MAI, motif="x")
    with pytest.raises(Interdit):
        cycle.resilier(**{**acte(marche), "by": pharmacist}, effet=MAI, motif="x")
    common = {"marche": marche, "le": MAI, "montant_ht": D(10), "by": pharmacist, "instant": at(MAI)}
    with pytest.raises(Interdit):
        commandes.commander(**common, etablissement=etablissement())
    commandes.commander(**common, etablissement=etablissement("210000002"))


def test_everything_is_in_the_journal(ght: Ght) -> None:
    marche = notifie(ght)
    commander(marche, 10)
    avenants.signer(**acte(marche), avenant=avenant(), date_notification=MAI)
    acts = list(de_l_objet(marche).values_list("action", flat=True))
    assert acts[::-1] == [
        "marche.creer",
        "marche.attribuer",
        "marche.notifier",
        "marche.commander",
        "marche.signer_avenant",
        "marche.notifier_avenant",
    ]
    assert verifier().ok
    assert Modification.objects.get(marche=marche).etat == "notifiee"


# Unknown terms ---------------------------------------------------------------------------------------------


def test_an_unknown_term_is_filled_once_and_a_known_one_stays(ght: Ght) -> None:
    """An imported framework without maximum, longer than four years: the worklist's answers are typed in."""
    marche = notifie(ght, duree_mois=48, reconductions_prevues=0, reconduction_mois=None, preavis_mois=None)
    Marche.objects.filter(pk=marche.pk).update(
        maximum_ht=None, duree_mois=60, date_fin=None, date_fin_totale=date(2029, 12, 31)
    )
    before = {i.code for i in relever(situation(Marche.objects.get(pk=marche.pk), MAI).faits)}
    assert before == {"accord_cadre_trop_long", "accord_cadre_sans_maximum"}
    values: dict[str, Any] = {"maximum_ht": D(80_000), "motif_duree": "Amortissement"}
    with pytest.raises(Refus, match="motif"):
        saisie.preciser(**acte(marche), valeurs=values, motif="")
    values |= {"reconductions_prevues": 4, "reconduction_mois": 12, "preavis_mois": 2}
    saisie.preciser(**acte(marche), valeurs=values, motif="CCAP, articles 3 et 4")
    marche.refresh_from_db()
    assert relever(situation(marche, MAI).faits) == []
    assert (marche.date_fin, marche.date_fin_totale) == (date(2025, 12, 31), date(2029, 12, 31))
    with pytest.raises(Refus, match="déjà connue"):
        saisie.preciser(**acte(marche), valeurs={"maximum_ht": D(90_000)}, motif="CCAP")


@pytest.mark.parametrize(
    ("values", "phrase"),
    [
        ({}, "Rien n'est précisé"),
        ({"minimum_ht": D(200_000)}, "dépasse le maximum"),
        ({"reconductions_prevues": 2}, "Indiquez ensemble"),
        ({"reconductions_prevues": 4, "reconduction_mois": 12}, "première période"),
        ({"maximum_quantite": D(0)}, "supérieur à zéro"),
    ],
)
def test_precisions_that_cannot_hold(ght: Ght, values: dict[str, Any], phrase: str) -> None:
    marche = notifie(ght, reconductions_prevues=0, reconduction_mois=None, preavis_mois=None)
    with pytest.raises(Refus, match=phrase):
        saisie.preciser(**acte(marche), valeurs=values, motif="CCAP")
