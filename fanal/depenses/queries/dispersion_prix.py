"""Packages brought to pieces, and the prices of a GHT's contracts, as comparisons of prices take them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count

from fanal.depenses.compute.gains_unites import pieces
from fanal.depenses.models import ProduitReference
from fanal.depenses.queries import faits
from fanal.depenses.queries.gains_etat import etat_des_prix
from fanal.depenses.queries.gains_prix import LignePrix, tarifs
from fanal.depots.noms import normaliser
from fanal.marches.models import Marche
from fanal.marches.queries.hors_marche import NON_NOTIFIES
from fanal.marches.queries.rattachement import marches_du_ght
from fanal.memoire import Memoire
from fanal.prix.compute.historique import contractuel
from fanal.prix.models import LigneBpu
from fanal.territoires.models import Etablissement, Ght

PIECE = "unité"
MILLIONIEME = Decimal("0.000001")


@dataclass(frozen=True)
class Conditionnements:
    """How many pieces a unit holds: by product, the (unit, packaging) of price lists, the most frequent
    first, and the packaging of the catalogue."""

    bordereaux: dict[str, list[tuple[str, Decimal]]]
    catalogue: dict[str, Decimal]

    def __call__(self, produit: str, unite: str | None) -> tuple[Fraction, str] | None:
        """The pieces in one unit and their name; None when it is a container whose content is unknown."""
        if not unite:
            return None
        known = self.bordereaux.get(produit, [])
        for contract, size in known:
            if normaliser(contract) == normaliser(unite):
                return Fraction(size), PIECE
        contract, size = known[0] if known else ("", Decimal(1))
        held = pieces(
            unite,
            unite_marche=contract,
            conditionnement=size,
            unites_catalogue=self.catalogue.get(produit),
        )
        return None if not held else (Fraction(held), PIECE)


_tailles: Memoire[Conditionnements] = Memoire(2)


def conditionnements() -> Conditionnements:
    """The packagings of every price list and of the catalogue; kept until one of them changes."""
    return _tailles.lire("tous", etat_des_prix(), _conditionnements)


def _conditionnements() -> Conditionnements:
    rows = LigneBpu.objects.exclude(code="").order_by().values_list("code", "unite", "conditionnement")
    lists: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for code, unit, size, _ in sorted(rows.annotate(n=Count("pk")), key=lambda r: (r[0], -r[3], r[1], r[2])):
        lists[code].append((unit, size))
    known = ProduitReference.objects.filter(unites__gt=0).values_list("code", "unites")
    return Conditionnements(dict(lists), {code: units for code, units in known if units})


@dataclass(frozen=True)
class PrixContrat:
    """The price of a product on one contract, excl. VAT: for one of its units and for one piece."""

    marche: int
    numero: str
    fin: date
    etablissements: frozenset[str]
    unite: str
    prix: Decimal
    prix_piece: Decimal

    def couvre(self, finess: str) -> bool:
        """Whether the establishment may order on it; silence excludes nobody of the GHT."""
        return not self.etablissements or finess in self.etablissements


@dataclass(frozen=True)
class TarifsGht:
    """The prices of a GHT's contracts over a period, by product code."""

    par_code: dict[str, tuple[PrixContrat, ...]]

    def contrat(self, produit: str, unite: str | None, finess: str) -> PrixContrat | None:
        """The contract that an establishment should have ordered on: the last in force, then the cheapest."""
        held = [p for p in self.par_code.get(produit, ()) if p.couvre(finess)]
        if unite != PIECE:
            held = [p for p in held if unite and normaliser(p.unite) == normaliser(unite)]
        return min(held, key=lambda p: (-p.fin.toordinal(), p.prix_piece, p.marche), default=None)

    def prix(self, produit: str, unite: str | None, finess: str) -> Decimal | None:
        """Its price for one *unite*, excl. VAT; None when no contract has the product."""
        found = self.contrat(produit, unite, finess)
        if found is None:
            return None
        return found.prix_piece if unite == PIECE else found.prix


AUCUN_TARIF = TarifsGht({})


_listes: Memoire[TarifsGht] = Memoire(40)


def tarifs_du_ght(ght: Ght, du: date, au: date) -> TarifsGht:
    """The prices of the contracts of a GHT, of its establishments or that they execute, over [du, au].

    Each at the last day of the period that it was in force. The caller checks `prix.voir` there.
    """
    return _listes.lire((ght.pk, du, au), (etat_des_prix(), faits.etat()), lambda: _tarifs(ght, du, au))


def _tarifs(ght: Ght, du: date, au: date) -> TarifsGht:
    own = frozenset(marches_du_ght(ght).exclude(etat__in=NON_NOTIFIES).values_list("pk", flat=True))
    running = {
        c.pk: c
        for c in faits.registre_des_marches().candidats
        if c.pk in own and (c.debut is None or c.debut <= au) and (c.fin is None or c.fin >= du)
    }
    finess = dict(Etablissement.objects.values_list("pk", "finess"))
    lists = tarifs(Marche.objects.filter(pk__in=list(running)))
    found: dict[str, list[PrixContrat]] = defaultdict(list)
    for (owner, code), line in lists.par_code.items():
        contract = running[owner]
        last = min(contract.fin or au, au)
        price = _prix(line, last)
        if price is not None:
            found[code].append(
                PrixContrat(
                    owner,
                    contract.numero,
                    last,
                    frozenset(finess[p] for p in contract.etablissements if p in finess),
                    line.ligne.unite,
                    price,
                    (price / line.ligne.conditionnement).quantize(MILLIONIEME),
                )
            )
    return TarifsGht({code: tuple(prices) for code, prices in found.items()})


def _prix(line: LignePrix, le: date) -> Decimal | None:
    held = contractuel(line.histoire, le)
    if held is not None:
        return held.prix
    return line.ligne.prix_unitaire_ht if not line.histoire else None
