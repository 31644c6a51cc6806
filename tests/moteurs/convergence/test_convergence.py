"""The engine against trying everything, and the properties that no answer may break."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fanal.moteurs.convergence import (
    Acte,
    Contrat,
    Genre,
    Marge,
    Requete,
    Sortie,
    ajouter_mois,
    departs,
    dire_action,
    dire_besoins,
    dire_impossible,
    mois_entre,
    mois_suivant,
    options_de,
    proposer,
    resoudre,
)
from tests.moteurs.convergence.cas import LE, REGLES, contrat, petite, requete, requetes
from tests.moteurs.convergence.naif import minimum, months_until

D = Decimal
DEPARTS = st.sampled_from(departs(LE, 6, 12))
JUILLET = date(2027, 7, 1)


@given(requetes(), DEPARTS)
@settings(max_examples=300)
def test_the_minimum_is_that_of_trying_everything(demande: Requete, depart: date) -> None:
    trouvee = resoudre(demande, depart)
    assert trouvee.optimal
    assert trouvee.cout == minimum(demande, depart)


@given(st.lists(st.tuples(st.integers(900, 16_000), st.integers(0, 900)), min_size=3, max_size=6), DEPARTS)
@settings(max_examples=120)
def test_the_minimum_holds_when_short_contracts_compete(marches: list[tuple[int, int]], depart: date) -> None:
    """No amendment, being left out is dear: only the thresholds decide who gets a short contract."""
    regles = replace(REGLES, risque={**REGLES.risque, "hors": D(40_000)}, seuil_marche_court_adapte=D(90_000))
    demande = requete(
        *(
            contrat(f"M{i}", depense_mensuelle=D(depense), ecart_mensuel=D(ecart))
            for i, (depense, ecart) in enumerate(marches)
        ),
        regles=regles,
    )
    trouvee = resoudre(demande, depart)
    assert trouvee.optimal
    assert trouvee.cout == minimum(demande, depart)


@given(requetes(), DEPARTS)
def test_no_act_is_inadmissible(demande: Requete, depart: date) -> None:
    trouvee = resoudre(demande, depart)
    courts: dict[Acte, Decimal] = {}
    for c, o in zip(demande.contrats, trouvee.options, strict=True):
        engage = D(o.montant) / 100
        if o.refus is not None:
            assert c.modifiable
            assert o.refus in c.sorties
            assert o.refus.preavis_le is None or o.refus.preavis_le >= demande.le
        if o.acte is Acte.AVENANT:
            marge = next(m for m in c.marges if m.motif == o.motif)
            assert c.modifiable and marge.montant is not None
            assert engage < marge.montant if marge.stricte else engage <= marge.montant
            assert c.avenant_jusqu_au is None or depart - timedelta(days=1) <= c.avenant_jusqu_au
        if o.acte in (Acte.MARCHE_COURT, Acte.MARCHE_COURT_ADAPTE):
            courts[o.acte] = courts.get(o.acte, D(0)) + engage
        if o.acte is Acte.RESILIATION:
            assert c.modifiable
    assert len(courts) <= 1
    assert courts.get(Acte.MARCHE_COURT, D(0)) < (demande.regles.seuil_marche_court or D(1))
    assert courts.get(Acte.MARCHE_COURT_ADAPTE, D(0)) < (demande.regles.seuil_marche_court_adapte or D(1))


@given(requetes(), DEPARTS)
def test_nobody_is_left_without_a_contract(demande: Requete, depart: date) -> None:
    """From the last day of the contract to the first on the common one there is an act, and no hole."""
    trouvee = resoudre(demande, depart)
    ponts = (Acte.AVENANT, Acte.MARCHE_COURT, Acte.MARCHE_COURT_ADAPTE)
    for c, o in zip(demande.contrats, trouvee.options, strict=True):
        assert o.sortie <= c.fin_totale
        if o.entree is None:
            assert o.acte is Acte.HORS
            continue
        assert o.entree >= depart
        lendemain = o.sortie + timedelta(days=1)
        if o.acte in ponts:
            assert lendemain < o.entree == depart
            assert o.mois == months_until(lendemain, depart) <= demande.regles.pont_maximum_mois
        else:
            assert lendemain == o.entree
        if o.sortie < c.fin_totale:
            assert o.refus is not None or o.acte is Acte.RESILIATION or _express(c, o.sortie)


def _express(c: Contrat, fin: date) -> bool:
    return any(s.fin == fin and s.genre is Genre.EXPRESSE for s in c.sorties)


@given(requetes(), DEPARTS)
def test_the_cost_is_the_sum_of_its_parts(demande: Requete, depart: date) -> None:
    trouvee = resoudre(demande, depart)
    parts = [(o.attente, o.risque, o.administratif, o.indemnite) for o in trouvee.options]
    assert all(part >= 0 for quatre in parts for part in quatre)
    assert trouvee.cout == sum(map(sum, parts)) + trouvee.consultation
    adapte = any(o.acte is Acte.MARCHE_COURT_ADAPTE for o in trouvee.options)
    assert trouvee.consultation == (400_000 if adapte else 0)


@given(requetes(), DEPARTS, st.integers(1, 30_000))
def test_a_looser_limit_never_costs_more(demande: Requete, depart: date, plus: int) -> None:
    avant = resoudre(demande, depart).cout
    looser = replace(
        demande,
        contrats=tuple(
            replace(
                c,
                marges=tuple(replace(m, montant=m.montant and m.montant + plus) for m in c.marges),
                avenant_jusqu_au=None,
            )
            for c in demande.contrats
        ),
    )
    assert resoudre(looser, depart).cout <= avant
    r = demande.regles
    seuils = replace(
        r,
        seuil_marche_court=r.seuil_marche_court and r.seuil_marche_court + plus,
        pont_maximum_mois=r.pont_maximum_mois + 3,
        entree_maximum_mois=r.entree_maximum_mois + 3,
    )
    assert resoudre(replace(demande, regles=seuils), depart).cout <= avant


@given(requetes(maximum=6))
@settings(max_examples=25)
def test_the_same_input_gives_the_same_answer(demande: Requete) -> None:
    premiere, seconde = proposer(demande), proposer(demande)
    assert premiere == seconde
    couts = [(p.cout, p.depart) for p in premiere.propositions]
    assert couts == sorted(couts)


def test_the_hash_follows_the_content() -> None:
    base = proposer(requete(contrat()), [JUILLET])
    assert proposer(requete(contrat(depense_mensuelle=D("1200.00"))), [JUILLET]).empreinte == base.empreinte
    assert proposer(requete(contrat(depense_mensuelle=D("1200.01"))), [JUILLET]).empreinte != base.empreinte
    assert len(base.empreinte) == 64


def test_exact_fit_costs_only_the_waiting() -> None:
    """1 200 € a month, 5 % expected: 60 € lost each month, seven months from 1 December to 1 July."""
    trouvee = resoudre(requete(contrat(fin=date(2027, 6, 30))), JUILLET)
    (option,) = trouvee.options
    assert (option.acte, option.attente, trouvee.cout) == (Acte.TERME, 7 * 6000, 42_000)


def test_bridge_by_an_amendment_priced_by_hand() -> None:
    """Ends on 31 March: three months to 1 July, 3 600 €; 420 + 400 (act) + 200 (risk of R2194-8)."""
    trouvee = resoudre(requete(contrat(marges=(petite(5000),))), JUILLET)
    (option,) = trouvee.options
    assert (option.acte, option.mois, option.montant) == (Acte.AVENANT, 3, 360_000)
    assert trouvee.cout == 42_000 + 40_000 + 20_000


def test_the_limit_of_small_modifications_is_excluded() -> None:
    sans = replace(REGLES, seuil_marche_court=None, seuil_marche_court_adapte=None)
    for reste, acte in ((3600, Acte.HORS), (D("3600.01"), Acte.AVENANT)):
        demande = requete(contrat(marges=(petite(reste),), ecart_mensuel=D(900)), regles=sans)
        assert resoudre(demande, JUILLET).options[0].acte is acte


def test_an_impossible_bridge_says_what_is_missing() -> None:
    _, refus = options_de(contrat(marges=(petite(1200),), depense_mensuelle=D(1600)), JUILLET, LE, REGLES)
    phrase = next(dire_impossible(i) for i in refus if i.acte is Acte.AVENANT)
    assert phrase == (
        "Avenant de 3 mois (R2194-8) impossible : marge restante 1\u202f200\u00a0€, il en faudrait "
        "4\u202f800\u00a0€ (modification de faible montant)."
    )


@pytest.mark.parametrize(
    ("champs", "raison"),
    [
        ({"depense_mensuelle": None, "marges": (petite(9000),)}, "depense_inconnue"),
        ({"modifiable": False}, "pas_a_nous"),
        ({"marges": (petite(9000),), "avenant_jusqu_au": date(2027, 5, 31)}, "duree_maximale"),
        ({"marges": (petite(None),)}, "marge_inconnue"),
        ({"marges": ()}, "aucun_motif"),
        ({"fin": date(2026, 12, 31), "marges": (petite(9000),)}, "marge"),
    ],
)
def test_why_a_bridge_is_not_open(champs: dict[str, object], raison: str) -> None:
    options, refus = options_de(contrat(**champs), JUILLET, LE, REGLES)
    if raison == "marge":
        options, refus = options_de(contrat(**champs), date(2027, 12, 1), LE, REGLES)
    assert Acte.AVENANT not in {o.acte for o in options}
    (dit,) = [i for i in refus if i.acte is Acte.AVENANT]
    assert dit.raison == raison
    assert dire_impossible(dit).endswith(".")


def test_a_renewal_is_refused_only_before_its_notice_date() -> None:
    """Ends on 30 June unless renewed for a year: refusing fits exactly, as long as notice can be given."""
    for avant, acte in ((date(2027, 3, 31), Acte.NON_RECONDUCTION), (date(2026, 11, 19), Acte.RESILIATION)):
        sortie = Sortie(date(2027, 6, 30), Genre.TACITE, 2, avant)
        c = contrat(fin=date(2028, 6, 30), sorties=(sortie,), ecart_mensuel=D(500))
        (option,) = resoudre(requete(c), JUILLET).options
        assert option.acte is acte
    besoins = dire_besoins(
        options_de(
            contrat(
                fin=date(2028, 6, 30),
                sorties=(Sortie(date(2027, 6, 30), Genre.TACITE, 2, date(2027, 3, 31)),),
            ),
            JUILLET,
            LE,
            REGLES,
        )[0][0]
    )
    assert "au plus tard le 31/03/2027" in besoins[0]


def test_three_short_contracts_do_not_fit_where_two_do() -> None:
    """Each would engage 24 000 €: two stay under 60 000 €, the third must find another way."""
    regles = replace(REGLES, seuil_marche_court_adapte=None, risque={**REGLES.risque, "hors": D(20_000)})
    trois = [contrat(f"M{i}", depense_mensuelle=D(8000), ecart_mensuel=D(400)) for i in range(3)]
    trouvee = resoudre(requete(*trois, regles=regles), JUILLET)
    assert [o.acte for o in trouvee.options] == [Acte.MARCHE_COURT, Acte.MARCHE_COURT, Acte.HORS]


def test_the_threshold_of_short_contracts_is_excluded() -> None:
    """Two contracts of 30 000 € are 60 000 €, which is no longer below; a cent less is."""
    regles = replace(REGLES, seuil_marche_court_adapte=None, risque={**REGLES.risque, "hors": D(20_000)})
    for depense, courts in ((D(10_000), 1), (D("9999.99"), 2)):
        deux = [contrat("M1", depense_mensuelle=D(10_000)), contrat("M2", depense_mensuelle=depense)]
        trouvee = resoudre(requete(*deux, regles=regles), JUILLET)
        assert sum(o.acte is Acte.MARCHE_COURT for o in trouvee.options) == courts


def test_one_adapted_procedure_is_shared() -> None:
    """Five contracts: 4 000 € once for the consultation, rather than three left out."""
    regles = replace(REGLES, risque={**REGLES.risque, "hors": D(20_000)})
    cinq = [contrat(f"M{i}", depense_mensuelle=D(8000), fin=date(2027, 3, 31)) for i in range(5)]
    trouvee = resoudre(requete(*cinq, regles=regles), JUILLET)
    assert {o.acte for o in trouvee.options} == {Acte.MARCHE_COURT_ADAPTE}
    assert trouvee.consultation == 400_000


def test_no_contract_no_proposition() -> None:
    assert proposer(requete()).meilleure is None


@given(requetes(), DEPARTS)
@settings(max_examples=60)
def test_everything_can_be_said(demande: Requete, depart: date) -> None:
    for c, o in zip(demande.contrats, resoudre(demande, depart).options, strict=True):
        assert dire_action(o, c, depart).endswith(".")
        assert all(besoin.endswith(".") for besoin in dire_besoins(o))
        for refus in options_de(c, depart, demande.le, demande.regles)[1]:
            phrase = dire_impossible(refus)
            assert phrase.endswith(".") and "None" not in phrase and "..\n" not in phrase


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
@example(date(2024, 1, 31), date(2024, 2, 29))
@settings(max_examples=200)
def test_months_like_a_calendar(debut: date, fin: date) -> None:
    assert mois_entre(debut, fin) == months_until(debut, fin)
    assert ajouter_mois(debut, mois_entre(debut, fin)) >= fin
    assert mois_suivant(debut).day == 1
    assert 0 <= (mois_suivant(debut) - debut).days <= 30


def test_a_margin_may_be_held_inclusive() -> None:
    c = contrat(marges=(Marge("R2194-7", "dans le maximum", D(3600)),))
    assert Acte.AVENANT in {o.acte for o in options_de(c, JUILLET, LE, REGLES)[0]}
