"""From a contract of the register to what the engine takes: exits, headroom, limits."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fanal.convergence.queries.fiches import portefeuille
from fanal.convergence.rules.fiches import Fiche
from fanal.marches.models import Consommation, LotConsommation, Modification
from fanal.moteurs.convergence import Genre
from fanal.territoires.models import Etablissement, Ght, OperateurAchat
from tests.convergence.appui import INSTANT, LE, creer_marche

pytestmark = pytest.mark.django_db
D = Decimal


def fiche(ght: Ght) -> Fiche:
    (found,) = portefeuille(ght, LE, avec_prix=False).fiches
    return found


def marges(f: Fiche) -> dict[str, Any]:
    assert f.contrat is not None
    return {m.motif: m for m in f.contrat.marges}


def test_a_tacit_renewal_is_an_exit_until_its_notice_date(ght: Ght) -> None:
    """Two renewals of a year from 30/06/2027, two months' notice: until 30/04/2027 and 30/04/2028."""
    creer_marche(
        ght, "C", date(2026, 7, 1), 36, date_fin=date(2027, 6, 30), reconductions_prevues=2,
        reconduction_mois=12, preavis_mois=2,
    )  # fmt: skip
    contrat = fiche(ght).contrat
    assert contrat is not None
    assert [(s.fin, s.genre, s.preavis_le) for s in contrat.sorties] == [
        (date(2027, 6, 30), Genre.TACITE, date(2027, 4, 30)),
        (date(2028, 6, 30), Genre.TACITE, date(2028, 4, 30)),
        (date(2029, 6, 30), Genre.FIN, None),
    ]


def test_an_unknown_notice_takes_the_parameter_and_an_express_renewal_needs_none(ght: Ght) -> None:
    champs = {"date_fin": date(2027, 6, 30), "reconductions_prevues": 1, "reconduction_mois": 12}
    creer_marche(ght, "C", date(2026, 7, 1), 24, **champs)
    contrat = fiche(ght).contrat
    assert contrat is not None and contrat.sorties[0].preavis_le == date(2027, 3, 31)


def test_express(ght: Ght) -> None:
    champs = {"date_fin": date(2027, 6, 30), "reconductions_prevues": 1, "reconduction_mois": 12}
    creer_marche(ght, "C", date(2026, 7, 1), 24, reconduction_tacite=False, **champs)
    contrat = fiche(ght).contrat
    assert contrat is not None
    assert (contrat.sorties[0].genre, contrat.sorties[0].preavis_le) == (Genre.EXPRESSE, None)


def test_small_headroom_counts_earlier_amendments_of_the_ground(ght: Ght) -> None:
    """48 000 €: 10 % is 4 800 €; 1 000 € already added on R2194-8 and 9 000 € on another ground."""
    marche = creer_marche(ght, "A", date(2024, 1, 1), 48)
    for numero, motif, variation in ((1, "R2194-8", 1000), (2, "R2194-1", 9000)):
        Modification.objects.create(marche=marche, numero=numero, motif=motif, variation_ht=variation)
    assert marges(fiche(ght))["R2194-8"].montant == D(3800)
    assert marges(fiche(ght))["R2194-8"].stricte


def test_works_have_fifteen_per_cent(ght: Ght) -> None:
    creer_marche(ght, "A", date(2024, 1, 1), 48, nature_achat="", code_cpv="45210000")
    assert marges(fiche(ght))["R2194-8"].montant == D(7200)


def test_a_framework_leaves_what_its_maximum_will_not_have_used(
    ght: Ght, etablissement: Etablissement
) -> None:
    """Maximum 100 000 €; 24 000 € ordered in a year, then 2 000 € a month to 31/12/2027: fourteen."""
    marche = creer_marche(ght, "A", date(2024, 1, 1), 48, techniques=["Accord-cadre"], maximum_ht=D(100_000))
    lot = LotConsommation.objects.create(cle="l", source="saisie", empreinte="0" * 64, recu_le=INSTANT)
    for n in range(12):
        mois = date(2025 + (10 + n) // 12, (10 + n) % 12 + 1, 1)
        Consommation.objects.create(
            marche=marche, etablissement=etablissement, lot=lot, cle=str(n), le=mois, montant_ht=D(2000)
        )
    f = fiche(ght)
    assert f.connu.depense.mensuelle == D(2000)
    assert f.contrat is not None and f.contrat.avenant_jusqu_au == date(2027, 12, 31)
    assert marges(f)["R2194-7"].montant == D(100_000) - D(24_000) - 14 * D(2000)
    assert marges(f)["R2194-8"].montant == D(10_000)


def test_a_justified_duration_has_no_four_year_limit(ght: Ght) -> None:
    creer_marche(
        ght, "A", date(2024, 1, 1), 48, techniques=["Accord-cadre"], maximum_ht=D(9), motif_duree="Justifiée."
    )
    contrat = fiche(ght).contrat
    assert contrat is not None and contrat.avenant_jusqu_au is None


def test_unknown_stays_unknown(ght: Ght) -> None:
    creer_marche(
        ght, "A", date(2024, 1, 1), 48, montant=None, date_fin=None, date_fin_totale=None, duree_mois=None
    )
    f = fiche(ght)
    assert f.contrat is None
    assert f.connu.depense.mensuelle is None


def test_a_contract_without_amount_has_no_known_headroom(ght: Ght) -> None:
    creer_marche(ght, "A", date(2024, 1, 1), 48, montant=None)
    marge = marges(fiche(ght))["R2194-8"]
    assert marge.montant is None and marge.raison


def test_an_operators_contract_is_not_ours_to_modify(ght: Ght, operateur_achat: OperateurAchat) -> None:
    creer_marche(ght, "A", date(2024, 1, 1), 48, operateur_acheteur=operateur_achat)
    contrat = fiche(ght).contrat
    assert contrat is not None and not contrat.modifiable


def test_over_terminated_and_foreign_contracts_do_not_count(ght: Ght, autre_ght: Ght) -> None:
    creer_marche(ght, "fini", date(2020, 1, 1), 24)
    creer_marche(ght, "résilié", date(2024, 1, 1), 48, etat="resilie", fin_anticipee_le=date(2025, 1, 1))
    creer_marche(ght, "à venir", date(2024, 1, 1), 48, etat="preparation")
    creer_marche(autre_ght, "ailleurs", date(2024, 1, 1), 48)
    assert portefeuille(ght, LE, avec_prix=False).fiches == ()
