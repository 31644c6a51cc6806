"""Looking for an order, a product or a supplier in the lines that an account may read.

Words are looked for among the values of a dimension, held in this process; the lines are asked only whether
the account reads some that bear one of those found.
"""

from typing import Any

from fanal.depenses.queries.lac import manifeste
from fanal.depenses.queries.portee import Portee
from fanal.fournisseurs.models import Fournisseur
from fanal.moteurs.consolidation.filtres import Filtres

CANDIDATS = 60
Trouve = list[tuple[str, dict[str, Any]]]


def valeurs_lues(dimension: str, axe: str, debut: str, portee: Portee, nom: str = "") -> Trouve:
    """Values that begin by *debut*, or of suppliers named *nom*, with amount and lines; largest first."""
    if not _a_des_lignes(portee):
        return []
    from fanal.depenses.queries.analyse import analyser
    from fanal.depenses.queries.source import source

    known = source().dimensions[dimension].valeurs.to_pylist()
    starts = [debut.upper()] if len(debut) >= 4 else []
    starts += _sirens(nom) if nom else []
    wanted = sorted(v for v in known if v.upper().startswith(tuple(starts)))[:CANDIDATS] if starts else []
    if not wanted:
        return []
    filters = Filtres().avec(axe, "=", *wanted)
    rows = analyser([axe], ["montant_ht", "lignes"], filters, portee).lignes
    return [(row[axe], row) for row in rows if row[axe]]


def _sirens(nom: str) -> list[str]:
    """The SIREN of the suppliers of the register whose name holds *nom*."""
    words = nom.replace("\x00", "").strip()
    if not words:
        return []
    rows = Fournisseur.objects.filter(nom__icontains=words).exclude(siren="")
    return list(rows.values_list("siren", flat=True)[:CANDIDATS])


def commande(numero: str, portee: Portee) -> Trouve:
    """The establishments that have an order of this exact number, of those whose lines are read."""
    open_scope = portee.ouverte()
    if not _a_des_lignes(open_scope):
        return []
    from fanal.depenses.queries.analyse import analyser

    filters = Filtres().avec("numero_commande", "=", numero)
    rows = analyser(["finess"], ["montant_ht", "lignes"], filters, open_scope).lignes
    return [(row["finess"], row) for row in rows]


def _a_des_lignes(portee: Portee) -> bool:
    """Whether some file holds a line of what is read: most accounts of a young platform have none."""
    files, codes = manifeste().lignes, portee.codes
    return any(codes is None or f.etablissements & codes for f in files)
