"""A procedure from its creation to its contracts, and what stands in the way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fanal.journal.models import Entree
from fanal.marches.models import Marche
from fanal.procedures.actions import attribution, etats, lots, offres
from fanal.procedures.actions.procedures import creer, modifier
from fanal.procedures.models import Procedure
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Ght
from tests.procedures.outils import (
    AOO,
    CRITERES,
    INSTANT,
    JOUR,
    avec_offres,
    en_analyse,
    fournisseur,
    lancee,
    lot,
    marche,
    membres,
    nouvelle,
    prete,
)

pytestmark = pytest.mark.django_db
TROIS = [("Alpha", 100_000, "15", "12"), ("Bêta", 120_000, "18", "14"), ("Gamma", 90_000, "9", "10")]
REJETS = date(2026, 12, 20)


def choisir(p: Procedure, retenue: str, numero: int = 1, **champs: Any) -> None:
    toutes = {o.fournisseur.nom: o for o in lot(p, numero).offres.select_related("fournisseur")}
    champs.setdefault("motif", "")
    champs.setdefault("rejets_envoyes_le", REJETS)
    attribution.choisir(
        procedure=p,
        lot=numero,
        retenues=[toutes[retenue].pk],
        motifs_rejet={
            o.pk: f"Moins bien classée que {retenue}." for nom, o in toutes.items() if nom != retenue
        },
        le=date(2026, 12, 21),
        by=None,
        instant=INSTANT,
        **champs,
    )


def contrat(beneficiaires: list[Etablissement], **champs: Any) -> attribution.Contrat:
    defaut: dict[str, Any] = {
        "identifiant": "2027-100",
        "date_signature": date(2026, 12, 31),
        "date_debut": date(2027, 12, 1),
        "duree_mois": 48,
        "montant": Decimal(250_000),
        "maximum_ht": Decimal(250_000),
        "accord_cadre": True,
        "modalites": ("Bons de commande",),
        "beneficiaires": beneficiaires,
        "reconductions": 3,
        "reconduction_mois": 12,
    }
    return attribution.Contrat(**{**defaut, **champs})


def test_creation_lays_the_calendar_backwards(ght: Ght) -> None:
    p = nouvelle(ght, procedure=AOO)
    jalons = list(p.jalons.order_by("prevu_le", "ordre"))
    assert jalons[0].code == "recensement"
    assert (jalons[-1].code, jalons[-1].prevu_le) == ("execution", date(2027, 12, 1))
    assert p.numero == "2026-001"
    assert nouvelle(ght).numero == "2026-002"
    assert Entree.objects.filter(action="procedure.creer", objet_id=str(p.pk)).exists()


def test_a_title_and_a_nature_are_due(ght: Ght) -> None:
    with pytest.raises(Refus, match="intitulé"):
        nouvelle(ght, intitule="  ")
    with pytest.raises(Refus, match="nature"):
        creer(ght=ght, intitule="X", nature_achat="vent", by=None, instant=INSTANT)


def test_two_people_edit_at_once(ght: Ght) -> None:
    p = nouvelle(ght)
    modifier(procedure=p, champs={"famille": "Santé"}, verrou=p.verrou, by=None, instant=INSTANT)
    with pytest.raises(Refus, match="autre personne"):
        modifier(procedure=p, champs={"famille": "Autre"}, verrou=p.verrou, by=None, instant=INSTANT)
    p.refresh_from_db()
    assert p.famille == "Santé"


def test_another_need_lays_the_calendar_again_but_keeps_what_is_done(ght: Ght) -> None:
    p = prete(ght)
    fait = p.jalons.get(code="redaction")
    modifier(procedure=p, champs={"date_besoin": date(2028, 3, 1)}, verrou=None, by=None, instant=INSTANT)
    assert p.jalons.get(code="execution").prevu_le == date(2028, 3, 1)
    assert p.jalons.get(code="redaction").realise_le == fait.realise_le == JOUR


def test_lots_and_criteria_are_frozen_at_the_launch(ght: Ght) -> None:
    p = lancee(ght)
    with pytest.raises(Refus, match="lots"):
        lots.enregistrer_lot(
            procedure=p,
            numero=1,
            intitule="X",
            criteres=CRITERES,
            by=None,
            instant=INSTANT,
            verrou=None,
        )
    with pytest.raises(Refus, match="valeur estimée"):
        modifier(procedure=p, champs={"montant_estime_ht": Decimal(1)}, verrou=None, by=None, instant=INSTANT)


def test_the_minimum_time_of_an_open_call_is_kept(ght: Ght) -> None:
    """R2161-2 and R2161-3: 35 days, 30 by electronic means, 15 with a reasoned urgency."""
    p = prete(ght)
    options: dict[str, Any] = {
        "procedure": p,
        "code": "lancer",
        "le": JOUR,
        "verrou": None,
        "by": None,
        "instant": INSTANT,
        "date_lancement": JOUR,
    }
    with pytest.raises(Refus, match="30 jours"):
        etats.franchir(**options, date_limite=date(2026, 12, 1))
    with pytest.raises(Refus, match="motif"):
        etats.franchir(**options, date_limite=date(2026, 11, 18), reduction="urgence")
    faite = etats.franchir(**options, date_limite=date(2026, 11, 18), reduction="urgence", motif="Rupture")
    assert faite.etat == "lancee"


def test_the_advice_of_the_launch_day_is_kept_and_a_conditional_route_is_reasoned(ght: Ght) -> None:
    """400,000 € excl. VAT of supplies on 2 November 2026: a formal procedure, unless a route is reasoned."""
    p = prete(ght, procedure="Procédure adaptée")
    options: dict[str, Any] = {
        "procedure": p,
        "code": "lancer",
        "le": JOUR,
        "verrou": None,
        "by": None,
        "instant": INSTANT,
        "date_lancement": JOUR,
        "date_limite": date(2026, 12, 4),
    }
    with pytest.raises(Refus, match="Appel d'offres ouvert"):
        etats.franchir(**options)
    p.refresh_from_db()
    assert (p.etat, p.conseil) == ("redaction", {})
    faite = etats.franchir(**options, motif="Petits lots (R2123-1)")
    assert AOO in faite.conseil["procedures"]
    assert faite.conseil["sources"]


def test_a_late_offer_is_kept_as_irregular(ght: Ght) -> None:
    p = lancee(ght)
    tardive = offres.recevoir(
        procedure=p,
        lot=1,
        fournisseur=fournisseur("Tardive"),
        recue_le=datetime(2026, 12, 5, 9, 0, tzinfo=UTC),
        montant_ht=Decimal(10),
        by=None,
        instant=INSTANT,
    )
    tardive.refresh_from_db()
    assert tardive.sort == "irreguliere"
    assert "R2151-5" in tardive.motif


def test_setting_an_offer_aside_ranks_again(ght: Ght) -> None:
    p = lancee(ght)
    alpha, beta, gamma = avec_offres(p, 1, TROIS)
    alpha.refresh_from_db()
    assert alpha.rang == 1
    offres.ecarter(procedure=p, lot=1, offre=gamma.pk, motif="Non conforme", by=None, instant=INSTANT)
    for o in (alpha, beta, gamma):
        o.refresh_from_db()
    # Without the lowest price, Alpha's mark of price is the maximum: 60 + 22,5 + 6 = 88,5; Bêta 50 + 27 + 7.
    assert (alpha.rang, beta.rang, gamma.rang) == (1, 2, None)
    offres.reintegrer(procedure=p, lot=1, offre=gamma.pk, motif="Régularisée", by=None, instant=INSTANT)
    gamma.refresh_from_db()
    assert gamma.rang == 3


def test_from_the_choice_to_the_contract(ght: Ght) -> None:
    ancien = marche(ght, "2023-01", date_fin_totale=date(2027, 11, 30))
    p = lancee(
        ght, remplace=[ancien], actions=[(2026, "A1")], code_cpv="33141420", acheteur_fonction="Achats"
    )
    avec_offres(p, 1, TROIS)
    refusee = fournisseur("Delta")
    quatrieme = offres.recevoir(
        procedure=p,
        lot=1,
        fournisseur=refusee,
        recue_le=datetime(2026, 12, 3, 9, 0, tzinfo=UTC),
        montant_ht=None,
        by=None,
        instant=INSTANT,
    )
    offres.ecarter(procedure=p, lot=1, offre=quatrieme.pk, motif="Sans prix", by=None, instant=INSTANT)
    en_analyse(p)
    choisir(p, "Alpha")
    signe = {"procedure": p, "lot": 1, "by": None, "instant": INSTANT}
    with pytest.raises(Refus, match="31/12/2026"):
        attribution.signer(**signe, contrat=contrat(membres(ght), date_signature=date(2026, 12, 30)))
    m = attribution.signer(**signe, contrat=contrat(membres(ght), successeur_de=ancien))
    assert (m.nature, m.procedure, m.code_cpv) == ("Marché", AOO, "33141420")
    assert m.offres_recues == 4  # the irregular one counts
    assert (m.techniques, m.modalites_execution) == (["Accord-cadre"], ["Bons de commande"])
    assert [t.fournisseur.nom for t in m.titulaires.all()] == ["Alpha"]
    assert (m.maximum_ht, m.duree_mois, m.date_fin_totale) == (250_000, 48, date(2031, 11, 30))
    assert (m.reconductions_prevues, m.date_fin) == (3, date(2028, 11, 30))
    assert m.considerations_environnementales == ["Critère environnemental"]
    assert m.successeur_de == ancien
    assert m.acheteur_fonction == "Achats"
    assert m.acheteur is not None and m.acheteur.finess == "210000001"
    assert {b.etablissement.finess for b in m.beneficiaires.all()} == {"210000001", "210000002"}
    assert [(x.annee, x.identifiant_action) for x in m.actions.all()] == [(2026, "A1")]
    assert list(lot(p).marches.all()) == [m]
    p.refresh_from_db()
    assert p.etat == "analyse"  # lot 2 waits
    attribution.clore_lot(
        procedure=p, lot=2, issue="infructueux", motif="Aucune offre", by=None, instant=INSTANT
    )
    p.refresh_from_db()
    assert p.etat == "attribuee"
    with pytest.raises(Refus, match="notifiés"):
        etats.franchir(procedure=p, code="terminer", le=JOUR, verrou=None, by=None, instant=INSTANT)
    Marche.objects.filter(pk=m.pk).update(date_notification=date(2027, 1, 5))
    assert etats.franchir(
        procedure=p, code="terminer", le=JOUR, verrou=None, by=None, instant=INSTANT
    ).etat == ("terminee")


def test_no_signature_before_the_rejections_left(ght: Ght) -> None:
    p = lancee(ght, 2)
    avec_offres(p, 1, TROIS)
    en_analyse(p)
    choisir(p, "Alpha", rejets_envoyes_le=None)
    with pytest.raises(Refus, match="lettres de rejet"):
        attribution.signer(procedure=p, lot=1, contrat=contrat(membres(ght)), by=None, instant=INSTANT)


def test_an_only_tenderer_waits_for_nobody(ght: Ght) -> None:
    """R2182-2: no standstill when the winner was alone."""
    p = lancee(ght, 2)
    avec_offres(p, 1, TROIS[:1])
    en_analyse(p)
    choisir(p, "Alpha", rejets_envoyes_le=None)
    assert attribution.signer(procedure=p, lot=1, contrat=contrat(membres(ght)), by=None, instant=INSTANT)


def test_two_contracts_do_not_bear_the_same_number(ght: Ght) -> None:
    p = lancee(ght, 2)
    for numero in (1, 2):
        avec_offres(p, numero, TROIS)
    en_analyse(p)
    for numero in (1, 2):
        choisir(p, "Alpha", numero)
    attribution.signer(procedure=p, lot=1, contrat=contrat(membres(ght)), by=None, instant=INSTANT)
    with pytest.raises(Refus, match="2027-100"):
        attribution.signer(procedure=p, lot=2, contrat=contrat(membres(ght)), by=None, instant=INSTANT)


def test_going_back_on_a_choice(ght: Ght) -> None:
    p = lancee(ght, 2)
    avec_offres(p, 1, TROIS)
    en_analyse(p)
    choisir(p, "Alpha")
    with pytest.raises(Refus, match="décidé"):
        choisir(p, "Alpha")
    attribution.revenir(procedure=p, lot=1, motif="Erreur de note", by=None, instant=INSTANT)
    assert {o.sort for o in lot(p).offres.all()} == {"classee"}
    assert lot(p).rejets_envoyes_le is None
    choisir(p, "Bêta", motif="La première ne peut pas exécuter (R2181-7).")
    assert lot(p).offres.get(sort="retenue").fournisseur.nom == "Bêta"


def test_what_found_nobody_is_launched_again(ght: Ght) -> None:
    ancien = marche(ght)
    p = lancee(ght, 2, remplace=[ancien])
    etats.franchir(
        procedure=p, code="infructueuse", le=JOUR, verrou=None, by=None, instant=INSTANT, motif="Aucune offre"
    )
    p.refresh_from_db()
    suite = etats.relancer(
        procedure=p, libelle="Procédure avec négociation", date_besoin=None, by=None, instant=INSTANT
    )
    assert (suite.etat, suite.suite_de, suite.lots.count()) == ("planifiee", p, 2)
    assert list(suite.remplace.all()) == [ancien]
    assert suite.lots.get(numero=1).criteres == lot(p).criteres
    with pytest.raises(Refus, match="existe déjà"):
        etats.relancer(procedure=p, libelle=AOO, date_besoin=None, by=None, instant=INSTANT)


def test_a_survey_that_was_not_held_is_not_late(ght: Ght) -> None:
    assert not prete(ght).jalons.filter(code="recensement").exists()
