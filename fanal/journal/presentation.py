"""Entries as people read them: account numbers become names only while the account exists."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fanal.comptes.models import Utilisateur
from fanal.journal.libelles import action_title, object_title
from fanal.journal.models import Entree


@dataclass(frozen=True)
class LigneJournal:
    numero: int
    instant: datetime
    acteur: str
    action: str
    objet: str
    motif: str
    donnees: str
    empreinte: str


def present(entrees: Iterable[Entree]) -> list[LigneJournal]:
    """The rows to show; one query for the names."""
    rows = list(entrees)
    names = {u.pk: str(u) for u in Utilisateur.objects.filter(pk__in={e.acteur for e in rows if e.acteur})}
    return [
        LigneJournal(
            e.numero,
            e.instant,
            actor_title(e.acteur, names),
            action_title(e.action),
            f"{object_title(e.objet_type)} n° {e.objet_id}",
            e.motif,
            readable(e.donnees),
            e.empreinte,
        )
        for e in rows
    ]


def actor_title(numero: int | None, names: dict[int, str]) -> str:
    """The name of the account, its number when it is gone, or the system."""
    if numero is None:
        return "Système"
    return f"{names[numero]} (n° {numero})" if numero in names else f"Compte n° {numero}"


def readable(donnees: dict[str, object]) -> str:
    """The data of an entry on one line, what is empty left out: "role : support ; n : 3"."""
    kept = {k: v for k, v in donnees.items() if v not in (None, "")}
    return " ; ".join(f"{key.replace('_', ' ')} : {_value(value)}" for key, value in kept.items())


def _value(value: object) -> str:
    if isinstance(value, dict) and set(value) == {"avant", "apres"}:
        return f"{_value(value['avant'])} → {_value(value['apres'])}"
    if value is None:
        return "vide"
    if isinstance(value, bool):
        return "oui" if value else "non"
    return _text(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text(value: str) -> str:
    """A date as people write it; any other text as it is."""
    try:
        day = datetime.fromisoformat(value) if len(value) >= 10 and value[4:5] == "-" else None
    except ValueError:
        day = None
    return value if day is None else f"{day:%d/%m/%Y}"
