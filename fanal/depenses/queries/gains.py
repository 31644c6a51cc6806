"""The proof of the gains of a plan: each action held against its order lines, then the sums."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from fanal.achats.compute import Part, RegleGains
from fanal.achats.queries.performance import regle
from fanal.depenses.compute.gains import mesurer
from fanal.depenses.compute.gains_fenetre import mois_entre, ouvrir
from fanal.depenses.compute.gains_reference import ANCIEN_MARCHE, PRIX_REFERENCE, douze_mois
from fanal.depenses.compute.gains_report import couper_connu
from fanal.depenses.compute.gains_statut import SANS_DATE, SANS_DEPOT
from fanal.depenses.compute.gains_unites import Base, choisir_base, contenant, pieces
from fanal.depenses.compute.gains_valeurs import (
    CONFIRME,
    NON_CONFIRME,
    NON_MESURABLE,
    PARTIEL,
    Achat,
    Fenetre,
    Mesure,
    Produit,
    Reference,
    Regles,
)
from fanal.depenses.models import ProduitReference, ReferenceGain
from fanal.depenses.queries.faits import faits
from fanal.depenses.queries.gains_actions import ActionLue, lire_actions, regles
from fanal.depenses.queries.gains_etat import etat_des_gains
from fanal.depenses.queries.gains_lignes import Lu, ProduitAchete, lire_lac
from fanal.depenses.queries.gains_prix import LignePrix, Tarifs, tarifs
from fanal.memoire import Memoire
from fanal.territoires.models import Ght

AVANT, SUR_MARCHE, AILLEURS = range(3)
_preuves: "Memoire[list[ActionProuvee]]" = Memoire(100)


@dataclass(frozen=True)
class ActionProuvee:
    """An action, what the lake says of it, and its proof.

    `propositions` and `anciens`: the references, by product, that the months before and the contracts before
    give. `premiere`: the first order seen on its contracts in the window. `part`: the ordered gain of the
    civil year of the window, and of the next one (carry-over). `candidats`: the products that a reference can
    be frozen for, known from the price list even before the window has any line.
    """

    lue: ActionLue
    mesure: Mesure
    vu: Lu
    premiere: date | None = None
    part: Part | None = None
    anciens: Mapping[str, Reference] = field(default_factory=dict)
    propositions: Mapping[str, Reference] = field(default_factory=dict)
    candidats: tuple[Produit, ...] = ()

    @property
    def pk(self) -> int:
        return self.lue.action.pk

    @property
    def anticipees(self) -> int:
        """Lines that bear the contract before its declared first order: they are in the reference price."""
        cells = (c for p in self.vu.produits for c in p.cellules)
        return sum(c.au_marche for c in cells if c.lieu == AVANT)


@dataclass(frozen=True)
class Somme:
    """The gains of some actions, in euros; `None` when not one of them is known.

    `retrouve` is the part of the positive declarations that orders show (see `Mesure.retrouve`), `declare`
    what all of them declare, `mesurable` what those that can be measured declare.
    """

    actions: int = 0
    declare: Decimal | None = None
    prevu: Decimal | None = None
    signe: Decimal | None = None
    commande: Decimal | None = None
    facture: Decimal | None = None
    retrouve: Decimal | None = None
    mesurable: Decimal | None = None
    confirmes: int = 0
    partiels: int = 0
    non_confirmes: int = 0
    non_mesurables: int = 0


def preuve(annee: int, ght: Ght | None, le: date) -> list[ActionProuvee]:
    """The proof of every action of the year's plan, of one GHT or of all, as known on day *le*.

    Kept from one request to the next as long as nothing that it depends on has changed; one GHT's are taken
    from the nation's when those are there.
    """
    state = etat_des_gains()
    nation = _preuves.connu((annee, None, le), state) if ght else None
    if ght and nation is not None:
        return [proved for proved in nation if proved.lue.ght.pk == ght.pk]
    key = (annee, ght.pk if ght else None, le)
    return _preuves.lire(
        key, state, lambda: prouver(lire_actions(annee, ght, le), annee, le), seul=ght is None
    )


def prouver(actions: Sequence[ActionLue], annee: int, le: date) -> list[ActionProuvee]:
    """Hold each of these actions against the lake. Raises `Inutilisable` without rules for that year."""
    if not actions:
        return []
    rules, open_rules = regle(annee), regles(annee)
    before = [m.successeur_de for a in actions for m in a.marches if m.successeur_de is not None]
    prices = tarifs([*(m for a in actions for m in a.marches), *before])
    codes = {a.action.pk: {line.ligne.code for line in prices.lignes(a.marches)} for a in actions}
    frozen = references(actions)
    for read in actions:
        codes[read.action.pk] |= {r.produit for r in frozen.get((read.ght.pk, read.action.identifiant), ())}
    seen = lire_lac(actions, codes, regle=rules, regles=open_rules)
    packs = _conditionnements(seen.values())

    @cache
    def window(debut: date, deposes: frozenset[date]) -> Fenetre:
        return ouvrir(debut, regle=rules, le=le, deposes=deposes)

    return [
        _prouver(read, seen[read.action.pk], prices, frozen, packs, rules, open_rules, window)
        for read in actions
    ]


def references(actions: Iterable[ActionLue]) -> dict[tuple[int, str], list[ReferenceGain]]:
    """The references in force, by GHT and action."""
    listed = list(actions)
    rows = ReferenceGain.objects.filter(
        ght__in={a.ght.pk for a in listed}, annee__in={a.annee for a in listed}, remplacee_le=None
    )
    found: dict[tuple[int, str], list[ReferenceGain]] = {}
    for row in rows:
        found.setdefault((row.ght_id, row.identifiant), []).append(row)
    return found


def _prouver(
    read: ActionLue,
    seen: Lu,
    prices: Tarifs,
    frozen: dict[tuple[int, str], list[ReferenceGain]],
    packs: dict[str, Decimal],
    rules: RegleGains,
    open_rules: Regles,
    open_window: Callable[[date, frozenset[date]], Fenetre],
) -> ActionProuvee:
    blocked = list(read.blocages)
    window = None
    if seen.debut is None and not blocked:
        blocked.append(SANS_DATE)
    if seen.debut is not None:
        window = open_window(seen.debut, seen.deposes)
        if not blocked and not window.couverts:
            blocked.append(SANS_DEPOT)
    held = {r.produit: r for r in frozen.get((read.ght.pk, read.action.identifiant), ())}
    products = []
    if window is not None and not read.blocages:
        products = produits(read, seen, prices, held, packs, window, open_rules)
    measured = [] if blocked else products
    measure = mesurer(read.declaration, measured, window, regles=open_rules, blocages=blocked)
    first = min((c.premiere for p in seen.produits for c in p.cellules if c.lieu == SUR_MARCHE), default=None)
    proposed, older = {}, {}
    for product in products:
        if window is None:
            break
        found = _reference(product.avant, window.debut, open_rules)
        if found is not None:
            proposed[product.cle] = found
            price = ancien_prix(read, product, found, prices, window.debut)
            if price is not None:
                older[product.cle] = price
    part = None
    if measure.commande is not None and window is not None:
        part = couper_connu(measure.commande, window, regle=rules)
    return ActionProuvee(read, measure, seen, first, part, older, proposed, tuple(products))


def produits(
    read: ActionLue,
    seen: Lu,
    prices: Tarifs,
    held: dict[str, ReferenceGain],
    packs: dict[str, Decimal],
    window: Fenetre,
    open_rules: Regles,
) -> list[Produit]:
    """The products of an action, in pieces, each with its reference if there is one."""
    found = []
    others = _autres_noms(read, seen, held)
    for bought in seen.produits:
        line = prices.trouver(read.marches, bought.codes, bought.libelle)
        row = held.get(bought.cle) or next((held[n] for n, key in others.items() if key == bought.cle), None)
        found.append(_produit(read, bought, line, prices, row, packs, window, open_rules))
    known = {p.cle for p in found} | set(others)
    # A frozen product that nobody ordered is still a promise.
    for name, row in sorted(held.items()):
        if name not in known:
            empty = ProduitAchete(0, name, (name,), name, None)
            line = prices.trouver(read.marches, empty.codes, name)
            found.append(_produit(read, empty, line, prices, row, packs, window, open_rules))
    return [p for p in found if p.reference is not None or p.sur_marche]


def _autres_noms(read: ActionLue, seen: Lu, held: dict[str, ReferenceGain]) -> dict[str, str]:
    """The frozen names that are no product any more, and the product that each is known as since.

    A label frozen before somebody said what it is, or an article before its lines bore a code: what was
    frozen still holds.
    """
    lost = sorted(held.keys() - {p.cle for p in seen.produits})
    if not lost:
        return {}
    known = faits()
    decided = known.produits.get(read.ght.code, {})
    found = {}
    for name in lost:
        code = decided.get(known.cle(name)) if decided else None
        for bought in seen.produits:
            if bought.cle == code or name in (*bought.codes, bought.libelle):
                found[name] = bought.cle
                break
    return found


def _produit(
    read: ActionLue,
    bought: ProduitAchete,
    line: LignePrix | None,
    prices: Tarifs,
    row: ReferenceGain | None,
    packs: dict[str, Decimal],
    window: Fenetre,
    open_rules: Regles,
) -> Produit:
    base = _base(bought, line, packs, row)
    places, apart = _places(bought, line, base)
    start = window.debut
    reference = _gelee(row, base) if row else _reference(places[AVANT], start, open_rules)
    rate = bought.taux if line is None else line.ligne.taux_tva
    indexed = None
    if reference is not None:
        indexed = prices.indexer(
            line, du=reference.du, au=reference.au, mois=mois_entre(window.debut, window.fin)
        )
    return Produit(
        cle=bought.cle,
        libelle=bought.libelle if line is None else line.ligne.libelle,
        unite=base.unite,
        reference=reference,
        prix_marche=None if line is None or not base.en_pieces else line.ttc(start),
        taux=rate,
        avant=places[AVANT],
        sur_marche=places[SUR_MARCHE],
        ailleurs=places[AILLEURS],
        coefficients=indexed,
        non_comparables=apart,
    )


def _base(
    bought: ProduitAchete, line: LignePrix | None, packs: dict[str, Decimal], row: ReferenceGain | None
) -> Base:
    """What the purchases of a product are counted in."""

    def content(unit: str) -> Decimal | None:
        return pieces(
            unit,
            unite_marche="" if line is None else line.ligne.unite,
            conditionnement=Decimal(1) if line is None else line.ligne.conditionnement,
            unites_catalogue=packs.get(bought.cle),
        )

    units = {c.unite for c in bought.cellules}
    return choisir_base(units, content, bordereau=line is not None, gelee=row.unite if row else None)


def _places(
    bought: ProduitAchete, line: LignePrix | None, base: Base
) -> tuple[dict[int, tuple[Achat, ...]], int]:
    """The purchases by place, and how many lines cannot be compared."""
    rate = None if line is None else line.ligne.taux_tva
    places: dict[int, list[Achat]] = {AVANT: [], SUR_MARCHE: [], AILLEURS: []}
    apart = 0
    for cell in bought.cellules:
        factor = base.facteurs[cell.unite]
        if factor is None:
            apart += cell.lignes
        else:
            places[cell.lieu].append(cell.achat(factor, rate))
    return {place: tuple(rows) for place, rows in places.items()}, apart


def _gelee(row: ReferenceGain, base: Base) -> Reference:
    """The frozen reference in the unit that purchases are counted in: what a box holds may be known since."""
    price, quantity = row.prix_reference_ttc, row.quantite_reference
    if base.gelee != 1:
        price, quantity = (price / base.gelee).quantize(PRIX_REFERENCE), quantity * base.gelee
    return Reference(price, quantity, row.source, True, row.du, row.au)


def _reference(avant: tuple[Achat, ...], start: date, open_rules: Regles) -> Reference | None:
    """What would be frozen today: the mean of the months before the first order."""
    first = min((a.mois for a in avant), default=start)
    return douze_mois(
        avant, unites_gratuites=open_rules.unites_gratuites, du=first, au=start - timedelta(days=1)
    )


def ancien_prix(
    read: ActionLue, produit: Produit, proposee: Reference, prices: Tarifs, debut: date
) -> Reference | None:
    """The price of the contract before, with the quantity of the last months; `None` when it is unknown."""
    if contenant(produit.unite):
        # Its price is that of a piece, and what a box holds is not known.
        return None
    older = [m.successeur_de for m in read.marches if m.successeur_de is not None]
    line = prices.trouver(older, (produit.cle,), produit.libelle)
    price = None if line is None else line.ttc(debut)
    if price is None:
        return None
    eve = debut - timedelta(days=1)
    return replace(proposee, prix=price, source=ANCIEN_MARCHE, du=eve, au=eve)


def _conditionnements(seen: Iterable[Lu]) -> dict[str, Decimal]:
    """The pieces that one package holds, by product code, from the reference catalogue."""
    codes = {p.cle for lu in seen for p in lu.produits}
    if not codes:
        return {}
    rows = ProduitReference.objects.filter(unites__isnull=False).values_list("code", "unites")
    listed = sorted(codes)
    found: dict[str, Decimal] = {}
    for lot in (listed[i : i + 500] for i in range(0, len(listed), 500)):
        found |= {code: units for code, units in rows.filter(code__in=lot) if units}
    return found


def sommer(actions: Iterable[ActionProuvee]) -> Somme:
    """The sums over some actions; what is not computable is left out, not counted as zero."""
    rows = [a.mesure for a in actions]
    counts = {status: sum(m.statut == status for m in rows) for status in (CONFIRME, PARTIEL, NON_CONFIRME)}
    measured = [m for m in rows if m.statut != NON_MESURABLE]
    return Somme(
        actions=len(rows),
        declare=_total(m.declare for m in rows),
        prevu=_total(m.prevu for m in rows),
        signe=_total(m.signe for m in rows),
        commande=_total(m.commande for m in measured),
        facture=_total(m.facture for m in measured),
        retrouve=_total(m.retrouve for m in measured),
        mesurable=_total(m.declare for m in measured),
        confirmes=counts[CONFIRME],
        partiels=counts[PARTIEL],
        non_confirmes=counts[NON_CONFIRME],
        non_mesurables=len(rows) - sum(counts.values()),
    )


def _total(montants: Iterable[Decimal | None]) -> Decimal | None:
    known = [m for m in montants if m is not None]
    return sum(known, Decimal("0.00")) if known else None
