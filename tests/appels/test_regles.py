"""The rule file: read strictly, each fault named with its place, written back the same."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.appels.rules.lecture_regles import en_document, en_yaml, lire_regles
from fanal.appels.rules.mots import conditions_en_mots, en_mots
from fanal.appels.rules.regles import (
    AvisAttendu,
    Critere,
    Dossiers,
    Grille,
    Montants,
    Regles,
)
from fanal.appels.rules.regles import (
    Test as UnTest,
)
from fanal.refus import Inutilisable

YAML = """
declarants:
  niveaux: [ght]
dossiers:
  par_declarant: 2
  places: 30
  compte_par: ght
eligibilite:
  - code: taille
    titre: Taille suffisante
    si: ${lits} > 100
    sinon: rejet
    phrase: Trop petit.
montants: {taux_max: 0.5, plafond: 1200.50}
avis:
  - instance: ars
    echeance: 2025-09-30
"""


def test_a_file_becomes_values() -> None:
    regles = lire_regles(YAML)
    assert regles.declarants.niveaux == ("ght",)
    assert regles.dossiers == Dossiers(par_declarant=2, places=30, compte_par="ght")
    assert regles.eligibilite[0].si == "${lits} > 100"
    assert regles.montants == Montants(taux_max=Decimal("0.5"), plafond=Decimal("1200.5"))
    assert regles.avis == (AvisAttendu("ars", date(2025, 9, 30)),)


FAUTES: list[tuple[str, str]] = [
    ("declarant: {}", "« declarant » : cette clé n'existe pas"),
    ("declarants: {niveaux: [hopital]}", "« hopital » n'est pas prévu"),
    ("declarants: {niveaux: ght}", "une liste est attendue"),
    ("dossiers: {par_declarant: deux}", "un nombre entier est attendu"),
    ("dossiers: {par_declarant: 0}", "plus grand que zéro"),
    ("dossiers: {permanente: oui_oui}", "« true » ou « false »"),
    ("montants: {taux_max: 50}", "écrivez une part"),
    ("montants: {taux_max: -1}", "un nombre positif"),
    ("avis: [{instance: ars, echeance: 30/09/2025}]", "n'est pas une date"),
    ("avis: [{instance: ars}, {instance: ars}]", "« ars » est écrit deux fois"),
    ("eligibilite: [{code: a, titre: A, si: 1 = 1, phrase: P}]", "« eligibilite[1].sinon »"),
    ("eligibilite: [{code: a, titre: A, si: 1 = 1, sinon: refus, phrase: P}]", "« refus » n'est pas prévu"),
    ("eligibilite: [{code: a, titre: A, si: true, sinon: rejet, phrase: P}]", "un texte est attendu"),
    ("grille: {criteres: [{code: a, titre: A, poids: 0}]}", "plus grand que zéro"),
    ("declarants: {niveaux: [ght]}\ndeclarants: {}", "n'est pas du YAML lisible, vers la ligne 2"),
    ("a: &x [1]\nb: *x", "n'est pas du YAML lisible"),
    ("- un\n- deux", "À « racine » : une liste de clés"),
    ("declarants: {niveaux: []}", "au moins un niveau"),
    ("a: [", "n'est pas du YAML lisible"),
]


@pytest.mark.parametrize(("text", "sentence"), FAUTES)
def test_each_fault_is_named(text: str, sentence: str) -> None:
    with pytest.raises(Inutilisable) as refused:
        lire_regles(text)
    assert sentence in refused.value.phrase


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Inutilisable) as refused:
        lire_regles({"x": 1, "montants": {"taux_max": "beaucoup"}, "dossiers": {"places": -3}})
    assert refused.value.phrase.count("À « ") == 3


mots = st.text(st.characters(categories=["L", "N"], include_characters=" '${}<>=.é"), min_size=1).map(
    str.strip
)
textes = mots.filter(bool)
regles_au_hasard: st.SearchStrategy[Regles] = st.builds(
    Regles,
    dossiers=st.builds(
        Dossiers,
        par_declarant=st.none() | st.integers(1, 9),
        places=st.none() | st.integers(1, 99),
        permanente=st.booleans(),
    ),
    eligibilite=st.lists(
        st.builds(
            UnTest,
            code=st.from_regex(r"[a-z]{1,20}", fullmatch=True),
            titre=textes,
            si=textes,
            sinon=st.sampled_from(["rejet", "attente", "information"]),
            phrase=textes,
        ),
        max_size=3,
        unique_by=lambda t: t.code,
    ).map(tuple),
    montants=st.builds(
        Montants,
        taux_max=st.none() | st.decimals(0, 1, places=4),
        plafond=st.none() | st.decimals(0, 10**9, places=2),
    ),
    grille=st.builds(
        Grille,
        criteres=st.lists(
            st.builds(Critere, code=textes, titre=textes, poids=st.decimals("0.1", 100, places=1)),
            max_size=3,
            unique_by=lambda c: c.code,
        ).map(tuple),
    ),
    notes=st.lists(textes, max_size=2).map(tuple),
)


@given(regles_au_hasard)
def test_written_back_it_is_read_the_same(regles: Regles) -> None:
    assert lire_regles(en_yaml(regles)) == regles
    assert lire_regles(en_document(regles)) == regles


def test_the_page_says_the_rules_in_words() -> None:
    regles = lire_regles(YAML)
    phrases = [p for r in en_mots(regles) for p in r.phrases]
    assert "Cet appel s'adresse aux GHT." in phrases
    assert "2 dossiers au plus par GHT, établissements compris." in phrases
    assert any(p.startswith("30 places, dans l'ordre d'arrivée") for p in phrases)
    assert "Le financement couvre au plus 50 % du montant éligible." in phrases
    assert "Un dossier reçoit au plus 1 200,50 €." in [p.replace("\u202f", " ") for p in phrases]
    assert "Avis de l'ARS, rendu jusqu'au 30/09/2025 inclus : favorable ou réservé." in phrases
    assert conditions_en_mots(regles)[0].consequence == "Le dossier n'est pas recevable"


def test_the_same_rules_have_the_same_document() -> None:
    document: dict[str, Any] = en_document(lire_regles(YAML))
    assert document["montants"] == {"taux_max": "0.5", "plafond": "1200.5"}
    assert "suivi" not in document  # what keeps its default value is left out
