"""Instruction of the dossiers of a call: what forbids declaring one admissible or settling a test."""

from collections.abc import Sequence
from dataclasses import dataclass

from fanal.campagnes.rules import pluriel
from fanal.refus import Refus

# What stands against a dossier; a missing opinion or a remark does not.
CONTRAIRES = ("rejet", "incomplet", "retard")
OUVERTES = ("depose", "recevable", "irrecevable")
TRANSITIONS = ("declarer_recevable", "declarer_irrecevable", "demander_complement")


@dataclass(frozen=True)
class Examen:
    """The decision table of a dossier as it counts: titles of the tests not met that stand against it, and of
    those that wait for a person.
    """

    contraires: tuple[str, ...] = ()
    a_verifier: tuple[str, ...] = ()


def examen(constats: Sequence[tuple[str, str, str]]) -> Examen:
    """The examination from (title, effective verdict, consequence) of each test."""
    pesent = [(titre, verdict) for titre, verdict, suite in constats if suite in CONTRAIRES]
    return Examen(
        contraires=tuple(titre for titre, verdict in pesent if verdict == "non"),
        a_verifier=tuple(titre for titre, verdict in pesent if verdict == "inconnu"),
    )


def check_recevable(table: Examen, *, motif: str | None) -> None:
    """A dossier is declared admissible once each test is settled; against a test not met, with a reason
    (`motif=None` leaves it to be asked later).
    """
    if table.a_verifier:
        reste = pluriel(len(table.a_verifier), "test reste", "tests restent")
        raise Refus(f"{reste} à vérifier : {_cites(table.a_verifier)}. Tranchez, puis recommencez.")
    if table.contraires and motif is not None and not motif.strip():
        raise Refus(
            f"La table de recevabilité dit non : {_cites(table.contraires)}. Pour déclarer ce dossier "
            "recevable malgré cela, indiquez le motif."
        )


def motif_exige(geste: str, tables: Sequence[Examen]) -> bool:
    """Whether an act on these dossiers asks for a reason."""
    return geste != "declarer_recevable" or any(t.contraires for t in tables)


def check_geste(geste: str) -> None:
    """The act is one of those of the desk."""
    if geste not in TRANSITIONS:
        raise Refus("Ce geste n'existe pas. Revenez à la file d'instruction et choisissez-en un.")


def check_trancher(*, verdict: str, motif: str, calcule: str, en_instruction: bool) -> None:
    """A person settles what the computation could not, while the dossier is instructed, with a reason."""
    if not en_instruction:
        raise Refus("Ce dossier n'est plus à l'instruction : ses tests ne se tranchent plus.")
    if calcule != "inconnu":
        raise Refus("Ce test est calculé : il ne se tranche pas à la main. Dérogez au moment de décider.")
    if verdict not in ("oui", "non"):
        raise Refus("Dites si le test est satisfait ou non.")
    if not motif.strip():
        raise Refus("Indiquez sur quoi vous vous fondez : le motif est inscrit au journal.")


def _cites(titres: Sequence[str]) -> str:
    return ", ".join(f"« {titre} »" for titre in titres[:3]) + ("…" if len(titres) > 3 else "")
