"""A label once read: its words, what it measures, the forms it names, what it denies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from fanal.moteurs.rapprochement.donnees import table
from fanal.moteurs.rapprochement.texte import genre, jetons, nombre, plat

BOITE = "boite"
NEGATIONS = ("non", "sans")
NUMEROS = frozenset({"n", "no", "num", "numero"})
CHAMP = 28  # characters from which the field of a finance system may have cut a label
# « 7 5 MG »: the comma was lost on the way. Nobody writes a strength after a lone digit otherwise.
_VIRGULE_PERDUE = re.compile(
    r"(?<![\d./x-])(?<!de )(?<!bt )(?<!bte )(?<!taille )(?<![a-z]/ )\b(\d|12|37|62|87) "
    r"(?=\d{1,2} ?(?:m?g|ug|mcg|ml|%|mui)(?![a-z]))"
)
# « 10 000 pages »; but « boîte de 100 500 mg » is no hundred thousand.
_MILLIERS = re.compile(r"(?<![\d./x-])(?<!de )(?<!bt )(?<!bte )\b(\d{1,3}) (\d{3})(?= [a-z]{4}| ?$)")
_CHIFFRES = re.compile(r"\d+(?:\.\d+)?")
_NUMERO = re.compile(r"no?(\d+)")  # « N11 », « NO 11 »
_COLLE = re.compile(r"(\d+)([a-z]{1,2})")  # « 3V », « 7FR »
# « taille M », « T.L »; an « XL » says what it is.
_LETTRES = re.compile(r"(?<![a-z0-9])(?:(taille|t)[ .]?(x{0,3}[sl]|m)|(x{1,3}[sl]))(?![a-z0-9])")


@dataclass(frozen=True)
class Lu:
    """A label once read. `mesures`: kind → values (« mg » → 500); `formes`: group → forms named.

    `nies`: the words that it denies: « sans latex », « non stérile ». `noms`: its words, without sizes nor
    numbers; `nombres`: those without unit, `valeurs`: all, as written and as read. `coupe`: its last word, if
    its field may be cut.
    """

    libelle: str
    jetons: tuple[str, ...]
    mots: tuple[str, ...]
    mesures: Mapping[str, frozenset[str]]
    formes: Mapping[str, frozenset[str]]
    nies: frozenset[str] = frozenset()
    nombres: frozenset[str] = frozenset()
    valeurs: frozenset[str] = frozenset()
    coupe: str = ""
    noms: tuple[str, ...] = ()

    @cached_property
    def ensemble(self) -> frozenset[str]:
        """The words and what they imply, in no order."""
        implied = table().implique
        return frozenset(self.mots).union(*(implied.get(mot, ()) for mot in self.mots))

    @cached_property
    def texte(self) -> str:
        """The tokens with spaces, for what compares strings."""
        return " ".join(self.jetons)


def decouper(libelle: str) -> tuple[str, tuple[str, ...]]:
    """A label flattened, its lost commas found again, and its tokens: all that is needed to look for it."""
    text = _VIRGULE_PERDUE.sub(r"\1.", _MILLIERS.sub(r"\1\2", plat(libelle)))
    found: list[str] = []
    for jeton in jetons(text):
        if jeton.isalpha():
            found.append(jeton)
        else:
            found += _dedoubler(jeton)
    return text, tuple(found)


def lire(libelle: str, coupe: tuple[str, tuple[str, ...]] | None = None) -> Lu:
    """Read a label. *coupe*: what `decouper` gave of it, when it is known."""
    text, found = coupe or decouper(libelle)
    measures: dict[str, set[str]] = {}
    forms: dict[str, set[str]] = {}
    words: list[str] = []
    denied: set[str] = set()
    plain: set[str] = set()
    bare: set[str] = set()
    units: set[str] = set()
    before = ""
    for jeton in found:
        kind = genre(jeton)
        if kind and kind != "nombre":
            for unit, value in _valeurs(kind, jeton):
                measures.setdefault(unit, set()).add(value)
            continue
        words.append(jeton)
        if kind:
            bare.add(jeton)
            units |= {before} & NUMEROS
        elif len(jeton) == 1 and before in bare:
            units.add(jeton)
        (denied if before in NEGATIONS else plain).add(jeton)
        before = jeton
        for form in (jeton, *table().implique.get(jeton, ())):
            if group := table().formes.get(form):
                forms.setdefault(group, set()).add(form)
    sized: set[str] = set()
    if size := _LETTRES.search(text):
        letters = size[2] or size[3]
        measures.setdefault("taille", set()).add(f"t{letters}")
        sized = {"taille", "t", letters}
    _deduire(measures)
    values = bare.union(
        map(nombre, _CHIFFRES.findall(text)),
        *(_CHIFFRES.findall(jeton) for jeton in found if not jeton.isalpha()),
    )
    last = words[-1] if words and found[-1] == words[-1] and len(libelle) >= CHAMP else ""
    return Lu(
        libelle,
        found,
        tuple(dict.fromkeys(words)),
        {k: frozenset(v) for k, v in measures.items()},
        {k: frozenset(v) for k, v in forms.items()},
        frozenset(denied - plain),
        frozenset(bare),
        frozenset(values),
        "" if last in bare else last,
        tuple(word for word in dict.fromkeys(words) if word not in bare | sized | units),
    )


@lru_cache(maxsize=65_536)
def _dedoubler(jeton: str) -> tuple[str, ...]:
    """A token in the one way of telling a concentration: « 1 % » is 10 mg/ml, « 20 mg/2 ml » also says it."""
    kind = genre(jeton)
    if not kind and (number := _NUMERO.fullmatch(jeton)):
        return "n", nombre(number[1])
    if not kind and (glued := _COLLE.fullmatch(jeton)):
        return nombre(glued[1]), glued[2]
    if kind == "mesure" and jeton.endswith("%"):
        return (f"{nombre(Decimal(jeton[:-1]) * 10)}mg/1ml",)
    if kind == "debit":
        mass, volume = jeton.split("/")
        (unit, value), (below, by) = _separer(mass), _separer(volume)
        if below == "ml" and by != "1" and Decimal(by):
            return mass, volume, f"{nombre(Decimal(value) / Decimal(by))}{unit}/1ml"
    return (jeton,)


@lru_cache(maxsize=65_536)
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
