"""The refusals of those who answer a call, shared by the button, the API and the terminal."""

from collections.abc import Sequence
from datetime import datetime

from fanal.appels.rules.appels import OUVERT, RETIRE
from fanal.appels.rules.regles import Regles
from fanal.campagnes.rules import DECLARANTS, is_after, pluriel
from fanal.campagnes.temps import instant_fr
from fanal.refus import Inutilisable, Refus

MANQUES_DITS = 5
NIVEAUX_DITS = {"region": "une région", "ght": "un GHT", "etablissement": "un établissement"}


def check_publie(etat: str, publie_le: datetime | None, instant: datetime) -> None:
    """Only a published call is answered."""
    if etat == RETIRE:
        raise Refus("Cet appel a été retiré par son organisateur : il n'accepte plus de dossier.")
    if etat != OUVERT or publie_le is None or publie_le > instant:
        raise Refus("Cet appel n'est pas encore publié : revenez à son ouverture.")


def check_declarant(regles: Regles, niveau: str) -> None:
    """The levels that may answer are those of the rule file."""
    if niveau not in regles.declarants.niveaux:
        attendus = " ou ".join(NIVEAUX_DITS[n] for n in regles.declarants.niveaux)
        raise Inutilisable(
            f"Cet appel est ouvert à {attendus}, pas à {DECLARANTS[niveau]}. Choisissez un autre déclarant."
        )


def check_ressort(region: str, region_du_declarant: str) -> None:
    """A call organised by a région (its sigle, empty for the nation) is answered from that région."""
    if region and region != region_du_declarant:
        raise Inutilisable(
            f"Cet appel est organisé par l'ARS de la région {region} : il s'adresse aux déclarants de cette "
            "région."
        )


def check_invite(regles: Regles, invite: bool) -> None:
    """Where answering is on invitation, the declarant is on the list."""
    if regles.declarants.sur_invitation and not invite:
        raise Refus(
            "Cet appel est ouvert sur invitation, et ce déclarant n'a pas été invité. "
            "Écrivez à l'organisateur si vous pensez devoir l'être."
        )


def check_nombre(regles: Regles, nombre: int) -> None:
    """*nombre* dossiers exist already for this declarant (or its GHT), withdrawn ones not counted."""
    limite = regles.dossiers.par_declarant
    if limite is None or nombre < limite:
        return
    qui = "par GHT, établissements compris" if regles.dossiers.compte_par == "ght" else "par déclarant"
    raise Refus(
        f"Cet appel admet {pluriel(limite, 'dossier', 'dossiers')} {qui}, et ce nombre est atteint. "
        "Reprenez un dossier existant, ou retirez-le pour en commencer un autre."
    )


def check_reference(reponse: str, autres: Sequence[str]) -> None:
    """Two dossiers of a declarant do not answer the same thing to the question that tells them apart."""
    if reponse and reponse in autres:
        raise Refus(
            "Un autre dossier de ce déclarant porte déjà sur le même sujet. Changez la réponse, ou reprenez "
            "l'autre dossier."
        )


def check_complet(regles: Regles, manques: Sequence[str]) -> None:
    """A dossier is handed in complete, unless the rule file takes incomplete ones."""
    if not manques or regles.dossiers.incomplet:
        return
    dits = " ; ".join(manques[:MANQUES_DITS])
    reste = len(manques) - MANQUES_DITS
    suite = f" ; et {pluriel(reste, 'autre point', 'autres points')}" if reste > 0 else ""
    raise Refus(f"Le dossier n'est pas complet : {dits}{suite}. Complétez-le, puis déposez-le.")


def check_deposable(etape: str, titre: str) -> None:
    """A dossier is handed in from its draft or when a complement is asked."""
    if etape not in ("brouillon", "incomplet"):
        raise Refus(f"Ce dossier est à l'étape « {titre} » : il n'attend pas de dépôt.")


def check_reprendre(regles: Regles, cloture: datetime, instant: datetime) -> None:
    """A dossier handed in is taken back before the closing only: after it, the organiser asks for a
    complement.
    """
    if not regles.dossiers.permanente and is_after(cloture, instant):
        raise Refus(
            f"L'appel est clos depuis le {instant_fr(cloture)} : un dossier déposé ne peut plus être repris. "
            "Écrivez à l'organisateur : il peut demander un complément."
        )
