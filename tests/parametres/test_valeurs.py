"""The project's own values: each has a date, a source and a doubt where the source is silent."""

from datetime import date
from decimal import Decimal

import pytest

from fanal import parametres
from fanal.achats.compute import RegleGains
from fanal.achats.rules import REGLES, ContexteControle

LE = date(2021, 12, 31)


@pytest.mark.parametrize("parametre", parametres.tous(), ids=lambda p: p.code)
def test_every_value_is_dated_and_sourced(parametre: parametres.Parametre) -> None:
    assert parametre.libelle
    for v in parametre.valeurs:
        assert isinstance(v.depuis, date)
        assert len(v.source) > 10
        assert isinstance(v.a_confirmer, bool)
        assert v.valeur is not None or v.a_confirmer
    dates = [v.depuis for v in parametre.valeurs if not v.axes]
    assert dates == sorted(set(dates))


def test_values_hold_for_the_published_campaigns() -> None:
    """What the campaigns use holds since the first; the law of contracts is recorded from later days on, and
    the figures of one call or of one survey begin with its text.
    """
    contrats = ("marches.", "procedures.", "prix.", "convergence.", "fournisseurs.")
    textes = ("appels.sesame.", "maturite.ponderation", "maturite.publication_2023")
    for parametre in parametres.tous():
        parametre.at(date(2026, 12, 31))
        for annee in (2019, 2020, 2021):
            if not parametre.code.startswith(contrats + textes):
                parametre.at(date(annee, 12, 31))


def test_bounds_of_the_controls() -> None:
    jeu = parametres.jeu("achats.controles", LE)
    assert jeu["borne_alerte"] == Decimal("0.30")
    assert jeu["borne_alerte_forte"] == Decimal("0.50")
    assert jeu["borne_blocage"] == 1
    assert jeu["borne_non_atteignable"] is None
    for code in ("borne_alerte", "borne_alerte_forte", "borne_non_atteignable"):
        assert parametres.valeur_datee(f"achats.controles.{code}", le=LE).a_confirmer


def test_every_control_has_a_weight_between_zero_and_one() -> None:
    poids = {c: Decimal(p) for c, p in parametres.valeur("achats.controles.poids", le=LE).items()}
    assert set(REGLES) <= set(poids)
    assert all(0 <= p <= 1 for p in poids.values())


def test_only_one_effect_type_is_sourced_from_the_trames() -> None:
    types = {t["libelle"]: t["classe"] for t in parametres.valeur("achats.nomenclature.types_effet", le=LE)}
    assert types["Effet prix induit"] == "prix"
    assert set(types.values()) == {"prix", "volume", "process"}
    assert parametres.valeur_datee("achats.nomenclature.types_effet", le=LE).a_confirmer


def test_the_rule_set_and_the_context_build_from_the_values() -> None:
    regle = RegleGains.from_valeurs(parametres.jeu("achats.regle", LE))
    assert regle == RegleGains()
    contexte = ContexteControle.from_valeurs(
        parametres.jeu("achats.controles", LE),
        parametres.jeu("achats.nomenclature", LE),
        annee=2021,
        regle=regle,
    )
    assert "medicaments" in (contexte.familles_connues or {})
    assert "uniha" in (contexte.operateurs_connus or set())


def test_secrecy_and_reminders() -> None:
    assert parametres.valeur("confidentialite.prix.acheteurs_minimum", le=LE) == 5
    assert parametres.valeur("confidentialite.effectifs.minimum", le=LE) == 11
    assert parametres.valeur("campagnes.relances_jours_avant", le=LE) == (15, 7, 1)
