"""Purchases off contract by establishment, supplier, family and number received; what was decided of them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.comptes.perimetre import Perimetre
from fanal.depenses.models import SuiviHorsMarche
from fanal.depenses.queries.hors_marche_propositions import Proposition, proposer
from fanal.depenses.queries.source import contexte
from fanal.memoire import Memoire
from fanal.moteurs.consolidation.filtres import Filtre, Filtres

ZERO = Decimal("0.00")
ACHATS = Filtre("type_ligne", "=", ("commande", "avoir"))
RATTACHE = SuiviHorsMarche.Statut.RATTACHE
AXES = ("finess", "siret_fournisseur", "famille", "numero_marche")


@dataclass(frozen=True, order=True)
class Cle:
    """What a decision is about; empty texts for what lines do not say."""

    finess: str
    annee: int
    siret: str
    famille: str
    numero: str

    @property
    def jeton(self) -> str:
        """A short name of the group for forms and addresses."""
        said = "|".join((self.finess, str(self.annee), self.siret, self.famille, self.numero))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Achats:
    """The purchases of a group: `cas` are the ways in which no contract covers them, the largest first."""

    cle: Cle
    cas: tuple[str, ...]
    montant_ht: Decimal
    lignes: int
    premiere: date
    derniere: date


@dataclass(frozen=True)
class Groupe:
    """A group with the contract proposed for it, if any, and what was decided."""

    achats: Achats
    proposition: Proposition
    suivi: SuiviHorsMarche | None = None

    @property
    def cle(self) -> Cle:
        return self.achats.cle

    @property
    def statut(self) -> str:
        """What was decided; to be dealt with until then."""
        return self.suivi.statut if self.suivi else SuiviHorsMarche.Statut.A_TRAITER

    @property
    def rattache(self) -> bool:
        """Whether a decision makes it count as on contract."""
        return self.statut == RATTACHE


_achats: Memoire[tuple[Achats, ...]] = Memoire(24)
_listes: Memoire[list[Groupe]] = Memoire(24)
_partages: Memoire[dict[tuple[str, str], "Part"]] = Memoire(24)


def achats_hors_marche(annee: int, codes: frozenset[int] | None) -> tuple[Achats, ...]:
    """The groups of one year over the establishments *codes* (None: all), the largest amount first.

    Those of some establishments are taken from the nation's when those are there.
    """
    ctx = contexte()
    nation = None if codes is None else _achats.connu((annee, None), ctx.etat)
    if codes is not None and nation is not None:
        place = ctx.dimensions["etablissement"].code
        return tuple(a for a in nation if place(a.cle.finess) in codes)
    return _achats.lire((annee, codes), ctx.etat, lambda: _lire(annee, codes))


def _lire(annee: int, codes: frozenset[int] | None) -> tuple[Achats, ...]:
    from fanal.moteurs.consolidation.requetes.hors_marche import hors_marche

    ctx, asked = contexte(), de_l_annee(annee)
    rows = hors_marche(ctx, asked, codes=codes)
    days = _jours(asked, codes) if rows else {}
    gathered: dict[Cle, list[Any]] = defaultdict(list)
    for row in rows:
        texts = (row.finess, row.siret_fournisseur, row.famille, row.numero_marche)
        finess, siret, family, number = (t or "" for t in texts)
        gathered[Cle(finess, annee, siret, family, number)].append(row)
    found = []
    for key, parts in gathered.items():
        first, last = days[key]
        found.append(
            Achats(
                key,
                tuple(p.statut for p in parts),
                sum((p.montant_ht for p in parts), ZERO),
                sum(p.lignes for p in parts),
                first,
                last,
            )
        )
    return tuple(sorted(found, key=lambda a: (-a.montant_ht, a.cle)))


def de_l_annee(annee: int) -> Filtres:
    """The lines of one year."""
    return Filtres().avec("annee", "=", str(annee))


def filtres_du_groupe(cle: Cle, cas: Sequence[str]) -> Filtres:
    """The very lines of a group."""
    found = de_l_annee(cle.annee)
    for axis, value in zip(AXES, (cle.finess, cle.siret, cle.famille, cle.numero), strict=True):
        found = found.avec(axis, "=", value)
    return Filtres((*found.conditions, ACHATS, Filtre("couverture_numero", "=", tuple(cas))))


def _jours(asked: Filtres, codes: frozenset[int] | None) -> dict[Cle, tuple[date, date]]:
    """The first and last day of order of each group."""
    from fanal.moteurs.consolidation.requetes.portion import lignes_de
    from fanal.moteurs.consolidation.statuts import HORS_MARCHE

    ctx = contexte()
    kept = Filtres((*asked.conditions, ACHATS, Filtre("couverture_numero", "=", HORS_MARCHE)))
    t = lignes_de(ctx, kept, codes)
    names = ("etablissement", "fournisseur", "famille", "marche")
    seen = ctx.source.executer(
        t.group_by([*names]).aggregate(du=t.date_commande.min(), au=t.date_commande.max())
    )
    year = int(asked.conditions[0].valeurs[0])
    found = {}
    for row in seen.to_pylist():
        finess, siret, family, number = (ctx.dimensions[n].lire(row[n]) or "" for n in names)
        found[Cle(finess, year, siret, family, number)] = (row["du"], row["au"])
    return found


def groupes(annee: int, codes: frozenset[int] | None, voir: Perimetre) -> list[Groupe]:
    """The worklist of a year. *voir*: where the account sees contracts, to propose one of them."""
    return _listes.lire((annee, codes, voir), contexte().etat, lambda: _groupes(annee, codes, voir))


def _groupes(annee: int, codes: frozenset[int] | None, voir: Perimetre) -> list[Groupe]:
    rows = achats_hors_marche(annee, codes)
    decided = suivis(annee, {a.cle.finess for a in rows})
    offers = proposer([(a.cle, a.premiere, a.derniere) for a in rows], voir)
    return [Groupe(a, offers[a.cle], decided.get(a.cle)) for a in rows]


def suivis(annee: int, finess: Iterable[str]) -> dict[Cle, SuiviHorsMarche]:
    """What was decided of a year's groups."""
    wanted = set(finess)
    rows = SuiviHorsMarche.objects.filter(annee=annee).select_related("etablissement", "marche", "auteur")
    return {cle_de(row): row for row in rows if row.etablissement.finess in wanted}


def cle_de(row: SuiviHorsMarche) -> Cle:
    """The group that a decision is about."""
    return Cle(row.etablissement.finess, row.annee, row.siret_fournisseur, row.famille, row.numero_recu)


@dataclass(frozen=True)
class Part:
    """Amounts excl. VAT: covered by a contract, attached to one by decision, off contract."""

    couvert: Decimal = ZERO
    rattache: Decimal = ZERO
    hors: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.couvert + self.rattache + self.hors

    @property
    def sur_marche(self) -> Decimal | None:
        """The share on contract, decided attachments included; None without a positive amount."""
        return (self.couvert + self.rattache) / self.total if self.total > 0 else None

    def plus(self, autre: "Part") -> "Part":
        return Part(self.couvert + autre.couvert, self.rattache + autre.rattache, self.hors + autre.hors)


def parts(annee: int, codes: frozenset[int] | None, rows: Sequence[Groupe]) -> dict[tuple[str, str], Part]:
    """The share of orders and credit notes on contract by (FINESS, month); *rows*: the year's worklist."""
    attached = frozenset(g.cle for g in rows if g.rattache)
    return _partages.lire((annee, codes, attached), contexte().etat, lambda: _parts(annee, codes, attached))


def _parts(annee: int, codes: frozenset[int] | None, attached: frozenset[Cle]) -> dict[tuple[str, str], Part]:
    from fanal.moteurs.consolidation.requetes.croisement import croiser
    from fanal.moteurs.consolidation.statuts import COUVERT

    ctx, asked = contexte(), Filtres((*de_l_annee(annee).conditions, ACHATS))
    crossed = croiser(ctx, ["finess", "mois", "couverture_numero"], ["montant_ht"], asked, codes=codes)
    found: dict[tuple[str, str], Part] = defaultdict(Part)
    for row in crossed.lignes():
        where = (row["finess"] or "", row["mois"] or "")
        amount = row["montant_ht"] or ZERO
        on = row["couverture_numero"] == COUVERT
        found[where] = found[where].plus(Part(couvert=amount) if on else Part(hors=amount))
    for where, amount in _rattaches(asked, codes, attached).items():
        found[where] = found[where].plus(Part(rattache=amount, hors=-amount))
    return dict(found)


def _rattaches(
    asked: Filtres, codes: frozenset[int] | None, attached: frozenset[Cle]
) -> Mapping[tuple[str, str], Decimal]:
    """The amounts attached by decision, by (FINESS, month)."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    if not attached:
        return found
    from fanal.moteurs.consolidation.requetes.croisement import croiser
    from fanal.moteurs.consolidation.statuts import HORS_MARCHE

    year = next(iter(attached)).annee
    off = Filtres((*asked.conditions, Filtre("couverture_numero", "=", HORS_MARCHE)))
    for row in croiser(contexte(), [*AXES, "mois"], ["montant_ht"], off, codes=codes).lignes():
        finess, siret, family, number = (row[a] or "" for a in AXES)
        if Cle(finess, year, siret, family, number) in attached:
            found[finess, row["mois"] or ""] += row["montant_ht"] or ZERO
    return found


def ensemble(shares: Iterable[Part]) -> Part:
    """All the parts together."""
    found = Part()
    for share in shares:
        found = found.plus(share)
    return found
