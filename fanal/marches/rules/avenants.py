"""A modification of a contract: its ground, its limits, its dates, and what it may not undo."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fanal.achats.rules.mots import euros, jour, quantite
from fanal.marches.compute.irregularites import trop_long
from fanal.marches.rules.cycle import check_en_cours
from fanal.marches.rules.modifications import MOTIFS_PROPOSES, NATURES, Limites, Verdict, evaluer
from fanal.marches.rules.parts import total
from fanal.marches.rules.situation import RESILIE, Situation
from fanal.refus import Refus

SUBSTITUTION = ("R2194-1", "R2194-6")


@dataclass(frozen=True)
class Avenant:
    """What a person asks for. Amounts excl. VAT; None leaves things as they are."""

    motif: str
    objet: str
    date_signature: date
    variation_ht: Decimal = Decimal(0)
    variation_quantite: Decimal | None = None
    date_fin_apres: date | None = None
    titulaires: bool = False
    motif_duree: str = ""


def check_avenant_possible(s: Situation) -> None:
    """Whether the contract can be modified at all."""
    check_en_cours(s, "un avenant")
    if s.etat == RESILIE:
        raise Refus("Ce marché est en cours de résiliation : un avenant n'est plus possible.")
    if s.avenants_non_notifies:
        raise Refus(
            f"L'avenant n° {s.avenants_non_notifies[0]} est signé mais pas notifié. "
            "Notifiez-le avant d'en préparer un autre."
        )


def check_avenant(s: Situation, voulu: Avenant, limites: Limites) -> Verdict | None:
    """The modification is lawful; returns the verdict on its amount, None when the amount does not change."""
    check_avenant_possible(s)
    if voulu.motif not in MOTIFS_PROPOSES:
        raise Refus(f"Choisissez le motif de l'avenant : {', '.join(MOTIFS_PROPOSES)}.")
    if not voulu.objet.strip():
        raise Refus("Dites ce que l'avenant change : un avenant sans objet n'est pas publiable.")
    _check_signature(s, voulu.date_signature)
    if voulu.titulaires and voulu.motif not in SUBSTITUTION:
        raise Refus(
            "Un nouveau titulaire ne remplace l'ancien que par une clause de réexamen (R2194-1) ou après une "
            "restructuration (R2194-6). Changez le motif."
        )
    changes = voulu.variation_ht or voulu.variation_quantite or voulu.date_fin_apres or voulu.titulaires
    if not changes and voulu.motif != "R2194-7":
        raise Refus("Cet avenant ne change ni le montant, ni la quantité, ni la fin, ni le titulaire.")
    verdict = _check_montant(s, voulu, limites)
    _check_maximum(s, voulu)
    _check_fin(s, voulu)
    return verdict


def _check_signature(s: Situation, signature: date) -> None:
    if signature > s.le:
        raise Refus(f"L'avenant est daté du {jour(signature)}, dans le futur. Corrigez sa date.")
    if s.date_notification is not None and signature < s.date_notification:
        raise Refus(
            f"L'avenant est daté du {jour(signature)}, avant la notification du marché "
            f"({jour(s.date_notification)}). Corrigez sa date."
        )
    check_en_cours(s, "un avenant", signature)


def _check_montant(s: Situation, voulu: Avenant, limites: Limites) -> Verdict | None:
    if voulu.variation_ht == 0:
        return None
    if voulu.motif == "R2194-6":
        raise Refus("Le remplacement du titulaire ne change pas le montant. Choisissez un autre motif.")
    if s.initial is None or s.initial <= 0:
        raise Refus(
            "Le montant initial de ce marché n'est pas connu : la limite d'un avenant ne peut pas être "
            "calculée. Complétez-le d'abord."
        )
    if s.nature_achat not in NATURES:
        raise Refus(
            "La nature de ce marché (fournitures, services ou travaux) n'est pas connue : la limite d'un "
            "avenant en dépend. Complétez-la d'abord."
        )
    deja = s.effets.deja.get(voulu.motif, Decimal(0))
    verdict = evaluer(
        initial=s.initial,
        motif=voulu.motif,
        nature=s.nature_achat,
        deja=deja,
        montant=voulu.variation_ht,
        limites=limites,
    )
    if not verdict.admis:
        raise Refus(verdict.phrase)
    after = (s.effets.montant if s.effets.montant is not None else s.initial) + voulu.variation_ht
    if after <= 0:
        raise Refus("Cet avenant ramènerait le montant du marché à zéro. Une résiliation est un autre acte.")
    return verdict


def _check_maximum(s: Situation, voulu: Avenant) -> None:
    """A lower maximum still covers what is ordered, what is reserved, and the minimum due."""
    pairs = (
        (
            s.effets.maximum_ht,
            voulu.variation_ht,
            s.jauge.consomme,
            total(p.jauge.maximum for p in s.parts),
            euros,
        ),
        (
            s.effets.maximum_quantite,
            voulu.variation_quantite or Decimal(0),
            s.jauge_quantite.consomme,
            total(p.jauge_quantite.maximum for p in s.parts),
            quantite,
        ),
    )
    for maximum, change, used, shared, write in pairs:
        if maximum is None or change >= 0:
            continue
        after = maximum + change
        if after < used:
            raise Refus(f"Le maximum ne peut pas descendre sous ce qui est commandé ({write(used)}).")
        if after < shared:
            raise Refus(
                f"Le maximum ne peut pas descendre sous la somme des parts réservées ({write(shared)}). "
                "Réduisez d'abord ces parts."
            )
        if after <= 0:
            raise Refus("Le maximum d'un marché reste supérieur à zéro.")
    floor, top = s.minimum_ht, s.effets.maximum_ht
    if floor is not None and top is not None and top + voulu.variation_ht < floor:
        raise Refus(f"Le maximum ne peut pas descendre sous le minimum ({euros(floor)}).")
    if voulu.variation_quantite and s.effets.maximum_quantite is None:
        raise Refus("Ce marché n'a pas de maximum en quantité : un avenant ne peut pas en changer.")


def _check_fin(s: Situation, voulu: Avenant) -> None:
    after = voulu.date_fin_apres
    if after is None:
        return
    if s.vie.debut is not None and after < s.vie.debut:
        raise Refus(f"La nouvelle fin ({jour(after)}) précède le début du marché ({jour(s.vie.debut)}).")
    if after < voulu.date_signature:
        raise Refus(
            f"La nouvelle fin ({jour(after)}) précède la signature de l'avenant "
            f"({jour(voulu.date_signature)}). Pour arrêter le marché, prononcez une résiliation."
        )
    if s.derniere_commande is not None and after < s.derniere_commande:
        raise Refus(f"Une commande du {jour(s.derniere_commande)} suit la nouvelle fin ({jour(after)}).")
    longer = s.vie.fin_totale is None or after > s.vie.fin_totale
    facts = replace(s.faits, fin_totale=after, duree_mois=None)
    if longer and trop_long(facts) and not (s.faits.motif_duree.strip() or voulu.motif_duree.strip()):
        raise Refus(
            f"Jusqu'au {jour(after)}, cet accord-cadre durerait plus de "
            f"{(s.faits.duree_maximale_mois or 0) / 12:g} ans (L2125-1). Indiquez le motif tenant à son "
            "objet."
        )


def check_notifier_avenant(s: Situation, *, signature: date | None, notification: date) -> None:
    """The holder received a signed modification."""
    check_en_cours(s, "la notification d'un avenant")
    if notification > s.le:
        raise Refus(f"La notification est datée du {jour(notification)}, dans le futur. Corrigez sa date.")
    if signature is not None and notification < signature:
        raise Refus(
            f"La notification ({jour(notification)}) précède la signature ({jour(signature)}). "
            "Corrigez sa date."
        )
