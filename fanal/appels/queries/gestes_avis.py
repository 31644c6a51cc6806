"""Acts on requests for opinions already made: what each would do, and why it cannot. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from fanal.appels.models import Appel, DemandeAvis
from fanal.appels.queries.avis import RELIES, etat_demande
from fanal.appels.rules import avis as rules
from fanal.campagnes.temps import local_day
from fanal.refus import Refus

GESTES = {
    "relancer": "Relancer",
    "reporter": "Changer l'échéance",
    "retirer": "Retirer la demande",
    "redemander": "Refaire la demande",
}


@dataclass
class ApercuGeste:
    """The requests an act would touch, and those that refuse it with why."""

    possibles: list[DemandeAvis] = field(default_factory=list)
    refus: list[tuple[DemandeAvis, str]] = field(default_factory=list)


@dataclass(frozen=True)
class SuiviAvis:
    """A request as its organiser follows it."""

    demande: DemandeAvis
    etat: str


def demandes_de_l_appel(appel: Appel, jour: date) -> list[SuiviAvis]:
    """Every request made in a call, those past their last day first."""
    demandes = DemandeAvis.objects.filter(dossier__campagne=appel.campagne_id).select_related(
        *RELIES, "demandee_par", "avis__auteur"
    )
    ordre = ("en_retard", "a_rendre", "a_revoir", "ferme", "rendu_en_retard", "rendu", "retire")
    suivis = [SuiviAvis(d, etat_demande(d, jour)) for d in demandes]
    return sorted(suivis, key=lambda s: (ordre.index(s.etat), s.demande.echeance, s.demande.pk))


def check_geste_connu(geste: str) -> None:
    """The act is one of those on requests."""
    if geste not in GESTES:
        raise Refus("Ce geste n'existe pas. Revenez aux avis demandés et choisissez-en un.")


def previsualiser(demandes: Sequence[DemandeAvis], geste: str, jour: date) -> ApercuGeste:
    """Examine each request as the act would. Raises Refus for an unknown act."""
    check_geste_connu(geste)
    apercu = ApercuGeste()
    for demande in demandes:
        try:
            _check(demande, geste, jour)
        except Refus as refus:
            apercu.refus.append((demande, refus.phrase))
        else:
            apercu.possibles.append(demande)
    return apercu


def _check(demande: DemandeAvis, geste: str, jour: date) -> None:
    rules.check_ouverte(demande.retiree_le, demande.motif_retrait)
    if geste == "redemander":
        rules.check_rendu(demande.avis_id is not None)
        return
    rules.check_retirable(demande.avis_id is not None)
    if geste == "relancer" and demande.relancee_le and local_day(demande.relancee_le) >= jour:
        raise Refus("Déjà relancé ce jour. Attendez demain.")
