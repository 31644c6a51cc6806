"""Steps: whether a dossier may take a transition now."""

from datetime import datetime

from fanal.campagnes.registre import Exigence, Transition
from fanal.campagnes.rules.etats import EtatDossier, pluriel
from fanal.campagnes.rules.fenetres import is_after
from fanal.campagnes.temps import instant_fr, jour_fr
from fanal.refus import Refus


def check_transition(
    transition: Transition, etat: EtatDossier, *, instant: datetime, motif: str | None
) -> None:
    """Whether the dossier may take *transition* now. `motif=None` leaves the reason to be asked later (a
    button).
    """
    if etat.etape.code not in transition.de:
        raise Refus(
            f"« {transition.titre} » n'est pas possible à l'étape « {etat.etape.titre} ». {etat.etape.phrase}"
        )
    for exigence in transition.exige:
        _check_exigence(exigence, etat, instant=instant, motif=motif)


def _check_exigence(exigence: Exigence, etat: EtatDossier, *, instant: datetime, motif: str | None) -> None:
    match exigence:
        case Exigence.VERSION if not etat.version:
            raise Refus("Rien n'a encore été déposé dans ce dossier. Déposez d'abord votre fichier.")
        case Exigence.SANS_BLOQUANT if etat.bloquants:
            raise Refus(
                "Ce dossier a encore "
                f"{pluriel(etat.bloquants, 'anomalie bloquante', 'anomalies bloquantes')}. "
                "Corrigez les lignes signalées, puis recommencez."
            )
        case Exigence.OBSERVATIONS_DEMANDEES if not etat.observations_ouvertes:
            raise Refus(
                "Aucune observation n'attend de réponse dans ce dossier. Demandez-en d'abord sur une ligne."
            )
        case Exigence.OBSERVATIONS_CLOSES if etat.observations_ouvertes:
            raise Refus(phrase_observations(etat))
        case Exigence.LIGNES_DECIDEES if etat.a_decider:
            raise Refus(
                f"Il reste {pluriel(etat.a_decider, 'ligne', 'lignes')} à décider dans ce dossier. "
                "Décidez-les, puis recommencez."
            )
        case Exigence.CLOTURE_PASSEE if etat.cloture and not is_after(etat.cloture, instant):
            raise Refus(
                f"La campagne est ouverte jusqu'au {instant_fr(etat.cloture)} : {etat.declarant} peut encore "
                "transmettre ce dossier. Attendez la clôture."
            )
        case Exigence.MOTIF if motif is not None:
            check_motif(motif)


def check_motif(motif: str) -> None:
    """Every override says why."""
    if not motif.strip():
        raise Refus(
            "Cette action demande un motif : il sera inscrit au journal. Indiquez-le, puis recommencez."
        )


def phrase_observations(etat: EtatDossier) -> str:
    """Why the dossier waits for answers."""
    fin = f" jusqu'au {jour_fr(etat.echeance)}" if etat.echeance else ""
    attendues = pluriel(etat.observations_ouvertes, "observation attend", "observations attendent")
    return (
        f"{attendues} une réponse : {etat.declarant} a{fin} pour répondre. "
        "Reprenez après sa réponse ou après ce délai."
    )
