"""Scaling drawn lines so that their sums meet given margins, then writing amounts as people type them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from fanal.demonstration.lignes.vocabulaire import shelf_of_category
from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.modele import Ligne, Sorte

Cle = Callable[[Ligne], str]
Marge = tuple[Cle, Mapping[str, float]]
DIX_MILLE = Decimal("0.0001")
PRIX_BAS = 0.4  # euros


def part(gain: int, jour: date | None, annee: int) -> int:
    """Cents of an annual gain that fall in `annee`: twelve months from the first order, by days, half up.

    The year of the first order takes its rounded share, the next one the rest.
    """
    if jour is None or not jour.year <= annee <= jour.year + 1:
        return 0
    fin = date(jour.year + 1, jour.month, jour.day)
    jours, dans_annee = (fin - jour).days, (date(jour.year + 1, 1, 1) - jour).days
    debut = (2 * abs(gain) * dans_annee + jours) // (2 * jours) * (-1 if gain < 0 else 1)
    return debut if annee == jour.year else gain - debut


def retained(ligne: Ligne, annee: int) -> int:
    """Cents of the line kept after control in `annee`, before operators are compared."""
    return part(ligne.gain_retenu, ligne.date, annee) if ligne.compte else 0


def declared(ligne: Ligne, annee: int) -> int:
    """Cents declared by the line in `annee`."""
    return part(ligne.gain or 0, ligne.date, annee) if ligne.compte else 0


def total(lignes: Iterable[Ligne], valeur: Callable[[Ligne], int], cle: Cle) -> dict[str, int]:
    """Sum of a value by key."""
    sommes: dict[str, int] = {}
    for ligne in lignes:
        sommes[cle(ligne)] = sommes.get(cle(ligne), 0) + valeur(ligne)
    return sommes


def by_region(ligne: Ligne) -> str:
    return ligne.region


def by_operator(ligne: Ligne) -> str:
    return ligne.operateur


def by_medicine(ligne: Ligne) -> str:
    return cat.MEDICAMENTS if ligne.famille == cat.MEDICAMENTS else "autres"


def rake(
    lignes: Sequence[Ligne], valeur: Callable[[Ligne], float], marges: Sequence[Marge], *, tours: int = 120
) -> list[dict[str, float]]:
    """Factors by key of each margin such that the scaled values meet every margin (iterative proportional
    fitting).

    Raises ValueError when a margin cannot be met: a key without lines, or a target that is not positive.
    """
    courant = [valeur(ligne) for ligne in lignes]
    cles = [[cle(ligne) for ligne in lignes] for cle, _ in marges]
    facteurs = [dict.fromkeys(cibles, 1.0) for _, cibles in marges]
    for _ in range(tours):
        for rang, (_, cibles) in enumerate(marges):
            sommes = dict.fromkeys(cibles, 0.0)
            for cle, montant in zip(cles[rang], courant, strict=True):
                sommes[cle] += montant
            if any(sommes[c] <= 0 or cibles[c] <= 0 for c in cibles):
                manque = {c: (sommes[c], cibles[c]) for c in cibles if sommes[c] <= 0 or cibles[c] <= 0}
                raise ValueError(f"Marge impossible à atteindre : {manque}")
            pas = {c: cibles[c] / sommes[c] for c in cibles}
            for c, p in pas.items():
                facteurs[rang][c] *= p
            courant = [montant * pas[cle] for cle, montant in zip(cles[rang], courant, strict=True)]
    return facteurs


def factor(ligne: Ligne, marges: Sequence[Marge], facteurs: Sequence[Mapping[str, float]]) -> float:
    """The product of a line's factors."""
    produit = 1.0
    for (cle, _), par_cle in zip(marges, facteurs, strict=True):
        produit *= par_cle[cle(ligne)]
    return produit


def write_amounts(alea: Alea, ligne: Ligne) -> None:
    """Give the line its prices, quantity and perimeter, and round its amounts as a person would have typed
    them.

    With prices, the gain is exactly (P0 − P1) × Q and the reference P0 × Q: both move by less than a euro or
    so.
    """
    if ligne.reference is None or ligne.gain is None or ligne.sorte is Sorte.REJET:
        return
    effet_prix = ligne.type_effet.startswith("Effet prix")
    simple = ligne.nature == "exploitation" or ligne.duree == 1
    if effet_prix and simple and ligne.gain < ligne.reference and alea.unite() < 0.62:
        _price_and_quantity(alea, ligne, ligne.reference, ligne.gain)
    elif alea.unite() < 0.3 and abs(ligne.gain) > 200_000:
        ligne.gain = _to_euro(ligne.gain)
        ligne.reference = _to_euro(ligne.reference)
    uniha = ligne.nom_operateur == "UniHA"
    ligne.perimetre = ligne.reference - ligne.gain if uniha and alea.unite() < 0.7 else ligne.reference
    if ligne.retenu is not None:
        ligne.retenu = min(_to_euro(ligne.retenu), ligne.gain)


def _to_euro(centimes: int) -> int:
    return round(centimes / 100) * 100


def _price_and_quantity(alea: Alea, ligne: Ligne, reference: int, gain: int) -> None:
    quantite = alea.parmi(_plausible(ligne.categorie, reference))
    # Small prices keep four decimals, as unit prices of medicines do.
    pas = DIX_MILLE if quantite > 100 else Decimal("0.01")
    prix = (Decimal(reference) / 100 / quantite).quantize(pas, ROUND_HALF_UP)
    nouveau = (Decimal(reference - gain) / 100 / quantite).quantize(pas, ROUND_HALF_UP)
    ligne.prix_reference, ligne.prix_nouveau, ligne.quantite = prix, nouveau, quantite
    ligne.reference = _cents(prix * quantite)
    ligne.gain = _cents((prix - nouveau) * quantite)


def _plausible(categorie: str, reference: int) -> list[int]:
    """The usual quantities at which this reference is the price of one unit of the shelf, else the nearest.

    *reference* in cents. Cheap products are taken at some tens of cents: a small fall must survive rounding.
    """
    bas, haut = shelf_of_category(categorie).prix
    bas, haut = 100 * max(bas, PRIX_BAS), 100 * max(haut, 10 * PRIX_BAS)
    possibles = [q for q in cat.QUANTITES if bas <= reference / q <= haut]
    milieu = (bas * haut) ** 0.5
    return possibles or [
        min(cat.QUANTITES, key=lambda q: max(reference / q / milieu, milieu * q / reference))
    ]


def _cents(montant: Decimal) -> int:
    return int((montant * 100).to_integral_value(ROUND_HALF_UP))
