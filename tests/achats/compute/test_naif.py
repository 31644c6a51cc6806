"""The engine against a naive second implementation, on random campaigns."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.achats.compute import Entree, RegleGains, consolider
from fanal.achats.compute.resultats import VENTILATIONS
from tests.achats.compute.naif import consolider_naivement

REGLE = RegleGains()
LIEUX = [("F1", "G1", "IdF"), ("F2", "G1", "IdF"), ("F3", "G2", "ARA"), ("F4", "G3", "ARA")]
CENTS = st.one_of(st.integers(-500, 500), st.integers(-(10**9), 10**10))
MARCHES = st.sampled_from([None, "", "M 1", "m-1", "M2", "--"])
DATES = st.one_of(
    st.none(),
    st.dates(date(2020, 1, 1), date(2021, 12, 31)),
    st.sampled_from(
        [date(2020, 2, 29), date(2020, 12, 31), date(2019, 6, 1), date(2022, 1, 1), date(2021, 1, 1)]
    ),
)


# Lines of one contract and establishment, mostly decided, whose amounts cross those of the operator.
SERREES = {
    "campagne_annee": st.just(2021),
    "finess": st.just("F1"),
    "ght": st.just("G1"),
    "region": st.just("IdF"),
    "role": st.just("support"),
    "numero_marche": st.sampled_from(["M 1", "m-1", "M1"]),
    "date_premiere_commande": st.sampled_from([date(2021, 1, 1), date(2020, 12, 1), date(2021, 12, 1)]),
    "cause_prix": st.none(),
    "gain_c": st.integers(-300, 1000),
    "decision": st.sampled_from(["retenu", "retenu", "retenu", "moindre", None]),
    "montant_retenu_c": st.integers(-300, 1000),
}


@st.composite
def action(draw: st.DrawFn, *, serree: bool) -> dict[str, Any]:
    finess, ght, region = draw(st.sampled_from(LIEUX))
    libre = {
        "campagne_annee": draw(st.sampled_from([2021, 2021, 2020, 2019])),
        "ght": ght,
        "region": region,
        "finess": finess,
        "role": "support" if finess == "F1" else draw(st.sampled_from(["support", "partie"])),
        "famille": draw(st.sampled_from([None, "", "MEDICAMENTS", "Biomédical"])),
        "operateur": draw(st.sampled_from(["GHT", "NATIONAL", "REGIONAL", "UNICANCER"])),
        "nom_operateur": draw(st.sampled_from([None, "UniHA", "Resah"])),
        "numero_marche": draw(MARCHES),
        "identifiant": draw(st.sampled_from(["a", "b", "c", "d"])),
        "date_premiere_commande": draw(DATES),
        "cause_prix": draw(st.sampled_from([None, "", "acheteur", "revision", "baisse_tarifaire"])),
        "reference_c": draw(st.one_of(st.none(), st.integers(-5, 10**10))),
        "gain_c": draw(st.one_of(st.none(), CENTS, CENTS)),
        "decision": draw(st.sampled_from([None, "retenu", "retenu", "moindre", "retire"])),
        "montant_retenu_c": draw(st.one_of(st.none(), CENTS)),
    }
    return libre | (draw(st.fixed_dictionaries(SERREES)) if serree else {})


@st.composite
def declaration(draw: st.DrawFn, *, serree: bool) -> dict[str, Any]:
    finess, ght, region = draw(st.sampled_from(LIEUX))
    libre = {
        "operateur": draw(st.sampled_from(["NATIONAL", "REGIONAL", "UNICANCER"])),
        "nom_operateur": draw(st.sampled_from([None, "UniHA"])),
        "numero_marche": draw(MARCHES),
        "finess": finess,
        "ght": ght,
        "region": region,
        "annee": draw(st.sampled_from([2021, 2021, 2020])),
        "gain_c": draw(st.one_of(st.none(), CENTS)),
        "decision": draw(st.sampled_from([None, None, "repris"])),
        "montant_repris_c": draw(st.one_of(st.none(), CENTS)),
    }
    if serree:
        libre |= {"finess": "F1", "ght": "G1", "region": "IdF", "numero_marche": "m1", "annee": 2021}
        libre["gain_c"] = draw(st.integers(-200, 1500))
    return libre


OBJECTIF = st.fixed_dictionaries(
    {
        "annee": st.sampled_from([2021, 2020]),
        "periode": st.sampled_from([None, "fin-annee", "mi-annee"]),
        "niveau": st.sampled_from(["region", "ght", "national"]),
        "code": st.sampled_from(["IdF", "G1"]),
        "montant_c": st.integers(-5, 10**9),
        "revision": st.integers(0, 3),
    }
)


@st.composite
def entrees(draw: st.DrawFn) -> Entree:
    serree = draw(st.booleans())
    actions = draw(st.lists(action(serree=serree), min_size=2 if serree else 0, max_size=10))
    operateurs = draw(st.lists(declaration(serree=serree), min_size=serree, max_size=3 if serree else 6))
    objectifs = draw(
        st.lists(
            OBJECTIF, max_size=5, unique_by=lambda o: (o["niveau"], o["code"], o["periode"], o["revision"])
        )
    )
    for o in objectifs:
        o["code"] = {"national": None, "region": "IdF", "ght": "G1"}[o["niveau"]]
    uniques = {(o["annee"], o["niveau"], o["periode"], o["revision"]): o for o in objectifs}
    achats = [
        {"finess": f, "ght": g, "region": r, "annee": 2021, "montant_c": draw(st.integers(0, 10**11))}
        for f, g, r in LIEUX
        if draw(st.booleans())
    ]
    return Entree.from_rows(
        actions=[{"action_id": i, **a} for i, a in enumerate(actions)],
        operateurs=[{"ligne_id": i, **o} for i, o in enumerate(operateurs)],
        objectifs=list(uniques.values()),
        achats_annuels=achats,
        ghts=[{"ght": g, "region": r, "nom": g} for g, r in (("G1", "IdF"), ("G2", "ARA"), ("G3", "ARA"))],
        regions=[{"sigle": r, "nom": r} for r in ("IdF", "ARA")],
    )


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(entrees())
def test_engine_equals_naive(entree: Entree) -> None:
    consolidation = consolider(entree, annee=2021, regle=REGLE)
    naif = consolider_naivement(entree, annee=2021, regle=REGLE)
    assert consolidation.total.to_json() == naif["total"]
    for nom in VENTILATIONS:
        lignes = {r.code: r.to_json() for r in getattr(consolidation, nom)}
        for code, attendu in naif[nom].items():
            assert lignes[code] == attendu, (nom, code)
        # Rows always shown (all régions, all roles) are zero where the naive loop saw nothing.
        for code in set(lignes) - set(naif[nom]):
            assert lignes[code]["gains_declares"] == lignes[code]["gains_retenus"] == "0.00"


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(entrees())
def test_identities_hold_on_every_row(entree: Entree) -> None:
    c = consolider(entree, annee=2021, regle=REGLE)
    for r in [c.total, *(r for nom in VENTILATIONS for r in getattr(c, nom))]:
        net = r.gains_declares - r.en_attente - r.gains_retires - r.ecart_doublons + r.operateurs_repris
        assert net == r.gains_retenus == r.report + r.actions_nouvelles
    for nom in VENTILATIONS:
        for cle in (
            "gains_declares",
            "gains_retires",
            "ecart_doublons",
            "gains_retenus",
            "en_attente",
            "report",
        ):
            assert sum(getattr(r, cle) for r in getattr(c, nom)) == getattr(c.total, cle), (nom, cle)
    assert int(c.lignes["declare_c"].sum()) == int(c.total.gains_declares * 100)
    assert int(c.lignes["retenu_c"].sum()) == int((c.total.gains_retenus - c.total.operateurs_repris) * 100)
