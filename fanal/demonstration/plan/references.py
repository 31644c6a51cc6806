"""Reference amounts: they make the coverage of each région and the over-performance of the establishments
parties.
"""

from collections.abc import Mapping, Sequence

from fanal.demonstration.plan.modele import Ligne

PLAFOND = 0.285  # ordinary lines stay under the bound at which an explanation is asked
PLANCHER = 0.004


def set_references(
    lignes: Sequence[Ligne], fixes: Sequence[Ligne], couvert: Mapping[str, int], surperformance: float
) -> None:
    """Give every line of `lignes` its reference, so that with `fixes` each région covers `couvert` cents
    and the rate of the parties exceeds that of the supports by `surperformance`.

    The rate of each line is scaled by one factor per région; parties share one more factor, found by
    bisection.
    """
    bas, haut = 0.3, 4.0
    for _ in range(18):
        milieu = (bas + haut) / 2
        references = _references(lignes, fixes, couvert, milieu)
        if _index(lignes, fixes, references) < surperformance:
            bas = milieu
        else:
            haut = milieu
    for ligne, reference in zip(lignes, references, strict=True):
        ligne.reference = round(reference)


def _references(
    lignes: Sequence[Ligne], fixes: Sequence[Ligne], couvert: Mapping[str, int], parties: float
) -> list[float]:
    vise = {r: float(c) for r, c in couvert.items()}
    for ligne in fixes:
        vise[ligne.region] -= ligne.reference or 0
    bruts, bornes = [], []
    for ligne in lignes:
        gain = abs(ligne.gain_retenu or ligne.gain or 0)
        taux = ligne.taux * (parties if ligne.role == "partie" else 1.0)
        bruts.append(gain / taux)
        bornes.append((gain / PLAFOND, gain / PLANCHER))
    echelle = dict.fromkeys(vise, 1.0)
    for _ in range(9):
        sommes = dict.fromkeys(vise, 0.0)
        for ligne, brut, (mini, maxi) in zip(lignes, bruts, bornes, strict=True):
            sommes[ligne.region] += min(max(brut * echelle[ligne.region], mini), maxi)
        for r, s in sommes.items():
            if s > 0:
                echelle[r] *= vise[r] / s
    return [
        min(max(b * echelle[ligne.region], mini), maxi)
        for ligne, b, (mini, maxi) in zip(lignes, bruts, bornes, strict=True)
    ]


def _index(lignes: Sequence[Ligne], fixes: Sequence[Ligne], references: Sequence[float]) -> float:
    gains, bases = {"support": 0.0, "partie": 0.0}, {"support": 0.0, "partie": 0.0}
    for ligne, reference in zip(lignes, references, strict=True):
        gains[ligne.role] += ligne.gain_retenu
        bases[ligne.role] += reference
    for ligne in fixes:
        if ligne.gain is not None:
            gains[ligne.role] += ligne.gain_retenu
            bases[ligne.role] += ligne.reference or 0
    return (gains["partie"] / bases["partie"]) / (gains["support"] / bases["support"]) - 1
