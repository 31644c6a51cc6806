"""Credit notes whose origin was corrected since: the line that they take back today.

A credit note keeps the line that its deposit found. When that line is replaced by a new version, the origin
is looked for again among the lines in force, as the intake does: the same order, else the same invoice; the
same article, else product or label; among several, the first by date, order and line that the credit note
does not exceed, else the first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.source import Source
from fanal.moteurs.lac.schema import TYPES_LIGNE

AVOIR, COMMANDE = TYPES_LIGNE.index("avoir"), TYPES_LIGNE.index("commande")
LIENS, OBJETS = ("numero_commande", "numero_facture"), ("article", "produit", "libelle")
_COLONNES = ("id", "etablissement", *LIENS, "numero_ligne", *OBJETS, "montant_ht")
_ORDRE = ("date_commande", "numero_commande", "numero_ligne")
_ORIGINE = ("id", "date_commande", "marche")
# Past so many establishments, what is kept for a state of the lake is read for all of them at once.
ENSEMBLE = 100
Rangee = Mapping[str, Any]


@dataclass(frozen=True)
class Origines:
    """`refaites`: by credit note whose origin is no longer in force, the line in force that it takes back.

    `lignes`: by credit note (`avoir`) whose origin is known, `date_commande` and `marche` of that line.
    """

    refaites: Mapping[int, int]
    lignes: pa.Table


def perimetre(source: Source, etablissements: frozenset[int]) -> frozenset[int]:
    """The establishments to read for these: all of them once these are many, for whoever asks next."""
    if len(etablissements) <= ENSEMBLE:
        return etablissements
    return etablissements.union(*(f.etablissements for f in source.manifeste.lignes))


def origines(source: Source, etablissements: frozenset[int]) -> Origines:
    """What the credit notes of these establishments (and maybe of others) take back.

    Asked once for a state of the lake. A credit note and its origin are of the same establishment.
    """
    asked = perimetre(source, etablissements)
    found: Origines = source.retenir(("origines", asked), lambda: _chercher(source, asked))
    return found


def _chercher(source: Source, etablissements: frozenset[int]) -> Origines:
    part = source.partie(etablissements)
    lines = part.filter(part.etablissement.isin(sorted(etablissements)) & part.origine.notnull())
    notes = source.executer(lines.select("type_ligne", "origine", *_COLONNES))
    # The credit notes are few: their origins are looked for, rather than each line of the lake compared.
    asked = ibis.memtable(pa.table({"cherchee": notes["origine"].unique()}))
    held = source.executer(part.select(*_ORIGINE).semi_join(asked, [("id", "cherchee")]))
    gone = pc.and_(
        pc.equal(notes["type_ligne"], AVOIR),
        pc.invert(pc.is_in(notes["origine"], held["id"].combine_chunks())),
    )
    lost = notes.filter(gone).to_pylist()
    redone: dict[int, int] = {}
    if lost:
        near = frozenset(row["etablissement"] for row in lost)
        table = source.partie(near)
        orders = table.filter(table.etablissement.isin(sorted(near)) & (table.type_ligne == COMMANDE))
        orders = orders.select(*_COLONNES, "date_commande", "marche")
        found = {row["id"]: row for lien in LIENS for row in _des_memes(source, orders, lien, lost)}
        redone = refaire(lost, found.values())
        rows = [{name: found[key][name] for name in _ORIGINE} for key in set(redone.values())]
        again = pa.Table.from_pylist(rows, schema=held.schema)
        known = pc.is_in(again["id"], held["id"].combine_chunks())
        held = pa.concat_tables([held, again.filter(pc.invert(known))])
    return Origines(redone, _lignes(notes, redone, held))


def _lignes(avoirs: pa.Table, refaites: Mapping[int, int], tenues: pa.Table) -> pa.Table:
    """`avoir, date_commande, marche`: each credit note with what is known of the line that it takes back."""
    notes = pa.table({"avoir": avoirs["id"], "origine": avoirs["origine"]})
    if refaites:
        moved = pc.is_in(notes["avoir"], pa.array(list(refaites), pa.int64()))
        again = pa.table(
            {
                "avoir": pa.array(list(refaites), pa.int64()),
                "origine": pa.array(list(refaites.values()), pa.int64()),
            }
        )
        notes = pa.concat_tables([notes.filter(pc.invert(moved)), again])
    found = notes.join(tenues, keys="origine", right_keys="id", join_type="inner")
    return found.select(["avoir", "date_commande", "marche"])


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
                best = min(
                    same, key=lambda o: (o["montant_ht"] < -note["montant_ht"], *(o[c] for c in _ORDRE))
                )
                return int(best["id"])
    return None
