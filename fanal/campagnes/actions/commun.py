"""What every write of the engine does: lock, check the right, leave a trace, raise the revision."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Model

from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire


def lock(dossier: Dossier) -> Dossier:
    """The dossier as it is now, held until the end of the transaction: deciders pass one after the other."""
    return lock_all([dossier.pk])[0]


def lock_all(numeros: Iterable[int]) -> list[Dossier]:
    """Several dossiers, locked in the order of their numbers."""
    held = Dossier.objects.select_for_update().filter(pk__in=list(numeros)).order_by("pk")
    locked = list(held.values_list("pk", flat=True))
    related = (
        Dossier.objects.select_related(
            "campagne", "version_courante", "region", "ght", "etablissement", "operateur"
        )
        .order_by()  # the caller's order is that of the locks
        .in_bulk(locked)
    )
    return [related[pk] for pk in locked]


def record(
    *,
    campagne: Campagne,
    action: str,
    objet: Model,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    donnees: dict[str, Any] | None = None,
) -> None:
    """Raise the campaign's revision and write one entry of the journal, in the caller's transaction."""
    Campagne.objects.filter(pk=campagne.pk).update(revision=F("revision") + 1)
    inscrire(action=action, objet=objet, by=by, instant=instant, motif=motif, donnees=donnees or {})
