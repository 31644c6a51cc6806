"""What orders received from outside did to a contract: said, with the lawful ways out."""

from collections.abc import Iterator

from fanal.achats.rules.mots import euros, jour, quantite
from fanal.marches.compute.echeances import EXPIRE_UTILISE
from fanal.marches.compute.irregularites import Irregularite
from fanal.marches.compute.plafond import DEPASSE
from fanal.marches.rules.cycle import ISSUES
from fanal.marches.rules.situation import Situation


def usages(s: Situation) -> list[Irregularite]:
    """The irregularities of use of a contract, each with its way out."""
    return list(_usages(s))


def _usages(s: Situation) -> Iterator[Irregularite]:
    if s.jauge.niveau == DEPASSE and s.jauge.reste is not None:
        yield Irregularite(
            "maximum_depasse", f"Le maximum est dépassé de {euros(-s.jauge.reste)}. {ISSUES}", "R2162-4"
        )
    if s.jauge_quantite.niveau == DEPASSE and s.jauge_quantite.reste is not None:
        yield Irregularite(
            "maximum_quantite_depasse",
            f"Le maximum en quantité est dépassé de {quantite(-s.jauge_quantite.reste)}. {ISSUES}",
            "R2162-4",
        )
    for part in s.parts:
        if part.jauge.niveau == DEPASSE and part.jauge.reste is not None:
            yield Irregularite(
                "part_depassee",
                f"{part.nom} a dépassé sa part de {euros(-part.jauge.reste)}. "
                "Révisez la répartition entre les bénéficiaires.",
                "R2162-4",
            )
    if s.vie.etat_temps == EXPIRE_UTILISE and s.derniere_commande and s.vie.fin:
        yield Irregularite(
            "expire_utilise",
            f"Une commande du {jour(s.derniere_commande)} suit la fin du marché ({jour(s.vie.fin)}). "
            "Rattachez-la au marché qui le remplace, ou lancez la procédure qui manque.",
            "",
        )
