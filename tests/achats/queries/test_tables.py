"""The register's rows as the tables of a consolidation, and what keeps them fresh."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from fanal.achats.models import Action
from fanal.achats.queries.controles import build_context
from fanal.achats.queries.performance import entree, performance
from fanal.achats.queries.tables import actions, campaigns_of
from fanal.achats.queries.versions import decisions_of
from fanal.campagnes.actions import dossiers
from fanal.campagnes.actions.decisions import decider
from fanal.campagnes.actions.depot import ResultatDepot
from fanal.campagnes.models import Controle
from fanal.campagnes.registre import Choix
from fanal.territoires.actions.appartenances import terminer_appartenance
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.achats.conftest import ENTETE, INSTANT, Deposer

REFERENCES = [
    # reference, P0, Q, perimeter, nature, years -> annual reference in cents
    ("1000,10", "9", "9", "5", "", "", 100_010),
    ("", "12,345678", "10", "5", "", "", 12_346),
    ("", "100", "40", "", "investissement", "5", 80_000),
    ("", "100", "40", "77,77", "investissement", "", 7_777),
    ("", "", "", "77,77", "", "", 7_777),
    ("", "", "", "", "", "", None),
]


@pytest.mark.parametrize(
    ("reference", "prix", "quantite", "perimetre", "nature", "annees", "attendu"), REFERENCES
)
def test_reference_of_a_line(
    deposer: Deposer,
    ght: Ght,
    reference: str,
    prix: str,
    quantite: str,
    perimetre: str,
    nature: str,
    annees: str,
    attendu: int | None,
) -> None:
    deposer(
        "paat",
        Noeud("ght", ght),
        (f"A1;210000001;support;Essai;GHT;{reference};{prix};{quantite};{perimetre};{nature};{annees}",),
        "identifiant;finess;role;intitule;operateur;montant_reference_ttc;prix_reference_ttc;"
        "quantite_reference;perimetre_traite_ttc;nature_depense;duree_amortissement",
    )
    campagnes = campaigns_of(2021, "fin-annee")
    frame = actions(campagnes, decisions_of(campagnes))
    assert frame["reference_c"].to_list() == [attendu]


def test_a_new_version_is_seen_at_once(campagne_2021: ResultatDepot, deposer: Deposer, ght: Ght) -> None:
    before = performance(2021).total.gains_declares
    deposer(
        "paat",
        Noeud("ght", ght),
        ("A1;210000001;support;MEDICAMENTS;Antibiotiques;GHT;;;;01/01/2021;1000;100;;",),
        ENTETE,
    )
    after = performance(2021).total.gains_declares
    assert (before, after) == (Decimal("169148.12"), Decimal("100.00"))


def test_the_lower_of_two_declarations_is_announced(campagne_2021: ResultatDepot) -> None:
    found = Controle.objects.get(cle="A1", code="gain_declare_deux_fois")
    assert "2\u202f000" in found.phrase


def test_the_riskiest_line_comes_first(campagne_2021: ResultatDepot) -> None:
    assert Action.objects.order_by("-score").values_list("identifiant", flat=True)[0] == "A2"
    codes = set(Controle.objects.filter(cle="A2").values_list("code", flat=True))
    assert "performance_sup_100" in codes
    assert Controle.objects.get(cle="A2", code="performance_sup_100").donnees["commentaire_dgos"]


def test_context_knows_the_members_of_the_group(ght: Ght) -> None:
    assert build_context(annee=2021, ght=ght).finess_ght == {"210000001", "210000002"}
    assert build_context(annee=2021).finess_ght is None


def test_a_membership_that_ends_is_seen_at_once(
    campagne_2021: ResultatDepot, deposer: Deposer, ght: Ght
) -> None:
    """The number of memberships stays the same: the journal tells that one has changed."""
    deposer(
        "achats_annuels",
        NATIONAL,
        ("210000001;2021;1000000", "210000002;2021;500000"),
        "finess;annee;achats_annuels_ttc",
    )
    before = sum(performance_input()["montant_c"])
    row = ght.appartenances.get(etablissement__finess="210000002")
    terminer_appartenance(
        appartenance=row, fin=date(2021, 6, 30), motif="Retrait du GHT", by=None, instant=INSTANT
    )
    assert (before, sum(performance_input()["montant_c"])) == (150_000_000, 100_000_000)


def performance_input() -> pl.DataFrame:
    """The purchases of the GHT that a consolidation of 2021 reads."""
    return entree(2021, "fin-annee").achats_annuels.filter(pl.col("ght") == "BFC-90")


def test_a_decision_is_seen_at_once(campagne_2021: ResultatDepot) -> None:
    dossier = campagne_2021.dossier
    for code in ("valider", "transmettre", "controler"):
        dossier = dossiers.franchir(dossier=dossier, transition=code, by=None, instant=INSTANT)
    before = performance(2021).total.gains_retenus
    decider(dossier=dossier, choix=[Choix("A2", "retenu")], by=None, instant=INSTANT)
    assert (before, performance(2021).total.gains_retenus) == (Decimal(0), Decimal("165381.00"))
