"""What national operators declare by contract and beneficiary, beside what the GHT declare of the same
contracts.
"""

from collections.abc import Iterable, Sequence
from math import fsum

from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan import cibles as but
from fanal.demonstration.plan.alea import Alea
from fanal.demonstration.plan.calage import part, retained
from fanal.demonstration.plan.modele import Declaration, GhtFictif, Ligne, Sorte
from fanal.moteurs.partage import repartir

CONTRATS = 420  # contracts of an operator in a year
SANS_NUMERO = 0.07
REPRISES = 24
MARGE = ((0.0, 0.0), (0.5, 0.0), (0.9, 0.06), (1.0, 0.2))
ECRITURES = ("M_{n}", "M_{n}", "M_{n}", "M{n}", "M-{n}", "m_{n}")


class Contrats:
    """Contract numbers, never twice for the same beneficiary, operator and year."""

    def __init__(self) -> None:
        self._pris: dict[tuple[str, str, int], set[int]] = {}

    def next(self, alea: Alea, operateur: str, finess: str, annee: int) -> int:
        """A contract of the operator that this beneficiary has not used yet."""
        pris = self._pris.setdefault((operateur, finess, annee), set())
        rang = alea.entier(0, CONTRATS - 1)
        while rang in pris:
            rang = (rang + 1) % CONTRATS
        pris.add(rang)
        return rang


def contract_number(operateur: str, annee: int, rang: int) -> str:
    """The number as the operator writes it."""
    return f"M_{annee - 2019}{rang:03d}" if operateur == "UniHA" else f"{annee}-R{rang:03d}"


def number_lines(contrats: Contrats, lignes: Iterable[Ligne], annee: int) -> None:
    """Give national operators' lines their contract number, written in various ways, or none."""
    alea = Alea("marches", annee)
    for ligne in lignes:
        if ligne.operateur != "NATIONAL" or ligne.sorte is Sorte.REPETEE:
            continue
        rang = contrats.next(alea, ligne.nom_operateur, ligne.finess, annee)
        numero = contract_number(ligne.nom_operateur, annee, rang)
        if ligne.nom_operateur == "UniHA":
            numero = alea.parmi(ECRITURES).format(n=numero[2:])
        absent = ligne.operateur_declare is None and alea.unite() < SANS_NUMERO
        ligne.numero_marche = "" if absent else numero


def declare(
    contrats: Contrats,
    ghts: dict[str, GhtFictif],
    lignes: Sequence[Ligne],
    annee: int,
    *,
    total: int,
    repris: int,
) -> dict[str, list[Declaration]]:
    """Declarations of `annee` by operator, adding up to `total` cents.

    Contracts that GHT declare come first, for as much or a little more (less on the lines marked as doubles),
    then
    those of the région whose result comes from operators alone (`repris`), then contracts that GHT have not
    declared.
    """
    alea = Alea("declarations", annee)
    declarations = _matched(alea, lignes, annee) + _taken_up(alea, contrats, ghts, annee, repris)
    reste = total - sum(d.gain for d in declarations)
    declarations += _undeclared(alea, contrats, ghts, annee, reste)
    par_operateur: dict[str, list[Declaration]] = {nom: [] for nom, _ in cat.NATIONAUX}
    for declaration in sorted(declarations, key=lambda d: (d.numero_marche, d.finess)):
        par_operateur[declaration.operateur].append(declaration)
    return par_operateur


def _matched(alea: Alea, lignes: Sequence[Ligne], annee: int) -> list[Declaration]:
    declarations = []
    for ligne in lignes:
        if ligne.operateur != "NATIONAL" or not ligne.numero_marche or not ligne.compte:
            continue
        montant = retained(ligne, annee)
        if ligne.operateur_declare is not None and ligne.annee == annee:
            montant = round(montant * ligne.operateur_declare)
        elif ligne.sens == "retire":
            montant = round(part(ligne.gain or 0, ligne.date, annee) * alea.entre(0.1, 0.6))
        elif montant > 0:
            montant += round(montant * alea.quantile(MARGE))
        if montant:
            numero = (
                ligne.numero_marche if ligne.nom_operateur != "UniHA" else f"M_{ligne.numero_marche[-4:]}"
            )
            declarations.append(Declaration(ligne.nom_operateur, numero, ligne.finess, annee, montant))
    return declarations


def _taken_up(
    alea: Alea, contrats: Contrats, ghts: dict[str, GhtFictif], annee: int, repris: int
) -> list[Declaration]:
    """All that operators declare for the région of which nothing else is kept: the whole of its result."""
    finess = [e.finess for g in ghts.values() if g.region == but.REGION_REPRISE for e in g.etablissements]
    parts = repartir(repris, [alea.entier(20, 400) for _ in range(REPRISES)])
    declarations = []
    for i, montant in enumerate(parts):
        operateur, beneficiaire = alea.pondere(cat.NATIONAUX), finess[i % len(finess)]
        numero = contract_number(operateur, annee, contrats.next(alea, operateur, beneficiaire, annee))
        declarations.append(Declaration(operateur, numero, beneficiaire, annee, montant, reprise=True))
    return declarations


def _undeclared(
    alea: Alea, contrats: Contrats, ghts: dict[str, GhtFictif], annee: int, total: int
) -> list[Declaration]:
    """Contracts that GHT have not entered in their workbooks ("la performance est probablement sous-
    évaluée").
    """
    tirees: list[tuple[str, str, int]] = []
    for ght in ghts.values():
        if ght.region == but.REGION_REPRISE:
            continue
        for etablissement in ght.etablissements:
            taille = ght.poids * etablissement.poids * but.cibles().objectif[ght.region] / but.MILLION
            for _ in range(alea.entier(1, 4)):
                poids = round(1000 * taille * alea.entre(0.1, 2.0)) + 1
                tirees.append((alea.pondere(cat.NATIONAUX), etablissement.finess, poids))
    parts = repartir(total, [poids for _, _, poids in tirees])
    return [
        Declaration(
            operateur,
            contract_number(operateur, annee, contrats.next(alea, operateur, finess, annee)),
            finess,
            annee,
            p,
        )
        for (operateur, finess, _), p in zip(tirees, parts, strict=True)
    ]


def forecast(contrats: Contrats, ghts: dict[str, GhtFictif], annee: int) -> list[Declaration]:
    """What the first operator declares at mid-year: it prefills the beneficiaries' workbooks."""
    alea = Alea("prevision", annee)
    declarations = []
    for ght in ghts.values():
        for etablissement in ght.etablissements:
            for _ in range(alea.entier(1, 2)):
                rang = contrats.next(alea, "UniHA", etablissement.finess, annee)
                montant = alea.entier(120_000, 2_400_000)
                numero = contract_number("UniHA", annee, rang)
                declarations.append(Declaration("UniHA", numero, etablissement.finess, annee, montant))
    return sorted(declarations, key=lambda d: (d.numero_marche, d.finess))


def total_2020(lignes: Sequence[Ligne]) -> int:
    """What national operators declare for 2020: not published, taken in the same proportion as for 2021."""
    ght = fsum(retained(g, 2020) for g in lignes if g.operateur == "NATIONAL")
    return round(ght * 280 / 138)
