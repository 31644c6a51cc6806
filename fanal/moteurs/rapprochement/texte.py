"""A label read as words, strengths and packages, whatever way it is written; the key that groups labels.

Case, accents and punctuation are dropped, abbreviations written out, strengths brought to one unit (0,5 g is
500 mg), packages to « b/30 ». Nothing here is guessed: a word that no table knows stays as it is.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache, lru_cache

from fanal.moteurs.rapprochement.donnees import table

SEPARATEUR = "|"  # between the tokens of a key: nothing is read across it
LONGUEUR = 300
PLURIEL = 5  # a word of so many letters loses its final s
NOMBRE = r"\d+(?:\.\d+)?"
_MARQUES = re.compile(r"[\u0300-\u036f\u20d0-\u20ff]+")
_VIRGULE = re.compile(r"(?<=\d),(?=\d)")
# « boîte de 100 500 mg » is no hundred grams: thousands are joined after one digit, or before UI.
_MILLIERS = re.compile(
    r"(?<![\d./x])(?<!de )(?<!bt )(?<!bte )(?:\d(?: \d{3})+(?![\d.])(?= ?[a-z%])"
    r"|\d{1,3}(?: \d{3})+(?![\d.])(?= ?(?:m ?)?(?:ui|u)\b))"
)
_MILLIERS_UI = re.compile(r"(?<![\d.])(\d{1,3})\.(\d{3})(?= ?ui)")
_MILLIONS = re.compile(r"(?<=\d) ?(?:m ui|millions? (?:d )?(?:ui|u)\b)")
_RESTE = re.compile(r"[^a-z0-9.%/|+-]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "µ": "u", "μ": "u", "’": " ", "'": " ", "×": "x"})


def plat(libelle: str) -> str:
    """Lower case, without accents; decimal points, no space inside numbers; `|` stays a border."""
    text = unicodedata.normalize("NFKD", libelle.casefold().translate(_LIGATURES))
    text = _VIRGULE.sub(".", _MARQUES.sub("", text))
    text = " ".join(_RESTE.sub(" ", text.translate(_LIGATURES)).split())
    text = _MILLIERS.sub(lambda m: m[0].replace(" ", ""), text)
    return _MILLIONS.sub("mui", _MILLIERS_UI.sub(r"\1\2", text))


def nombre(ecrit: str | Decimal) -> str:
    """A number without useless zeros."""
    value = Decimal(ecrit).normalize()
    return format(value, "f") if value else "0"


@cache
def _lecteur() -> re.Pattern[str]:
    known = sorted(table().unites, key=len, reverse=True)
    unit = "(?:" + "|".join(re.escape(u) for u in known) + ")"
    end = r"(?![a-z0-9])"
    boxes = "|".join(sorted(table().boites - {"b"}, key=len, reverse=True))
    size = NOMBRE.replace(r"\d+(", r"\d{1,4}(")
    # « B12 » is a vitamin; a package of twelve is written b/12, bt 12.
    announcing = f"(?:{boxes}|b|x|ch|fr|taille|t)"
    return re.compile(
        # Most of a label is plain words: they are told first, for speed.
        rf"(?P<pur>(?!{announcing}(?![a-z]))[a-z]+{end})"
        rf"|(?P<debit>(?P<d1>{NOMBRE}) ?(?P<du1>{unit}) ?(?:/|par ) ?(?P<d2>{NOMBRE})? ?(?P<du2>{unit}){end})"
        rf"|(?P<taille>(?P<t1>{size}) ?x ?(?P<t2>{size})(?: ?x ?(?P<t3>{size}))? ?(?P<tu>mm|cm|m)?{end})"
        rf"|(?P<boite>(?<![a-z0-9])(?:(?:{boxes}) ?(?:de |/ ?|x ?)?|b ?/ ?|b(?=\d\d)(?!12{end})|x ?|/ ?)"
        rf"(?P<b1>\d{{1,5}})(?! ?(?:{unit.replace('|u|', '|')}){end})(?![.\d]))"
        rf"|(?P<mesure>(?P<m1>{NOMBRE}) ?(?P<mu>{unit}){end})"
        rf"|(?P<charriere>(?P<c2>{NOMBRE}) ?fr{end})"
        rf"|(?P<calibre>(?<![a-z0-9])(?P<cu>ch|fr|taille|t) ?(?P<c1>{NOMBRE}){end})"
        rf"|(?P<fil>(?<![\d.])(?P<f1>\d{{1,2}}) ?[-/] ?0{end})"
        rf"|(?P<nombre>{NOMBRE}{end})"
        r"|(?P<mot>[a-z0-9]+)"
    )


def _mesure(ecrit: str, unite: str) -> str:
    base, factor = table().unites[unite]
    return f"{nombre(Decimal(ecrit) * factor)}{base}"


def _debit(m: re.Match[str]) -> str:
    return f"{_mesure(m['d1'], m['du1'])}/{_mesure(m['d2'] or '1', m['du2'])}"


def _taille(m: re.Match[str]) -> str:
    base, factor = table().unites.get(m["tu"] or "", ("", Decimal(1)))
    return "x".join(nombre(Decimal(m[g]) * factor) for g in ("t1", "t2", "t3") if m[g]) + base


def _calibre(m: re.Match[str]) -> str:
    return f"{'t' if m['cu'] in ('t', 'taille') else 'ch'}{nombre(m['c1'])}"


LUS: dict[str, Callable[[re.Match[str]], str]] = {
    "debit": _debit,
    "taille": _taille,
    "boite": lambda m: f"b/{int(m['b1'])}",
    "mesure": lambda m: _mesure(m["m1"], m["mu"]),
    "charriere": lambda m: f"ch{nombre(m['c2'])}",
    "calibre": _calibre,
    "fil": lambda m: f"{int(m['f1'])}-0",
    "nombre": lambda m: nombre(m["nombre"]),
}


def _entiers(word: str) -> tuple[str, ...]:
    """The whole words that a word stands for, without plural."""
    known = table().mots
    if word in known:
        return known[word]
    if len(word) >= PLURIEL and word.endswith("s") and word[-2] != "s" and not word[-2].isdigit():
        word = word[:-1]
        return known.get(word, (word,))
    return (word,)


def _lire(morceau: str) -> Iterator[str]:
    empty = table().vides
    for m in _lecteur().finditer(morceau):
        # The last group to be closed is the outermost: it names what was read.
        if (read := LUS.get(m.lastgroup or "")) is not None:
            yield read(m)
        else:
            yield from (word for word in _entiers(m[0]) if word not in empty)


@lru_cache(maxsize=65_536)
def _stables(jeton: str) -> tuple[str, ...]:
    """A token read again on its own, until reading changes nothing: « X0 » before a unit, alone a package."""
    for _ in range(3):
        again = tuple(_lire(jeton))
        if again == (jeton,) or len(again) != 1:
            return again
        jeton = again[0]
    return (jeton,)


@lru_cache(maxsize=65_536)
def jetons(libelle: str) -> tuple[str, ...]:
    """The words, strengths and packages of a label, in its order, each in its one way of being written."""
    read = (jeton for morceau in plat(libelle).split(SEPARATEUR) for jeton in _lire(morceau))
    return tuple(again for jeton in read for again in ((jeton,) if jeton.isalpha() else _stables(jeton)))


@lru_cache(maxsize=65_536)
def genre(jeton: str) -> str:
    """What a token tells: its base unit, « boite », « taille », « ch », « fil », or nothing: a word."""
    if not any(c.isdigit() for c in jeton):
        return ""
    if jeton.startswith("b/"):
        return "boite"
    m = _GENRE.fullmatch(jeton)
    return "" if m is None else next(name for name, value in m.groupdict().items() if value is not None)


_GENRE = re.compile(
    r"(?P<debit>[\d.]+[a-z%]+/[\d.]+[a-z%]+)|(?P<dimensions>[\d.]+(?:x[\d.]+)+(?:mm)?)|(?P<fil>\d+-0)"
    r"|(?P<taille>t[\d.]+)|(?P<ch>ch[\d.]+)|(?P<nombre>[\d.]+)|(?P<mesure>[\d.]+(?:mg|ml|ui|%|mm|mmol|meq|mbq|h|test|dose))"
)


def _dimension(jeton: str) -> str:
    kind = genre(jeton)
    return jeton.lstrip("0123456789.") if kind == "mesure" else kind


def cle(libelle: str) -> str:
    """The key of a group of labels: its tokens, at most 300 characters; `cle(cle(x)) == cle(x)`.

    In the order of the alphabet, so that words in another order make the same key; unless two strengths of
    the same kind are told, when what each belongs to matters. Empty when nothing can be read.
    """
    kept: list[str] = []
    size = 0
    for jeton in jetons(libelle):
        size += len(jeton) + 1
        if size > LONGUEUR:
            break
        kept.append(jeton)
    kinds = Counter(kind for jeton in kept if (kind := _dimension(jeton)))
    ordered = kept if max(kinds.values(), default=0) > 1 else sorted(kept)
    return SEPARATEUR.join(ordered)
