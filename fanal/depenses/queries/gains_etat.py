"""What the proof of gains depends on: a value that changes with any of it, and with nothing else.

The base changes every few seconds (heartbeats, sessions): a national proof must not be made again each time.
"""

from collections.abc import Hashable

from django.db.models import Count, Max, Model

from fanal.achats.queries.performance import state
from fanal.depenses.models import ProduitReference, ReferenceGain
from fanal.depenses.queries import faits, lac
from fanal.journal.suivi import Suivi
from fanal.marches.models import LienAction
from fanal.memoire import stable
from fanal.prix.models import ClauseRevision, LigneBpu, PrixLigne, ValeurIndice, VersionBpu

_prix = Suivi("prix", "depots")
# Prices are written by the journaled actions of contracts and of indices; counts tell those made by a script.
PRIX: tuple[type[Model], ...] = (
    VersionBpu,
    LigneBpu,
    PrixLigne,
    ClauseRevision,
    ValeurIndice,
    ProduitReference,
)
COMPTES: tuple[type[Model], ...] = (LienAction, ReferenceGain)


def etat_des_gains() -> Hashable:
    """Plans and territory, contracts and decisions on labels, prices, frozen references, catalogue, lake."""
    return stable("depenses.gains.etat", _lire)


def etat_des_prix() -> Hashable:
    """Price lists, indices and the catalogue."""
    return stable("depenses.prix.etat", _lire_prix)


def _lire_prix() -> Hashable:
    changed = ProduitReference.objects.aggregate(r=Max("updated_at"))["r"]
    return (_prix.numero(), changed, *map(_compte, PRIX))


def _compte(model: type[Model]) -> tuple[object, ...]:
    return tuple(model._default_manager.aggregate(n=Count("pk"), k=Max("pk")).values())


def _lire() -> Hashable:
    return (
        lac.manifeste().signature,
        state(),
        faits.etat(),
        etat_des_prix(),
        ReferenceGain.objects.aggregate(r=Max("remplacee_le"))["r"],
        *map(_compte, COMPTES),
    )
