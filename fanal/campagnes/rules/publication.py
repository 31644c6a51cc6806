"""Publication: what it waits for."""

from fanal.campagnes.rules.etats import EtatPublication, pluriel
from fanal.campagnes.temps import jour_fr
from fanal.refus import Refus


def check_publication(etat: EtatPublication, motif: str) -> None:
    """A campaign is published once every line is decided and nobody is awaited; again, with a reason."""
    if not etat.lignes:
        raise Refus("Il n'y a rien à publier : aucune ligne n'a été déposée dans cette campagne.")
    if etat.a_decider:
        raise Refus(
            f"Il reste {pluriel(etat.a_decider, 'ligne', 'lignes')} à décider dans "
            f"{pluriel(etat.dossiers_a_decider, 'dossier', 'dossiers')} : ouvrez la file de contrôle pour "
            "les "
            "décider, puis publiez."
        )
    if etat.observations_ouvertes:
        fin = f" (la dernière jusqu'au {jour_fr(etat.echeance)})" if etat.echeance else ""
        attendues = pluriel(etat.observations_ouvertes, "observation attend", "observations attendent")
        raise Refus(f"{attendues} encore une réponse{fin}. Publiez après les réponses ou après ce délai.")
    if etat.non_decides:
        noms = ", ".join(etat.non_decides[:3]) + ("…" if len(etat.non_decides) > 3 else "")
        raise Refus(
            f"{pluriel(len(etat.non_decides), 'dossier', 'dossiers')} n'ont pas été clos après décision : "
            f"{noms}. "
            "Clôturez leur contrôle, puis publiez."
            if len(etat.non_decides) > 1
            else f"Le dossier {noms} n'a pas été clos après décision. Clôturez son contrôle, puis publiez."
        )
    if etat.publications and not motif.strip():
        raise Refus(
            f"Cette campagne a déjà {pluriel(etat.publications, 'publication', 'publications')}. "
            "Indiquez pourquoi vous publiez de nouveau."
        )


def check_stable(lus: int, presents: int) -> None:
    """No dossier came in while the publication was being prepared."""
    if lus != presents:
        raise Refus(
            "Un dossier vient d'arriver pendant la publication. Recommencez : il sera pris en compte."
        )
