"""What every act on a contract shares: the right, the lock, the version read, the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.journal.rules import canonical_data
from fanal.marches.models import Marche
from fanal.marches.queries.situation import situation
from fanal.marches.rules.cycle import check_version
from fanal.marches.rules.situation import Situation
from fanal.territoires.noeuds import Noeud

GERER = "marche.gerer"


def prendre(
    marche: Marche,
    *,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int | None = None,
    permission: str = GERER,
    noeud: Noeud | None = None,
) -> tuple[Marche, Situation]:
    """Take the contract for writing, in the caller's transaction, and read its facts under that lock.

    *verrou* is the version that the person read; None when acts of others do not matter (orders).
    Raises Interdit when *by* may not act, Refus when the contract changed since it was read.
    """
    locked = Marche.objects.select_for_update(of=("self",)).get(pk=marche.pk)
    check_droit(by, permission, noeud or Noeud.de(locked), instant)
    if verrou is not None:
        check_version(verrou, locked.verrou)
    return locked, situation(locked, local_day(instant))


def ecrire(
    marche: Marche,
    *,
    action: str,
    by: Utilisateur | None,
    instant: datetime,
    champs: Mapping[str, Any] | None = None,
    donnees: Mapping[str, Any] | None = None,
    motif: str = "",
) -> Marche:
    """Write *champs* on the contract, raise its version and put the act in the journal.

    What a field held before stands in the journal beside what it holds now.
    """
    changes: dict[str, Any] = {}
    for name, value in (champs or {}).items():
        before = getattr(marche, name)
        if before != value:
            changes[name] = {"avant": _brut(before), "apres": _brut(value)}
            setattr(marche, name, value)
    marche.verrou += 1
    marche.updated_at = instant
    marche.save(update_fields=[*changes, "verrou", "updated_at"])
    inscrire(
        action=action,
        objet=marche,
        by=by,
        instant=instant,
        motif=motif,
        donnees=canonical_data({**changes, **(donnees or {})}),
    )
    return marche


def _brut(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value


def garder_fin(marche: Marche) -> dict[str, Any]:
    """The first total end, kept when an act is about to move it."""
    return {} if marche.date_fin_initiale else {"date_fin_initiale": marche.date_fin_totale}
