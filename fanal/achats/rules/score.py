"""Which lines to look at first, and why: the amount at stake times how unbelievable the line is."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from fanal.achats.rules.contexte import ContexteControle
from fanal.achats.rules.controles import Controle
from fanal.achats.rules.mots import euros, plier, pourcent
from fanal.achats.rules.table import LIGNE, prepare

COMMENTAIRE_REPETE = "commentaire_repete"
_PAS = Decimal("0.0001")


@dataclass(frozen=True)
class Facteur:
    """One reason to doubt a line: its code, its weight (0 to 1) and its sentence."""

    code: str
    poids: Decimal
    phrase: str


@dataclass(frozen=True)
class Score:
    """Euros at risk on a line: `enjeu` (absolute annual gain) times `invraisemblance` (0 to 1)."""

    cle: str
    ligne: int
    score: Decimal
    enjeu: Decimal
    invraisemblance: Decimal
    facteurs: tuple[Facteur, ...]

    @property
    def phrase(self) -> str:
        """Why the line stands where it stands."""
        return f"{euros(self.enjeu)} en jeu, invraisemblance de {pourcent(self.invraisemblance, 0)}."


def combine(poids: Iterable[Decimal]) -> Decimal:
    """1 - (1 - w1)(1 - w2)...: grows with each reason, never passes 1, whatever their order."""
    reste = Decimal(1)
    for p in poids:
        reste *= 1 - p
    return 1 - reste


def scorer(actions: pl.DataFrame, controles: Iterable[Controle], contexte: ContexteControle) -> list[Score]:
    """Scores of the lines that have a reason to be looked at, highest first, then in the order of the rows.

    `actions` and `controles` are those of `controler`. A line without a gain scores 0.
    """
    facteurs: dict[int, list[Facteur]] = defaultdict(list)
    for c in controles:
        if c.poids > 0:
            facteurs[c.ligne].append(Facteur(c.code, c.poids, c.phrase))
    table = prepare(actions)
    for ligne, nombre in _repeated_comments(table, contexte.commentaire_repete_lignes).items():
        poids = contexte.poids.get(COMMENTAIRE_REPETE, Decimal(0))
        phrase = f"Le même commentaire figure sur {nombre} lignes : il n'explique pas chacune."
        facteurs[ligne].append(Facteur(COMMENTAIRE_REPETE, poids, phrase))
    scores = [
        _score(cle or "", ligne, gain, tuple(facteurs[ligne]))
        for ligne, cle, gain in table.select(LIGNE, "identifiant", "gain_annuel_ttc").iter_rows()
        if ligne in facteurs
    ]
    return sorted(scores, key=lambda s: (-s.score, s.ligne))


def _score(cle: str, ligne: int, gain: Decimal | None, facteurs: tuple[Facteur, ...]) -> Score:
    enjeu = abs(gain) if gain is not None else Decimal(0)
    invraisemblance = combine(f.poids for f in facteurs)
    score = (enjeu * invraisemblance).quantize(_PAS, ROUND_HALF_UP)
    return Score(cle, ligne, score, enjeu, invraisemblance, facteurs)


def _repeated_comments(table: pl.DataFrame, seuil: int) -> dict[int, int]:
    """Row number -> how many lines carry its comment, where that many do."""
    repetees: dict[int, int] = {}
    for colonne in ("calcul", "explication"):
        textes = {t: plier(t) for t in table[colonne].unique().to_list() if t is not None}
        plies = [(ligne, textes.get(t, "")) for ligne, t in table.select(LIGNE, colonne).iter_rows()]
        nombres = Counter(t for _, t in plies if t)
        repetees |= {ligne: nombres[t] for ligne, t in plies if nombres[t] >= seuil}
    return repetees
