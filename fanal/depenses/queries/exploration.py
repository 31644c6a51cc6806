"""The spend explorer's answers: one cross of axes for what the account reads on a territory."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fanal.depenses.compute.croise import Cle, Rang, croiser
from fanal.depenses.mots import MESURES, TEMPS
from fanal.depenses.queries.portee import Portee
from fanal.moteurs.consolidation.filtres import Filtres

RANGS_MAX = 5_000  # rows kept of a cross; the smallest are counted, not shown
COLONNES_MAX = 24
CHOIX_MAX = 300


@dataclass(frozen=True)
class Exploration:
    """`total`: the measure over everything; `totaux_colonnes`: over each column; `nombre`: rows there are.

    `montant_ht`, `remises_ht`, `lignes` tell the whole whatever the measure asked.
    """

    colonnes: tuple[str | None, ...]
    rangs: tuple[Rang, ...]
    nombre: int
    total: Decimal | None
    totaux_colonnes: dict[str | None, Decimal | None]
    montant_ht: Decimal
    remises_ht: Decimal
    lignes: int
    masque: bool = False


def explorer(
    lignes: Sequence[str], colonne: str, mesure: str, filtres: Filtres, portee: Portee
) -> Exploration:
    """Cross *lignes* (one or two axes) with *colonne* (an axis or empty). Raises `Inutilisable`."""
    from fanal.depenses.queries.analyse import analyser

    additive = MESURES[mesure].additive
    order = list(lignes) if lignes[0] in TEMPS else [f"-{mesure}", *lignes]
    rows = analyser(lignes, [mesure], filtres, portee, ordre=order, limite=RANGS_MAX)
    whole = analyser([], ["montant_ht", "lignes", mesure], filtres, portee)
    totals: list[tuple[Cle, Decimal | None]] = [(tuple(r[a] for a in lignes), r[mesure]) for r in rows.lignes]
    columns: list[str | None] = []
    by_column: dict[str | None, Decimal | None] = {}
    cases: list[tuple[Cle, str | None, Decimal | None]] = []
    if colonne:
        by = [colonne] if colonne in TEMPS else [f"-{mesure}", colonne]
        heads = analyser([colonne], [mesure], filtres, portee, ordre=by)
        by_column = {r[colonne]: r[mesure] for r in heads.lignes}
        columns = list(by_column)
        cross = analyser([*lignes, colonne], [mesure], filtres, portee)
        cases = [(tuple(r[a] for a in lignes), r[colonne], r[mesure]) for r in cross.lignes]
    shown, found = croiser(totals, cases, columns, COLONNES_MAX, additive)
    return Exploration(
        colonnes=tuple(shown),
        rangs=tuple(found),
        nombre=rows.groupes,
        total=whole.totaux[mesure],
        totaux_colonnes=by_column,
        montant_ht=whole.totaux["montant_ht"] or Decimal("0.00"),
        remises_ht=whole.remises_ht,
        lignes=int(whole.totaux["lignes"] or 0),
        masque=rows.masque,
    )


def valeurs_de(axe: str, portee: Portee) -> list[str | None]:
    """The values of an axis among the lines that the account reads, the largest amounts first."""
    from fanal.depenses.queries.analyse import analyser

    found = analyser([axe], ["montant_ht"], Filtres(), portee, limite=CHOIX_MAX)
    return [row[axe] for row in found.lignes]
