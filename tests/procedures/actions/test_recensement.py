"""Surveys of needs: answers by form and by file, reminders sent once, the value they give."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from fanal.comptes.models import Utilisateur
from fanal.moteurs.partage import repartir
from fanal.procedures.actions import recensement as actions
from fanal.procedures.actions.recensement import BesoinDonne
from fanal.procedures.actions.relances import nature_du_jour, relancer, relancer_maintenant
from fanal.procedures.actions.reponse_fichier import repondre_par_fichier
from fanal.procedures.models import Procedure, Recensement
from fanal.procedures.queries.besoins import consolidation, exprimes
from fanal.procedures.rules.attribution import partager
from fanal.refus import Introuvable, Inutilisable, Refus
from fanal.territoires.models import Etablissement, Ght
from tests.procedures.outils import INSTANT, JOUR, membres, nouvelle

ECHEANCE = date(2026, 11, 30)


@pytest.fixture
def ouvert(ght: Ght) -> Recensement:
    p = nouvelle(ght, duree_mois=48, code_cpv="33141420")
    return actions.ouvrir(
        procedure=p,
        echeance=ECHEANCE,
        etablissements=membres(ght),
        consigne="",
        le=JOUR,
        verrou=None,
        by=None,
        instant=INSTANT,
    )


def repondre(r: Recensement, e: Etablissement, *besoins: BesoinDonne) -> None:
    actions.repondre(recensement=r, etablissement=e, besoins=besoins, by=None, instant=INSTANT)


GANTS = BesoinDonne("Gants", quantite_annuelle=Decimal(10), montant_annuel_ht=Decimal(1000))
MASQUES = BesoinDonne("Masques", quantite_annuelle=None, montant_annuel_ht=None)


@pytest.mark.django_db
def test_opening_leads_to_the_state_and_asks_the_members_only(
    ouvert: Recensement, autre_etablissement: Etablissement
) -> None:
    assert ouvert.procedure.__class__.objects.get().etat == "recensement"
    with pytest.raises(Introuvable):
        repondre(ouvert, autre_etablissement, GANTS)


@pytest.mark.django_db
def test_an_answer_replaces_the_one_before_and_an_empty_one_is_an_answer(
    ouvert: Recensement, ght: Ght
) -> None:
    premier, second = membres(ght)
    repondre(ouvert, premier, GANTS, MASQUES)
    repondre(ouvert, premier, GANTS)
    repondre(ouvert, second)
    assert [r.besoins.count() for r in ouvert.reponses.all()] == [1, 0]
    assert ouvert.reponses.filter(repondu_le=None).count() == 0


@pytest.mark.django_db
def test_the_same_need_twice_is_refused_and_nothing_is_lost(ouvert: Recensement, ght: Ght) -> None:
    repondre(ouvert, membres(ght)[0], GANTS)
    with pytest.raises(Refus, match="deux fois"):
        repondre(ouvert, membres(ght)[0], GANTS, BesoinDonne("GANTS"))
    assert ouvert.reponses.first().besoins.count() == 1  # type: ignore[union-attr]


@pytest.mark.django_db
def test_closing_gives_the_estimated_value(ouvert: Recensement, ght: Ght) -> None:
    repondre(ouvert, membres(ght)[0], GANTS)
    with pytest.raises(Refus, match="n'ont pas répondu"):
        actions.fermer(recensement=ouvert, montant=None, motif="", le=JOUR, by=None, instant=INSTANT)
    repondre(ouvert, membres(ght)[1], MASQUES)
    with pytest.raises(Refus, match="pourquoi"):
        actions.fermer(recensement=ouvert, montant=Decimal(1), motif="", le=JOUR, by=None, instant=INSTANT)
    vue = actions.fermer(recensement=ouvert, montant=None, motif="", le=JOUR, by=None, instant=INSTANT)
    assert (vue.annuel, vue.valeur, vue.sans_montant) == (1000, 4000, 1)
    assert Procedure.objects.get().montant_estime_ht == 4000
    with pytest.raises(Refus, match="fermé"):
        repondre(ouvert, membres(ght)[0], GANTS)


@pytest.mark.django_db
def test_compared_with_the_last_survey(ouvert: Recensement, ght: Ght) -> None:
    repondre(ouvert, membres(ght)[0], GANTS)
    actions.fermer(recensement=ouvert, montant=None, motif="Seul", le=JOUR, by=None, instant=INSTANT)
    suivante = nouvelle(ght, code_cpv="33141420")
    autre = actions.ouvrir(
        procedure=suivante,
        echeance=ECHEANCE,
        etablissements=membres(ght),
        consigne="",
        le=JOUR,
        verrou=None,
        by=None,
        instant=INSTANT,
    )
    vue = consolidation(autre, JOUR)
    assert vue.precedent == ouvert
    assert vue.avant == {"nom:gants": Decimal(1000)}


@pytest.mark.django_db
def test_who_needs_a_lot(ouvert: Recensement, ght: Ght) -> None:
    premier, second = membres(ght)
    repondre(ouvert, premier, GANTS, BesoinDonne("Masques", lot=2, montant_annuel_ht=Decimal(50)))
    repondre(ouvert, second, BesoinDonne("Masques", lot=2, quantite_annuelle=Decimal(0)))
    assert exprimes(ouvert.procedure, 1) == {premier.pk: Decimal(1000)}
    assert exprimes(ouvert.procedure, 2) == {premier.pk: Decimal(1050)}


@pytest.mark.django_db
def test_by_file_with_french_numbers_and_faults_told(ouvert: Recensement, ght: Ght, tmp_path: Path) -> None:
    fichier = tmp_path / "besoins.csv"
    fichier.write_text(
        "Désignation;Code produit;Unité;Quantité;Montant HT\n"
        "Gants M;340001;boîte;1 200;5 400,50\n"
        "Gants L;340002;boîte;NC;\n"
        "Gants S;340003;boîte;beaucoup;10\n"
    )
    reponse, lecture = repondre_par_fichier(
        recensement=ouvert,
        etablissement=membres(ght)[0],
        chemin=fichier,
        nom_fichier="besoins.csv",
        by=None,
        instant=INSTANT,
        isolee=False,
    )
    assert (lecture.lues, lecture.acceptees, lecture.ecartees) == (3, 2, 1)
    besoins = {b.designation: b for b in reponse.besoins.all()}
    assert besoins["Gants M"].montant_annuel_ht == Decimal("5400.50")
    assert besoins["Gants M"].quantite_annuelle == 1200
    assert besoins["Gants L"].quantite_annuelle is None  # unknown, not zero
    assert reponse.depot is not None and reponse.depot.nom_fichier == "besoins.csv"


@pytest.mark.django_db
def test_a_file_of_something_else_changes_nothing(ouvert: Recensement, ght: Ght, tmp_path: Path) -> None:
    repondre(ouvert, membres(ght)[0], GANTS)
    fichier = tmp_path / "autre.csv"
    fichier.write_text("a;b\n1;2\n")
    with pytest.raises(Inutilisable):
        repondre_par_fichier(
            recensement=ouvert,
            etablissement=membres(ght)[0],
            chemin=fichier,
            nom_fichier="autre.csv",
            by=None,
            instant=INSTANT,
            isolee=False,
        )
    assert ouvert.reponses.first().besoins.count() == 1  # type: ignore[union-attr]


@pytest.mark.django_db
def test_reminders_leave_once(ouvert: Recensement, ght: Ght, utilisateurs: dict[str, Utilisateur]) -> None:
    repondre(ouvert, membres(ght)[0], GANTS)
    le = ECHEANCE - timedelta(days=7)
    instant = datetime.combine(le, datetime.min.time(), tzinfo=UTC)
    bilan = relancer(le=le, instant=instant)
    besoins = [m for m in mail.outbox if "ecensement" in m.subject]
    assert len(bilan.envoyees) >= 1
    # Nobody holds besoin.saisir on that very establishment: the buyers of the GHT are told.
    assert besoins and all("210000002" in m.body for m in besoins)
    avant = len(mail.outbox)
    assert relancer(le=le, instant=instant).envoyees == []
    assert len(mail.outbox) == avant
    assert relancer(le=le + timedelta(days=6), instant=instant).envoyees  # J-1 is another reminder


@pytest.mark.django_db
def test_reminding_now_once_a_day(
    ouvert: Recensement, ght: Ght, utilisateurs: dict[str, Utilisateur]
) -> None:
    options = {"recensement": ouvert, "le": JOUR, "instant": INSTANT, "by": None}
    with pytest.raises(Refus, match="choisi"):
        relancer_maintenant(etablissements=[], **options)  # type: ignore[arg-type]
    tous = [e.finess for e in membres(ght)]
    assert len(relancer_maintenant(etablissements=tous, **options).envoyees) == 2  # type: ignore[arg-type]
    assert relancer_maintenant(etablissements=tous, **options).deja == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("avant", "attendu"), [(20, None), (15, 15), (10, 15), (7, 7), (1, 1), (0, 1), (-1, None)]
)
def test_the_threshold_of_the_day(avant: int, attendu: int | None) -> None:
    nature = nature_du_jour(ECHEANCE, ECHEANCE - timedelta(days=avant), (15, 7, 1))
    assert nature == (None if attendu is None else f"J-{attendu} 2026-11-30")


montants = st.none() | st.integers(0, 10**9).map(lambda c: Decimal(c) / 100)


@given(st.integers(1, 10**11), st.dictionaries(st.integers(1, 99), montants, max_size=8))
def test_shares_of_the_maximum_sum_to_it(centimes: int, besoins: dict[int, Decimal | None]) -> None:
    maximum = Decimal(centimes) / 100
    poids = partager(maximum, besoins)
    if not besoins or None in besoins.values() or not sum(b or 0 for b in besoins.values()):
        assert poids is None
        return
    assert poids is not None
    parts = repartir(centimes, list(poids.values()))
    assert sum(parts) == centimes
    total = sum((b for b in besoins.values() if b is not None), Decimal(0))
    for cle, part in zip(poids, parts, strict=True):
        assert abs(Decimal(part) - centimes * (besoins[cle] or 0) / total) < 1
