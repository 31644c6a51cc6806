"""A second, naive reading of the plan: by line, in fractions, apart from the platform's consolidation."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

from fanal.demonstration.plan.modele import Ligne, Plan


def fraction_in_year(jour: date, annee: int) -> Fraction:
    """Share of the year from `jour` that falls in `annee`, counted day by day."""
    fin = date(jour.year + 1, jour.month, jour.day)
    jours = [jour + timedelta(days=i) for i in range((fin - jour).days)]
    return Fraction(sum(j.year == annee for j in jours), len(jours))


def half_up(valeur: Fraction) -> int:
    """Nearest integer, halves away from zero."""
    signe = -1 if valeur < 0 else 1
    return signe * int(abs(valeur) + Fraction(1, 2))


def cents_of(gain: int, jour: date, annee: int) -> int:
    """Cents of the gain in the year: the opening year is rounded, the next one has the rest."""
    debut = half_up(gain * fraction_in_year(jour, jour.year))
    return {jour.year: debut, jour.year + 1: gain - debut}.get(annee, 0)


def normalize(numero: str) -> str:
    return "".join(c for c in numero.upper() if c.isalnum())


def counts(ligne: Ligne) -> bool:
    """Whether the line can bring anything."""
    return ligne.gain is not None and ligne.date is not None and ligne.cause in ("", "acheteur")


def consolidate(plan: Plan, annee: int) -> dict[str, dict[str, int]]:
    """Cents of `annee` by région: declare, retire, ecart, repris, report, nouveau, reference, achats."""
    deja = (
        {
            (g.ght, g.identifiant)
            for g in plan.campagnes[annee - 1].toutes()
            if counts(g) and g.date and g.date.year == annee - 1
        }
        if annee - 1 in plan.campagnes
        else set()
    )
    sommes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    groupes: dict[tuple[str, str], list[tuple[Ligne, int]]] = defaultdict(list)
    for a in (annee - 1, annee):
        for ligne in plan.campagnes[a].toutes() if a in plan.campagnes else []:
            ici = sommes[ligne.region]
            if (
                a == annee
                and ligne.date
                and ligne.date.year == annee
                and ligne.cause in ("", "acheteur")
                and ligne.sens != "retire"
            ):
                ici["reference"] += (ligne.reference if ligne.reference is not None else ligne.perimetre) or 0
            if not counts(ligne) or ligne.date is None or ligne.gain is None:
                continue
            if a < annee and ligne.date.year < a:
                continue
            if a == annee and ligne.date.year < annee and (ligne.ght, ligne.identifiant) in deja:
                continue
            declare = cents_of(ligne.gain, ligne.date, annee)
            retenu = cents_of(ligne.gain_retenu, ligne.date, annee)
            ici["declare"] += declare
            ici["retire"] += declare - retenu
            ici["report" if ligne.date.year < annee else "nouveau"] += retenu
            if ligne.numero_marche:
                groupes[normalize(ligne.numero_marche), ligne.finess].append((ligne, retenu))
    _compare(plan, annee, sommes, groupes)
    regions = {e.finess: g.region for g in plan.ghts.values() for e in g.etablissements}
    for finess, montant in plan.campagnes[annee].achats.items():
        sommes[regions[finess]]["achats"] += montant
    return sommes


def _compare(plan: Plan, annee: int, sommes: dict, groupes: dict) -> None:
    regions = {e.finess: g.region for g in plan.ghts.values() for e in g.etablissements}
    declares: dict[tuple[str, str], int] = defaultdict(int)
    for declarations in plan.campagnes[annee].declarations.values():
        for d in declarations:
            declares[normalize(d.numero_marche), d.finess] += d.gain
            sommes[regions[d.finess]]["operateurs"] += d.gain
            if d.reprise:
                sommes[regions[d.finess]]["repris"] += d.gain
    for cle, lignes in groupes.items():
        if cle in declares:
            ecart = max(0, sum(m for _, m in lignes) - declares[cle])
            if ecart:
                ligne = lignes[0][0]
                sommes[ligne.region]["ecart"] += ecart
                sommes[ligne.region]["report" if ligne.annee < annee else "nouveau"] -= ecart


def total(sommes: dict[str, dict[str, int]], nom: str) -> int:
    return sum(s[nom] for s in sommes.values())


def retained(somme: dict[str, int]) -> int:
    return somme["report"] + somme["nouveau"] + somme["repris"]
