"""Names of suppliers, made comparable. Pure."""

import re
import unicodedata

_AUTRES = re.compile(r"[^0-9A-Z]+")
# Legal forms say nothing of who a supplier is: "ALPHA SAS" and "ALPHA" are proposed as alike.
FORMES = frozenset(
    {
        "SA",
        "SAS",
        "SASU",
        "SARL",
        "EURL",
        "SNC",
        "SCA",
        "SCS",
        "SE",
        "SELARL",
        "SELAS",
        "SCOP",
        "SEM",
        "GIE",
        "SOCIETE",
        "STE",
        "ETS",
        "ETABLISSEMENTS",
        "GMBH",
        "AG",
        "LTD",
        "LIMITED",
        "INC",
        "BV",
        "NV",
        "SPA",
        "SRL",
        "SL",
        "PLC",
    }
)


def normaliser_nom(nom: str) -> str:
    """Capitals without accents nor punctuation, single spaces: « Éts. Alpha & Cie » gives "ETS ALPHA CIE"."""
    sans = unicodedata.normalize("NFKD", nom.replace("œ", "oe").replace("Œ", "OE"))
    nu = "".join(c for c in sans if not unicodedata.combining(c)).upper()
    return " ".join(_AUTRES.sub(" ", nu).split())[:240]


def noyau(normalise: str) -> str:
    """A normalised name without its legal forms and dotted initials ("S A S ALPHA" gives "ALPHA").

    A name made of nothing else stays as it is.
    """
    mots = _initiales(normalise.split())
    gardes = [mot for mot in mots if mot not in FORMES]
    return " ".join(gardes or mots)


def _initiales(mots: list[str]) -> list[str]:
    """Letters that stand alone side by side are one word: S A S is SAS."""
    lus: list[str] = []
    seules = ""
    for mot in [*mots, ""]:
        if len(mot) == 1 and mot.isalpha():
            seules += mot
            continue
        if seules:
            lus.append(seules)
            seules = ""
        if mot:
            lus.append(mot)
    return lus
