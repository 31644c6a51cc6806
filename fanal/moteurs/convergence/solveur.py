"""The exact minimum, start by start.

Contracts only meet through their short contracts: those of one segment answer one homogeneous need, so that
their amounts add up against the thresholds (R2121-6 CCP and the appreciation at GHT level). Without that
meeting each contract takes its cheapest option; with it the choice is an integer programme, solved by CP-SAT
to proven optimality. What is left out beforehand is only what can never be in a better answer.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from fanal.moteurs.convergence.calendrier import departs
from fanal.moteurs.convergence.empreinte import empreinte
from fanal.moteurs.convergence.modele import (
    COURTS,
    ORDRE,
    Acte,
    Contrat,
    Option,
    Proposition,
    Regles,
    Requete,
    Resultat,
)
from fanal.moteurs.convergence.options import centimes, options_de


def proposer(requete: Requete, dates: Iterable[date] | None = None) -> Resultat:
    """The cheapest proposition of each candidate start (those of the rules unless *dates* names others)."""
    r = requete.regles
    if dates is None:
        dates = departs(requete.le, r.delai_preparation_mois, r.horizon_mois, r.pas_mois)
    trouvees = [resoudre(requete, jour) for jour in dates] if requete.contrats else []
    return Resultat(requete, tuple(sorted(trouvees, key=lambda p: (p.cout, p.depart))), empreinte(requete))


def resoudre(requete: Requete, depart: date) -> Proposition:
    """The cheapest lawful set of acts for one start; equal costs are settled the same way each time."""
    regles = requete.regles
    tables = [_table(contrat, depart, requete) for contrat in requete.contrats]
    dispense = _choisir(tables, Acte.MARCHE_COURT, regles)
    consultation = centimes(regles.administratif["consultation"]) if _consultable(regles) else 0
    adapte = _choisir(tables, Acte.MARCHE_COURT_ADAPTE, regles)
    with_courts = any(o.acte is Acte.MARCHE_COURT_ADAPTE for o in adapte[0])
    frais = consultation if with_courts else 0
    if with_courts and _somme(adapte[0]) + frais < _somme(dispense[0]):
        return Proposition(depart, adapte[0], frais, adapte[1] and dispense[1])
    return Proposition(depart, dispense[0], 0, adapte[1] and dispense[1])


def _consultable(regles: Regles) -> bool:
    return "consultation" in regles.administratif


def _somme(options: Sequence[Option]) -> int:
    return sum(o.total for o in options)


def _rang(option: Option) -> tuple[int, int, date, str]:
    """Which of two options of one contract is taken first: cheaper, then simpler, then earlier."""
    return option.total, ORDRE[option.acte], option.sortie, option.motif


def _table(contrat: Contrat, depart: date, requete: Requete) -> tuple[Option, dict[Acte, list[Option]]]:
    """The cheapest option that concerns this contract alone, and the short ones that would cost less."""
    options, _ = options_de(contrat, depart, requete.le, requete.regles)
    seule = min((o for o in options if o.acte not in COURTS), key=_rang)
    courtes = {acte: _utiles(options, acte, seule.total) for acte in COURTS}
    return seule, courtes


def _utiles(options: Iterable[Option], acte: Acte, plafond: int) -> list[Option]:
    """Short options cheaper than *plafond*, each one cheaper than all those that engage no more."""
    gardees: list[Option] = []
    for option in sorted((o for o in options if o.acte is acte), key=lambda o: (o.montant, *_rang(o))):
        if option.total < min(plafond, *(g.total for g in gardees), plafond):
            gardees.append(option)
    return gardees


def _choisir(
    tables: Sequence[tuple[Option, dict[Acte, list[Option]]]], acte: Acte, regles: Regles
) -> tuple[tuple[Option, ...], bool]:
    """The cheapest choice when short contracts are all of the kind *acte*, and whether that is proved."""
    seuil = regles.seuil_marche_court if acte is Acte.MARCHE_COURT else regles.seuil_marche_court_adapte
    seules = tuple(table[0] for table in tables)
    courtes = [table[1][acte] for table in tables]
    if seuil is None or not any(courtes):
        return seules, True
    capacite = centimes(seuil) - 1  # the threshold itself is excluded
    ideales = tuple(c[-1] if c else s for s, c in zip(seules, courtes, strict=True))
    if sum(o.montant for o in ideales if o.acte is acte) <= capacite:
        return ideales, True
    return _programme(seules, courtes, capacite)


def _programme(
    seules: tuple[Option, ...], courtes: Sequence[Sequence[Option]], capacite: int
) -> tuple[tuple[Option, ...], bool]:
    """Which contracts take a short one when they cannot all: the largest saving within the threshold."""
    # The solver's library takes longer to load than most commands to run: only those that need it wait.
    from fanal.moteurs.convergence.programme import Objet, chercher

    objets = [
        Objet(rang, i, seules[rang].total - option.total, option.montant)
        for rang, options in enumerate(courtes)
        for i, option in enumerate(options)
    ]
    choisis, prouve = chercher(objets, capacite)
    retenus = {o.groupe: courtes[o.groupe][o.rang] for o in choisis}
    return tuple(retenus.get(rang, seule) for rang, seule in enumerate(seules)), prouve
