"""Indicators declared at each date: bounds, all or none, corrections that keep the old value, due dates."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fanal.appels.actions.releves import RefusDeclaration, Saisi, declarer, retirer
from fanal.appels.models import Attribution

D = Decimal
Refuse = Callable[..., Any]
PART, ERREURS = "part-automatisee", "erreurs"


def dire(accord: Attribution, instant: datetime, *saisies: Saisi, motif: str = "") -> Any:
    return declarer(dossier=accord.dossier, saisies=saisies, by=None, instant=instant, motif=motif)


def test_baseline_and_targets_then_measures_reach_their_due_dates(
    accord: Attribution, maintenant: datetime
) -> None:
    jour = maintenant.date()
    jalons = {j.nature + str(j.prevu_le.year): j for j in accord.dossier.jalons.exclude(nature="etape")}
    dire(
        accord,
        maintenant,
        Saisi(PART, "reference", jour - timedelta(days=90), D(20)),
        Saisi(PART, "cible", jour + timedelta(days=700), D(80)),
        Saisi(ERREURS, "reference", jour, D(12)),
    )
    jalons["reference2022"].refresh_from_db()
    assert jalons["reference2022"].atteint_le is None, "a target is missing"
    bilan = dire(
        accord, maintenant, Saisi(ERREURS, "cible", jour, D(3)), Saisi(PART, "reference", jour, D(20))
    )
    assert (bilan.ajoutes, bilan.inchanges) == (1, 1)
    jalons["reference2022"].refresh_from_db()
    assert jalons["reference2022"].atteint_le == jour
    plus_tard = maintenant + timedelta(days=190)
    dire(accord, plus_tard, Saisi(PART, "mesure", plus_tard.date(), D(45)))
    jalons["releve2022"].refresh_from_db()
    assert jalons["releve2022"].atteint_le is None
    dire(accord, plus_tard, Saisi(ERREURS, "mesure", plus_tard.date(), D(8)))
    jalons["releve2022"].refresh_from_db()
    jalons["releve2023"].refresh_from_db()
    assert jalons["releve2022"].atteint_le == plus_tard.date()
    assert jalons["releve2023"].atteint_le is None
    # A value withdrawn opens its date again.
    releve = accord.dossier.releves.get(indicateur__code=ERREURS, nature="mesure")
    retirer(releve=releve, motif="Autre service", by=None, instant=plus_tard)
    jalons["releve2022"].refresh_from_db()
    assert jalons["releve2022"].atteint_le is None


def test_a_correction_keeps_the_old_value_and_says_why(
    accord: Attribution, maintenant: datetime, refuse: Refuse
) -> None:
    jour = maintenant.date()
    dire(accord, maintenant, Saisi(PART, "mesure", jour, D(45)))
    with refuse("pourquoi la valeur est corrigée"):
        dire(accord, maintenant, Saisi(PART, "mesure", jour, D(54)))
    with refuse("corrigée entre-temps"):
        dire(accord, maintenant, Saisi(PART, "mesure", jour, D(54), lue=D(44)), motif="Chiffres inversés")
    bilan = dire(accord, maintenant, Saisi(PART, "mesure", jour, D(54), lue=D(45)), motif="Chiffres inversés")
    assert bilan.corriges == 1
    ancien, courant = accord.dossier.releves.order_by("pk")
    assert (ancien.valeur, ancien.remplace_le is None) == (D(45), False)
    assert (courant.valeur, courant.remplace_le, courant.commentaire) == (D(54), None, "Chiffres inversés")
    with refuse("n'a plus cours"):
        retirer(releve=ancien, motif="x", by=None, instant=maintenant)


@pytest.mark.parametrize(
    ("saisi", "mots"),
    [
        (Saisi(PART, "mesure", date(2022, 2, 10), D("100.01")), "au-dessus de 100"),
        (Saisi(PART, "mesure", date(2022, 2, 10), D("-0.01")), "45 pour 45 %"),
        (Saisi(ERREURS, "mesure", date(2022, 2, 10), D(-1)), "au-dessous de 0"),
        (Saisi(ERREURS, "mesure", date(2022, 2, 11), D(1)), "pas encore passé"),
        (Saisi(ERREURS, "mesure", date(2022, 2, 9), D(1)), "déclarez une valeur de départ"),
        (Saisi(ERREURS, "mesure", date(2022, 2, 10), D("1.00001")), "4 décimales"),
        (Saisi(ERREURS, "mesure", date(2022, 2, 10), D("1e13")), "pas un nombre"),
        (Saisi(ERREURS, "mesure", date(2022, 2, 10), D("NaN")), "pas un nombre"),
        (Saisi(ERREURS, "estimation", date(2022, 2, 10), D(1)), "ni cible"),
    ],
)
def test_bounds(accord: Attribution, maintenant: datetime, refuse: Refuse, saisi: Saisi, mots: str) -> None:
    with refuse(mots):
        dire(accord, maintenant, saisi)
    assert not accord.dossier.releves.exists()


def test_all_or_none(accord: Attribution, maintenant: datetime) -> None:
    jour = maintenant.date()
    with pytest.raises(RefusDeclaration) as refus:
        dire(
            accord,
            maintenant,
            Saisi(PART, "mesure", jour, D(45)),
            Saisi("inconnu", "mesure", jour, D(1)),
            Saisi(PART, "mesure", jour, D(46)),
            Saisi(ERREURS, "mesure", jour, D(-2)),
        )
    assert sorted(refus.value.fautes) == [1, 2, 3]
    assert "Indicateurs connus : part-automatisee, erreurs" in refus.value.fautes[1]
    assert "déclaré deux fois" in refus.value.fautes[2]
    assert not accord.dossier.releves.exists()
    with pytest.raises(Exception, match="Aucune valeur"):
        dire(accord, maintenant)
