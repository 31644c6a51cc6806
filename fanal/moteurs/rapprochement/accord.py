"""What two labels say of each other: words found again, strengths, packages and forms that agree or not."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from fanal.moteurs.rapprochement.donnees import table
from fanal.moteurs.rapprochement.texte import genre, jetons, nombre, plat

# What is compared, in the order of `poids.json`.
TRAITS = (
    "cosinus",
    "mots_du_libelle",
    "mots_du_produit",
    "chaines",
    "dosage_accorde",
    "dosage_contredit",
    "dosage_tu",
    "boite_accordee",
    "boite_contredite",
    "forme_accordee",
    "forme_contredite",
)
PREFIXE = 3  # letters from which a word may be the beginning of another
PROCHE = 0.75  # likeness from which two words may be one with a typing error
MEME = 0.9  # likeness from which a word is the one that another label denies
BOITE = "boite"
NEGATIONS = ("non", "sans")
# « 7 5 MG »: the comma was lost on the way. Nobody writes a strength after a lone digit otherwise.
_VIRGULE_PERDUE = re.compile(
    r"(?<![\d./x-])(?<!de )(?<!bt )(?<!bte )(?<!taille )(?<![a-z]/ )\b(\d|12|37|62|87) "
    r"(?=\d{1,2} ?(?:m?g|ug|mcg|ml|%|mui)(?![a-z]))"
)
_LETTRES = re.compile(r"(?<![a-z0-9])(?:taille|t) ?(x{0,3}[sl]|m)(?![a-z0-9])")


@dataclass(frozen=True)
class Lu:
    """A label once read. `mesures`: kind → values (« mg » → 500); `formes`: group → forms named.

    `nies`: the words that it denies: « sans latex », « non stérile ».
    """

    libelle: str
    jetons: tuple[str, ...]
    mots: tuple[str, ...]
    mesures: Mapping[str, frozenset[str]]
    formes: Mapping[str, frozenset[str]]
    nies: frozenset[str] = frozenset()

    @property
    def texte(self) -> str:
        """The tokens with spaces, for what compares strings."""
        return " ".join(self.jetons)


def lire(libelle: str) -> Lu:
    """Read a label."""
    text = _VIRGULE_PERDUE.sub(r"\1.", plat(libelle))
    found = tuple(same for jeton in jetons(text) for same in _dedoubler(jeton))
    measures: dict[str, set[str]] = {}
    forms: dict[str, set[str]] = {}
    words: list[str] = []
    denied: set[str] = set()
    plain: set[str] = set()
    before = ""
    for jeton in found:
        kind = genre(jeton)
        if kind and kind != "nombre":
            for unit, value in _valeurs(kind, jeton):
                measures.setdefault(unit, set()).add(value)
            continue
        words.append(jeton)
        (denied if before in NEGATIONS else plain).add(jeton)
        before = jeton
        group = table().formes.get(jeton)
        if group:
            forms.setdefault(group, set()).add(jeton)
    if size := _LETTRES.search(text):
        measures.setdefault("taille", set()).add(f"t{size[1]}")
    _deduire(measures)
    return Lu(
        libelle,
        found,
        tuple(dict.fromkeys(words)),
        {k: frozenset(v) for k, v in measures.items()},
        {k: frozenset(v) for k, v in forms.items()},
        frozenset(denied - plain),
    )


def _dedoubler(jeton: str) -> tuple[str, ...]:
    """A token in the one way of telling a concentration: « 1 % » is 10 mg/ml, « 20 mg/2 ml » also says it."""
    kind = genre(jeton)
    if kind == "mesure" and jeton.endswith("%"):
        return (f"{nombre(Decimal(jeton[:-1]) * 10)}mg/1ml",)
    if kind == "debit":
        mass, volume = jeton.split("/")
        (unit, value), (below, by) = _separer(mass), _separer(volume)
        if below == "ml" and by != "1" and Decimal(by):
            return mass, volume, f"{nombre(Decimal(value) / Decimal(by))}{unit}/1ml"
    return (jeton,)


def _valeurs(kind: str, jeton: str) -> list[tuple[str, str]]:
    """The (unit, value) pairs that a token tells; a rate tells its parts and its value for one."""
    if kind == "debit":
        up, down = jeton.split("/")
        (unit, value), (below, by) = _separer(up), _separer(down)
        told = [(unit, value)] if by != "1" else []
        told += [(below, by)] if by != "1" and below == "ml" else []
        if Decimal(by):
            told.append((f"{unit}/{below}", nombre(Decimal(value) / Decimal(by))))
        return told
    if kind == "mesure":
        return [_separer(jeton)]
    if kind == "dimensions" and not jeton.endswith("mm"):
        # « 10 x 10 » is said of centimetres as of millimetres.
        grown = "x".join(nombre(Decimal(side) * 10) for side in jeton.split("x"))
        return [(kind, f"{jeton}mm"), (kind, f"{grown}mm")]
    return [(BOITE, jeton[2:])] if kind == BOITE else [(kind, jeton)]


def _separer(mesure: str) -> tuple[str, str]:
    unit = mesure.lstrip("0123456789.")
    return unit, mesure[: len(mesure) - len(unit)]


def _deduire(measures: dict[str, set[str]]) -> None:
    """« 10 mg/ml, 5 ml » also says 50 mg, « 50 mg, 5 ml » also 10 mg/ml."""
    for unit in ("mg", "ui"):
        rate, mass, volume = (measures.get(k, set()) for k in (f"{unit}/ml", unit, "ml"))
        if len(volume) != 1 or not Decimal(next(iter(volume))):
            continue
        much = Decimal(next(iter(volume)))
        if len(rate) == 1 and not mass:
            measures[unit] = {nombre(Decimal(next(iter(rate))) * much)}
        elif len(mass) == 1 and not rate:
            measures[f"{unit}/ml"] = {nombre(Decimal(next(iter(mass))) / much)}


@lru_cache(maxsize=500_000)
def ressemblance(mot: str, autre: str) -> float:
    """How far two words may be the same: 1 when equal, less for a beginning or a typing error, else 0."""
    if mot == autre:
        return 1.0
    short, long = (mot, autre) if len(mot) <= len(autre) else (autre, mot)
    if len(short) >= PREFIXE and long.startswith(short):
        return 0.7 + 0.3 * len(short) / len(long)
    if len(short) <= PREFIXE or short.isdigit() or len(long) > 2 * len(short):
        return 0.0
    from rapidfuzz.distance import DamerauLevenshtein

    near = float(DamerauLevenshtein.normalized_similarity(mot, autre, score_cutoff=PROCHE))
    return near * 0.95


def couverture(
    mots: Sequence[str], autres: Sequence[str], poids: Mapping[str, float], defaut: float
) -> float:
    """The share of *mots*, by weight, found again among *autres*; 0 without any word."""
    whole = found = 0.0
    there = set(autres)
    for mot in mots:
        weight = poids.get(mot, defaut)
        whole += weight
        if mot in there:
            found += weight
        elif autres:
            found += weight * max(ressemblance(mot, autre) for autre in autres)
    return found / whole if whole else 0.0


def _comparer(gauche: Mapping[str, frozenset[str]], droite: Mapping[str, frozenset[str]]) -> tuple[int, int]:
    """How many kinds agree, and how many contradict each other, among those that both tell."""
    both = gauche.keys() & droite.keys() - {BOITE}
    # « 1 g, 200 mg » may be a way of telling 1 g; it is no « 2 g, 200 mg ».
    agree = sum(gauche[k] <= droite[k] or droite[k] <= gauche[k] for k in both)
    return agree, len(both) - agree


def _nies(libelle: Lu, produit: Lu) -> list[str]:
    """The words that one denies and the other says: « sans latex » of a glove of latex."""
    return [
        mot
        for one, other in ((libelle, produit), (produit, libelle))
        for mot in sorted(one.nies)
        if any(ressemblance(mot, word) >= MEME for word in set(other.mots) - other.nies)
    ]


def contredit(libelle: Lu, produit: Lu) -> bool:
    """Whether a product cannot be what a label says: another strength or size, a word that one denies."""
    return _comparer(libelle.mesures, produit.mesures)[1] > 0 or bool(_nies(libelle, produit))


def confondu(libelle: Lu, produit: Lu, connus: Container[str]) -> bool:
    """Whether each has a word that the other lacks, when other products (*connus*) bear that of the label.

    A glove of vinyl is no glove of nitrile; a maker's name that no product bears says nothing.
    """
    return any(w in connus for w in _seuls(libelle, produit)) and bool(_seuls(produit, libelle))


def _seuls(un: Lu, autre: Lu) -> list[str]:
    """The words of one, forms left out, that are nowhere in the other."""
    forms = table().formes
    return [
        mot
        for mot in un.mots
        if len(mot) > PREFIXE and mot not in forms and not any(ressemblance(mot, w) for w in autre.mots)
    ]


def nomme(libelle: Lu, produit: Lu) -> bool:
    """Whether a label holds the first word of a product, which names it, were it shortened or misspelt."""
    return not produit.mots or any(ressemblance(mot, produit.mots[0]) for mot in libelle.mots)


def traits(
    libelle: Lu, produit: Lu, cosinus: float, chaines: float, poids: Mapping[str, float], defaut: float
) -> list[float]:
    """The values of `TRAITS` for a label and a product, each between 0 and 3."""
    agree, against = _comparer(libelle.mesures, produit.mesures)
    untold = len((libelle.mesures.keys() ^ produit.mesures.keys()) - {BOITE})
    ours, theirs = libelle.mesures.get(BOITE), produit.mesures.get(BOITE)
    forms_agree, forms_against = _comparer(libelle.formes, produit.formes)
    forms_against += bool(_nies(libelle, produit))
    return [
        cosinus,
        couverture(libelle.mots, produit.mots, poids, defaut),
        couverture(produit.mots, libelle.mots, poids, defaut),
        chaines,
        float(min(agree, 3)),
        float(min(against, 3)),
        float(min(untold, 3)),
        float(bool(ours and theirs and ours & theirs)),
        float(bool(ours and theirs and not ours & theirs)),
        float(min(forms_agree, 3)),
        float(min(forms_against, 3)),
    ]


def pourquoi(libelle: Lu, produit: Lu) -> tuple[str, ...]:
    """What a person reads of it: words found again, then strengths, packages, forms that agree or not."""
    said = []
    written = {jeton: raw for raw in produit.libelle.lower().split() for jeton in jetons(raw)}
    words = [
        written.get(autre, autre).strip(" ,;.()")
        for autre in produit.mots
        if any(ressemblance(mot, autre) for mot in libelle.mots)
    ]
    if words:
        said.append(f"Mots communs : {', '.join(words)}.")
    for kind in sorted(libelle.mesures.keys() & produit.mesures.keys()):
        ours, theirs = libelle.mesures[kind], produit.mesures[kind]
        if ours <= theirs or theirs <= ours:
            said.append(f"{_mot(kind)} accordé{_e(kind)} : {', '.join(sorted(ours & theirs))}{_unite(kind)}.")
        else:
            said.append(
                f"{_mot(kind)} contredit{_e(kind)} : {', '.join(sorted(ours))}{_unite(kind)} au lieu de "
                f"{', '.join(sorted(theirs))}{_unite(kind)}."
            )
    for group in sorted(libelle.formes.keys() & produit.formes.keys()):
        ours, theirs = libelle.formes[group], produit.formes[group]
        if not ours & theirs:
            said.append(
                f"Forme contredite : {', '.join(sorted(ours))} au lieu de {', '.join(sorted(theirs))}."
            )
    if denied := _nies(libelle, produit):
        said.append(f"Contredit : {', '.join(denied)}, que l'un dit et que l'autre exclut.")
    return tuple(said)


def _mot(kind: str) -> str:
    return {BOITE: "Boîte", "taille": "Taille", "ch": "Calibre", "fil": "Calibre"}.get(kind, "Dosage")


def _e(kind: str) -> str:
    return "e" if kind in (BOITE, "taille") else ""


def _unite(kind: str) -> str:
    return (
        ""
        if kind in (BOITE, "taille", "ch", "fil", "dimensions")
        else f" {kind.upper() if kind == 'ui' else kind}"
    )
