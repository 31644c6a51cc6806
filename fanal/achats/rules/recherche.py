"""Which lines each control points at.

Candidates only, found in floating point with a margin: the sentence's builder decides on exact decimals.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import compress

import polars as pl
from dateutil.relativedelta import relativedelta

from fanal.achats.compute.fenetre import couper
from fanal.achats.compute.lignes import numero_normalise
from fanal.achats.rules.contexte import PRIX, ContexteControle
from fanal.achats.rules.mots import plier
from fanal.achats.rules.table import ANNEE_MAXIMALE, Colonnes

SANS_GAIN_POSSIBLE = {"envisagee", "abandonnee"}
_MARGE = 1e-9
Trouve = tuple[int, str]


@dataclass(frozen=True)
class Doublon:
    """A line (row of the table) also declared by an operator: euros of the year on both sides.

    `ght` adds up the `lignes` lines of the same contract and establishment.
    """

    rang: int
    ght: Decimal
    operateur: Decimal
    nom: str
    lignes: int


def find(c: Colonnes, contexte: ContexteControle) -> Iterator[Trouve]:
    """(row, code) of every line that a control may point at."""
    yield from _missing(c)
    yield from _dates(c, contexte)
    yield from _performances(c, contexte)
    yield from _unreachable(c, contexte)
    yield from _price_mismatch(c, contexte)
    yield from _words(c, contexte)
    yield from _operators(c, contexte)


def _missing(c: Colonnes) -> Iterator[Trouve]:
    # A perimeter that is missing while the reference is known only matters to those who fill that column.
    utilise = any(p is not None for p in c.perimetre)
    lignes = zip(c.attendu, c.gain, c.debut, c.reference, c.perimetre, c.prix, strict=True)
    for rang, (attendu, gain, debut, reference, perimetre, (_, p1, q)) in enumerate(lignes):
        if not attendu:
            continue
        if reference is None or reference <= 0:
            yield rang, "reference_absente"
        if perimetre is None and (p1 is None or q is None) and (utilise or reference is None):
            yield rang, "perimetre_absent"
        if gain is None:
            yield rang, "gain_absent"
        if debut is None:
            yield rang, "date_absente"


def _dates(c: Colonnes, contexte: ContexteControle) -> Iterator[Trouve]:
    """First orders whose window misses the year, or that the previous campaign already carries."""
    dernier = date(contexte.annee, 1, 1) - relativedelta(months=contexte.regle.fenetre_mois)
    fin, deja = date(contexte.annee, 12, 31), contexte.identifiants_precedents
    identifiants = c.liste("identifiant")
    for rang, debut in enumerate(c.debut):
        if debut is None:
            continue
        if debut > fin or debut <= dernier or debut.year > ANNEE_MAXIMALE:
            yield rang, "date_hors_fenetre"
        if debut.year == contexte.annee - 1 and identifiants[rang] in deja:
            yield rang, "deja_reporte"


def _performances(c: Colonnes, contexte: ContexteControle) -> Iterator[Trouve]:
    blocage = float(contexte.blocage) * (1 - _MARGE)
    alerte = float(contexte.borne_minimale) * (1 - _MARGE)
    for rang, (gain, reference, perimetre) in enumerate(zip(c.gain, c.reference, c.perimetre, strict=True)):
        if gain is None or gain <= 0:
            continue
        if reference is not None and reference > 0 and gain >= reference * blocage:
            yield rang, "performance_sup_100"
        base = reference if reference is not None else None if perimetre is None else perimetre + gain
        if base is not None and base > 0 and gain > base * alerte:
            yield rang, "performance_sup_borne"


def _unreachable(c: Colonnes, contexte: ContexteControle) -> Iterator[Trouve]:
    achats = {f: float(m) * (1 - _MARGE) for f, m in contexte.achats_annuels.items() if m > 0}
    bornes = [b.non_atteignable for b in (contexte.bornes, *contexte.bornes_familles.values())]
    borne = min((float(b) for b in bornes if b is not None), default=None)
    if not achats and borne is None:
        return
    for rang, (finess, gain, reference) in enumerate(
        zip(c.liste("finess"), c.gain, c.reference, strict=True)
    ):
        tout, plus_grand = achats.get(finess), max(gain or 0, reference or 0)
        perimetre = c.perimetre[rang]
        base = reference if reference is not None else None if perimetre is None else perimetre + (gain or 0)
        trop = tout is not None and plus_grand > tout
        if not trop and borne is not None and gain is not None and base is not None:
            trop = gain > base * borne * (1 - _MARGE)
        if trop:
            yield rang, "non_atteignable"


def _price_mismatch(c: Colonnes, contexte: ContexteControle) -> Iterator[Trouve]:
    """Price effects whose gain is not (P0 - P1) x Q, when all three are given."""
    effets = c.liste("type_effet")
    de_prix = {e for e in set(effets) if contexte.classes_effet.get(plier(e)) == PRIX}
    tolerance = float(contexte.tolerance_prix_quantite)
    for rang, (effet, gain, (p0, p1, q), n) in enumerate(zip(effets, c.gain, c.prix, c.annees, strict=True)):
        if effet not in de_prix or gain is None or p0 is None or p1 is None or q is None or n is None:
            continue
        calcule = (p0 - p1) * q / n
        # Prices times quantities lose digits in floating point: near misses are kept for the exact check.
        if abs(gain - calcule) > tolerance - _MARGE * (1 + abs(p0 * q) + abs(p1 * q)):
            yield rang, "gain_different_prix_quantite"


def _words(c: Colonnes, contexte: ContexteControle) -> Iterator[Trouve]:
    """Texts that no list knows, or that contradict the gain; a list that is not given controls nothing."""
    if contexte.familles_connues is not None:
        yield from _among(c.liste("famille"), "famille_inconnue", contexte.familles_connues, vide=True)
    if contexte.types_effet is not None:
        yield from _among(c.liste("type_effet"), "type_effet_inconnu", contexte.classes_effet, vide=False)
    if contexte.finess_ght is not None:
        for rang, finess in enumerate(c.liste("finess")):
            if finess and finess not in contexte.finess_ght:
                yield rang, "finess_hors_ght"
    for rang, cause in enumerate(c.liste("cause_prix")):
        if cause and cause not in contexte.regle.causes_comptees:
            yield rang, "cause_prix_non_acheteur"
    statuts = c.liste("statut")
    sans_gain = {s for s in set(statuts) if plier(s) in SANS_GAIN_POSSIBLE}
    if sans_gain:
        yield from ((r, "statut_incoherent") for r, s in enumerate(statuts) if s in sans_gain and c.gain[r])


def _among(textes: list[str | None], code: str, connus: Container[str], *, vide: bool) -> Iterator[Trouve]:
    """Rows whose folded text is unknown; an empty one counts when `vide`."""
    fautifs = {t for t in set(textes) if (plier(t) not in connus if t else vide)}
    return ((rang, code) for rang in compress(range(len(textes)), (t in fautifs for t in textes)))


def _operators(c: Colonnes, contexte: ContexteControle) -> Iterator[Trouve]:
    connus = contexte.operateurs_connus
    if connus is None:
        return
    noms = c.liste("nom_operateur")
    inconnus = {n for n in set(noms) if n and plier(n) not in connus}
    for rang, (operateur, nom) in enumerate(zip(c.liste("operateur"), noms, strict=True)):
        if (nom in inconnus and operateur != "GHT") or (not nom and operateur in ("REGIONAL", "NATIONAL")):
            yield rang, "operateur_inconnu"


def repeated(c: Colonnes) -> dict[int, int]:
    """Row -> earlier row with the same establishment, gain and reference, and the same contract or title."""
    vues: dict[tuple[object, ...], list[int]] = {}
    lignes = zip(c.liste("finess"), c.gain, c.liste("montant_reference_ttc"), strict=True)
    for rang, cle in enumerate(lignes):
        if None not in cle:
            vues.setdefault(cle, []).append(rang)
    suspectes = [rangs for rangs in vues.values() if len(rangs) > 1]
    if not suspectes:
        return {}
    numeros, titres = c.liste("numero_marche"), c.liste("intitule")
    repetees: dict[int, int] = {}
    for rangs in suspectes:
        premieres: dict[tuple[str, str], int] = {}
        for rang in rangs:
            numero, titre = numero_normalise(numeros[rang] or ""), plier(titres[rang])
            # Two contracts with the same title are two actions: the title speaks only without a number.
            premiere = premieres.setdefault((numero, "" if numero else titre), rang)
            if premiere != rang and (numero or titre):
                repetees[rang] = premiere
    return repetees


def claimed_twice(actions: pl.DataFrame, contexte: ContexteControle) -> list[Doublon]:
    """Lines whose contract and establishment an operator also declares for the year, in row order."""
    declares = contexte.declares
    colonnes = ("finess", "numero_marche", "date_premiere_commande", "gain_annuel_ttc")
    if not declares or not set(colonnes) <= set(actions.columns):
        return []
    groupes: dict[tuple[str, str], list[tuple[int, Decimal]]] = defaultdict(list)
    for rang, (finess, numero, debut, gain) in enumerate(actions.select(colonnes).iter_rows()):
        if not finess or not numero or debut is None or gain is None:
            continue
        cle, ecart = (numero_normalise(numero), finess), contexte.annee - debut.year
        if cle in declares and ecart in (0, 1) and debut.year <= ANNEE_MAXIMALE:
            part = couper(Decimal(gain), debut, regle=contexte.regle)
            groupes[cle].append((rang, part.suivante if ecart else part.annee))
    doublons = []
    for cle, parts in groupes.items():
        total = sum((p for _, p in parts), Decimal(0))
        doublons += [Doublon(rang, total, *declares[cle], lignes=len(parts)) for rang, _ in parts]
    return sorted(doublons, key=lambda d: d.rang)
