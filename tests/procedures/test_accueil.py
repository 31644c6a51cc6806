"""What the home page, the search field and the morning's e-mails say of procedures."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from fanal.comptes.models import Utilisateur
from fanal.procedures.accueil import taches
from fanal.procedures.actions import attribution, recensement
from fanal.procedures.actions.liens import lier_action
from fanal.procedures.actions.relances import relancer
from fanal.procedures.recherche import trouver
from fanal.refus import Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.procedures.outils import (
    AOO,
    INSTANT,
    JOUR,
    avec_offres,
    en_analyse,
    lancee,
    lot,
    membres,
    nouvelle,
)

pytestmark = pytest.mark.django_db


def test_milestones_due_and_late(
    ght: Ght, utilisateurs: dict[str, Utilisateur], utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    p = nouvelle(ght, procedure=AOO, date_besoin=date(2027, 6, 1))
    premier = p.jalons.order_by("prevu_le").first()
    assert premier is not None
    veille, lendemain = premier.prevu_le - timedelta(days=1), premier.prevu_le + timedelta(days=1)
    user = utilisateurs["acheteur"]
    assert [t.etat for t in taches(user, veille)] == ["du"]
    assert [t.etat for t in taches(user, lendemain)] == ["en_retard"]
    assert list(taches(user, premier.prevu_le - timedelta(days=40))) == []
    assert list(taches(utilisateurs_ailleurs["acheteur"], lendemain)) == []
    assert list(taches(utilisateurs["dgos"], lendemain)) == []


def test_an_establishment_is_asked(ght: Ght, creer_utilisateur: Callable[..., Utilisateur]) -> None:
    partie = membres(ght)[1]
    user = creer_utilisateur("pharmacien", Noeud("etablissement", partie))
    r = recensement.ouvrir(
        procedure=nouvelle(ght),
        echeance=JOUR + timedelta(days=5),
        etablissements=membres(ght),
        consigne="",
        le=JOUR,
        verrou=None,
        by=None,
        instant=INSTANT,
    )
    [tache] = taches(user, JOUR)
    assert partie.finess in tache.url and tache.etat == "du"
    assert [t.etat for t in taches(user, JOUR + timedelta(days=6))] == ["en_retard"]
    recensement.repondre(recensement=r, etablissement=partie, besoins=[], by=user, instant=INSTANT)
    assert list(taches(user, JOUR)) == []


def test_rejections_then_signature(ght: Ght, utilisateurs: dict[str, Utilisateur]) -> None:
    p = lancee(ght, date_besoin=date(2029, 1, 1))
    alpha, beta = avec_offres(p, 1, [("Alpha", 100, "15", "12"), ("Bêta", 120, "8", "4")])
    en_analyse(p)
    attribution.choisir(
        procedure=p,
        lot=1,
        retenues=[alpha.pk],
        motif="",
        motifs_rejet={beta.pk: "Moins bien classée"},
        rejets_envoyes_le=None,
        le=JOUR,
        by=None,
        instant=INSTANT,
    )
    user = utilisateurs["directeur_achats"]

    def titres(le: date) -> list[str]:
        return [t.titre for t in taches(user, le) if "lot 1" in t.titre]

    assert titres(JOUR)[0].startswith("Envoyer les rejets")
    attribution.noter_rejets(procedure=p, lot=1, envoyes_le=JOUR, le=JOUR, by=None, instant=INSTANT)
    assert titres(JOUR + timedelta(days=10)) == []
    assert titres(JOUR + timedelta(days=11))[0].startswith("Signer")
    assert lot(p).issue == "choisi"


def test_milestones_are_recalled_once_in_one_message(ght: Ght, utilisateurs: dict[str, Utilisateur]) -> None:
    for titre in ("Gants", "Masques"):
        nouvelle(ght, intitule=titre, procedure=AOO, date_besoin=date(2027, 12, 1))
    jalon = nouvelle(ght, procedure=AOO, date_besoin=date(2027, 12, 1)).jalons.order_by("prevu_le").first()
    assert jalon is not None
    le = jalon.prevu_le - timedelta(days=15)
    instant = datetime(le.year, le.month, le.day, 7, tzinfo=UTC)
    relancer(le=le, instant=instant)
    recus = [m for m in mail.outbox if m.to == ["acheteur@essai.example"]]
    assert len(recus) == 1
    assert recus[0].subject == "Procédures : 3 jalons approchent"
    assert "Gants" in recus[0].body and "Masques" in recus[0].body
    relancer(le=le, instant=instant)
    assert len([m for m in mail.outbox if m.to == ["acheteur@essai.example"]]) == 1
    assert not any(m.to == ["acheteur.ailleurs@essai.example"] for m in mail.outbox)


def test_search(
    ght: Ght, utilisateurs: dict[str, Utilisateur], utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    nouvelle(ght, intitule="Pansements hydrocellulaires", code_cpv="33141110", montant_estime_ht=Decimal(1))
    for texte in ("hydrocell", "2026-001", "331411"):
        assert [r.titre for r in trouver(utilisateurs["acheteur"], texte, JOUR)] == [
            "Pansements hydrocellulaires"
        ]
        assert list(trouver(utilisateurs_ailleurs["acheteur"], texte, JOUR)) == []
        assert list(trouver(utilisateurs["lecteur"], texte, JOUR)) == []


def test_an_action_outside_the_plan_is_not_linked(ght: Ght) -> None:
    with pytest.raises(Refus, match="plan 2026"):
        lier_action(procedure=nouvelle(ght), annee=2026, identifiant="X", by=None, instant=INSTANT)
