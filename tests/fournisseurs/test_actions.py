"""Merging and separating, bank accounts, incidents, evaluations, states: what is kept and what is refused."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from fanal.fournisseurs.actions.etats import importer_etats
from fanal.fournisseurs.actions.rapprochements import (
    distinguer,
    fusionner,
    rechercher_rapprochements,
    separer,
)
from fanal.fournisseurs.actions.suivi import (
    clore_incident,
    enregistrer_compte,
    evaluer,
    signaler_incident,
)
from fanal.fournisseurs.models import CompteBancaire, Fournisseur, Rapprochement
from fanal.fournisseurs.queries.fournisseurs import groupe, propositions
from fanal.journal.models import Entree
from fanal.refus import Inutilisable, Refus
from fanal.territoires.models import Etablissement, Ght
from tests.fournisseurs.conftest import INSTANT, Creer

pytestmark = pytest.mark.django_db
NOW = {"by": None, "instant": INSTANT}
IBAN_FR, IBAN_BE = "FR1420041010050500013M02606", "BE68539007547034"


def test_proposals_are_settled_once(creer: Creer) -> None:
    a, b = creer("Alpha", "73282932000074"), creer("ALPHA SAS")
    creer("Oméga")
    assert rechercher_rapprochements(**NOW) == 1
    assert rechercher_rapprochements(**NOW) == 0
    (pair,) = propositions()
    assert (pair.garde, pair.double) == (a, b)
    distinguer(rapprochement=pair, motif="Deux maisons", **NOW)
    assert rechercher_rapprochements(**NOW) == 0 and propositions() == []
    with pytest.raises(Refus, match="déjà réglée"):
        distinguer(rapprochement=pair, motif="", **NOW)


def test_merging_is_reversible_and_journaled(creer: Creer) -> None:
    a, b, c = creer("Alpha"), creer("Bêta"), creer("Gamma")
    fusionner(garde=b, double=c, motif="Rachat", **NOW)
    fusionner(garde=a, double=c, motif="Rachat", **NOW)
    # c stood under b: both groups are one, under a.
    assert tops() == {a.pk: a.pk, b.pk: a.pk, c.pk: a.pk}
    with pytest.raises(Refus, match="déjà rapprochés"):
        fusionner(garde=c, double=b, motif="", **NOW)
    with pytest.raises(Refus, match="motif"):
        separer(fournisseur=b, motif=" ", **NOW)
    separer(fournisseur=b, motif="Erreur", **NOW)
    assert tops() == {a.pk: a.pk, b.pk: b.pk, c.pk: b.pk}
    b.refresh_from_db()
    assert groupe(b).cles == (b.pk, c.pk)
    separer(fournisseur=c, motif="Erreur", **NOW)
    assert tops() == {a.pk: a.pk, b.pk: b.pk, c.pk: c.pk}
    with pytest.raises(Refus, match="aucun autre"):
        separer(fournisseur=c, motif="Encore", **NOW)
    said = list(Entree.objects.values_list("action", flat=True))
    assert said.count("fournisseur.fusionner") == 2 and said.count("fournisseur.separer") == 2


def tops() -> dict[int, int]:
    return {f.pk: f.fusionne_dans_id or f.pk for f in Fournisseur.objects.all()}


class AnySequence(TestCase):
    """No sequence of merges and separations leaves a chain, a loop, or a supplier lost."""

    @settings(max_examples=25)
    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 4)), max_size=12))
    def test_groups_stay_flat(self, acts: list[tuple[bool, int, int]]) -> None:
        Rapprochement.objects.all().delete()
        Fournisseur.objects.all().delete()
        rows = [Fournisseur.objects.create(nom=f"F{n}", nom_normalise=f"F{n}") for n in range(5)]
        links: dict[int, int] = {}

        def top(n: int) -> int:
            return top(links[n]) if n in links else n

        for merge, one, other in acts:
            try:
                if merge:
                    fusionner(garde=rows[one], double=rows[other], motif="m", **NOW)
                    links[top(other)] = top(one)
                else:
                    separer(fournisseur=rows[one], motif="m", **NOW)
                    del links[one]
            except Refus:
                assert top(one) == top(other) if merge else one not in links
            expected = {rows[n].pk: rows[top(n)].pk for n in range(5)}
            assert tops() == expected


def test_an_account_is_replaced_never_rewritten(creer: Creer, ght: Ght) -> None:
    supplier = creer("Alpha")
    enregistrer_compte(fournisseur=supplier, ght=ght, iban=IBAN_FR, depuis=date(2025, 1, 1), **NOW)
    with pytest.raises(Refus, match="déjà celui"):
        enregistrer_compte(fournisseur=supplier, ght=ght, iban=IBAN_FR, depuis=date(2026, 1, 1), **NOW)
    with pytest.raises(Refus, match="n'est pas valide"):
        enregistrer_compte(
            fournisseur=supplier, ght=ght, iban="FR1420041010050500013M02607", depuis=date(2026, 1, 1), **NOW
        )
    enregistrer_compte(fournisseur=supplier, ght=ght, iban=IBAN_BE, depuis=date(2026, 1, 1), **NOW)
    rows = CompteBancaire.objects.order_by("depuis").values_list("iban", "depuis", "jusqu_a")
    assert list(rows) == [
        (IBAN_FR, date(2025, 1, 1), date(2025, 12, 31)),
        (IBAN_BE, date(2026, 1, 1), None),
    ]
    written = " ".join(str(e.donnees) for e in Entree.objects.all())
    assert IBAN_FR not in written and IBAN_BE not in written and "7034" in written


def test_incidents_and_evaluations(creer: Creer, ght: Ght, etablissement: Etablissement) -> None:
    supplier = creer("Alpha")
    found = signaler_incident(
        fournisseur=supplier,
        etablissement=etablissement,
        nature="retard",
        grave=True,
        survenu_le=date(2026, 2, 1),
        description="Livraison attendue le 28 janvier.",
        **NOW,
    )
    assert found.ght == ght
    clore_incident(incident=found, motif="Livré", **NOW)
    with pytest.raises(Refus, match="déjà clos"):
        clore_incident(incident=found, motif="", **NOW)
    period = {"du": date(2026, 1, 1), "au": date(2026, 2, 28)}
    evaluer(fournisseur=supplier, ght=ght, **period, notes={"delais": 4}, commentaire="", **NOW)
    with pytest.raises(Refus, match="au moins une note"):
        evaluer(fournisseur=supplier, ght=ght, **period, notes={}, commentaire="", **NOW)
    assert supplier.evaluations.count() == 1 and supplier.incidents.count() == 1


def write(folder: Path, text: str) -> Path:
    path = folder / "etats.csv"
    path.write_text(f"siret;etat;date_etat\n{text}", encoding="utf-8")
    return path


def test_states_warn_and_the_latest_holds(creer: Creer, tmp_path: Path) -> None:
    known = creer("Alpha", "73282932000074")
    other = creer("La Poste", "35600000000048")
    path = write(
        tmp_path,
        "73282932000074;F;2026-01-15\n73282932000074;A;2025-01-15\n35600000000048;actif;15/01/2026\n"
        "99999999999999;A;2026-01-15\n123;A;2026-01-15\n",
    )
    bilan = importer_etats(chemin=path, **NOW)
    known.refresh_from_db()
    other.refresh_from_db()
    assert (known.etat, known.etat_le, known.etat_source) == ("ferme", date(2026, 1, 15), "etats.csv")
    assert other.etat == "actif"
    assert (bilan.lues, bilan.modifies, bilan.inchanges, bilan.inconnus, bilan.ecartees) == (5, 2, 1, 1, 1)
    older = importer_etats(chemin=write(tmp_path, "73282932000074;A;2025-06-01\n"), **NOW)
    known.refresh_from_db()
    assert known.etat == "ferme" and older.modifies == 0
    with pytest.raises(Inutilisable):
        importer_etats(chemin=tmp_path / "absent.csv", **NOW)
