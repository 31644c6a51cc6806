"""What a self-assessment asks before it is handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fanal.refus import Refus


@dataclass(frozen=True)
class Arret:
    """What is about to be kept for a topic: its level (None: not rated) and why. `ecart` is the disagreement
    between respondents in levels; `propose` the lower median of their answers.
    """

    sujet: str
    titre: str
    niveau: int | None
    propose: int | None
    ecart: int | None
    motif: str = ""


def check_modifiable(preparation: bool) -> None:
    """Raise Refus once the self-assessment has been handed in."""
    if not preparation:
        raise Refus(
            "L'autoévaluation est transmise : ses réponses ne changent plus. "
            "Reprenez-la, avec un motif, pour la corriger."
        )


def check_evaluation_rendue(manquants: Sequence[str]) -> None:
    """Raise Refus when a person hands in with topics neither answered nor passed."""
    if manquants:
        others = f" et {len(manquants) - 3} autres" if len(manquants) > 3 else ""
        raise Refus(
            f"Il reste {len(manquants)} sujets sans réponse : {', '.join(manquants[:3])}{others}. "
            "Choisissez un niveau, ou « Je ne me prononce pas »."
        )


def check_niveaux_arretes(arrets: Sequence[Arret], *, ecart_a_motiver: int) -> None:
    """Raise Refus when a topic is kept without the reason that it needs.

    A reason is asked when people disagree by *ecart_a_motiver* levels or more, when the level kept is above
    what their answers propose, and when a topic is left without a level.
    """
    for arret in arrets:
        if arret.motif.strip():
            continue
        if arret.niveau is None:
            raise Refus(
                f"« {arret.titre} » n'a pas de niveau. Choisissez-en un, ou dites pourquoi il n'est pas coté."
            )
        if arret.ecart is not None and arret.ecart >= ecart_a_motiver:
            raise Refus(
                f"« {arret.titre} » : les réponses s'écartent de {arret.ecart} niveaux. "
                "Discutez-en, puis écrivez pourquoi vous retenez ce niveau."
            )
        if arret.propose is not None and arret.niveau > arret.propose:
            raise Refus(
                f"« {arret.titre} » : le niveau {arret.niveau} dépasse celui des réponses ({arret.propose}). "
                "Écrivez pourquoi, ou retenez le niveau proposé."
            )


def check_transmission(evaluations: int, en_attente: Mapping[str, str]) -> None:
    """Raise Refus when nobody has handed in, or when *en_attente* (function → "since…") has not answered."""
    if not evaluations:
        raise Refus(
            "Personne n'a encore rendu son évaluation. Invitez au moins une personne, puis attendez sa "
            "réponse."
        )
    if en_attente:
        raise Refus(f"{', '.join(en_attente)} : évaluation non rendue. Attendez-la, ou retirez l'invitation.")
