"""Lots and criteria: division compulsory unless reasoned, weights that sum to 100, environment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from fanal.refus import Refus

CENT = Decimal(100)
NATURES_CRITERES = {
    "prix": "Prix",
    "technique": "Valeur technique",
    "environnement": "Caractéristiques environnementales",
    "social": "Caractéristiques sociales",
    "delai": "Délai",
    "service": "Service, formation, maintenance",
    "cout": "Coût du cycle de vie",
}
# A life-cycle cost holds environmental costs (L2152-7 and R2152-7 CCP).
ENVIRONNEMENTAUX = frozenset({"environnement", "cout"})


@dataclass(frozen=True)
class SituationLot:
    """What the rules need of a lot; criteria as they are stored: code, titre, nature, poids (text)."""

    numero: int
    criteres: Sequence[Mapping[str, Any]] = ()
    issue: str = ""


def poids_de(critere: Mapping[str, Any]) -> Decimal:
    """The weight of a criterion. Raises Refus when it is no number between 0 and 100."""
    try:
        poids = Decimal(str(critere.get("poids", "")).replace(",", "."))
    except InvalidOperation:
        poids = Decimal("NaN")
    if not poids.is_finite() or not 0 < poids <= CENT:
        raise Refus(
            f"Critère « {critere.get('titre', '')} » : donnez un poids entre 0 et 100, par exemple 40."
        )
    return poids


def check_criteres(criteres: Sequence[Mapping[str, Any]]) -> None:
    """Each criterion has a title, a known kind, its weight; the weights sum to 100. Raises Refus."""
    titres = [str(c.get("titre", "")).strip() for c in criteres]
    if any(not t for t in titres):
        raise Refus("Donnez un titre à chaque critère.")
    if len({t.casefold() for t in titres}) < len(titres):
        raise Refus("Deux critères portent le même titre : distinguez-les.")
    inconnues = [c for c in criteres if c.get("nature") not in NATURES_CRITERES]
    if inconnues:
        raise Refus(f"Critère « {inconnues[0].get('titre')} » : choisissez sa nature dans la liste.")
    somme = sum((poids_de(c) for c in criteres), Decimal(0))
    if criteres and somme != CENT:
        ecart = somme - CENT
        sens = f"retirez-en {ecart}" if ecart > 0 else f"il en manque {-ecart}"
        raise Refus(f"Les poids des critères font {somme} : {sens} pour arriver à 100.")


def check_environnement(lot: SituationLot) -> None:
    """At least one criterion takes the environment into account (L2152-7 CCP). Raises Refus."""
    if not any(c.get("nature") in ENVIRONNEMENTAUX for c in lot.criteres):
        raise Refus(
            f"Lot {lot.numero} : aucun critère ne porte sur l'environnement, obligatoire à cette date de "
            "lancement (L2152-7). Ajoutez-en un, ou un critère de coût du cycle de vie."
        )


def check_lots_prets(
    lots: Sequence[SituationLot],
    *,
    motif_non_allotissement: str,
    avec_criteres: bool,
    critere_environnemental: bool,
) -> None:
    """The lots are ready to be announced. Raises Refus. L2113-10 and L2113-11 CCP."""
    if not lots:
        raise Refus("Aucun lot n'est défini : ajoutez au moins un lot et ses critères.")
    if len(lots) == 1 and not motif_non_allotissement.strip():
        raise Refus(
            "Un seul lot : l'allotissement est obligatoire (L2113-10) sauf motif écrit (L2113-11). "
            "Ajoutez un lot, ou écrivez le motif sous « Modifier »."
        )
    if not avec_criteres:
        return
    for lot in lots:
        if not lot.criteres:
            raise Refus(f"Lot {lot.numero} : les critères d'attribution ne sont pas définis.")
        try:
            check_criteres(lot.criteres)
        except Refus as refus:
            raise Refus(f"Lot {lot.numero} : {refus.phrase}") from refus
        if critere_environnemental:
            check_environnement(lot)


def check_maximum(estime: Decimal | None, maximum: Decimal | None) -> None:
    """The maximum of a lot covers its estimate. Raises Refus."""
    if estime is not None and maximum is not None and maximum < estime:
        raise Refus(
            "Le maximum du lot est inférieur à son montant estimé : augmentez-le ou revoyez l'estimation."
        )
    if any(v is not None and v <= 0 for v in (estime, maximum)):
        raise Refus("Un montant doit être supérieur à zéro ; laissez-le vide s'il n'est pas connu.")
