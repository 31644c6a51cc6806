"""Decisions on lines: their shape, their reason, and when they may be taken."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from fanal.campagnes.registre import Choix, Etape, Reception
from fanal.campagnes.rules.contradictoire import check_contradictoire
from fanal.campagnes.rules.etats import EtatLigne, pluriel
from fanal.refus import Refus

SENS_A_MOTIF = ("moindre", "retire", "repris")
SENS_A_MONTANT = ("moindre", "repris")
SENS_CONTRADICTOIRES = ("moindre", "retire")
SENS_TITRES = {
    "retenu": "retenu",
    "moindre": "retenu pour un montant moindre",
    "retire": "retiré",
    "repris": "repris de l'opérateur",
}
CENTIME = Decimal("0.01")


def check_decidable(etape: Etape, reception: Reception) -> None:
    """Lines are decided during control only."""
    if not reception.sens:
        raise Refus("Les lignes de ce dossier ne se décident pas : elles sont prises telles que déclarées.")
    if not etape.controle:
        raise Refus(
            f"Les lignes se décident pendant le contrôle ; ce dossier est à l'étape « {etape.titre} ». "
            f"{etape.phrase}"
        )


def check_choix(choix: Choix, reception: Reception, ligne: EtatLigne, *, jour: date) -> None:
    """Whether *choix* may be taken on that line on day *jour*: its shape, its reason, then the right of
    reply.
    """
    if choix.sens not in reception.sens:
        possibles = ", ".join(f"« {SENS_TITRES[s]} »" for s in reception.sens)
        titre = SENS_TITRES.get(choix.sens, choix.sens)
        raise Refus(
            f"La décision « {titre} » n'existe pas pour cette ligne. Décisions possibles : {possibles}."
        )
    if choix.sens in SENS_A_MOTIF and not choix.motif.strip():
        raise Refus(
            f"Une ligne ne peut pas être « {SENS_TITRES[choix.sens]} » sans motif. Indiquez le motif."
        )
    check_montant(choix)
    if choix.sens in SENS_CONTRADICTOIRES:
        check_contradictoire(choix.sens, ligne, jour)
    if ligne.decision and ligne.decision != contenu(choix) and not choix.motif.strip():
        raise Refus(
            f"Cette ligne est déjà décidée ({SENS_TITRES[ligne.decision[0]]}). Pour changer la décision, "
            "indiquez un motif."
        )


def check_montant(choix: Choix) -> None:
    """A lesser or taken-up amount is given, in euros and cents; the other decisions carry none."""
    if choix.sens in SENS_A_MONTANT:
        if choix.montant is None:
            raise Refus("Indiquez le montant retenu, en euros.")
        if not choix.montant.is_finite() or choix.montant != choix.montant.quantize(CENTIME):
            raise Refus(
                f"Le montant {choix.montant} n'est pas en euros et centimes. Arrondissez-le au centime."
            )
    elif choix.montant is not None:
        raise Refus(
            f"Une ligne « {SENS_TITRES[choix.sens]} » ne porte pas de montant. Pour retenir un autre "
            "montant, "
            "choisissez « retenu pour un montant moindre »."
        )


def contenu(choix: Choix) -> tuple[str, Decimal | None, str, str]:
    """What a decision says, to tell a change from a repetition."""
    return (choix.sens, choix.montant, choix.motif.strip(), choix.commentaire.strip())


def check_unique(cles: Collection[str]) -> None:
    """One choice per line in one request."""
    vues: set[str] = set()
    for cle in cles:
        if cle in vues:
            raise Refus(f"La ligne « {cle} » porte deux décisions dans la même demande. Gardez-en une.")
        vues.add(cle)


def check_apercu(lignes: int, refusees: Sequence[tuple[str, str]]) -> None:
    """All the lines of a request are decided, or none: `refusees` gives `(cle, phrase)`."""
    if not refusees:
        return
    cle, phrase = refusees[0]
    if lignes == 1 or not cle:
        raise Refus(phrase)
    raise Refus(
        f"{pluriel(len(refusees), 'ligne', 'lignes')} sur {lignes} ne "
        f"{'peut' if len(refusees) == 1 else 'peuvent'} pas être "
        f"{'décidée' if len(refusees) == 1 else 'décidées'} "
        f"ainsi, et rien n'a été enregistré. La première, « {cle} » : {phrase}"
    )
