"""Reminders of the engine reach those a call invited, through the accounts of their GHT if need be."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from fanal.appels.actions import appels as actions_appels
from fanal.appels.models import Appel
from fanal.campagnes.actions.relances import relancer
from fanal.campagnes.temps import local_day
from fanal.territoires.noeuds import Noeud
from tests.appels.conftest import CreerAppel, Deposer


@pytest.mark.parametrize(("jours", "envoyees"), [(20, 0), (15, 1), (7, 1), (1, 1)])
def test_due_days(
    creer_appel: CreerAppel,
    noeud: Noeud,
    utilisateurs: dict[str, Any],
    instant: datetime,
    jours: int,
    envoyees: int,
) -> None:
    appel = creer_appel(cloture=instant + timedelta(days=jours))
    actions_appels.inviter(appel=appel, noeuds=[noeud], by=None, instant=instant)
    bilan = relancer(le=local_day(instant), instant=instant)
    assert len(bilan.envoyees) == envoyees
    if envoyees:
        assert "aucun dossier n'a encore été déposé" in mail.outbox[0].body
        assert utilisateurs["directeur_achats"].email in {m.to[0] for m in mail.outbox}
    assert not relancer(le=local_day(instant), instant=instant).envoyees


def test_nobody_is_reminded_once_handed_in_or_withdrawn(
    appel: Appel,
    creer_appel: CreerAppel,
    noeud: Noeud,
    utilisateurs: Any,
    deposer: Deposer,
    instant: datetime,
) -> None:
    retire = creer_appel("retire")
    for a in (appel, retire):
        actions_appels.inviter(appel=a, noeuds=[noeud], by=None, instant=instant)
    deposer(appel, noeud)
    actions_appels.retirer(appel=retire, motif="Annulé.", by=None, instant=instant)
    assert not relancer(le=local_day(instant), instant=instant).envoyees
