"""Credit notes whose origin was corrected since: the line that they take back today.

A credit note keeps the line that its deposit found. When that line is replaced by a new version, the origin
is looked for again among the lines in force, as the intake does: the same order, else the same invoice; the
same article, else product or label; among several, the first that the credit note does not exceed, else the
first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from fanal.moteurs.consolidation.source import Source
from fanal.moteurs.lac.schema import TYPES_LIGNE

AVOIR, COMMANDE = TYPES_LIGNE.index("avoir"), TYPES_LIGNE.index("commande")
LIENS, OBJETS = ("numero_commande", "numero_facture"), ("article", "produit", "libelle")
_COLONNES = ("id", "etablissement", *LIENS, *OBJETS, "montant_ht")
Rangee = Mapping[str, Any]


def origines_refaites(source: Source, etablissements: frozenset[int]) -> dict[int, int]:
    """By credit note whose origin is no longer in force, the line in force that it takes back.

    Asked once for a state of the lake; nearly always empty.
    """
    found: dict[int, int] = source.retenir(
        ("origines", etablissements), lambda: _chercher(source, etablissements)
    )
    return found


def _chercher(source: Source, etablissements: frozenset[int]) -> dict[int, int]:
    lines = source.partie(etablissements)
    lines = lines.filter(lines.etablissement.isin(sorted(etablissements)))
    notes = lines.filter((lines.type_ligne == AVOIR) & lines.origine.notnull())
    kept = lines.select(tenue=lines.id)
    lost = notes.anti_join(kept, [("origine", "tenue")]).select(*_COLONNES)
    rows = source.executer(lost).to_pylist()
    if not rows:
        return {}
    orders = lines.filter(lines.type_ligne == COMMANDE).select(*_COLONNES)
    found = [row for lien in LIENS for row in _des_memes(source, orders, lien, rows)]
    return refaire(rows, found)


def _des_memes(source: Source, orders: ir.Table, lien: str, rows: Iterable[Rangee]) -> list[dict[str, Any]]:
    """The orders that share the number *lien* of one of these credit notes."""
    numbers = sorted({row[lien] for row in rows if row[lien] is not None})
    if not numbers:
        return []
    asked = ibis.memtable(pa.table({"numero_cherche": pa.array(numbers, pa.string())}))
    found = source.executer(orders.semi_join(asked, [(lien, "numero_cherche")]))
    return [dict(row) for row in found.to_pylist()]


def refaire(avoirs: Iterable[Rangee], commandes: Iterable[Rangee]) -> dict[int, int]:
    """The origin of each credit note among these orders, by identifier; none for what matches nothing."""
    by_link: dict[tuple[Any, ...], list[Rangee]] = defaultdict(list)
    for order in {row["id"]: row for row in commandes}.values():
        for lien in LIENS:
            if order[lien] is not None:
                by_link[order["etablissement"], lien, order[lien]].append(order)
    return {note["id"]: found for note in avoirs if (found := _origine(note, by_link)) is not None}


def _origine(note: Rangee, by_link: Mapping[tuple[Any, ...], list[Rangee]]) -> int | None:
    for lien in LIENS:
        near = by_link.get((note["etablissement"], lien, note[lien]), [])
        for objet in OBJETS:
            same = [o for o in near if note[objet] is not None and o[objet] == note[objet]]
            if same:
                best = min(same, key=lambda o: (o["montant_ht"] < -note["montant_ht"], o["id"]))
                return int(best["id"])
    return None
