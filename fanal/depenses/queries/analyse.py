"""Spend by any cross of axes, and the very lines behind a figure, for what an account may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fanal.depenses.queries.portee import Portee
from fanal.depenses.queries.source import contexte
from fanal.memoire import Memoire
from fanal.moteurs.consolidation.axes import AXES
from fanal.moteurs.consolidation.filtres import Filtre, Filtres, check_noms
from fanal.moteurs.consolidation.lecture import Lignes, lire_lignes
from fanal.moteurs.consolidation.mesures import MESURES
from fanal.moteurs.consolidation.requetes.croisement import Croisement, croiser
from fanal.moteurs.lac.manifeste import Manifeste
from fanal.refus import Inutilisable

__all__ = ["AXES", "MESURES", "Analyse", "Filtre", "Filtres", "analyser", "lignes"]

AUCUN = Filtres()


@dataclass(frozen=True)
class Analyse:
    """`lignes`: a dictionary per group, its texts by axis (None: missing) and `Decimal` by measure (None:
    unknown, or a unit price that the account may not read).

    `totaux` are over all the groups, `groupes` of them; `remises_ht` is the part of the spend that year-end
    rebates make, already within amounts and never in a unit price. `masque`: some price is kept from the
    account.
    """

    axes: tuple[str, ...]
    mesures: tuple[str, ...]
    lignes: list[dict[str, Any]]
    groupes: int
    totaux: dict[str, Decimal | None]
    remises_ht: Decimal
    masque: bool = False


_croisements: Memoire[Croisement] = Memoire(64)


def analyser(
    axes: Sequence[str],
    mesures: Sequence[str] = ("montant_ht",),
    filtres: Filtres = AUCUN,
    portee: Portee | None = None,
    *,
    ordre: Sequence[str] = (),
    debut: int = 0,
    limite: int | None = None,
    manifeste: Manifeste | None = None,
) -> Analyse:
    """Measures by the cross of *axes*, over the lines that *portee* lets read (None: all) and filters keep.

    *ordre*: names of axes and measures, « - » first for the largest first; by default the first measure from
    the largest, then the axes. *debut*, *limite*: which groups of that order. Raises `Inutilisable` for an
    axis, a measure or a value that is not known.
    """
    check_demande(axes, mesures, ordre)
    ctx = contexte(manifeste)
    codes = None if portee is None else portee.codes
    prix = None if portee is None else portee.codes_prix
    key = (tuple(axes), tuple(mesures), filtres, codes, prix)
    crossed = _croisements.lire(
        key,
        ctx.etat,
        lambda: croiser(ctx, axes, mesures, filtres, codes=codes, codes_prix=prix),
        seul=False,
    )
    return Analyse(
        axes=crossed.axes,
        mesures=crossed.mesures,
        lignes=crossed.lignes(ordre, debut, limite),
        groupes=crossed.groupes,
        totaux=dict(crossed.totaux),
        remises_ht=crossed.remises_ht,
        masque=crossed.masque,
    )


def check_demande(axes: Sequence[str], mesures: Sequence[str], ordre: Sequence[str] = ()) -> None:
    """Raise `Inutilisable` for an axis, a measure or an order that is not known."""
    check_noms(axes, AXES, "un axe")
    check_noms(mesures, MESURES, "une mesure")
    if not mesures:
        raise Inutilisable(f"Choisissez au moins une mesure parmi : {', '.join(MESURES)}.")
    check_noms((o.removeprefix("-") for o in ordre), [*axes, *mesures], "un axe ni une mesure demandés")


def lignes(
    filtres: Filtres = AUCUN,
    portee: Portee | None = None,
    page: int = 1,
    taille: int = 50,
    *,
    ordre: str = "-montant_ht",
    manifeste: Manifeste | None = None,
) -> Lignes:
    """The lines in force that filters keep, decoded, with their number; *page* from 1.

    Lines tell unit prices: only those of the establishments where the account reads prices are given,
    `masquees` counts the others that it reads as sums.
    """
    ctx = contexte(manifeste)
    codes = None if portee is None else portee.codes
    prix = None if portee is None else portee.codes_prix
    return lire_lignes(ctx, filtres, codes=codes, codes_prix=prix, page=page, taille=taille, ordre=ordre)
