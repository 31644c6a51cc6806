"""The envelope is shared by the priorities of the OMEDIT, among the sanitary requests only."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fanal.appels.actions import instruction
from fanal.appels.models import Appel, Enveloppe
from fanal.appels.queries.simulations import Reglages, question_de
from fanal.molecules.actions.examen import proposer
from fanal.moteurs.allocation import lire_partage, repartir_enveloppe
from fanal.territoires.models import Etablissement
from tests.molecules.conftest import INSTANT, Deposer

pytestmark = pytest.mark.django_db


def test_priority_one_is_served_first_then_pro_rata(
    appel: Appel, etablissement: Etablissement, deposer: Deposer
) -> None:
    plus_tard = INSTANT + timedelta(days=3)
    demandes = {
        "un": deposer(appel, etablissement, ucd="9000001"),  # 12 006,00 € each
        "deux": deposer(appel, etablissement, ucd="9000002"),
        "moindre": deposer(appel, etablissement, ucd="9000003"),
        "refus": deposer(appel, etablissement, ucd="9000004"),
        "attente": deposer(appel, etablissement, ucd="9000005"),
        "social": deposer(appel, etablissement, ucd="9000006", secteur="medico_social"),
    }
    for nom, priorite, montant, motifs in [
        ("un", 1, "12006", {}),
        ("deux", 2, "12006", {}),
        ("moindre", 2, "6003", {"motif": "Six mois."}),
        ("refus", 1, "0", {"motif_refus": "alternative"}),
        ("social", 1, "12006", {}),
    ]:
        proposer(
            demande=demandes[nom],
            priorite=priorite,
            montant=Decimal(montant),
            by=None,
            instant=plus_tard,
            **motifs,
        )
    instruction.declarer_recevable(
        dossiers=[d.dossier for d in demandes.values()], by=None, instant=plus_tard, motif="Essai."
    )
    enveloppe = Enveloppe.objects.create(
        appel=appel, annee=2024, nom="Campagne", montant=Decimal("21009.00"), created_at=plus_tard
    )
    question = question_de(enveloppe, Reglages())
    assert question.document["regle"] == "prorata_par_priorite"
    assert {c.dossier.pk: c.ecart for c in question.ecartes} == {
        demandes["refus"].dossier_id: "omedit",
        demandes["attente"].dossier_id: "sans_proposition",
        demandes["social"].dossier_id: "hors_enveloppe",
    }
    parts = repartir_enveloppe(lire_partage(question.document)).montants()
    # 21 009 − 12 006 = 9 003 left for 12 006 and 6 003: two thirds and one third, to the cent.
    assert parts == {
        str(demandes["un"].dossier_id): 1_200_600,
        str(demandes["deux"].dossier_id): 600_200,
        str(demandes["moindre"].dossier_id): 300_100,
    }
