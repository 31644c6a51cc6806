"""What every write of a procedure does: hold the row, compare the lock, leave a trace."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.procedures.models import Lot, Procedure
from fanal.procedures.rules.etats import check_verrou
from fanal.refus import Introuvable


def tenir(procedure: Procedure, verrou: int | None = None) -> Procedure:
    """The procedure as it is now, held until the end of the transaction.

    `verrou` is the one the page was read with. Raises Refus when somebody wrote meanwhile.
    """
    tenue = Procedure.objects.select_for_update().get(pk=procedure.pk)
    check_verrou(verrou, tenue.verrou)
    return tenue


def lot_de(procedure: Procedure, numero: int) -> Lot:
    """A lot of the procedure. Raises Introuvable."""
    lot = procedure.lots.filter(numero=numero).first()
    if lot is None:
        raise Introuvable(f"Cette procédure n'a pas de lot {numero}. Revenez à la procédure.")
    return lot


def enregistrer(
    procedure: Procedure,
    *,
    action: str,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    objet: Model | None = None,
    donnees: Mapping[str, Any] | None = None,
) -> None:
    """Save the procedure with its lock raised, and write the entry about it (or about one of its parts)."""
    procedure.verrou += 1
    procedure.updated_at = instant
    procedure.save()
    dites = dict(donnees or {})
    if objet is not None:
        dites = {"objet": str(objet), **dites}
    inscrire(action=action, objet=procedure, by=by, instant=instant, motif=motif, donnees=dites)
