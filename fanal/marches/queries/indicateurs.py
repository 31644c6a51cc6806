"""The indicators of the contracts that an account sees on a territory, computed once per state."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from fanal import parametres
from fanal.comptes.perimetre import Perimetre
from fanal.marches.compute.definitions import INDICATEURS
from fanal.marches.compute.indicateurs import (
    Champ,
    Concentration,
    Mesure,
    concentrer,
    mesurer,
    qualite,
    ventiler,
)
from fanal.marches.compute.portefeuille import Filtres, garder
from fanal.marches.queries.portefeuille import droit, horizon
from fanal.marches.queries.registre import registre_visible, revision
from fanal.memoire import Memoire
from fanal.parametres.valeur import SansValeur, Valeur
from fanal.territoires.models import Etablissement, Region
from fanal.territoires.noeuds import Noeud

AXES = {
    "famille": "Famille",
    "acheteur_siret": "Acheteur",
    "executants": "Établissement exécutant",
    "annee": "Année de notification",
    "ght": "GHT",
    "region": "Région",
}


@dataclass(frozen=True)
class Ligne:
    """One value of an axis: its code (None: unknown), its name, its contracts, amount and indicators."""

    code: Any
    nom: str
    nombre: int
    montant: Decimal
    mesures: dict[str, Mesure]


@dataclass(frozen=True)
class Objectif:
    """The objective of an indicator, and where it comes from."""

    valeur: Decimal
    source: str


@dataclass(frozen=True)
class Spaser:
    """The contracts notified in the year by a buyer or a GHT, against the threshold (euros excl. VAT)."""

    nom: str
    nombre: int
    montant: Decimal
    sans_montant: int
    depasse: bool


@dataclass(frozen=True)
class Indicateurs:
    """All that the page says. `annee` None: every year; `annees`: those with a notified contract."""

    annee: int | None
    annees: tuple[int, ...]
    total: int
    notifies: int
    montant_notifie: Decimal
    sans_montant: int
    sans_notification: int
    mesures: dict[str, Mesure]
    objectifs: dict[str, Objectif]
    concentration: dict[str, Concentration]
    premiers: int
    spaser_seuil: Valeur | None
    spaser_acheteurs: tuple[Spaser, ...]
    spaser_ghts: tuple[Spaser, ...]
    qualite: tuple[Champ, ...]
    axe: str
    lignes: tuple[Ligne, ...]
    regions: tuple[Ligne, ...]
    etat: Hashable


_pages: Memoire[Indicateurs] = Memoire(64)


def indicateurs(
    perimetre: Perimetre, noeud: Noeud, filtres: Filtres, annee: int | None, axe: str, le: date
) -> Indicateurs:
    """The indicators on *noeud*; *annee* 0 stands for every year, None for the latest one."""
    state = (revision(), le)
    key = (perimetre, noeud.niveau, getattr(noeud.objet, "pk", None), filtres, annee, axe)

    def make() -> Indicateurs:
        frame = garder(registre_visible(perimetre, noeud, le), filtres, le, horizon(le))
        return _faire(frame, annee, axe, le, (state, key))

    return _pages.lire(key, state, make)


def _faire(frame: pl.DataFrame, asked: int | None, axe: str, le: date, etat: Hashable) -> Indicateurs:
    frame = frame.with_columns(pl.col("notification").dt.year().alias("annee"))
    years = tuple(sorted((y for y in frame["annee"].unique() if y is not None), reverse=True))
    past = [y for y in years if y <= le.year]
    # A year says little of contracts most of which have no notification date: every year then.
    undated = frame["annee"].null_count() * 2 > frame.height
    year = (past[0] if past and not undated else None) if asked is None else (asked or None)
    law = droit(le)
    notified = frame.filter(pl.col("annee") == year if year else pl.col("annee").is_not_null())
    first = parametres.valeur("marches.indicateurs.premiers_fournisseurs", le=le)
    threshold = _seuil_spaser(year, le)
    breakdown = axe if axe in AXES else "famille"
    return Indicateurs(
        annee=year,
        annees=years,
        total=frame.height,
        notifies=notified.height,
        montant_notifie=euros(int(notified["montant_c"].sum())),
        sans_montant=notified["montant_c"].null_count(),
        sans_notification=frame["annee"].null_count(),
        mesures=mesurer(frame, law, year),
        objectifs=objectifs(year, le),
        concentration={by: concentrer(frame, year, first, by) for by in ("montant", "nombre")},
        premiers=first,
        spaser_seuil=threshold,
        spaser_acheteurs=_spaser(notified, "acheteur_siret", threshold) if year else (),
        spaser_ghts=_spaser(notified.filter(pl.col("ght") != ""), "ght", threshold) if year else (),
        qualite=tuple(qualite(frame)),
        axe=breakdown,
        lignes=_ventilation(frame, breakdown, law, year),
        regions=_ventilation(frame, "region", law, year),
        etat=etat,
    )


def euros(cents: int | None) -> Decimal:
    """Cents as euros."""
    return Decimal(cents or 0) / 100


def objectifs(annee: int | None, le: date) -> dict[str, Objectif]:
    """The objectives in force at the end of the year, by code of indicator; none before the first plan."""
    day = le if annee is None else min(le, date(annee, 12, 31))
    try:
        found = parametres.valeur_datee("marches.durable.pnad", le=day)
    except SansValeur:
        return {}
    return {
        i.code: Objectif(Decimal(found.valeur[i.objectif]), found.source)
        for i in INDICATEURS.values()
        if i.objectif
    }


def _seuil_spaser(annee: int | None, le: date) -> Valeur | None:
    """The threshold in force in the year; before its first value the present one is the only one known."""
    try:
        return parametres.valeur_datee("marches.seuils.spaser", le=date(annee, 12, 31) if annee else le)
    except SansValeur:
        return None


def _spaser(notified: pl.DataFrame, column: str, seuil: Valeur | None) -> tuple[Spaser, ...]:
    # A buyer is its SIRET: the same one is written under several names in published data.
    name = pl.col("acheteur" if column == "acheteur_siret" else column).first().alias("nom")
    rows = (
        notified.filter(pl.col(column) != "")
        .group_by(column)
        .agg(name, n=pl.len(), c=pl.col("montant_c").sum(), sans=pl.col("montant_c").is_null().sum())
        .sort("c", column, descending=[True, False])
        .head(10)
    )
    return tuple(
        Spaser(nom, n, euros(c), missing, seuil is not None and euros(c) > Decimal(seuil.valeur))
        for _, nom, n, c, missing in rows.iter_rows()
    )


def _ventilation(frame: pl.DataFrame, axe: str, law: Any, year: int | None) -> tuple[Ligne, ...]:
    rows = ventiler(frame, axe, law, year)
    names = _acheteurs(frame) if axe == "acheteur_siret" else _noms(axe, [value for value, *_ in rows])
    return tuple(
        Ligne(
            value, names.get(value) or str(value or f"{AXES[axe]} non connu"), count, euros(cents), measures
        )
        for value, count, cents, measures in rows
    )


def _acheteurs(frame: pl.DataFrame) -> dict[Any, str]:
    """The name of each buyer, the one most often written."""
    rows = frame.group_by("acheteur_siret").agg(pl.col("acheteur").mode().sort().first())
    return {siret: f"{name} ({siret})" for siret, name in rows.iter_rows() if siret} | {
        None: "Acheteur sans SIRET"
    }


def _noms(axe: str, values: list[Any]) -> dict[Any, str]:
    if axe == "executants":
        found = Etablissement.objects.in_bulk([v for v in values if v is not None])
        return {None: "Aucun établissement exécutant connu"} | {pk: str(e) for pk, e in found.items()}
    if axe == "region":
        return {None: "Région inconnue"} | dict(Region.objects.values_list("sigle", "nom"))
    unknown = {"annee": "Sans date de notification", "ght": "Hors GHT connu"}
    return {None: unknown.get(axe, "Famille inconnue")}
