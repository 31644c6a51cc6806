"""What a project asks after the decision, and who is competent to settle it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from fanal.achats.rules.mots import euros
from fanal.refus import Refus

REPORT, ABANDON, MONTANT, INFORMATION = "report", "abandon", "montant", "information"
ARS, ORGANISATEUR = "ars", "organisateur"
TITRES = {ARS: "ARS de la région du projet", ORGANISATEUR: "organisateur de l'appel", "dgos": "DGOS"}


def autorite_de(nature: str, autorites: Mapping[str, str]) -> str:
    """Who settles a request of that nature, as the rules of the call say; its organiser by default."""
    return autorites.get(nature) or ORGANISATEUR


def titre_autorite(code: str) -> str:
    """The authority in words; the rules of a call may name one in full."""
    return TITRES.get(code.strip().lower(), code)


def regionale(code: str) -> bool:
    """Whether the authority stands on the project's région; the others stand on the organiser's node."""
    return code.strip().lower() == ARS


def check_nature(*, nature: str, sans_argent: bool) -> None:
    """Raises Refus for a change of amount where the call grants no money."""
    if sans_argent and nature == MONTANT:
        raise Refus("Cet appel n'attribue pas d'argent : il n'y a pas de montant à changer.")


def check_demande(
    *,
    nature: str,
    motif: str,
    nouvelle_fin: date | None,
    nouveau_montant: Decimal | None,
    accorde: Decimal,
    maximum: Decimal,
    le: date,
    ouvertes: int,
) -> None:
    """A request says what it wants and why; one of a nature at a time. Raises Refus."""
    if not motif.strip():
        raise Refus("Expliquez votre demande : ce qui s'est passé et ce que vous proposez.")
    if ouvertes:
        raise Refus("Une demande de même nature attend déjà une réponse. Attendez-la, ou complétez le motif.")
    if nature == REPORT:
        if nouvelle_fin is None:
            raise Refus("Indiquez la nouvelle date de fin que vous demandez.")
        if nouvelle_fin <= le:
            raise Refus(f"La nouvelle date de fin ({nouvelle_fin:%d/%m/%Y}) est déjà passée.")
    if nature == MONTANT:
        if nouveau_montant is None or nouveau_montant <= 0:
            raise Refus("Indiquez le nouveau montant demandé, en euros.")
        check_montant(nouveau=nouveau_montant, accorde=accorde, maximum=maximum)


def check_montant(*, nouveau: Decimal, accorde: Decimal, maximum: Decimal) -> None:
    """A new amount differs from the present one and stays within the maximum of the dossier. Raises Refus."""
    if nouveau == accorde:
        raise Refus(f"Le montant accordé est déjà de {euros(accorde)}.")
    if nouveau > maximum:
        raise Refus(
            f"{euros(nouveau)} dépasse le maximum de ce dossier ({euros(maximum)}), "
            "calculé sur la version déposée. Demandez un montant inférieur ou égal."
        )


def check_trancher(*, etat: str, accepte: bool, reponse: str) -> None:
    """A request is settled once; a refusal says why. Raises Refus."""
    if etat != "demande":
        raise Refus("Cette demande est déjà tranchée. La réponse est sur la page du projet.")
    if not accepte and not reponse.strip():
        raise Refus("Dites pourquoi la demande est refusée : le projet lira cette réponse.")


def check_solde(*, nouveau: Decimal, autres: Decimal, enveloppe: Decimal) -> None:
    """A raised amount stays within what the envelope has left. Raises Refus."""
    if nouveau + autres > enveloppe:
        raise Refus(
            f"Le solde de l'enveloppe ne permet pas {euros(nouveau)} : il reste "
            f"{euros(enveloppe - autres)} pour ce projet. Acceptez un montant inférieur."
        )


def check_verse(*, nouveau: Decimal, verse: Decimal) -> None:
    """An amount does not go under what has been paid already. Raises Refus."""
    if nouveau < verse:
        raise Refus(
            f"{euros(verse)} ont déjà été versés : le montant ne peut pas descendre à "
            f"{euros(nouveau)}. Organisez d'abord le reversement avec l'agence comptable."
        )
