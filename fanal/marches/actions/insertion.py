"""Writing many rows of one table at once, keys known beforehand: an ORM object per row would cost more than
all the rest of an import.

SQLite takes prepared rows, PostgreSQL its own COPY. Values pass through the same adapters as those of the
ORM; constraints are those of the base. `pre_save` and signals are not called: the tables of an import have
none.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.fields.json import JSONField

ENCODER = json.JSONEncoder(ensure_ascii=False).encode
Adapteur = Callable[[Any], Any]


class Insertion:
    """Inserts rows given as {attribute: value}; what a row does not say takes the field's default."""

    def __init__(self, modele: type[models.Model]) -> None:
        self.modele = modele
        self.colonnes = [
            (champ.attname, adapteur, _adapter(adapteur, champ.get_default()))
            for champ in modele._meta.concrete_fields
            for adapteur in [_adapteur(champ)]
        ]
        cite = connection.ops.quote_name
        noms = ", ".join(cite(champ.column) for champ in modele._meta.concrete_fields)
        self.table = modele._meta.db_table
        marques = ", ".join(["%s"] * len(self.colonnes))
        # Names of the models' own tables and columns, quoted; values go apart.
        self.insert = f"INSERT INTO {cite(self.table)} ({noms}) VALUES ({marques})"  # noqa: S608 - names of our own tables
        self.copy = f"COPY {cite(self.table)} ({noms}) FROM STDIN"

    def inserer(self, lignes: Sequence[dict[str, Any]]) -> list[int]:
        """Insert the rows and return their keys, in order. To be called inside a transaction."""
        if not lignes:
            return []
        cles = self._cles(len(lignes))
        for cle, ligne in zip(cles, lignes, strict=True):
            ligne["id"] = cle
        colonnes = self.colonnes
        rangees: list[list[Any]] = [
            [
                (None if (v := ligne[nom]) is None else adapter(v) if adapter else v)
                if nom in ligne
                else defaut
                for nom, adapter, defaut in colonnes
            ]
            for ligne in lignes
        ]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(self.copy) as copie:
                    for rangee in rangees:
                        copie.write_row(rangee)
            else:
                cursor.executemany(self.insert, rangees)
        return cles

    def _cles(self, nombre: int) -> list[int]:
        """Keys that nobody else takes: this transaction holds the write lock, or the sequence gave them."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [self.table, nombre],
                )
                return [cle for (cle,) in cursor.fetchall()]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self.table])
            derniere = (cursor.fetchone() or (0,))[0]
        haute = self.modele._default_manager.aggregate(haute=models.Max("pk"))["haute"] or 0
        premiere = max(derniere, haute) + 1
        return list(range(premiere, premiere + nombre))


def _adapter(adapteur: Adapteur | None, valeur: Any) -> Any:
    return valeur if valeur is None or adapteur is None else adapteur(valeur)


def _adapteur(champ: "models.Field[Any, Any]") -> Adapteur | None:
    """What turns a Python value into one that the base takes; None when it takes it as it is."""
    if isinstance(champ, JSONField):
        return _json
    if connection.vendor == "postgresql":
        return None
    if isinstance(champ, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(champ, models.DateField):
        return _iso
    if isinstance(champ, models.DecimalField):
        return str
    return None


def _json(valeur: Any) -> str:
    if valeur == []:
        return "[]"
    return ENCODER(valeur)


def _iso(valeur: Any) -> str:
    ecrit: str = valeur.isoformat()
    return ecrit
