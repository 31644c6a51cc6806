"""`generer`: as many order lines as asked for, in files of their own, with bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from fanal.demonstration.lignes import fichiers as fi
from fanal.demonstration.lignes import particuliers
from fanal.demonstration.lignes.ensemble import order, plan_lines
from fanal.demonstration.lignes.execution import COURANTS
from fanal.demonstration.lignes.modele import Flux, PlanLignes
from fanal.demonstration.lignes.table import Codeur
from fanal.demonstration.lignes.tirage import Des, Lignes, counts, draw, joined, number
from fanal.demonstration.plan.campagnes import planifier
from fanal.demonstration.plan.modele import Plan
from fanal.moteurs.partage import repartir

BASE = 300_000  # lines that tell the story; what comes beyond is volume
PREMIERS = 6  # GHT of the story
PAR_GHT = 20_000  # fewer GHT when fewer lines are asked for
PAR_GHT_VOLUME = 80_000
POIDS_DU_MONTRE = 5  # the GHT shown has as many lines as the five others
PART_ACTIONS, PART_EXECUTION = 0.45, 0.38
PART_RENDUE = 12
PAQUET = 250_000  # lines in memory at once
PREMIERE_COMMANDE = 5_000_000  # orders of volume are numbered apart
MONTRE_GEF = 2  # rank of the establishment whose finance system has a layout of its own
REMPLACE = 1  # rank of the establishment that sends a month again


@dataclass(frozen=True)
class Part:
    """The lines of one GHT among those asked for; *debut* is zero for the story."""

    ght: str
    debut: int
    lignes: int


def parts(plan: Plan, debut: int, fin: int) -> list[Part]:
    """Who gets the lines from rank *debut* to *fin*: the story first, then volume over more GHT."""
    ordre = order(plan)
    if debut == 0:
        base = min(fin, BASE)
        codes = ordre[: min(PREMIERS, max(1, base // PAR_GHT))]
        poids = [POIDS_DU_MONTRE if rang == 0 else 1 for rang in range(len(codes))]
        story = [Part(c, 0, n) for c, n in zip(codes, repartir(base, poids), strict=True)]
        return story + (parts(plan, base, fin) if fin > base else [])
    nombre = fin - debut
    codes = ordre[: max(1, nombre // PAR_GHT_VOLUME)]
    poids = [len(plan.ghts[c].etablissements) + 1 for c in codes]
    return [Part(c, debut, n) for c, n in zip(codes, repartir(nombre, poids), strict=True) if n]


def generer(
    lignes: int, dossier: Path, *, plan: Plan | None = None, debut: int = 0
) -> list[fi.FichierLignes]:
    """Write *lignes* order lines (from rank *debut*) under *dossier*; returns the files in order of deposit.

    The same call gives the same bytes. Up to `BASE` lines tell the story of the demonstration; the others are
    everyday orders of more and more GHT. Corrections and replaced months come on top of the number asked for.
    """
    source = Source(plan or planifier())
    return [f for part in parts(source.plan, debut, lignes) for f in write_part(source, part, dossier)]


class Source:
    """A plan, and what the lines of each GHT are drawn from, computed when first asked for."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._lignes: dict[str, PlanLignes] = {}

    def de(self, code: str) -> PlanLignes:
        """What the lines of a GHT are drawn from."""
        if code not in self._lignes:
            self._lignes[code] = plan_lines(self.plan, code)
        return self._lignes[code]


def write_part(source: Source, part: Part, dossier: Path) -> list[fi.FichierLignes]:
    """Write the files of one GHT."""
    if part.debut:
        chemin = dossier / f"lignes_{part.ght}_{part.debut}.csv"
        nombre = fi.write(chemin, _volume(source.de(part.ght), part))
        return [fi.FichierLignes(chemin, part.ght, "volume", nombre)]
    table = story(source.de(part.ght), part.lignes)
    return list(_story_files(source.plan, part.ght, table, dossier))


def story(plan: PlanLignes, nombre: int) -> pl.DataFrame:
    """The lines of one GHT that tell the story, faulty ones apart: *nombre* less `fi.FAUTES`."""
    actions = [f for s in plan.suivies for f in s.flux]
    flux = [*actions, *plan.execution, *plan.courants]
    particulieres = particuliers.number_of(nombre)
    reste = nombre - particulieres - fi.FAUTES
    parties, depart = [], 0
    budgets = (
        (actions, min(reste, round(nombre * (PART_ACTIONS if plan.execution else 0.7))), 5, False),
        (list(plan.execution), round(nombre * PART_EXECUTION), 1, False),
        (list(plan.courants), None, 1, True),
    )
    for groupe, budget, mini, souple in budgets:
        if groupe and (budget is None or budget > 0):
            vise = reste if budget is None else min(reste, budget)
            tires = draw(
                groupe, counts(groupe, vise, mini, souple), Des("lignes", plan.ght, depart, nombre), depart
            )
            reste -= len(tires)
            parties.append(tires)
        depart += len(groupe)
    return Codeur(flux, plan.ght).frame(_numbered(flux, joined(parties), nombre, plan.ght, 0))


def _numbered(flux: list[Flux], lignes: Lignes, nombre: int, graine: object, premier: int) -> Lignes:
    """The lines numbered from *premier* on, and those out of the ordinary that go with them."""
    acheteurs, fournisseurs = particuliers.buyers(flux)
    numerotees = number(lignes, acheteurs[lignes.flux], fournisseurs[lignes.flux], premier)
    # A line that is a large part of its stream stays alone: giving it back would undo what the stream tells.
    totaux = np.array([f.quantite for f in flux], dtype=np.int64)
    sources = numerotees.prendre(numerotees.quantite * PART_RENDUE <= totaux[numerotees.flux])
    if len(sources) < particuliers.number_of(nombre):
        sources = numerotees
    return joined(
        [numerotees, particuliers.make(sources, nombre, Des("particuliers", graine, premier), premier)]
    )


def _volume(plan: PlanLignes, part: Part) -> Iterator[pl.DataFrame]:
    """Everyday orders, batch after batch along time."""
    codeur = Codeur(plan.courants, f"{plan.ght}/{part.debut}")
    debut, fin = COURANTS
    lots = -(-part.lignes // PAQUET)
    duree = (fin - debut).days
    commande = PREMIERE_COMMANDE + part.debut
    for lot, nombre in enumerate(repartir(part.lignes, [1] * lots)):
        de, a = (debut + timedelta(days=duree * rang // lots) for rang in (lot, lot + 1))
        flux = [_slice(f, de, a, lots) for f in plan.courants]
        des = Des("volume", plan.ght, part.debut, lot)
        tires = draw(flux, counts(flux, nombre - particuliers.number_of(nombre), 1, True), des)
        numerotees = _numbered(flux, tires, nombre, f"{plan.ght}/{part.debut}/{lot}", commande)
        commande += len(tires)
        yield codeur.frame(numerotees, lot)


def _slice(f: Flux, debut: date, fin: date, lots: int) -> Flux:
    return replace(f, debut=debut, fin=fin, quantite=max(1, f.quantite // lots))


def _story_files(plan: Plan, code: str, table: pl.DataFrame, dossier: Path) -> Iterator[fi.FichierLignes]:
    """The first deposits of a GHT; for the first one, another layout, a correction, a month sent again."""
    ecrites = fi.as_text(table)
    premier = code == order(plan)[0]
    membres = [e.finess for e in plan.ghts[code].etablissements]
    maison = membres[MONTRE_GEF] if premier and len(membres) > MONTRE_GEF else ""
    principal, autre = ecrites.filter(pl.col("finess") != maison), ecrites.filter(pl.col("finess") == maison)
    chemin = dossier / f"lignes_{code}.csv"
    yield fi.FichierLignes(chemin, code, "initial", fi.write(chemin, [principal, fi.faulty(principal)]))
    if maison:
        chemin = dossier / f"lignes_{code}_meridienne.csv"
        nombre = fi.write(chemin, [fi.in_house(autre)])
        yield fi.FichierLignes(chemin, code, "gef", nombre, correspondance=fi.CORRESPONDANCE)
    if premier:
        chemin = dossier / f"lignes_{code}_correction.csv"
        yield fi.FichierLignes(chemin, code, "correction", fi.write(chemin, [fi.corrected(principal)]))
        chemin = dossier / f"lignes_{code}_{fi.MOIS_REMPLACE}.csv"
        nombre = fi.write(chemin, [fi.month_again(principal, membres[REMPLACE])])
        yield fi.FichierLignes(chemin, code, "mois", nombre, mois=(fi.MOIS_REMPLACE,))
