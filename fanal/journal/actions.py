"""Writing to the journal: the only door."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.transaction import TransactionManagementError

from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree, Tete
from fanal.journal.rules import canonical_data, clean_text, compute_hash

LOT = 500


def inscrire(
    *,
    action: str,
    objet: models.Model,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    donnees: Mapping[str, Any] | None = None,
) -> Entree:
    """Add one entry about *objet*; `by=None` is the system. To be called inside the caller's transaction.

    Raises TransactionManagementError outside a transaction: an entry must live or die with its fact.
    """
    ajoutees = inscrire_lot(
        action=action, objets=[(objet, donnees or {})], by=by, instant=instant, motif=motif
    )
    return ajoutees[0]


def inscrire_lot(
    *,
    action: str,
    objets: Iterable[models.Model | tuple[models.Model, Mapping[str, Any]]],
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> list[Entree]:
    """Add one entry per object, each with its data if given as a pair, taking the head once."""
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError(
            "The journal is written inside the transaction of the fact it records."
        )
    # On PostgreSQL the row lock serialises writers; on SQLite the transaction already holds the write lock.
    tete, _ = Tete.objects.select_for_update().get_or_create(pk=1)
    entrees: list[Entree] = []
    numero, precedente = tete.numero, tete.empreinte
    for item in objets:
        objet, donnees = item if isinstance(item, tuple) else (item, {})
        numero += 1
        fields = {
            "numero": numero,
            "instant": instant,
            "acteur": by.pk if by else None,
            "action": action,
            "objet_type": objet._meta.label_lower,
            "objet_id": str(objet.pk),
            "motif": clean_text(motif),
            "donnees": canonical_data(donnees),
            "precedente": precedente,
        }
        precedente = compute_hash(**fields)
        entrees.append(Entree(**fields, empreinte=precedente))
    if entrees:
        Entree.objects.bulk_create(entrees, batch_size=LOT)
        Tete.objects.filter(pk=1).update(numero=numero, empreinte=precedente)
    return entrees
