"""The plan played through the platform gives what the plan computes; a second run changes nothing."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import override_settings

from fanal.achats.queries.performance import performance
from fanal.achats.resultats_publies import table
from fanal.campagnes.models import Campagne, Decision, Dossier, Publication
from fanal.comptes.models import Utilisateur
from fanal.comptes.roles import ROLES
from fanal.demonstration.lignes.ensemble import order, plan_lines
from fanal.demonstration.lignes.modele import Verdict
from fanal.demonstration.models import GesteAccompli
from fanal.demonstration.plan.modele import Plan
from fanal.demonstration.scenario import calendrier, comptes, execution, lignes
from fanal.depenses.models import DepotLignes, ProduitReference
from fanal.depenses.queries.gains import preuve
from fanal.depots.models import Correspondance
from fanal.journal.queries import verifier
from fanal.refus import Inutilisable, Refus
from fanal.territoires import queries as territoires
from fanal.territoires.models import Ght
from tests.demonstration import naif
from tests.demonstration.reduit import reduce

LIGNES = 6_000
EXPECTED = {
    Verdict.CONFIRME: "confirme",
    Verdict.PARTIEL_PRIX: "partiellement_confirme",
    Verdict.PARTIEL_CONTRAT: "partiellement_confirme",
    Verdict.PRIX_INCHANGE: "non_confirme",
    Verdict.CONTRAT_INUTILISE: "non_mesurable",
    Verdict.AUTRE_EFFET: "non_mesurable",
    Verdict.A_RAPPROCHER: "non_mesurable",
    Verdict.SANS_NUMERO: "non_mesurable",
    Verdict.SANS_LIGNES: "non_mesurable",
}


def quiet(*_: object) -> None:
    """No progress shown."""


def test_the_calendar_is_ordered_and_its_gestures_are_distinct(plan: Plan, tmp_path: Path) -> None:
    from fanal.demonstration.classeurs.ensemble import write_all

    gestes = calendrier.schedule(plan, write_all(reduce(plan), tmp_path))
    assert [g.instant for g in gestes] == sorted(g.instant for g in gestes)
    assert len({g.cle for g in gestes}) == len(gestes)
    assert gestes[-1].cle == execution.DERNIER


def test_each_role_has_an_account() -> None:
    assert [c.titre for c in comptes.shown_accounts()] == [r.titre for r in ROLES.values()]
    assert all(c.email.endswith("@demo.fanal.example") for c in comptes.shown_accounts())


@pytest.mark.django_db
def test_nothing_is_built_in_production() -> None:
    with override_settings(PRODUCTION=True), pytest.raises(Inutilisable, match="production"):
        execution.build(quiet)
    assert not Ght.objects.filter(demonstration=True).exists()
    assert not Utilisateur.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_small_plan_is_played_once(plan: Plan) -> None:
    petit = reduce(plan)
    joues = execution.play(petit, quiet)
    assert joues == GesteAccompli.objects.count() > 60
    assert execution.is_complete()
    for annee in (2020, 2021):
        _check_year(petit, annee)
    _check_open_campaign()
    journal = verifier()
    assert journal.ok, journal.fautes
    assert execution.play(petit, quiet) == 0
    assert execution.build(quiet, 0) == 0
    assert verifier().entrees == journal.entrees
    _check_lines(petit)


def _check_lines(plan: Plan) -> None:
    """Order lines come by the ordinary path, once; asking for more adds to them, for less changes nothing."""
    assert lignes.play(plan, LIGNES, quiet) > 4
    deposits = {d.depot.nom_fichier: d for d in DepotLignes.objects.select_related("depot")}
    first = deposits["lignes_BRE-D01.csv"]
    maison = deposits["lignes_BRE-D01_meridienne.csv"]
    assert first.lues + maison.lues == LIGNES and first.acceptees == first.lues - 12
    assert first.ecartees == 12 and maison.ecartees == 0
    assert deposits["lignes_BRE-D01_correction.csv"].corrigees > 0
    assert deposits["lignes_BRE-D01_2021-03.csv"].remplacees > 0
    rules = {a.regle: a.nombre for a in first.anomalies.all()}
    assert rules["montant"] == rules["doublon"] == rules["etablissement_inconnu"] == 2
    assert Correspondance.objects.filter(format="lignes_commande", ght__code="BRE-D01").count() == 1
    assert ProduitReference.objects.filter(demonstration=True).count() > 500
    assert lignes.play(plan, LIGNES, quiet) == lignes.play(plan, 100, quiet) == 0
    assert lignes.built() == LIGNES
    _check_gains(plan)
    known = DepotLignes.objects.count()
    assert lignes.play(plan, LIGNES + 500, quiet) > 1
    added = DepotLignes.objects.order_by("-id")[: DepotLignes.objects.count() - known]
    assert sum(d.lues for d in added) == 500 == sum(d.acceptees for d in added)
    assert verifier().ok


def _check_gains(plan: Plan) -> None:
    """What the platform says of the declared gains is what the lines were drawn to show."""
    code = order(plan)[0]
    wanted = {s.ligne.identifiant: s.verdict for s in plan_lines(plan, code).suivies}
    proofs = preuve(2021, territoires.ght(code), date(2026, 11, 20))
    seen = Counter((wanted[p.lue.action.identifiant], p.mesure.statut) for p in proofs)
    assert seen.total() == 200
    for verdict, status in EXPECTED.items():
        met = sum(n for (v, _), n in seen.items() if v is verdict)
        assert seen[verdict, status] >= 0.85 * met > 0, (verdict, seen)


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(Refus, match="100 000 000"):
        lignes.check_number(100_000_001)


def _check_year(plan: Plan, annee: int) -> None:
    """What the pages will show is what a naive reading of the plan gives."""
    consolidation = performance(annee)
    sommes = naif.consolidate(plan, annee)
    for resultat in consolidation.par_region:
        somme = sommes.get(resultat.code or "")
        if somme:
            assert resultat.gains_retenus * 100 == naif.retained(somme)
            assert resultat.gains_retires * 100 == somme["retire"]
            assert resultat.gains_declares * 100 == somme["declare"]
    assert consolidation.total.en_attente == 0
    assert Publication.objects.filter(campagne__annee=annee).count() == 1
    etapes = Dossier.objects.filter(campagne__annee=annee, format="paat").values_list("etape", flat=True)
    assert set(etapes) == {"publie"}


def _check_open_campaign() -> None:
    campagne = Campagne.objects.get(annee=2022)
    assert campagne.demonstration and campagne.cloture.year > 2030
    etapes = dict(campagne.dossiers.filter(format="paat").values_list("ght__code", "etape"))
    assert etapes == {"BRE-D02": "brouillon", "BRE-D03": "transmis", "BRE-D04": "observations"}
    assert campagne.repondants.filter(format="paat", ght__code="BRE-D01").exists()
    reprises = Decision.objects.filter(sens="repris", dossier__campagne__annee=2021)
    assert sum(d.montant or 0 for d in reprises) == Decimal("3394792.35")


@pytest.mark.lent
@pytest.mark.django_db(transaction=True)
def test_the_whole_demonstration_shows_the_published_tables() -> None:
    assert execution.build(quiet) > 1_500
    consolidation = performance(2021)
    assert round(consolidation.total.gains_retenus / 1_000_000, 1) == Decimal("363.1")
    assert round(consolidation.total.gains_retires / 1_000_000, 1) == Decimal("39.6")
    imprimes = table("performance_2021")
    for resultat in consolidation.par_region:
        if resultat.code in imprimes.lignes:
            gains = resultat.gains_retenus / 1_000_000
            assert round(gains, 1) == imprimes.valeur(resultat.code, "gains_retenus_meur")
    assert verifier().ok
    assert execution.build(quiet) == 0
