"""What the law forbids in a contract that is there all the same: named, with a sentence and its article."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fanal.marches.compute.dates import fin_apres


@dataclass(frozen=True)
class Irregularite:
    """`certaine=False`: a date is missing to be sure, the sentence says which."""

    code: str
    phrase: str
    source: str
    certaine: bool = True


@dataclass(frozen=True)
class Faits:
    """What is looked at. `lancement` is the launch of the consultation, the notification standing in for it.

    `duree_maximale_mois` and `maximum_obligatoire` are the law on that day, None or False when none applied.
    """

    accord_cadre: bool
    debut: date | None
    fin_totale: date | None
    duree_mois: int | None
    motif_duree: str
    maximum_ht: Decimal | None
    maximum_quantite: Decimal | None
    lancement: date | None
    lancement_connu: bool
    duree_maximale_mois: int | None
    maximum_obligatoire: bool
    parts_ht: Decimal | None = None
    parts_quantite: Decimal | None = None


def relever(faits: Faits) -> list[Irregularite]:
    """The irregularities of a contract, in a fixed order."""
    return [*_duree(faits), *_maximum(faits), *_parts(faits)]


def trop_long(faits: Faits) -> bool:
    """Whether a framework runs longer than the law's limit, by its dates or by its duration (L2125-1)."""
    limit = faits.duree_maximale_mois
    if not faits.accord_cadre or limit is None:
        return False
    by_months = faits.duree_mois is not None and faits.duree_mois > limit
    by_dates = (
        faits.debut is not None
        and faits.fin_totale is not None
        and faits.fin_totale > fin_apres(faits.debut, limit)
    )
    return by_months or by_dates


def sans_maximum(faits: Faits) -> bool:
    """Whether a framework lacks the maximum that the law asks for (R2162-4)."""
    return (
        faits.accord_cadre
        and faits.maximum_obligatoire
        and faits.maximum_ht is None
        and faits.maximum_quantite is None
    )


def _duree(faits: Faits) -> Iterator[Irregularite]:
    if trop_long(faits) and not faits.motif_duree.strip():
        years = (faits.duree_maximale_mois or 0) / 12
        yield Irregularite(
            "accord_cadre_trop_long",
            f"Cet accord-cadre dure plus de {years:g} ans sans justification. Indiquez le motif qui "
            "tient à son objet, ou préparez son remplacement.",
            "L2125-1",
        )


def _maximum(faits: Faits) -> Iterator[Irregularite]:
    if not sans_maximum(faits):
        return
    phrase = "Cet accord-cadre n'a pas de maximum, ni en valeur ni en quantité, alors qu'il est obligatoire"
    if faits.lancement_connu:
        phrase += f" à la date de son lancement ({faits.lancement:%d/%m/%Y})."
    else:
        phrase += (
            f" pour les consultations lancées depuis 2022 ; la date de lancement manque, il a été notifié le "
            f"{faits.lancement:%d/%m/%Y}."
        )
    yield Irregularite(
        "accord_cadre_sans_maximum",
        f"{phrase} Reportez le maximum publié, ou remplacez cet accord-cadre.",
        "R2162-4",
        certaine=faits.lancement_connu,
    )


def _parts(faits: Faits) -> Iterator[Irregularite]:
    pairs = (
        (faits.parts_ht, faits.maximum_ht, "en euros"),
        (faits.parts_quantite, faits.maximum_quantite, "en quantité"),
    )
    for parts, maximum, words in pairs:
        if parts is not None and maximum is not None and parts > maximum:
            yield Irregularite(
                "parts_au_dela_du_maximum",
                f"Les parts des établissements {words} dépassent ensemble le maximum du marché. "
                "Réduisez l'une d'elles.",
                "R2162-4",
            )
