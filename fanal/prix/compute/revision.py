"""Revising prices: the coefficient with every intermediate figure, then each line and why it moves or not.

Sources: R2112-13 and R2112-14 CCP (revision clauses are applied as written). Everything is exact (fractions)
until the rounding that the clause asks for, or six decimals where it asks for none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from fanal.prix.compute.clause import EN_VIGUEUR, Clause, date_de_revision, prise_d_effet
from fanal.prix.compute.ecriture import (
    Arrondi,
    arrondir,
    ecrire,
    ecrire_part,
    ecrire_prix,
    en_decimal,
)
from fanal.prix.compute.series import Lu, Series, lire

REVISEE, PLAFONNEE, PLANCHER, INCHANGEE = "revisee", "plafonnee", "plancher", "inchangee"
ECHUE, NON_VISEE, SEUIL, PAS_ENCORE = "echue", "non_visee", "seuil", "pas_encore"
BOUGENT = (REVISEE, PLAFONNEE, PLANCHER)


@dataclass(frozen=True)
class TermeCalcule:
    """One term of the formula: b, I(m), I(m0), their ratio and the product, exact."""

    indice: str
    part: Fraction
    valeur: Lu
    valeur_zero: Lu

    @property
    def rapport(self) -> Fraction:
        return self.valeur.valeur / self.valeur_zero.valeur

    @property
    def produit(self) -> Fraction:
        return self.part * self.rapport

    @property
    def phrase(self) -> str:
        return (
            f"{ecrire(self.part)} × {self.valeur.phrase} / {self.valeur_zero.phrase} = {ecrire(self.produit)}"
        )


@dataclass(frozen=True)
class Coefficient:
    """The coefficient of a revision. `brut` is the formula's, `arrondi` the rounded one, `retenu` after caps.

    `declenchee` is False under the threshold. `sauvegarde` says that the uncapped variation passes the
    safeguard.
    """

    le: date
    effet: date
    fixe: Fraction
    termes: tuple[TermeCalcule, ...]
    brut: Fraction
    arrondi: Fraction
    en_vigueur: Fraction
    retenu: Fraction
    declenchee: bool
    plafonne: bool
    au_plancher: bool
    sauvegarde: bool

    @property
    def variation(self) -> Fraction:
        """What the formula gives against the coefficient in force, before any cap."""
        return self.arrondi / self.en_vigueur - 1

    @property
    def provisoire(self) -> bool:
        """Whether one of the values read is provisional."""
        return any(
            link.point.provisoire
            for term in self.termes
            for read in (term.valeur, term.valeur_zero)
            for link in read.maillons
        )


@dataclass(frozen=True)
class LignePrix:
    """A line before its revision: P0, the price in force (contractual, no promotion), its last day."""

    cle: str
    prix_initial: Decimal | Fraction
    prix_en_vigueur: Decimal | None = None
    fin: date | None = None
    quantite: Decimal | None = None
    libelle: str = ""


@dataclass(frozen=True)
class LigneRevisee:
    """A line after it. `prix_formule` is the rounded formula, before caps; `None` when none was computed."""

    ligne: LignePrix
    etat: str
    prix_avant: Decimal
    prix_revise: Decimal
    prix_formule: Decimal | None
    phrase: str

    @property
    def bouge(self) -> bool:
        return self.etat in BOUGENT

    @property
    def enjeu(self) -> Decimal | None:
        """Euros over the estimated quantity; `None` when that quantity is unknown."""
        if self.ligne.quantite is None:
            return None
        return (self.prix_revise - self.prix_avant) * self.ligne.quantite


@dataclass(frozen=True)
class Revision:
    """A revision at a date: `coefficient` is `None` before the first date of revision."""

    clause: Clause
    demandee_le: date
    coefficient: Coefficient | None
    lignes: tuple[LigneRevisee, ...]

    @property
    def plafonne(self) -> bool:
        capped = self.coefficient is not None and self.coefficient.plafonne
        return capped or any(line.etat == PLAFONNEE for line in self.lignes)


def calculer_coefficient(
    clause: Clause, series: Series, le: date, en_vigueur: Fraction = Fraction(1)
) -> Coefficient:
    """The coefficient at the date of revision *le*. Raises `Refus` when an index cannot be read."""
    terms = tuple(
        TermeCalcule(
            term.indice,
            term.part,
            lire(series, term.indice, clause.lecture, le),
            lire(series, term.indice, clause.lecture_zero, clause.mois_zero),
        )
        for term in clause.termes
    )
    raw = clause.fixe + sum((term.produit for term in terms), Fraction(0))
    rounded = raw
    if clause.arrondi_coefficient is not None:
        rounded = Fraction(arrondir(raw, clause.arrondi_coefficient))
    reference = en_vigueur if clause.reference == EN_VIGUEUR else Fraction(1)
    change = rounded / reference - 1
    moved = abs(rounded / en_vigueur - 1)
    triggered = clause.seuil is None or moved >= clause.seuil
    kept, capped, floored = _borner(clause, rounded, reference) if triggered else (en_vigueur, False, False)
    return Coefficient(
        le=le,
        effet=prise_d_effet(clause, le),
        fixe=clause.fixe,
        termes=terms,
        brut=raw,
        arrondi=rounded,
        en_vigueur=en_vigueur,
        retenu=kept,
        declenchee=triggered,
        plafonne=capped,
        au_plancher=floored,
        sauvegarde=clause.sauvegarde is not None and abs(change) > clause.sauvegarde,
    )


def reviser(
    clause: Clause,
    series: Series,
    lignes: Sequence[LignePrix],
    le: date,
    en_vigueur: Fraction = Fraction(1),
) -> Revision:
    """Every line at the last date of revision on *le* or before. Raises `Refus` when an index is missing."""
    when = date_de_revision(clause, le)
    if when is None:
        return Revision(clause, le, None, tuple(_pas_encore(clause, line) for line in lignes))
    found = calculer_coefficient(clause, series, when, en_vigueur)
    return Revision(clause, le, found, tuple(reviser_ligne(clause, found, line) for line in lignes))


def reviser_ligne(clause: Clause, coefficient: Coefficient, ligne: LignePrix) -> LigneRevisee:
    """The price of one line. An expired line, or one the clause does not concern, never moves."""
    before = _avant(clause, coefficient, ligne)
    still = LigneRevisee(ligne, INCHANGEE, before, before, None, "")
    if not clause.vise(ligne.cle):
        return replace(still, etat=NON_VISEE, phrase="Ligne non visée par la clause : le prix ne bouge pas.")
    if ligne.fin is not None and ligne.fin < coefficient.effet:
        said = f"Ligne échue le {ligne.fin:%d/%m/%Y}, avant la prise d'effet : le prix ne bouge pas."
        return replace(still, etat=ECHUE, phrase=said)
    if not coefficient.declenchee:
        said = (
            f"Variation de {ecrire_part(coefficient.variation)}, sous le seuil de "
            f"{ecrire((clause.seuil or 0) * 100)} % : le prix ne bouge pas."
        )
        return replace(still, etat=SEUIL, phrase=said)
    return _appliquer(clause, coefficient, ligne, before)


def _appliquer(clause: Clause, coefficient: Coefficient, ligne: LignePrix, before: Decimal) -> LigneRevisee:
    exact = Fraction(ligne.prix_initial) * coefficient.arrondi
    formula = arrondir(exact, clause.arrondi_prix)
    price, state = formula, REVISEE
    said = f"{ecrire_prix(ligne.prix_initial)} × {ecrire(coefficient.arrondi)} = {ecrire_prix(exact)}"
    if formula != exact:
        said += f", arrondi à {ecrire_prix(formula)}"
    reference = Fraction(before if clause.reference == EN_VIGUEUR else ligne.prix_initial)
    decimals = clause.arrondi_prix.decimales
    if clause.hausse_max is not None and formula > reference * (1 + clause.hausse_max):
        price, state = (
            arrondir(reference * (1 + clause.hausse_max), Arrondi(decimals, "inferieur")),
            PLAFONNEE,
        )
        said += f" ; butoir : {ecrire_prix(reference)} + {ecrire(clause.hausse_max * 100)} % au plus"
    elif clause.baisse_max is not None and formula < reference * (1 - clause.baisse_max):
        price, state = (
            arrondir(reference * (1 - clause.baisse_max), Arrondi(decimals, "superieur")),
            PLAFONNEE,
        )
        said += f" ; butoir : {ecrire_prix(reference)} − {ecrire(clause.baisse_max * 100)} % au plus"
    lowest = None if clause.plancher is None else Fraction(ligne.prix_initial) * clause.plancher
    if lowest is not None and price < lowest:
        price, state = arrondir(lowest, Arrondi(decimals, "superieur")), PLANCHER
        said += f" ; plancher : {ecrire_prix(ligne.prix_initial)} × {ecrire(clause.plancher or 0)}"
    if price != formula:
        said += f", soit {ecrire_prix(price)}"
    if price == before:
        return LigneRevisee(ligne, INCHANGEE, before, before, formula, f"{said}. Le prix est déjà celui-là.")
    return LigneRevisee(ligne, state, before, price, formula, f"{said}.")


def _avant(clause: Clause, coefficient: Coefficient, ligne: LignePrix) -> Decimal:
    if ligne.prix_en_vigueur is not None:
        return ligne.prix_en_vigueur
    if coefficient.en_vigueur == 1 or not clause.vise(ligne.cle):
        return en_decimal(ligne.prix_initial, 6)
    return arrondir(Fraction(ligne.prix_initial) * coefficient.en_vigueur, clause.arrondi_prix)


def _borner(clause: Clause, rounded: Fraction, reference: Fraction) -> tuple[Fraction, bool, bool]:
    kept, capped = rounded, False
    if clause.hausse_max is not None and kept > reference * (1 + clause.hausse_max):
        kept, capped = reference * (1 + clause.hausse_max), True
    if clause.baisse_max is not None and kept < reference * (1 - clause.baisse_max):
        kept, capped = reference * (1 - clause.baisse_max), True
    if clause.plancher is not None and kept < clause.plancher:
        return clause.plancher, capped, True
    return kept, capped, False


def _pas_encore(clause: Clause, ligne: LignePrix) -> LigneRevisee:
    price = ligne.prix_en_vigueur
    if price is None:
        price = en_decimal(ligne.prix_initial, 6)
    first = f"{clause.premiere:%d/%m/%Y}" if clause.premiere else "venir"
    return LigneRevisee(
        ligne, PAS_ENCORE, price, price, None, f"Première révision le {first} : le prix ne bouge pas avant."
    )
