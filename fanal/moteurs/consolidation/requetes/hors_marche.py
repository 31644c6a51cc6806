"""Purchases off contract ("achats hors marché"), the four ways told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fanal.moteurs.consolidation.axes import AXES
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtre, Filtres
from fanal.moteurs.consolidation.mesures import euros
from fanal.moteurs.consolidation.requetes.croisement import grouper
from fanal.moteurs.consolidation.statuts import HORS_MARCHE, STATUTS

ACHATS = Filtre("type_ligne", "=", ("commande", "avoir"))
RIEN = Decimal("0.00")
GROUPE = ("finess", "siret_fournisseur", "famille", "numero_marche", "annee")


@dataclass(frozen=True)
class HorsMarche:
    """A group of orders that no contract covers. `statut`: one of `HORS_MARCHE`; texts None when missing."""

    statut: str
    finess: str | None
    siret_fournisseur: str | None
    famille: str | None
    numero_marche: str | None
    annee: str | None
    montant_ht: Decimal
    lignes: int


def couverture(
    ctx: Contexte,
    filtres: Filtres = Filtres(),  # noqa: B008 - a value that cannot change
    *,
    codes: frozenset[int] | None = None,
) -> dict[str, tuple[Decimal, int]]:
    """Amount excl. VAT and number of lines of orders and credit notes by status, every status present."""
    kept = Filtres((*filtres.conditions, ACHATS))
    columns, numbers = grouper(ctx, kept, [AXES["couverture_numero"]], ["ht", "lignes"], codes=codes)
    seen = dict(
        zip(
            columns["couverture_numero"].textes(),
            zip(numbers["ht"].to_pylist(), numbers["lignes"].to_pylist(), strict=True),
            strict=True,
        )
    )
    return {s: (euros(seen.get(s, (0, 0))[0]) or Decimal("0.00"), seen.get(s, (0, 0))[1]) for s in STATUTS}


def hors_marche(
    ctx: Contexte,
    filtres: Filtres = Filtres(),  # noqa: B008 - a value that cannot change
    *,
    codes: frozenset[int] | None = None,
    statuts: Sequence[str] = HORS_MARCHE,
) -> list[HorsMarche]:
    """Orders and credit notes without a contract, by establishment, supplier, family, number and year.

    The largest first. *statuts*: which of the four ways.
    """
    kept = Filtres((*filtres.conditions, ACHATS, Filtre("couverture_numero", "=", tuple(statuts))))
    axes = [AXES[a] for a in ("couverture_numero", *GROUPE)]
    columns, numbers = grouper(ctx, kept, axes, ["ht", "lignes"], codes=codes)
    texts = zip(*(columns[a.nom].textes() for a in axes), strict=True)
    sums = zip(numbers["ht"].to_pylist(), numbers["lignes"].to_pylist(), strict=True)
    found = [
        HorsMarche(statut or "", place, supplier, family, number, year, euros(cents or 0) or RIEN, lines)
        for (statut, place, supplier, family, number, year), (cents, lines) in zip(texts, sums, strict=True)
    ]
    return sorted(found, key=_ordre)


def _ordre(h: HorsMarche) -> tuple[object, ...]:
    texts = (h.statut, h.finess, h.famille, h.siret_fournisseur, h.numero_marche, h.annee)
    return (-h.montant_ht, *(t or "" for t in texts))
