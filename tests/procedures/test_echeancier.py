"""The schedule: which contracts call for a procedure, when, and what is created from them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fanal.comptes.perimetre import PARTOUT, Perimetre
from fanal.marches.models import Marche
from fanal.procedures.actions.enchainement import creer_en_nombre
from fanal.procedures.actions.etats import franchir
from fanal.procedures.queries.apercu import apercu_creation
from fanal.procedures.queries.droit import delais
from fanal.procedures.queries.echeancier import Filtres, echeancier, libelle_presume
from fanal.procedures.queries.jalons import delais_par_epoque
from fanal.refus import Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.procedures.outils import INSTANT, JOUR, marche, membres, nouvelle

pytestmark = pytest.mark.django_db


def fini(ght: Ght, identifiant: str, fin: date | None, **champs: Any) -> Marche:
    return marche(ght, identifiant, date_fin_totale=fin, date_debut=date(2024, 1, 1), **champs)


def lus(ght: Ght, **filtres: Any) -> Any:
    vu = Perimetre(ghts=frozenset({ght.pk}))
    return echeancier(vu, Noeud("ght", ght), Filtres(**filtres), JOUR)


def test_what_ends_without_a_successor(ght: Ght, autre_ght: Ght) -> None:
    fini(ght, "A", date(2027, 6, 30))
    fini(ght, "B", None, duree_mois=None)
    fini(ght, "C", date(2020, 1, 1))
    fini(ght, "D", date(2040, 1, 1))
    suivi = fini(ght, "E", date(2027, 7, 31))
    fini(ght, "F", date(2031, 7, 31), successeur_de=suivi)
    fini(autre_ght, "Z", date(2027, 6, 30))
    vue = lus(ght)
    assert [x.marche.identifiant for x in vue.a_programmer] == ["A"]
    # F is beyond the horizon with D; E has its successor; Z belongs to another GHT.
    assert (vue.inconnus, vue.anciens, vue.lointains) == (1, 1, 2)
    seul = vue.a_programmer[0]
    assert seul.programme.besoin == date(2027, 7, 1)
    assert seul.programme.debut < seul.programme.lancement < seul.programme.besoin


def test_a_live_procedure_answers_for_the_contract_until_it_fails(ght: Ght) -> None:
    ancien = fini(ght, "A", date(2027, 6, 30))
    p = nouvelle(ght, remplace=[ancien])
    assert lus(ght).a_programmer == []
    assert [x.procedure for x in lus(ght).programmees] == [p]
    franchir(procedure=p, code="sans_suite", le=JOUR, verrou=None, by=None, instant=INSTANT, motif="Abandon")
    assert [x.marche for x in lus(ght).a_programmer] == [ancien]


def test_lateness_is_said(ght: Ght) -> None:
    fini(ght, "A", date(2026, 12, 31))
    [x] = lus(ght).a_programmer
    assert x.programme.retard == (JOUR - x.programme.debut).days > 0


def test_workload_keeps_every_day(ght: Ght) -> None:
    fini(ght, "A", date(2027, 6, 30), acheteur_fonction="Santé")
    fini(ght, "B", date(2027, 9, 30), montant=Decimal(50_000))
    nouvelle(ght, acheteur_fonction="Santé", charge_jours=Decimal("7.5"))
    vue = lus(ght)
    par = {f: sum(c.values(), Decimal(0)) for f, c in vue.charge.items()}
    assert par == {"Santé": Decimal("32.5"), "Sans fonction": Decimal(12)}


def test_filters(ght: Ght) -> None:
    fini(ght, "A", date(2027, 6, 30), famille="Santé", acheteur_fonction="X", code_cpv="33140000")
    fini(ght, "B", date(2028, 6, 30))
    assert [x.marche.identifiant for x in lus(ght, famille="Santé").a_programmer] == ["A"]
    assert [x.marche.identifiant for x in lus(ght, cpv="33").a_programmer] == ["A"]
    assert [x.marche.identifiant for x in lus(ght, fonction="Sans fonction").a_programmer] == ["B"]
    assert [x.marche.identifiant for x in lus(ght, horizon_mois=12).a_programmer] == ["A"]


def test_the_presumed_procedure_follows_the_threshold(ght: Ght) -> None:
    """216,000 € excl. VAT since 1 January 2026 for supplies of hospitals; 5,404,000 € for works."""
    assert libelle_presume(fini(ght, "A", None, montant=Decimal(215_999)), JOUR) == "Procédure adaptée"
    assert libelle_presume(fini(ght, "B", None, montant=Decimal(216_000)), JOUR) == "Appel d'offres ouvert"
    travaux = fini(ght, "C", None, montant=Decimal(5_000_000), nature_achat="travaux")
    assert libelle_presume(travaux, JOUR) == "Procédure adaptée"
    assert libelle_presume(fini(ght, "D", None), JOUR) == "Appel d'offres ouvert"


def test_many_at_once_from_a_preview(ght: Ght, autre_ght: Ght) -> None:
    a = fini(ght, "A", date(2027, 6, 30), montant=Decimal(100_000), famille="Santé")
    b = fini(ght, "B", date(2027, 3, 31), montant=Decimal(200_000), famille="Santé")
    z = fini(autre_ght, "Z", date(2027, 6, 30))
    gere = Perimetre(ghts=frozenset({ght.pk}))
    un_par_un = apercu_creation([a, b, z], gere, JOUR)
    assert [p.marches for p in un_par_un.prevues] == [(a,), (b,)]
    assert [m for m, _ in un_par_un.refus] == [z]
    ensemble = apercu_creation([a, b], gere, JOUR, ensemble=True)
    [prevue] = ensemble.prevues
    assert (prevue.montant_estime_ht, prevue.date_besoin, prevue.famille) == (
        300_000,
        date(2027, 4, 1),
        "Santé",
    )
    [creee] = creer_en_nombre(apercu=ensemble, by=None, instant=INSTANT)
    assert set(creee.remplace.all()) == {a, b}
    assert creee.jalons.exists()
    encore = apercu_creation([a], gere, JOUR)
    assert encore.prevues == [] and creee.numero in encore.refus[0][1]


def test_an_older_contract_of_an_establishment_is_planned_by_its_ght(ght: Ght) -> None:
    partie = membres(ght)[1]
    ancien = fini(ght, "P", date(2027, 6, 30), niveau="etablissement", etablissement=partie)
    vu = Perimetre(ghts=frozenset({ght.pk}), etablissements=frozenset({partie.pk}))
    vue = echeancier(vu, Noeud("ght", ght), Filtres(), JOUR)
    assert [x.marche for x in vue.a_programmer] == [ancien]
    assert apercu_creation([ancien], vu, JOUR).prevues[0].ght == ght


def test_times_read_by_period_are_those_of_the_day() -> None:
    """The same as reading the law each day, across every day on which it changes."""
    lire = delais_par_epoque()
    for jour in range(date(2024, 1, 1).toordinal(), date(2028, 1, 1).toordinal(), 7):
        le = date.fromordinal(jour)
        assert lire("Appel d'offres ouvert", le, True) == delais("Appel d'offres ouvert", le)
    veille = date(2026, 8, 20)
    assert lire("Procédure adaptée", veille, False) == delais("Procédure adaptée", veille, electronique=False)
    with pytest.raises(Refus):
        lire("Procédure adaptée", date(1990, 1, 1), True)


def test_the_nation_sees_all(ght: Ght, autre_ght: Ght) -> None:
    fini(ght, "A", date(2027, 6, 30))
    fini(autre_ght, "Z", date(2027, 6, 30))
    assert len(echeancier(PARTOUT, NATIONAL, Filtres(), JOUR).a_programmer) == 2


def test_the_number_of_queries_does_not_grow(ght: Ght, django_assert_max_num_queries: Any) -> None:
    for i in range(25):
        fini(ght, f"M{i}", date(2027, 6, 30))
        nouvelle(ght, intitule=f"P{i}")
    with django_assert_max_num_queries(12):
        lus(ght)
