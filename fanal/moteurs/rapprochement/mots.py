"""Words of two labels: how far one may be the other, and what each says that the other does not."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import lru_cache

from fanal.moteurs.rapprochement.donnees import table
from fanal.moteurs.rapprochement.lu import Lu

PREFIXE = 3  # letters from which a word may be the beginning of another
PROCHE = 0.75  # likeness from which two words may be one with a typing error
FAUTE = 0.25  # what is lost of a word with one typing error
COUPE = 0.1  # what is lost of the last word of a label cut within it
SUPPLEANCE = 0.3  # the most that the beginning of a word loses of it
RARE = 0.5  # of the rarity of a word that one product bears: above, a word tells products apart


@lru_cache(maxsize=500_000)
def ressemblance(mot: str, autre: str) -> float:
    """How far two words may be the same: 1 when equal, less for a beginning or a typing error, else 0."""
    if mot == autre:
        return 1.0
    short, long = (mot, autre) if len(mot) <= len(autre) else (autre, mot)
    if len(short) >= PREFIXE and long.startswith(short):
        return 1 - SUPPLEANCE + SUPPLEANCE * len(short) / len(long)
    if len(short) <= PREFIXE or short.isdigit() or len(long) > 2 * len(short):
        return 0.0
    from rapidfuzz.distance import DamerauLevenshtein

    near = float(DamerauLevenshtein.normalized_similarity(mot, autre, score_cutoff=PROCHE))
    return near * 0.95


@lru_cache(maxsize=500_000)
def ecart(mot: str, autre: str, sur: bool = False) -> float:
    """What is lost of a word told as another: 0 nothing, 1 all. *sur*: the first is no typing error.

    Two letters apart, two words are two: prednisone is no prednisolone.
    """
    short, long = (mot, autre) if len(mot) <= len(autre) else (autre, mot)
    if len(short) >= PREFIXE and long.startswith(short):
        return SUPPLEANCE * (1 - len(short) / len(long))
    if sur or len(short) <= PREFIXE or short.isdigit() or len(long) > len(short) + 1:
        return 1.0
    from rapidfuzz.distance import DamerauLevenshtein

    return FAUTE if DamerauLevenshtein.distance(mot, autre, score_cutoff=1) <= 1 else 1.0


@dataclass(frozen=True)
class Restes:
    """What is left once each word of a label and of a product has found its like; 1 is a rare word.

    `connu`: words of the label that other products bear, `inconnu`: that none does; `echange`: the less
    telling of the most telling words that each has and the other lacks; `nom`: what is lost of the first word
    of the product.
    """

    connu: float
    inconnu: float
    echange: float
    nom: float


def restes(libelle: Lu, produit: Lu, poids: Mapping[str, float], defaut: float) -> Restes:
    """What a label and a product do not share. *poids*: how rare each word of the catalogue is."""
    known = unknown = more = less = name = 0.0
    there, here = produit.ensemble, libelle.ensemble
    for mot in libelle.noms:
        if mot in there:
            continue
        if weight := poids.get(mot):
            lost = weight * _perdu(mot, libelle, produit, sur=True)
            known += lost
        else:
            lost = defaut * _perdu(mot, libelle, produit, sur=False)
            unknown += lost
        more = max(more, lost)
    for autre in produit.noms:
        if autre in here:
            continue
        lost = 1.0
        for mot in libelle.noms:
            lost = min(lost, ecart(mot, autre, mot in poids))
        less = max(less, poids.get(autre, defaut) * lost)
        if autre == produit.mots[0]:
            name = lost
    return Restes(known / defaut, unknown / defaut, min(more, less) / defaut, name)


def _perdu(mot: str, libelle: Lu, produit: Lu, sur: bool) -> float:
    """What is lost of a word of a label in a product that does not say it so."""
    lost = 1.0
    for autre in produit.noms:
        lost = min(lost, ecart(mot, autre, sur))
    if mot == libelle.coupe and lost > COUPE and any(autre.startswith(mot) for autre in produit.noms):
        return COUPE
    # « P100 », « B6 », « L20 »: the number is there, whatever the letter says of it.
    return min(lost, FAUTE) if mot[0].isalpha() and mot[1:] in produit.valeurs else lost


def confondu(libelle: Lu, produit: Lu, poids: Mapping[str, float], defaut: float) -> bool:
    """Whether each has a word that the other lacks, and that of one of them is telling.

    A glove of vinyl is no glove of nitrile: other products bear the word of the label (*poids*), or that of
    the product is rare. The name of a maker that no product bears says nothing of one all of whose rare words
    are found.
    """
    ours = seuls(libelle, produit)
    theirs = seuls(produit, libelle) if ours else []
    return bool(theirs) and (
        any(mot in poids for mot in ours) or any(poids.get(mot, defaut) > RARE * defaut for mot in theirs)
    )


def seuls(un: Lu, autre: Lu) -> list[str]:
    """The words of one, short ones and forms left out, that are nowhere in the other."""
    forms = table().formes
    return [
        mot
        for mot in un.noms
        if len(mot) > PREFIXE
        and mot not in forms
        and mot not in autre.ensemble
        and not any(ressemblance(mot, w) for w in autre.noms)
    ]


def nomme(libelle: Lu, produit: Lu, connus: Container[str]) -> bool:
    """Whether a label holds the first word of a product, which names it, were it shortened or misspelt.

    A word that other products bear (*connus*) is no misspelling of that one.
    """
    if not produit.mots or produit.mots[0] in libelle.ensemble:
        return True
    name = produit.mots[0]
    return any(ecart(mot, name, mot in connus) < 1 for mot in libelle.mots)
