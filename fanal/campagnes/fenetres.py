"""Default windows and delays of a campaign, from the dated parameters."""

from datetime import date, datetime

from fanal.campagnes.temps import end_of, start_of
from fanal.parametres.catalogue import valeur
from fanal.parametres.valeur import ParametreInconnu, SansValeur
from fanal.refus import Inutilisable


def fenetres_par_defaut(annee: int, periode: str) -> tuple[datetime, datetime, datetime]:
    """Opening (first second), closing and end of corrections (last second) of a period's campaign, in Paris.

    Raises Inutilisable when the parameters give no window for that period and year.
    """
    code = f"campagnes.fenetre.{periode.replace('-', '_')}"
    try:
        fenetre = valeur(code, le=date(annee, 12, 31))
    except (ParametreInconnu, SansValeur) as error:
        raise Inutilisable(
            f"Aucune fenêtre par défaut n'est réglée pour la période « {periode} » de {annee}. "
            "Ouvrez la campagne en indiquant ses dates."
        ) from error
    return (
        start_of(_day(fenetre["ouverture"], annee)),
        end_of(_day(fenetre["cloture"], annee)),
        end_of(_day(fenetre["correction"], annee)),
    )


def _day(repere: dict[str, int], annee: int) -> date:
    return date(annee + repere["annee"], repere["mois"], repere["jour"])


def delai_reponse_jours(le: date) -> int:
    """Days given to answer observations, counted after the day of the request."""
    return int(valeur("campagnes.delai_reponse_ght_jours", le=le))


def seuils_de_relance(le: date) -> list[int]:
    """Numbers of days before the closing when reminders are sent, smallest first."""
    return sorted(int(n) for n in valeur("campagnes.relances_jours_avant", le=le))
