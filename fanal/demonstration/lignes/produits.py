"""The invented products: a code in the range that GS1 keeps for internal use, a label, ways to write it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from fanal.demonstration.lignes.vocabulaire import RANGS, RAYONS, Rayon
from fanal.demonstration.plan.alea import Alea

COURANTS, RESERVES = 12, 8
ABREGES = (
    ("solution injectable en ampoule", "inj amp"), ("solution injectable en seringue", "inj ser"),
    ("poudre pour solution injectable", "pdre inj"), ("solution injectable", "sol inj"),
    ("solution pour perfusion, poche", "perf poche"), ("solution pour perfusion, flacon", "perf fl"),
    ("comprimé pelliculé", "cpr pell"), ("comprimé", "cpr"), ("gélule", "gel"), ("boîte de", "bt"),
    ("chlorhydrate", "chlorh"), ("chlorure de sodium", "NaCl"), ("pansement", "pst"), ("cathéter", "kt"),
    ("maintenance", "maint"), ("taille", "t"), ("stérile", "ster"), ("usage unique", "uu"),
    ("électricité", "elec"), ("réactif", "react"), ("sans latex", "ss latex"), ("location", "loc"),
)  # fmt: skip


@dataclass(frozen=True)
class Produit:
    """A product: price of reference in euros excl. VAT for one `unite`; `unites` in one package."""

    code: str
    libelle: str
    dosage: str
    forme: str
    unite: str
    unites: int
    rayon: str
    famille: str
    compte: str
    tva: str
    prix: float

    @property
    def article(self) -> str:
        """The hospital's own code of the article."""
        return f"ART-{self.code[3:12]}"


def gtin(douze: str) -> str:
    """Thirteen digits: the twelve given and their GS1 check digit."""
    total = sum(int(d) * (3 if rank % 2 else 1) for rank, d in enumerate(douze))
    return f"{douze}{-total % 10}"


@cache
def shelf(rayon: Rayon) -> tuple[Produit, ...]:
    """The products of a shelf, the same for every buyer: twelve current ones, then those of actions."""
    alea = Alea("rayon", rayon.cle)
    combinaisons = [
        (nom, dosage, forme, paquet)
        for nom in rayon.noms
        for dosage in rayon.dosages
        for forme in rayon.formes
        for paquet in rayon.paquets
    ]
    rangs = sorted((alea.unite(), rang) for rang in range(len(combinaisons)))[: COURANTS + RESERVES]
    return tuple(
        _make(
            rayon, gtin(f"290{RANGS[rayon.cle]:03d}{i:06d}"), Alea("produit", rayon.cle, i), *combinaisons[r]
        )
        for i, (_, r) in enumerate(rangs, start=1)
    )


def current(rayon: Rayon) -> tuple[Produit, ...]:
    """The products that contracts and everyday orders take."""
    return shelf(rayon)[:COURANTS]


def reserved(rayon: Rayon) -> tuple[Produit, ...]:
    """The products that only actions of the workbooks bought, so that nothing else blurs their prices."""
    return shelf(rayon)[COURANTS:]


def catalogue() -> tuple[Produit, ...]:
    """Every shared product, shelf by shelf."""
    return tuple(p for rayon in RAYONS for p in shelf(rayon))


@cache
def special(rayon: Rayon, ght: int, identifiant: str, rang: int) -> Produit:
    """A product that only one action bought, under an identifier that ends with « -AAAA-NNN »."""
    annee, numero = identifiant.split("-")[-2:]
    douze = f"291{ght:03d}{annee[-1]}{int(numero):03d}{rang:02d}"
    alea = Alea("special", identifiant, rang)
    combinaison = alea.parmi(rayon.noms), alea.parmi(rayon.dosages), alea.parmi(rayon.formes), 1
    return _make(rayon, gtin(douze), alea, *combinaison, marque=f", réf. {annee[-2:]}{numero}-{rang}")


def _make(
    rayon: Rayon,
    code: str,
    alea: Alea,
    nom: str,
    dosage: str,
    forme: tuple[str, str],
    paquet: int,
    marque: str = "",
) -> Produit:
    bas, haut = rayon.prix
    u = alea.unite()
    forme_dite = f", {forme[0]}" if forme[0] else ""
    suite = f", boîte de {paquet}" if paquet > 1 else ""
    return Produit(
        code=code if rayon.code else "",
        libelle=f"{nom} {dosage}{forme_dite}{suite}{marque}",
        dosage=dosage,
        forme=forme[0],
        unite=forme[1],
        unites=paquet,
        rayon=rayon.cle,
        famille=rayon.famille,
        compte=rayon.compte,
        tva=alea.parmi(rayon.tva),
        # Between the bounds of the shelf, more of them near the low one.
        prix=round(bas + (haut - bas) * u * u, 4),
    )


def plain(texte: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c))


@cache
def labels(libelle: str) -> tuple[str, ...]:
    """The label, then six ways in which finance systems write it: capitals, abbreviations, other order."""
    court = libelle.lower()
    for long, bref in ABREGES:
        court = court.replace(long, bref)
    court = re.sub(r"[ ,]+", " ", court).strip()
    mots = court.split(" ")
    serre = re.sub(r"(\d) (mg|g|ml|l|ui|mm|kg)\b", r"\1\2", court)
    return (
        libelle,
        plain(libelle).upper().replace(",", ""),
        plain(serre).upper(),
        plain(" ".join([*mots[-2:], *mots[:-2]])).upper(),
        _units(plain(serre)),
        plain(libelle).lower().replace(", ", " - "),
        plain(" ".join(m[:6] + "." if len(m) > 8 else m for m in mots)).upper(),
    )


def _units(texte: str) -> str:
    """Grams told in milligrams, litres in millilitres."""
    grammes = re.sub(r"\b(\d+)g\b", lambda m: f"{int(m[1]) * 1000}mg", texte)
    return re.sub(r"\b(\d+)l\b", lambda m: f"{int(m[1]) * 1000}ml", grammes)
