"""A price revision clause as a value.

Form of the formula: P = P0 × [a + Σ b·I(m)/I(m0)], a + Σ b = 1. The Code de la commande publique asks for the
date of the initial price, the way it is computed and the periodicity (R2112-13); a fixed part is allowed and
no longer compulsory.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from fanal.prix.compute.ecriture import Arrondi, decaler, ecrire, ecrire_mois

VALEUR_DU_MOIS, DERNIER_CONNU, MOYENNE = "valeur_du_mois", "dernier_connu", "moyenne"
MODES = (VALEUR_DU_MOIS, DERNIER_CONNU, MOYENNE)
EN_VIGUEUR, INITIAL = "en_vigueur", "initial"
REFERENCES = (EN_VIGUEUR, INITIAL)
A_LA_DATE, MOIS_SUIVANT = "a_la_date", "mois_suivant"
EFFETS = (A_LA_DATE, MOIS_SUIVANT)
AU_CENTIME = Arrondi(2)


@dataclass(frozen=True)
class Terme:
    """One index and its weight in the formula."""

    indice: str
    part: Fraction


@dataclass(frozen=True)
class LectureIndice:
    """How an index is read at a date.

    `valeur_du_mois`: the value of the month, *decalage* months before it. `dernier_connu`: the last value
    published on the day or before (*le*, when given, is that day). `moyenne`: the average of *mois* months,
    the last of them *decalage* months before the month of the date.
    """

    mode: str = VALEUR_DU_MOIS
    mois: int = 1
    decalage: int = 0
    le: date | None = None

    @property
    def phrase(self) -> str:
        before = f", {self.decalage} mois avant" if self.decalage else ""
        if self.mode == DERNIER_CONNU:
            return "dernier indice publié à la date" + (f" du {self.le:%d/%m/%Y}" if self.le else "")
        if self.mode == MOYENNE:
            return f"moyenne de {self.mois} mois{before}"
        return f"indice du mois{before}"


@dataclass(frozen=True)
class Clause:
    """A whole clause. Rates are fractions (0.03 is 3 %); `None` means that the clause says nothing of it.

    `hausse_max` and `baisse_max` bound each revision against `reference`: the price in force, or the initial
    one. `plancher` is the lowest coefficient. Past `sauvegarde` the contract may be terminated. Under `seuil`
    nothing moves. `periode_mois` and `premiere` give the dates of revision; without them, any date is one.
    """

    fixe: Fraction
    termes: tuple[Terme, ...]
    mois_zero: date
    lecture: LectureIndice = field(default_factory=LectureIndice)
    lecture_zero: LectureIndice = field(default_factory=LectureIndice)
    periode_mois: int | None = None
    premiere: date | None = None
    effet: str = A_LA_DATE
    arrondi_coefficient: Arrondi | None = None
    arrondi_prix: Arrondi = AU_CENTIME
    hausse_max: Fraction | None = None
    baisse_max: Fraction | None = None
    reference: str = EN_VIGUEUR
    plancher: Fraction | None = None
    sauvegarde: Fraction | None = None
    seuil: Fraction | None = None
    lignes: tuple[str, ...] = ()
    intitule: str = ""
    article: str = ""

    @property
    def formule(self) -> str:
        """The formula as a person writes it."""
        parts = [ecrire(self.fixe)] if self.fixe else []
        parts += [f"{ecrire(t.part)} × {t.indice} / {t.indice}₀" for t in self.termes]
        return f"P = P₀ × [{' + '.join(parts)}]"

    @property
    def nom(self) -> str:
        """How the clause is cited in a sentence."""
        said = self.article or self.intitule
        return f"la clause « {said} »" if said else "la clause de révision"

    def vise(self, cle: str) -> bool:
        """Whether the clause concerns this line."""
        return not self.lignes or cle in self.lignes

    def phrases(self) -> list[str]:
        """What the clause says, one sentence per rule."""
        said = [
            f"{self.formule}, mois zéro : {ecrire_mois(self.mois_zero)}.",
            f"Indice lu : {self.lecture.phrase} ; indice zéro : {self.lecture_zero.phrase}.",
        ]
        if self.premiere and self.periode_mois:
            said.append(f"Révision tous les {self.periode_mois} mois, depuis le {self.premiere:%d/%m/%Y}.")
        if self.arrondi_coefficient:
            said.append(f"Coefficient arrondi à {self.arrondi_coefficient.phrase}.")
        said.append(f"Prix arrondi à {self.arrondi_prix.phrase}.")
        base = "du prix en vigueur" if self.reference == EN_VIGUEUR else "du prix initial"
        for rate, word in ((self.hausse_max, "hausse"), (self.baisse_max, "baisse")):
            if rate is not None:
                said.append(f"Butoir : {ecrire(rate * 100)} % de {word} au plus {base}.")
        if self.plancher is not None:
            said.append(f"Plancher : coefficient de {ecrire(self.plancher)} au moins.")
        if self.seuil is not None:
            said.append(f"Seuil : rien ne bouge sous {ecrire(self.seuil * 100)} % de variation.")
        if self.sauvegarde is not None:
            said.append(f"Sauvegarde : résiliation possible au-delà de {ecrire(self.sauvegarde * 100)} %.")
        if self.effet == MOIS_SUIVANT:
            said.append("Prise d'effet : premier jour du mois suivant.")
        return said


def date_de_revision(clause: Clause, le: date) -> date | None:
    """The last date of revision on *le* or before; `None` when the first one is still to come."""
    if clause.premiere is None or clause.periode_mois is None:
        return le
    if le < clause.premiere:
        return None
    months = (le.year - clause.premiere.year) * 12 + le.month - clause.premiere.month
    rank = months // clause.periode_mois
    found = rang_de_revision(clause, rank)
    return found if found <= le else rang_de_revision(clause, rank - 1)


def rang_de_revision(clause: Clause, rang: int) -> date:
    """The date of revision of rank *rang* (0 is the first), on the same day of the month when it exists."""
    if clause.premiere is None or clause.periode_mois is None:
        raise ValueError("La clause n'a pas de périodicité.")
    first = decaler(clause.premiere, rang * clause.periode_mois)
    last = (decaler(first, 1) - first).days
    return first.replace(day=min(clause.premiere.day, last))


def prise_d_effet(clause: Clause, le: date) -> date:
    """From when the prices revised on *le* hold."""
    if clause.effet == MOIS_SUIVANT and le.day > 1:
        return decaler(le, 1)
    return le
