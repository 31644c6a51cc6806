"""What the lake says of the actions of a plan: their searches, and the purchases found."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta

from fanal.achats.compute import RegleGains, fenetre
from fanal.depenses.compute.gains_valeurs import Achat, Regles
from fanal.depenses.queries.gains_actions import ActionLue
from fanal.depenses.queries.source import contexte
from fanal.marches.rules.rattachement import cle_numero
from fanal.memoire import Memoire

if TYPE_CHECKING:
    from fanal.moteurs.consolidation.contexte import Contexte
    from fanal.moteurs.consolidation.requetes.gains import Recherche

NOM_MAX = 80
AUCUN: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Cellule:
    """Purchases of a product of a search in one unit, month, kind of line and place; the lake's integers."""

    unite: str
    lieu: int
    mois: date
    type_ligne: str
    lignes: int
    premiere: date
    au_marche: int
    quantite: int
    ttc: int
    quantite_sans_taux: int
    ht_sans_taux: int
    quantite_facturee: int
    facture_ttc: int
    quantite_facturee_sans_taux: int
    facture_ht_sans_taux: int

    def achat(self, pieces: Decimal, taux: Decimal | None) -> Achat:
        """The same in pieces and euros; *taux* is taken for the lines that have no VAT rate."""
        quantity, missing = self.quantite, self.quantite_sans_taux
        amount, billed, invoiced = Decimal(self.ttc), Decimal(self.facture_ttc), self.quantite_facturee
        if taux is not None and missing:
            amount += _ttc(self.ht_sans_taux, taux)
            billed += _ttc(self.facture_ht_sans_taux, taux)
            invoiced += self.quantite_facturee_sans_taux
            missing = 0
        return Achat(
            self.mois,
            self.type_ligne,
            Decimal(quantity).scaleb(-4) * pieces,
            amount.scaleb(-2),
            Decimal(invoiced).scaleb(-4) * pieces,
            billed.scaleb(-2),
            Decimal(missing).scaleb(-4) * pieces,
            self.lignes,
        )


@dataclass
class ProduitAchete:
    """One product of an action as its lines name it. `cle`: code, internal article or label."""

    identite: int
    cle: str
    codes: tuple[str, ...]
    libelle: str
    taux: Decimal | None
    cellules: list[Cellule] = field(default_factory=list)


@dataclass(frozen=True)
class Lu:
    """What was read for one action: its first order, the months with lines, its products."""

    debut: date | None
    observee: bool
    deposes: frozenset[date]
    produits: tuple[ProduitAchete, ...] = ()
    recherche: "Recherche | None" = None


_cellules: Memoire[dict[int, list[ProduitAchete]]] = Memoire(64)


def lire_lac(
    actions: Sequence[ActionLue], codes_marche: dict[int, set[str]], *, regle: RegleGains, regles: Regles
) -> dict[int, Lu]:
    """By primary key of the action. *codes_marche*: product codes of each action's price lists, so that a
    product of the contract that was never ordered on it is looked for too."""
    from fanal.moteurs.consolidation.requetes import gains as requetes

    ctx = contexte()
    places, contracts = ctx.dimensions["etablissement"], ctx.dimensions["marche"]
    numbers: dict[str, list[int]] = defaultdict(list)
    for code, text in zip(contracts.codes.to_pylist(), contracts.valeurs.to_pylist(), strict=True):
        numbers[cle_numero(text)].append(code)
    where = {a.action.pk: places.code(a.finess) for a in actions}
    ordered = {a.action.pk: sorted({c for n in a.numeros for c in numbers.get(n, ())}) for a in actions}
    deposited = _mois_deposes(ctx, {code for code in where.values() if code is not None})
    starts = _premieres(ctx, actions, where, ordered)
    searches: list[Recherche] = []
    back = relativedelta(months=-regles.reference_mois)
    for rank, read in enumerate(actions):
        start, code = starts.get(rank, read.debut), where[read.action.pk]
        if start is not None and code is not None and not read.blocages:
            before = start + back
            end = fenetre(start, mois=regle.fenetre_mois).fin
            searches.append(
                requetes.Recherche(rank, code, tuple(ordered[read.action.pk]), before, start, end)
            )
    wanted = {r.rang: codes_marche.get(actions[r.rang].action.pk, set()) for r in searches}
    found = _produits(ctx, searches, wanted)
    asked = {search.rang: search for search in searches}
    return {
        read.action.pk: Lu(
            starts.get(rank, read.debut),
            rank in starts,
            deposited.get(where[read.action.pk] or 0, AUCUN),
            tuple(found.get(rank, ())),
            asked.get(rank),
        )
        for rank, read in enumerate(actions)
    }


def rapproches(ctx: "Contexte") -> list[tuple[int, int, int]]:
    """(establishment, label, product) of the labels that people decided, as searches take them."""
    from fanal.moteurs.consolidation.derives import Produit
    from fanal.moteurs.consolidation.requetes import gains as requetes

    decided = Produit().decides(ctx)
    products, catalogue = ctx.dimensions["produit"], catalogue_de(ctx)
    rows = []
    for (place, label), code in decided.items():
        known = products.code(code)
        usable = known is not None and known not in products.invalides
        kind = requetes.PRODUIT if usable else requetes.CATALOGUE
        rows.append((place, label, requetes.identite(kind, known if usable and known else catalogue[code])))
    return rows


def catalogue_de(ctx: "Contexte") -> dict[str, int]:
    """A number for each code that labels were decided to be."""
    codes = sorted({code for by_key in ctx.faits.produits.values() for code in by_key.values()})
    return {code: rank for rank, code in enumerate(codes)}


def _produits(
    ctx: "Contexte", searches: "list[Recherche]", wanted: dict[int, set[str]]
) -> dict[int, list[ProduitAchete]]:
    """The products of each search; kept as long as the lake and the decisions on labels do not change."""
    if not searches:
        return {}
    key = (tuple(searches), tuple((rank, tuple(sorted(codes))) for rank, codes in sorted(wanted.items())))
    state = (ctx.source.manifeste.signature, id(ctx.source), ctx.faits.etat)
    return _cellules.lire(key, state, lambda: _interroger(ctx, searches, wanted))


def _interroger(
    ctx: "Contexte", searches: "list[Recherche]", wanted: dict[int, set[str]]
) -> dict[int, list[ProduitAchete]]:
    from fanal.moteurs.consolidation.requetes import gains as requetes

    decided = rapproches(ctx)
    pairs: set[tuple[int, int]] = set()
    # Most contracts of a plan are on no line: only the lines of the establishments of the others are read.
    if named := [search for search in searches if search.marches]:
        lines = requetes.lignes_reperees(ctx.source, named, decided)
        rows = ctx.source.executer(requetes.produits_des_marches(lines, named)).to_pylist()
        pairs = {(row["rang"], row["identite"]) for row in rows}
    products, articles = ctx.dimensions["produit"], ctx.dimensions["article"]
    for rank, codes in wanted.items():
        for code in codes:
            known, article = products.code(code), articles.code(code)
            if known is not None:
                pairs.add((rank, requetes.identite(requetes.PRODUIT, known)))
            if article is not None:
                pairs.add((rank, requetes.identite(requetes.ARTICLE, article)))
    if not pairs:
        return {}
    ranks = {rank for rank, _ in pairs}
    useful = [search for search in searches if search.rang in ranks]
    lines = requetes.lignes_reperees(ctx.source, useful, decided)
    cells = ctx.source.executer(requetes.achats(lines, useful, sorted(pairs))).to_pylist()
    return _ranger(ctx, cells)


def _ranger(ctx: "Contexte", cells: list[dict[str, Any]]) -> dict[int, list[ProduitAchete]]:
    from fanal.moteurs.lac.schema import TYPES_LIGNE

    units, labels, articles = (ctx.dimensions[n] for n in ("unite", "libelle", "article"))
    found: dict[tuple[int, int], ProduitAchete] = {}
    order = sorted(
        cells, key=lambda c: (c["rang"], c["identite"], c["mois_jour"], c["lieu"], c["type_ligne"])
    )
    for cell in order:
        key = (cell["rang"], cell["identite"])
        if key not in found:
            name = nommer(ctx, cell["identite"])
            article = articles.lire(cell["article"]) or ""
            label = labels.lire(cell["libelle"]) or name
            found[key] = ProduitAchete(cell["identite"], name, (name, article), label, None)
        product = found[key]
        if cell["taux"] is not None:
            product.taux = max(product.taux or Decimal(0), Decimal(cell["taux"]).scaleb(-2))
        product.cellules.append(
            Cellule(
                unite=units.lire(cell["unite"]) or "",
                lieu=cell["lieu"],
                mois=date(cell["mois_jour"] // 12, cell["mois_jour"] % 12 + 1, 1),
                type_ligne=TYPES_LIGNE[cell["type_ligne"]],
                lignes=cell["lignes"],
                premiere=cell["premiere"],
                **{name: cell[name] or 0 for name in ENTIERS},
            )
        )
    by_rank: dict[int, list[ProduitAchete]] = defaultdict(list)
    for (rank, _), product in found.items():
        by_rank[rank].append(product)
    return by_rank


ENTIERS = (
    "au_marche",
    "quantite",
    "ttc",
    "quantite_sans_taux",
    "ht_sans_taux",
    "quantite_facturee",
    "facture_ttc",
    "quantite_facturee_sans_taux",
    "facture_ht_sans_taux",
)


def nommer(ctx: "Contexte", identite: int) -> str:
    """What a product is called: its code, the hospital's article code, or its label."""
    from fanal.moteurs.consolidation.requetes import gains as requetes

    kind, code = requetes.genre_de(identite)
    if kind == requetes.CATALOGUE:
        return next(text for text, rank in catalogue_de(ctx).items() if rank == code)
    dimension = {requetes.PRODUIT: "produit", requetes.ARTICLE: "article"}.get(kind, "libelle")
    name = ctx.dimensions[dimension].lire(code) or ""
    if len(name) <= NOM_MAX:
        return name
    # A frozen reference keeps the name: a long label is cut, its hash tells it from its neighbours.
    mark = hashlib.sha256(name.encode()).hexdigest()[:10]
    return f"{name[: NOM_MAX - 11]}…{mark}"


def _mois_deposes(ctx: "Contexte", codes: set[int]) -> dict[int, frozenset[date]]:
    """The months with lines of these establishments (and maybe of others), once for a state of the lake."""
    from fanal.moteurs.consolidation.requetes import gains as requetes
    from fanal.moteurs.consolidation.requetes.avoirs import perimetre

    asked = perimetre(ctx.source, frozenset(codes))

    def read() -> dict[int, frozenset[date]]:
        rows = ctx.source.executer(requetes.mois_deposes(ctx.source, sorted(asked)))
        months = {m: date(m // 12, m % 12 + 1, 1) for m in rows["mois"].unique().to_pylist()}
        found: dict[int, set[date]] = defaultdict(set)
        for place, month in zip(rows["etablissement"].to_pylist(), rows["mois"].to_pylist(), strict=True):
            found[place].add(months[month])
        return {place: frozenset(held) for place, held in found.items()}

    if not codes:
        return {}
    known: dict[int, frozenset[date]] = ctx.source.retenir(("mois", asked), read)
    return known


def _premieres(
    ctx: "Contexte", actions: Sequence[ActionLue], where: dict[int, int | None], ordered: dict[int, list[int]]
) -> dict[int, date]:
    """The first order on its contracts of each action whose first order is not declared, by rank."""
    from fanal.moteurs.consolidation.requetes import gains as requetes

    searches = [
        requetes.Recherche(rank, code, tuple(ordered[a.action.pk]), date(1970, 1, 1), JAMAIS, JAMAIS)
        for rank, a in enumerate(actions)
        if a.debut is None and not a.blocages and (code := where[a.action.pk]) and ordered[a.action.pk]
    ]
    if not searches:
        return {}
    rows = ctx.source.executer(requetes.premieres_commandes(ctx.source, searches)).to_pylist()
    return {row["rang"]: row["premiere"] for row in rows}


JAMAIS = date(2200, 1, 1)


def _ttc(centimes: int, taux: Decimal) -> Decimal:
    return (Decimal(centimes) * (100 + taux) / 100).quantize(Decimal(1), ROUND_HALF_UP)
