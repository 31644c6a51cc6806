"""The terms of a contract typed by a person: what cannot hold together is refused before it is kept."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fanal.achats.rules.mots import euros, jour
from fanal.marches.compute.dates import fin_apres
from fanal.marches.rules.modifications import NATURES
from fanal.refus import Refus

CPV = re.compile(r"^[0-9]{8}$")


@dataclass(frozen=True)
class Termes:
    """What is typed. Amounts excl. VAT; `duree_mois` is the whole duration, renewals included (DECP)."""

    identifiant: str
    objet: str
    nature_achat: str
    accord_cadre: bool
    code_cpv: str = ""
    montant: Decimal | None = None
    minimum_ht: Decimal | None = None
    maximum_ht: Decimal | None = None
    maximum_quantite: Decimal | None = None
    date_lancement: date | None = None
    date_debut: date | None = None
    duree_mois: int | None = None
    reconductions_prevues: int = 0
    reconduction_mois: int | None = None
    preavis_mois: int | None = None
    motif_duree: str = ""


def check_termes(t: Termes, *, duree_maximale_mois: int | None, maximum_obligatoire: bool) -> None:
    """The terms hold together and the law allows them on the day of the launch."""
    if not t.identifiant.strip() or not t.objet.strip():
        raise Refus("Un marché a au moins un identifiant et un objet.")
    if t.nature_achat not in NATURES:
        raise Refus("Indiquez la nature du marché : fournitures, services ou travaux.")
    if t.code_cpv and not CPV.match(t.code_cpv):
        raise Refus("Le code CPV s'écrit avec huit chiffres, sans la clé.")
    _check_montants(t, maximum_obligatoire)
    _check_durees(t, duree_maximale_mois)


def _check_montants(t: Termes, maximum_obligatoire: bool) -> None:
    positives = (t.montant, t.maximum_ht, t.maximum_quantite)
    if any(v is not None and v <= 0 for v in positives):
        raise Refus("Un montant ou un maximum est supérieur à zéro. Laissez la case vide s'il est inconnu.")
    if t.minimum_ht is not None and t.minimum_ht < 0:
        raise Refus("Un minimum ne peut pas être négatif.")
    if t.minimum_ht is not None and t.maximum_ht is not None and t.minimum_ht > t.maximum_ht:
        raise Refus(f"Le minimum ({euros(t.minimum_ht)}) dépasse le maximum ({euros(t.maximum_ht)}).")
    if t.accord_cadre and maximum_obligatoire and t.maximum_ht is None and t.maximum_quantite is None:
        raise Refus(
            "Un accord-cadre lancé depuis le 01/01/2022 a un maximum, en valeur ou en quantité (R2162-4). "
            "Indiquez-le."
        )


def _check_durees(t: Termes, duree_maximale_mois: int | None) -> None:
    if t.date_lancement and t.date_debut and t.date_debut < t.date_lancement:
        raise Refus(
            f"Le début ({jour(t.date_debut)}) précède le lancement ({jour(t.date_lancement)}). "
            "Corrigez une date."
        )
    if t.duree_mois is not None and t.duree_mois < 1:
        raise Refus("La durée est d'au moins un mois. Laissez la case vide si elle est inconnue.")
    if t.reconductions_prevues and not t.reconduction_mois:
        raise Refus("Indiquez la durée d'une reconduction, en mois.")
    renewals = t.reconductions_prevues * (t.reconduction_mois or 0)
    if t.duree_mois is not None and renewals >= t.duree_mois:
        raise Refus(
            f"Les reconductions font à elles seules {renewals} mois sur les {t.duree_mois} de la durée "
            "totale : il ne reste rien pour la première période. La durée totale comprend les reconductions."
        )
    if t.reconductions_prevues and t.duree_mois is None:
        raise Refus("Indiquez la durée totale, reconductions comprises.")
    if t.preavis_mois is not None and t.duree_mois is not None and t.preavis_mois >= t.duree_mois:
        raise Refus("Le préavis est plus long que le marché. Corrigez-le.")
    too_long = duree_maximale_mois is not None and (t.duree_mois or 0) > duree_maximale_mois
    if t.accord_cadre and too_long and not t.motif_duree.strip():
        raise Refus(
            f"Un accord-cadre dure au plus {(duree_maximale_mois or 0) / 12:g} ans, sauf motif tenant à son "
            "objet (L2125-1). Indiquez ce motif, ou réduisez la durée."
        )
    if t.date_debut and t.duree_mois:
        try:
            fin_apres(t.date_debut, t.duree_mois)
        except OverflowError:
            raise Refus("Cette durée n'est pas possible. Elle s'exprime en mois.") from None


def check_identifiant_libre(pris: bool, identifiant: str) -> None:
    """A buyer gives an identifier once."""
    if pris:
        raise Refus(
            f"Cet acheteur a déjà un marché « {identifiant} ». Ouvrez-le, ou choisissez un autre identifiant."
        )
