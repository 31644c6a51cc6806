"""The beneficiaries' ledger and memberships: dates that hold together, shares that fit in the maximum."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fanal.achats.rules.mots import euros, jour, quantite
from fanal.marches.rules.cycle import check_en_cours
from fanal.marches.rules.situation import ATTRIBUE, NOTIFIE, PREPARATION, SOLDE, Part, Situation
from fanal.refus import Refus


@dataclass(frozen=True)
class Entree:
    """What a person asks for: an establishment from a day to another, and its shares of the maximum."""

    etablissement: int
    nom: str
    entree: date | None
    sortie: date | None
    part_ht: Decimal | None
    part_quantite: Decimal | None


def check_tenir_beneficiaires(s: Situation) -> None:
    """Whether the ledger may be written today."""
    if s.etat == NOTIFIE:
        check_en_cours(s, "un changement de bénéficiaires")
    elif s.etat not in (PREPARATION, ATTRIBUE):
        what = "soldé" if s.etat == SOLDE else "résilié"
        raise Refus(f"Ce marché est {what} : ses bénéficiaires ne changent plus.")


def check_beneficiaire(s: Situation, voulu: Entree, cle: int | None = None) -> None:
    """An entry to add, or to correct when *cle* is given."""
    check_tenir_beneficiaires(s)
    _check_dates(s, voulu)
    for part in s.parts:
        if part.cle != cle and part.etablissement == voulu.etablissement and _overlap(part, voulu):
            raise Refus(
                f"{voulu.nom} est déjà bénéficiaire {_between(part.entree, part.sortie)}. "
                "Corrigez cette entrée, ou choisissez des dates qui ne la chevauchent pas."
            )
    _check_part(s, voulu, cle)
    _check_used(s, voulu, cle)


def _check_dates(s: Situation, voulu: Entree) -> None:
    if voulu.entree and voulu.sortie and voulu.sortie < voulu.entree:
        raise Refus(
            f"La sortie ({jour(voulu.sortie)}) précède l'entrée ({jour(voulu.entree)}). Corrigez une date."
        )
    end = s.vie.fin_totale
    if end is not None and voulu.entree is not None and voulu.entree > end:
        raise Refus(f"L'entrée ({jour(voulu.entree)}) suit la fin du marché ({jour(end)}). Corrigez la date.")


def _check_part(s: Situation, voulu: Entree, cle: int | None) -> None:
    others = [p for p in s.parts if p.cle != cle]
    pairs = (
        (voulu.part_ht, s.effets.maximum_ht, [p.jauge.maximum for p in others], euros),
        (
            voulu.part_quantite,
            s.effets.maximum_quantite,
            [p.jauge_quantite.maximum for p in others],
            quantite,
        ),
    )
    for part, maximum, taken, write in pairs:
        if part is None:
            continue
        if part < 0:
            raise Refus("Une part du maximum ne peut pas être négative.")
        if maximum is None:
            raise Refus(
                "Ce marché n'a pas de maximum connu : une part ne peut pas y être réservée. "
                "Renseignez d'abord le maximum."
            )
        free = maximum - total(taken)
        if part > free:
            raise Refus(
                f"La somme des parts dépasserait le maximum : il reste {write(max(free, Decimal(0)))} à "
                f"répartir sur {write(maximum)}. Réduisez cette part ou celle d'un autre établissement."
            )


def _check_used(s: Situation, voulu: Entree, cle: int | None) -> None:
    """A share covers what was ordered between its dates, and a correction uncovers no order."""
    orders = [o for o in s.commandes if o[1] == voulu.etablissement]
    inside = [o for o in orders if _inside(voulu.entree, voulu.sortie, o[0])]
    used, units = total(o[2] for o in inside), total(o[3] for o in inside)
    if voulu.part_ht is not None and voulu.part_ht < used:
        raise Refus(f"{voulu.nom} a déjà commandé {euros(used)} entre ces dates : sa part doit le couvrir.")
    if voulu.part_quantite is not None and voulu.part_quantite < units:
        raise Refus(
            f"{voulu.nom} a déjà commandé {quantite(units)} unités entre ces dates : sa part doit les "
            "couvrir."
        )
    before = next((p for p in s.parts if p.cle == cle), None)
    if before is None:
        return
    if before.etablissement != voulu.etablissement and before.derniere_commande is not None:
        raise Refus(f"{before.nom} a déjà commandé : son entrée ne peut pas passer à un autre établissement.")
    for day, _, amount, _ in orders:
        if amount > 0 and before.couvre(day) and not _inside(voulu.entree, voulu.sortie, day):
            raise Refus(f"{voulu.nom} a commandé le {jour(day)} : l'entrée et la sortie doivent le couvrir.")


def _inside(entree: date | None, sortie: date | None, le: date) -> bool:
    return (entree is None or entree <= le) and (sortie is None or le <= sortie)


def total(parts: Iterable[Decimal | None]) -> Decimal:
    """The sum of the shares that are set."""
    return sum((p for p in parts if p is not None), Decimal(0))


def _overlap(part: Part, voulu: Entree) -> bool:
    starts = (part.entree or date.min, voulu.entree or date.min)
    ends = (part.sortie or date.max, voulu.sortie or date.max)
    return max(starts) <= min(ends)


def _between(entree: date | None, sortie: date | None) -> str:
    start = f"depuis le {jour(entree)}" if entree else "depuis l'origine"
    return f"{start} jusqu'au {jour(sortie)}" if sortie else start


def check_adhesion(
    s: Situation,
    *,
    operateur: bool,
    ght: str,
    debut: date,
    fin: date | None,
    engagement_ttc: Decimal | None,
    existantes: Iterable[tuple[date, date | None]],
) -> None:
    """A dated membership of an operator's contract, apart from those that GHT already has."""
    if not operateur:
        raise Refus("Seul le marché d'un opérateur d'achat se rejoint par une adhésion.")
    if s.etat == NOTIFIE:
        check_en_cours(s, "une adhésion", debut)
    if s.etat in (SOLDE, "resilie"):
        raise Refus("Ce marché n'est plus en vigueur : une adhésion n'est plus possible.")
    if fin is not None and fin < debut:
        raise Refus(f"La fin de l'adhésion ({jour(fin)}) précède son début ({jour(debut)}).")
    if s.vie.fin_totale is not None and debut > s.vie.fin_totale:
        raise Refus(f"Ce marché prend fin le {jour(s.vie.fin_totale)}, avant le début de l'adhésion.")
    if engagement_ttc is not None and engagement_ttc <= 0:
        raise Refus("Le besoin déclaré est un montant supérieur à zéro, en euros TTC.")
    for start, end in existantes:
        if max(start, debut) <= min(end or date.max, fin or date.max):
            raise Refus(f"{ght} a déjà une adhésion {_between(start, end)} : les dates se chevauchent.")
