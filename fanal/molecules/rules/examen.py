"""What the OMEDIT may propose, what the ARS may decide, how a proposal of exclusion is settled."""

from collections.abc import Collection
from decimal import Decimal

from fanal.achats.rules.mots import euros
from fanal.refus import Refus

EN_EXAMEN = ("depose", "recevable", "complementaire")
A_DECIDER = ("recevable",)
ACCORD, PARTIEL, REFUS = "accord", "partiel", "refus"


def check_motif(motif: str) -> None:
    """A pharmacist's answer to a proposal is given with its reason."""
    if not motif.strip():
        raise Refus("Écrivez le motif de votre réponse : il est gardé avec le dossier.")


def check_en_examen(etape: str, titre: str) -> None:
    """A request is examined once handed in and until it is decided."""
    if etape not in EN_EXAMEN:
        raise Refus(f"Ce dossier est à l'étape « {titre} » : il n'est pas à l'examen.")


def check_priorite(priorite: int, maximum: int) -> None:
    """A priority is a rank from 1 (first served) to the last one of the parameter."""
    if not 1 <= priorite <= maximum:
        raise Refus(f"La priorité va de 1 (servie la première) à {maximum}.")


def check_montant(montant: Decimal, demande: Decimal) -> None:
    """No more than what is asked for, to the cent."""
    if montant < 0 or montant != montant.quantize(Decimal("0.01")):
        raise Refus("Le montant s'écrit en euros, avec deux décimales au plus.")
    if montant > demande:
        raise Refus(
            f"Le montant ({euros(montant)}) dépasse la demande ({euros(demande)}). "
            "Proposez au plus ce qui est demandé."
        )


def check_refus_motive(montant: Decimal, motif_refus: str, motif: str, motifs: Collection[str]) -> None:
    """Nothing granted asks for one of the motives of the table, told in full when it is « autre »."""
    if motif_refus and motif_refus not in motifs:
        raise Refus("Ce motif de refus n'est pas dans la table des motifs. Choisissez-en un dans la liste.")
    if montant == 0 and not motif_refus:
        raise Refus("Choisissez le motif du refus.")
    if montant > 0 and motif_refus:
        raise Refus("Un motif de refus ne va pas avec un montant accordé. Retirez l'un des deux.")
    if motif_refus == "autre" and not motif.strip():
        raise Refus("Précisez le motif du refus.")


def check_moindre(montant: Decimal, demande: Decimal, motif: str) -> None:
    """Less than what is asked for is granted with a reason."""
    if 0 < montant < demande and not motif.strip():
        raise Refus("Le montant est inférieur à la demande : écrivez pourquoi.")


def check_hors_enveloppe(secteur: str, secteurs_enveloppe: Collection[str], enveloppe: bool) -> None:
    """A sector that shares the envelope of the call is not decided request by request."""
    if enveloppe and secteur in secteurs_enveloppe:
        raise Refus(
            "Cette demande partage l'enveloppe de la campagne : elle se décide avec la répartition, pas "
            "seule. Ouvrez l'enveloppe de l'appel."
        )


def check_a_decider(etape: str, titre: str) -> None:
    """A request is decided once it was declared receivable."""
    if etape not in A_DECIDER:
        raise Refus(
            f"Ce dossier est à l'étape « {titre} ». Déclarez-le recevable avant de décider."
            if etape == "depose"
            else f"Ce dossier est à l'étape « {titre} » : il n'attend pas de décision."
        )


def sens_de(montant: Decimal, demande: Decimal) -> str:
    """What an amount means: all of it, a part, nothing."""
    if montant == 0:
        return REFUS
    return ACCORD if montant == demande else PARTIEL
