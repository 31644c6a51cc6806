"""What the ministry does with many lines at once, all or none."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from fanal.campagnes.actions import dossiers, observations
from fanal.campagnes.models import Dossier, Observation
from fanal.comptes.models import Utilisateur

CONTROLE, DEMANDER = "en_controle", "demander"


@transaction.atomic
def ask_observations(
    *,
    demandes: Mapping[Dossier, Mapping[str, str]],
    echeance: date,
    by: Utilisateur | None,
    instant: datetime,
) -> list[Observation]:
    """Ask each GHT for observations, `{dossier: {cle: text}}`, and open its period of reply.

    *echeance* is the last day to answer, included. Raises Refus as `observations.demander` does; nothing is
    then written.
    """
    asked = []
    for dossier in sorted(demandes, key=lambda d: d.pk):
        asked += observations.demander(
            dossier=dossier, demandes=demandes[dossier], echeance=echeance, by=by, instant=instant
        )
        if dossier.etape == CONTROLE:
            dossiers.franchir(dossier=dossier, transition=DEMANDER, by=by, instant=instant)
    return asked
