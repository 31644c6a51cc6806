"""Whatever people do to a contract, in whatever order, it stays legal for a checker that shares no rule."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from fanal.journal.queries import verifier
from fanal.marches.actions import avenants, beneficiaires, commandes, cycle, reconductions
from fanal.marches.models import Marche, Modification
from fanal.marches.rules.avenants import Avenant
from fanal.parametres import valeur
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Ght
from tests.marches.vie.fabrique import DEBUT, LANCEMENT, at, creer
from tests.marches.vie.legalite import fautes

pytestmark = pytest.mark.django_db

MONTANTS = st.sampled_from([1, 999, 9_999, 10_000, 25_000, 49_999, 50_000, 50_001, 100_000]).map(Decimal)
MOTIFS = ["R2194-1", "R2194-2", "R2194-5", "R2194-6", "R2194-7", "R2194-8"]
INITIALES = ("montant", "maximum_ht", "maximum_quantite", "duree_mois", "date_debut")


class Vie(RuleBasedStateMachine):
    """One contract, its clock, and everything that can be asked of it."""

    ght: Ght
    counts: dict[str, int] = {}

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.etablissements = list(
            Etablissement.objects.filter(appartenances__ght=self.ght).order_by("finess")
        )
        self.initiales: dict[str, Any] = {}

    def teardown(self) -> None:
        assert verifier().ok
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def commun(self) -> dict[str, Any]:
        self.marche.refresh_from_db()
        return {"marche": self.marche, "by": None, "instant": at(self.jour)}

    def tenter(self, geste: str, action: Any, **arguments: Any) -> None:
        with suppress(Refus), transaction.atomic():
            action(**self.commun, **arguments)
            Vie.counts[geste] = Vie.counts.get(geste, 0) + 1

    @initialize(
        quantite=st.sampled_from([None, Decimal(20)]),
        tacite=st.booleans(),
        nature=st.sampled_from(["fournitures", "travaux"]),
        reconductions=st.sampled_from([(48, 3), (48, 0), (24, 1)]),
        pret=st.sampled_from([True, True, True, False]),
    )
    def naitre(
        self, quantite: Any, tacite: bool, nature: str, reconductions: tuple[int, int], pret: bool
    ) -> None:
        self.jour: date = LANCEMENT
        self.marche: Marche = creer(
            self.ght,
            autres={"reconduction_tacite": tacite, "unite_quantite": "boîtes"},
            maximum_quantite=quantite,
            nature_achat=nature,
            duree_mois=reconductions[0],
            reconductions_prevues=reconductions[1],
        )
        if pret:
            self.tenter("attribuer", cycle.attribuer, verrou=self.marche.verrou)
            self.jour = DEBUT
            self.notifier()

    @rule()
    def attribuer(self) -> None:
        self.tenter("attribuer", cycle.attribuer, verrou=self.marche.verrou)

    @rule()
    def notifier(self) -> None:
        self.tenter("notifier", cycle.notifier, le=self.jour, verrou=self.commun["marche"].verrou)
        self.marche.refresh_from_db()
        if self.marche.etat == "notifie" and not self.initiales:
            self.initiales = {n: getattr(self.marche, n) for n in INITIALES}

    @rule(jours=st.sampled_from([1, 20, 100, 300]))
    def attendre(self, jours: int) -> None:
        self.jour += timedelta(days=jours)

    @rule()
    def passer_la_nuit(self) -> None:
        n = reconductions.enregistrer_tacites(le=self.jour, instant=at(self.jour))
        Vie.counts["tacite"] = Vie.counts.get("tacite", 0) + n
        assert reconductions.enregistrer_tacites(le=self.jour, instant=at(self.jour)) == 0

    @rule(
        qui=st.integers(0, 1),
        montant=MONTANTS,
        quantite=st.sampled_from([None, 1, 5, 20]),
        recul=st.sampled_from([0, 0, 0, 10, 400]),
    )
    def commander(self, qui: int, montant: Decimal, quantite: int | None, recul: int) -> None:
        self.tenter(
            "commander",
            commandes.commander,
            etablissement=self.etablissements[qui],
            le=self.jour - timedelta(days=recul),
            montant_ht=montant,
            quantite=None if quantite is None else Decimal(quantite),
        )

    @rule(qui=st.integers(0, 1), montant=MONTANTS)
    def reprendre(self, qui: int, montant: Decimal) -> None:
        self.tenter(
            "reprendre",
            commandes.reprendre,
            etablissement=self.etablissements[qui],
            le=self.jour,
            montant_ht=montant,
            quantite=Decimal(1) if self.marche.maximum_quantite else None,
            motif="Commande annulée",
        )

    @rule(
        motif=st.sampled_from(MOTIFS),
        variation=st.sampled_from([1, 2_500, 4_999, 9_999, 10_000, 14_999, 50_000, 50_001, -9_000, 0]),
        quantite=st.sampled_from([None, None, None, None, 5, -5]),
        fin=st.sampled_from([None, None, None, -200, 100, 1500]),
        tout_de_suite=st.booleans(),
        justifie=st.booleans(),
    )
    def modifier(
        self,
        motif: str,
        variation: int,
        quantite: int | None,
        fin: int | None,
        tout_de_suite: bool,
        justifie: bool,
    ) -> None:
        end = self.marche.date_fin_totale
        self.tenter(
            f"avenant {motif}",
            avenants.signer,
            avenant=Avenant(
                motif=motif,
                objet="Adapter le marché",
                date_signature=self.jour,
                variation_ht=Decimal(variation),
                variation_quantite=None if quantite is None else Decimal(quantite),
                date_fin_apres=end + timedelta(days=fin) if end and fin else None,
                titulaires=motif == "R2194-6",
                motif_duree="Amortissement des équipements" if justifie else "",
            ),
            titulaires=[("SIRET", "35600000000048", "Repreneur")] if motif == "R2194-6" else [],
            date_notification=self.jour if tout_de_suite else None,
            verrou=self.commun["marche"].verrou,
        )

    @rule(numero=st.integers(1, 3))
    def notifier_avenant(self, numero: int) -> None:
        self.tenter(
            "notifier avenant",
            avenants.notifier,
            numero=numero,
            le=self.jour,
            verrou=self.commun["marche"].verrou,
        )

    @rule(
        qui=st.integers(0, 1),
        part=st.sampled_from([None, 10_000, 50_000, 60_000]),
        entree=st.sampled_from([None, -30, 30]),
        sortie=st.sampled_from([None, None, 300]),
        cle=st.integers(0, 2),
    )
    def tenir(self, qui: int, part: int | None, entree: int | None, sortie: int | None, cle: int) -> None:
        ledger = list(self.marche.beneficiaires.order_by("pk"))
        self.tenter(
            "bénéficiaire",
            beneficiaires.tenir,
            etablissement=self.etablissements[qui],
            entree=None if entree is None else self.jour + timedelta(days=entree),
            sortie=None if sortie is None else self.jour + timedelta(days=sortie),
            part_ht=None if part is None else Decimal(part),
            part_quantite=None,
            cle=ledger[cle - 1].pk if 0 < cle <= len(ledger) else None,
            verrou=self.commun["marche"].verrou,
        )

    @rule()
    def ne_pas_reconduire(self) -> None:
        self.tenter(
            "refuser", reconductions.refuser, motif="Besoin éteint", verrou=self.commun["marche"].verrou
        )

    @rule()
    def reconduire(self) -> None:
        self.tenter("reconduire", reconductions.reconduire, verrou=self.commun["marche"].verrou)

    @rule(effet=st.sampled_from([-30, 0, 60]), motif=st.sampled_from(["", "", "", "Faute du titulaire"]))
    def resilier(self, effet: int, motif: str) -> None:
        self.tenter(
            "résilier",
            cycle.resilier,
            effet=self.jour + timedelta(days=effet),
            motif=motif,
            verrou=self.commun["marche"].verrou,
        )

    @rule(motif=st.sampled_from(["", "", "", "Terminé plus tôt"]))
    def solder(self, motif: str) -> None:
        self.tenter(
            "solder", cycle.solder, paiement=self.jour, motif=motif, verrou=self.commun["marche"].verrou
        )

    @invariant()
    def legal(self) -> None:
        if not hasattr(self, "marche"):
            return
        threshold = valeur(
            "marches.seuils.procedure_formalisee", le=LANCEMENT, nature=self.marche.nature_achat
        )
        assert fautes(self.marche, threshold) == []

    @invariant()
    def valeurs_initiales_intactes(self) -> None:
        if self.initiales:
            self.marche.refresh_from_db()
            assert {n: getattr(self.marche, n) for n in INITIALES} == self.initiales
            assert self.marche.titulaires.count() == 1


def run(ght: Ght, examples: int, steps: int) -> None:
    Vie.ght, Vie.counts = ght, {}
    run_state_machine_as_test(
        Vie,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )


def test_no_sequence_of_acts_leaves_an_illegal_contract(ght: Ght) -> None:
    run(ght, examples=20, steps=25)
    # A proof that refuses everything proves nothing: each kind of act went through at least once.
    done = set(Vie.counts)
    assert {"commander", "notifier", "bénéficiaire", "résilier", "solder"} <= done
    assert any(name.startswith("avenant") for name in done)


@pytest.mark.lent
def test_no_long_sequence_either(ght: Ght) -> None:
    run(ght, examples=150, steps=40)
    assert {"tacite", "reconduire", "refuser", "reprendre", "notifier avenant"} <= set(Vie.counts)


def test_the_checker_sees_an_illegal_contract(ght: Ght) -> None:
    """Rows written behind the acts' back: the checker must not be satisfied."""
    marche = creer(ght)
    Modification.objects.create(
        marche=marche, numero=2, motif="R2194-8", objet="x", variation_ht=Decimal(10_000), etat="signee"
    )
    found = fautes(marche, Decimal(221_000))
    assert "modification 2 passes the small amount" in found
    assert "modifications are not numbered one after the other" in found
    assert "something was done before the notification" in found
