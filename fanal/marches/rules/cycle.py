"""What may be done to a contract, and the sentence when it may not.

Sources: R2112-4 CCP (renewals), R2162-4 (maximum), L2125-1 (four years), R2194-1 to -9 (modifications),
R6132-16 CSP (the support awards and amends, each party executes).
"""

from datetime import date
from decimal import Decimal

from fanal.achats.rules.mots import euros, jour, quantite
from fanal.marches.compute.echeances import PREVUE, Periode
from fanal.marches.compute.plafond import Jauge
from fanal.marches.rules.situation import (
    ATTRIBUE,
    PREPARATION,
    RESILIE,
    SOLDE,
    Part,
    Situation,
)
from fanal.refus import Refus

ISSUES = (
    "Issues possibles : réduire la commande, signer un avenant dans la marge restante, reprendre une part "
    "non utilisée par un autre établissement, ou lancer une nouvelle procédure."
)


def check_motif(motif: str) -> None:
    """Every exception says why."""
    if not motif.strip():
        raise Refus("Indiquez le motif : il est inscrit au journal.")


def check_version(connu: int, present: int) -> None:
    """Two people amending at once: the second one reads again before writing."""
    if connu != present:
        raise Refus(
            "Ce marché a été modifié par quelqu'un d'autre pendant votre saisie. Relisez-le, puis refaites "
            "votre modification : rien n'a été enregistré."
        )


def check_notifie(s: Situation, acte: str) -> None:
    """The contract binds: awarded, notified, neither terminated nor settled. *acte* names what is refused."""
    if s.etat in (PREPARATION, ATTRIBUE):
        raise Refus(f"Ce marché n'est pas encore notifié : {acte} n'est pas possible. Notifiez-le d'abord.")
    if s.etat == SOLDE:
        raise Refus(f"Ce marché est soldé : {acte} n'est plus possible.")
    if s.etat == RESILIE and (s.vie.fin is None or s.vie.fin < s.le):
        when = f" depuis le {jour(s.vie.fin)}" if s.vie.fin else ""
        raise Refus(f"Ce marché est résilié{when} : {acte} n'est plus possible.")


def check_en_cours(s: Situation, acte: str, le: date | None = None) -> None:
    """`check_notifie`, and the contract is not over on day *le* (the day of the situation by default)."""
    check_notifie(s, acte)
    day = le or s.le
    if s.vie.fin is not None and day > s.vie.fin:
        raise Refus(
            f"Ce marché a pris fin le {jour(s.vie.fin)} : {acte} n'est plus possible. "
            "Vérifiez la date de fin saisie."
        )


def check_corriger(s: Situation) -> None:
    """The terms of a contract are corrected freely before its notification, then by modification only."""
    if s.etat not in (PREPARATION, ATTRIBUE):
        raise Refus(
            "Ce marché est notifié : ses termes ne changent plus que par un avenant. "
            "Une valeur encore inconnue peut être complétée."
        )


def check_attribuer(s: Situation) -> None:
    if s.etat != PREPARATION:
        raise Refus("Ce marché est déjà attribué.")
    if s.titulaires == 0:
        raise Refus("Ce marché n'a pas de titulaire. Indiquez-le avant d'attribuer le marché.")


def check_notifier(s: Situation, le: date | None = None) -> None:
    """*le* is the day of notification; None asks about the button alone."""
    if s.etat == PREPARATION:
        raise Refus("Ce marché n'est pas encore attribué. Attribuez-le d'abord.")
    if s.etat != ATTRIBUE:
        when = f" le {jour(s.date_notification)}" if s.date_notification else ""
        raise Refus(f"Ce marché est déjà notifié{when}.")
    if le is None:
        return
    if le > s.le:
        raise Refus(f"La notification est datée du {jour(le)}, dans le futur. Indiquez la date de réception.")
    if s.vie.fin_totale is not None and le > s.vie.fin_totale:
        raise Refus(
            f"La notification ({jour(le)}) suivrait la fin du marché ({jour(s.vie.fin_totale)}). "
            "Corrigez d'abord les dates du marché."
        )


# Execution ------------------------------------------------------------------------------------------------


def check_commander(s: Situation) -> None:
    """Whether an order can be recorded at all today."""
    check_en_cours(s, "une commande")
    for gauge, words in ((s.jauge, "maximum"), (s.jauge_quantite, "maximum en quantité")):
        if gauge.reste is not None and gauge.reste <= 0:
            raise Refus(f"Le {words} du marché est atteint : une commande n'est plus possible. {ISSUES}")


def check_commande(
    s: Situation, *, etablissement: int, nom: str, le: date, montant: Decimal, unites: Decimal | None
) -> None:
    """An order of *montant* euros excl. VAT (and *unites*) by an establishment, dated *le*."""
    check_en_cours(s, "une commande", le)
    if montant <= 0:
        raise Refus("Le montant d'une commande est supérieur à zéro.")
    if le > s.le:
        raise Refus(f"La commande est datée du {jour(le)}, dans le futur. Corrigez sa date.")
    if s.vie.debut is not None and le < s.vie.debut:
        raise Refus(
            f"La commande est datée du {jour(le)}, avant le début du marché ({jour(s.vie.debut)}). "
            "Corrigez sa date."
        )
    part = check_beneficiaire(s, etablissement, nom, le)
    _check_reste(s.jauge, montant, "du marché")
    _check_unites(s.jauge_quantite, unites, s.unite, "du marché")
    if part is not None:
        _check_reste(part.jauge, montant, f"réservée à {nom}", "part")
        _check_unites(part.jauge_quantite, unites, s.unite, f"réservée à {nom}", "part")


def check_beneficiaire(s: Situation, etablissement: int, nom: str, le: date) -> Part | None:
    """The entry by which the establishment orders; None when the contract keeps no ledger."""
    if not s.parts:
        return None
    found = next((p for p in s.parts if p.etablissement == etablissement and p.couvre(le)), None)
    if found is None:
        raise Refus(
            f"{nom} n'est pas bénéficiaire de ce marché au {jour(le)}. "
            "Ajoutez cet établissement aux bénéficiaires, ou corrigez la date."
        )
    return found


def _check_reste(gauge: Jauge, montant: Decimal, de_qui: str, quoi: str = "maximum") -> None:
    if gauge.maximum is not None and gauge.reste is not None and montant > gauge.reste:
        name = "la part" if quoi == "part" else "le maximum"
        raise Refus(
            f"Cette commande de {euros(montant)} dépasse {name} {de_qui} : il reste "
            f"{euros(max(gauge.reste, Decimal(0)))} sur {euros(gauge.maximum)}. {ISSUES}"
        )


def _check_unites(
    gauge: Jauge, unites: Decimal | None, unite: str, de_qui: str, quoi: str = "maximum"
) -> None:
    if gauge.maximum is None or gauge.reste is None:
        return
    word = unite or "unités"
    if unites is None or unites <= 0:
        raise Refus(
            f"Ce marché a un maximum en quantité ({quantite(gauge.maximum)} {word}) : indiquez la quantité "
            "commandée, sans quoi elle échapperait au maximum."
        )
    if unites > gauge.reste:
        name = "la part" if quoi == "part" else "le maximum"
        raise Refus(
            f"Cette commande de {quantite(unites)} {word} dépasse {name} en quantité {de_qui} : il reste "
            f"{quantite(max(gauge.reste, Decimal(0)))} sur {quantite(gauge.maximum)}. {ISSUES}"
        )


def check_correction(
    s: Situation,
    *,
    etablissement: int,
    nom: str,
    montant: Decimal,
    unites: Decimal | None,
    motif: str,
) -> None:
    """Taking back *montant* (positive) from what an establishment ordered: never below nothing."""
    if s.etat == SOLDE:
        raise Refus("Ce marché est soldé : une correction de commande n'est plus possible.")
    if s.etat != RESILIE:
        check_notifie(s, "une correction de commande")
    check_motif(motif)
    if montant <= 0:
        raise Refus("Le montant à reprendre est supérieur à zéro.")
    used = s.par_etablissement.get(etablissement, Decimal(0))
    if montant > used:
        raise Refus(
            f"La reprise de {euros(montant)} dépasse ce que {nom} a commandé ({euros(used)}). "
            "Corrigez le montant."
        )
    if unites is not None and unites > s.quantites.get(etablissement, Decimal(0)):
        raise Refus(f"La reprise porte sur plus d'unités que {nom} n'en a commandées. Corrigez la quantité.")


# Renewal, end ---------------------------------------------------------------------------------------------


def prochaine(s: Situation) -> Periode:
    """The renewal that can still be decided. Raises Refus when there is none."""
    check_en_cours(s, "une décision de reconduction")
    if s.vie.prochaine is None or s.vie.prochaine.sens != PREVUE:
        raise Refus("Ce marché n'a plus de reconduction à venir.")
    return s.vie.prochaine


def check_refuser_reconduction(s: Situation, motif: str | None = None) -> Periode:
    """Not renewing: before the notice date; *motif* None asks about the button alone."""
    period = prochaine(s)
    limit = s.vie.preavis_le
    if limit is not None and s.le > limit:
        raise Refus(
            f"La non-reconduction devait être notifiée au plus tard le {jour(limit)} : le marché est "
            f"reconduit le {jour(period.debut or limit)}. Il peut encore être résilié."
        )
    if motif is not None:
        check_motif(motif)
    return period


def check_reconduire(s: Situation) -> Periode:
    """An express renewal; a tacit one needs nobody."""
    period = prochaine(s)
    if s.tacite:
        raise Refus(
            f"La reconduction est tacite : le marché sera reconduit le {jour(period.debut or s.le)} sans "
            "rien faire, et le titulaire ne peut pas la refuser (R2112-4)."
        )
    return period


def check_resilier(s: Situation, effet: date | None = None, motif: str = "") -> None:
    """Ending before term on day *effet*, included; None asks about the button alone."""
    check_en_cours(s, "une résiliation")
    if s.etat == RESILIE:
        raise Refus(f"La résiliation est déjà prononcée, avec effet le {jour(s.vie.fin or s.le)}.")
    if effet is None:
        return
    check_motif(motif)
    start = s.vie.debut or s.date_notification
    if start is not None and effet < start:
        raise Refus(f"La résiliation ne peut pas prendre effet avant le début du marché ({jour(start)}).")
    if s.vie.fin_totale is not None and effet > s.vie.fin_totale:
        raise Refus(
            f"Le marché prend déjà fin le {jour(s.vie.fin_totale)}, avant la date d'effet ({jour(effet)})."
        )
    if s.derniere_commande is not None and effet < s.derniere_commande:
        raise Refus(
            f"Une commande du {jour(s.derniere_commande)} suit la date d'effet ({jour(effet)}). "
            "Choisissez une date qui la couvre."
        )


def check_solder(s: Situation, paiement: date | None = None, motif: str = "") -> None:
    """Closing the accounts on the last payment; before the end, or with a minimum unmet, it says why."""
    if s.etat in (PREPARATION, ATTRIBUE):
        raise Refus("Ce marché n'est pas encore notifié : il n'y a rien à solder.")
    if s.etat == SOLDE:
        raise Refus("Ce marché est déjà soldé.")
    if paiement is None:
        return
    if paiement > s.le:
        raise Refus(f"Le dernier paiement est daté du {jour(paiement)}, dans le futur. Corrigez sa date.")
    if s.derniere_commande is not None and paiement < s.derniere_commande:
        raise Refus(
            f"Une commande du {jour(s.derniere_commande)} suit le dernier paiement ({jour(paiement)}). "
            "Corrigez sa date."
        )
    if motif.strip():
        return
    if s.vie.fin is not None and s.le <= s.vie.fin:
        raise Refus(
            f"Ce marché court encore jusqu'au {jour(s.vie.fin)}{_reste(s)}. "
            "Pour le solder avant, indiquez le motif."
        )
    if s.minimum_ht is not None and s.jauge.consomme < s.minimum_ht:
        raise Refus(
            f"Le minimum de {euros(s.minimum_ht)} n'est pas atteint ({euros(s.jauge.consomme)} commandés) : "
            "le titulaire peut demander une indemnité. Indiquez le motif pour solder."
        )


def _reste(s: Situation) -> str:
    """« , avec 15 unités disponibles »."""
    if s.jauge_quantite.reste is not None and s.jauge_quantite.reste > 0:
        return f", avec {quantite(s.jauge_quantite.reste)} {s.unite or 'unités'} disponibles"
    if s.jauge.reste is not None and s.jauge.reste > 0:
        return f", avec {euros(s.jauge.reste)} disponibles"
    return ""
