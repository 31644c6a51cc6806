"""A supplier's proposed prices against what the clause gives: why each one differs, in one sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from fanal.prix.compute.clause import VALEUR_DU_MOIS, Clause, LectureIndice
from fanal.prix.compute.ecriture import (
    SENS,
    Arrondi,
    arrondir,
    decaler,
    ecrire,
    ecrire_mois,
    ecrire_part,
    ecrire_prix,
)
from fanal.prix.compute.revision import ECHUE, NON_VISEE, PLAFONNEE, PLANCHER, LigneRevisee, Revision
from fanal.prix.compute.series import Series, chaine
from fanal.refus import Refus

CONFORME, INCONNUE, SANS_CALCUL = "conforme", "ligne_inconnue", "sans_calcul"
ECHUE_DEMANDEE, NON_VISEE_DEMANDEE = "ligne_echue", "ligne_non_visee"
BUTOIR, SEUIL, AVANT_TERME = "butoir_ignore", "sous_le_seuil", "avant_la_date"
ARRONDI, MOIS, FAVORABLE, INEXPLIQUE = "arrondi", "mois_indice", "favorable", "inexplique"
TITRES = {
    CONFORME: "Conforme",
    FAVORABLE: "Plus bas que la clause",
    INCONNUE: "Ligne inconnue",
    ECHUE_DEMANDEE: "Ligne échue",
    NON_VISEE_DEMANDEE: "Ligne non visée",
    BUTOIR: "Butoir ignoré",
    SEUIL: "Sous le seuil",
    AVANT_TERME: "Avant la première révision",
    ARRONDI: "Arrondi",
    MOIS: "Mauvais mois d'indice",
    SANS_CALCUL: "Non calculable",
    INEXPLIQUE: "Écart inexpliqué",
}
MOIS_VOISINS = (-1, 1, -2, 2, -3, 3, -6, 6, -12, 12)


@dataclass(frozen=True)
class LigneProposee:
    """A price asked by the supplier for a line of the contract."""

    cle: str
    prix: Decimal
    libelle: str = ""
    ligne: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What the clause gives for that line, how far the proposal is from it, and why."""

    proposee: LigneProposee
    genre: str
    attendu: Decimal | None
    avant: Decimal | None
    ecart: Decimal | None
    enjeu: Decimal | None
    phrase: str

    @property
    def conforme(self) -> bool:
        return self.genre in (CONFORME, FAVORABLE)


def controler(revision: Revision, series: Series, proposees: Iterable[LigneProposee]) -> list[Verdict]:
    """One verdict per proposed line, in the order of the file."""
    known = {line.ligne.cle: line for line in revision.lignes}
    others = _autres_mois(revision, series)
    return [_un(revision, known.get(p.cle), p, others) for p in proposees]


def _un(
    revision: Revision, line: LigneRevisee | None, asked: LigneProposee, others: Mapping[str, Fraction]
) -> Verdict:
    if line is None:
        said = (
            f"La ligne « {asked.cle} » n'est pas dans le bordereau du marché : elle ne peut pas être révisée."
        )
        return Verdict(asked, INCONNUE, None, None, None, None, said)
    gap = asked.prix - line.prix_revise
    stake = None if line.ligne.quantite is None else gap * line.ligne.quantite
    genre, said = _expliquer(revision, line, asked.prix, others)
    return Verdict(asked, genre, line.prix_revise, line.prix_avant, gap, stake, said)


def _expliquer(
    revision: Revision, line: LigneRevisee, price: Decimal, others: Mapping[str, Fraction]
) -> tuple[str, str]:
    expected = line.prix_revise
    if price == expected:
        return CONFORME, f"Conforme : {line.phrase}"
    if price < expected:
        return FAVORABLE, (
            f"Le fournisseur demande {ecrire_prix(price)}, moins que la clause ({ecrire_prix(expected)})."
        )
    head = f"Demandé : {ecrire_prix(price)} ; attendu : {ecrire_prix(expected)}. "
    for found in (_immobile(revision, line, price), _butoir(revision, line, price)):
        if found:
            return found[0], head + found[1]
    coefficient = revision.coefficient
    if coefficient is None:
        return AVANT_TERME, head + line.phrase
    if rounding := _arrondi(revision.clause, line, coefficient.brut, price):
        return ARRONDI, head + rounding
    for month, other in others.items():
        if _prix(revision.clause, line, other) == price:
            return MOIS, (
                f"{head}Ce prix est celui que donneraient les indices de {month} ; "
                f"{revision.clause.nom} demande : {revision.clause.lecture.phrase}."
            )
    base = Fraction(line.ligne.prix_initial)
    asked = (
        f"Il suppose un coefficient de {ecrire(Fraction(price) / base, 4)}"
        if base
        else "Le prix initial est nul"
    )
    return INEXPLIQUE, f"{head}{asked}, la clause donne {ecrire(coefficient.arrondi, 6)}. {line.phrase}"


def _immobile(revision: Revision, line: LigneRevisee, price: Decimal) -> tuple[str, str] | None:
    if line.etat == ECHUE:
        return ECHUE_DEMANDEE, line.phrase
    if line.etat == NON_VISEE:
        return NON_VISEE_DEMANDEE, line.phrase
    if revision.coefficient is not None and not revision.coefficient.declenchee:
        return SEUIL, line.phrase
    return None


def _butoir(revision: Revision, line: LigneRevisee, price: Decimal) -> tuple[str, str] | None:
    if line.etat not in (PLAFONNEE, PLANCHER) or line.prix_formule is None:
        return None
    if price > line.prix_revise and price <= line.prix_formule:
        asked = ""
        if line.prix_avant:
            asked = f" (demande de {ecrire_part(Fraction(price) / Fraction(line.prix_avant) - 1)})"
        return BUTOIR, f"Le butoir n'est pas appliqué{asked} : {line.phrase}"
    return None


def _arrondi(clause: Clause, line: LigneRevisee, raw: Fraction, price: Decimal) -> str:
    """The rounding that would explain the price, in words; empty when none does."""
    coefficients = [(raw, "un coefficient non arrondi")]
    coefficients += [
        (Fraction(arrondir(raw, Arrondi(d, way))), f"un coefficient arrondi à {Arrondi(d, way).phrase}")
        for d in range(1, 7)
        for way in SENS
    ]
    decimals = max(0, -int(price.normalize().as_tuple().exponent))
    ways = [
        clause.arrondi_prix,
        *(Arrondi(d, w) for d in {clause.arrondi_prix.decimales, decimals} for w in SENS),
    ]
    for rounding in ways:
        for coefficient, words in coefficients:
            exact = Fraction(line.ligne.prix_initial) * coefficient
            if arrondir(exact, rounding) == price:
                written = clause.arrondi_coefficient
                rule = f"le coefficient à {written.phrase}" if written else "un coefficient non arrondi"
                return (
                    f"Ce prix s'obtient avec {words} et un prix arrondi à {rounding.phrase} ; la clause "
                    f"demande {rule} et le prix à {clause.arrondi_prix.phrase}."
                )
    return ""


def _prix(clause: Clause, line: LigneRevisee, coefficient: Fraction) -> Decimal:
    return arrondir(Fraction(line.ligne.prix_initial) * coefficient, clause.arrondi_prix)


def _autres_mois(revision: Revision, series: Series) -> dict[str, Fraction]:
    """The coefficient that other months of the indices would give: the usual mistakes, nearest first."""
    found = revision.coefficient
    if found is None:
        return {}
    read = max(
        (link.point.mois for term in found.termes for link in term.valeur.maillons),
        default=found.le.replace(day=1),
    )
    candidates: dict[str, Fraction] = {}
    for shift in MOIS_VOISINS:
        month = decaler(read, shift)
        coefficient = _coefficient_de(revision.clause, series, month, found.le)
        if coefficient is not None and coefficient != found.arrondi:
            candidates[ecrire_mois(month)] = coefficient
    return candidates


def _coefficient_de(clause: Clause, series: Series, month: date, le: date) -> Fraction | None:
    """The rounded coefficient with every index read at *month*; `None` when a value is missing."""
    from fanal.prix.compute.revision import calculer_coefficient

    try:
        if any(month not in chaine(series, term.indice) for term in clause.termes):
            return None
        other = replace(clause, lecture=LectureIndice(VALEUR_DU_MOIS))
        return calculer_coefficient(other, series, month).arrondi
    except Refus:
        return None
