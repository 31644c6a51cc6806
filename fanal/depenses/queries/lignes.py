"""One order line and its history: every version that deposits brought, in the files as they were written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fanal.depenses.models import DepotLignes, FichierLac
from fanal.depenses.queries.lac import stockage
from fanal.moteurs.lac.schema import depot_de
from fanal.refus import Introuvable

Genre = FichierLac.Genre
CLE = ("etablissement", "numero_commande", "numero_ligne")
INCONNUE = "Cette ligne n'est dans aucun dépôt, ou votre compte n'y a pas accès. Vérifiez l'adresse."


@dataclass(frozen=True)
class Version:
    """A version of a line. `remplacee_par`: the deposit that replaced or withdrew it; None while it holds."""

    ident: int
    champs: Mapping[str, Any]
    depot: DepotLignes
    remplacee_par: DepotLignes | None

    @property
    def le(self) -> datetime | None:
        """When its deposit was committed."""
        return self.depot.termine_le


def lire_ligne(ident: int) -> Mapping[str, Any]:
    """A line by its identifier, as the lake codes it. Raises `Introuvable`."""
    rows = _chercher(_fichiers([depot_de(ident)]), {"id": ident})
    if not rows:
        raise Introuvable(INCONNUE)
    return rows[0]


def versions(ligne: Mapping[str, Any]) -> list[Version]:
    """Every version of the same (FINESS, order, line), the latest first."""
    from fanal.depenses.queries.source import contexte
    from fanal.moteurs.consolidation.lecture import decoder

    files = [f for f in _fichiers() if ligne["etablissement"] in f.etablissements]
    rows = _chercher(files, {cle: ligne[cle] for cle in CLE})
    gone = _effacees({row["id"] for row in rows})
    numbers = {depot_de(row["id"]) for row in rows} | set(gone.values())
    deposits = {d.numero: d for d in DepotLignes.objects.filter(numero__in=numbers).select_related("depot")}
    ctx = contexte()
    found = [
        Version(
            row["id"], decoder(ctx, row), deposits[depot_de(row["id"])], deposits.get(gone.get(row["id"]))
        )
        for row in rows
    ]
    return sorted(found, key=lambda v: -v.ident)


def depots_nommes(numeros: Iterable[int]) -> dict[int, DepotLignes]:
    """The deposits of these numbers, with the file that each brought."""
    rows = DepotLignes.objects.filter(numero__in=set(numeros)).select_related("depot")
    return {row.numero: row for row in rows if row.numero is not None}


def _fichiers(depots: Sequence[int] | None = None) -> list[FichierLac]:
    """The files of lines as deposits first wrote them: compaction keeps those."""
    rows = FichierLac.objects.filter(genre=Genre.LIGNES, depot__numero__isnull=False)
    return list(rows if depots is None else rows.filter(depot__numero__in=depots))


def _chercher(files: Sequence[FichierLac], cle: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of *files* whose columns have the values of *cle*."""
    import pyarrow.parquet as pq

    store, wanted = stockage(), [(name, "=", value) for name, value in cle.items()]
    found: list[dict[str, Any]] = []
    for file in files:
        found += pq.read_table(store.chemin(file.nom), filters=wanted).to_pylist()
    return found


def _effacees(idents: set[int]) -> dict[int, int]:
    """Identifier → number of the deposit that replaced it."""
    import pyarrow.parquet as pq

    rows = FichierLac.objects.filter(genre=Genre.EFFACEMENTS, depot__numero__isnull=False)
    first = min(map(depot_de, idents), default=0)
    store = stockage()
    found: dict[int, int] = {}
    for name, number in rows.filter(depot__numero__gt=first).values_list("nom", "depot__numero"):
        table = pq.read_table(store.chemin(name), filters=[("id", "in", idents)])
        found.update(dict.fromkeys(table["id"].to_pylist(), number))
    return found
