"""The register's rows as the tables of a consolidation: integer cents, one query per table."""

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
from django.db.models import F, QuerySet

from fanal.achats.compute import Entree
from fanal.achats.compute.entree import (
    SCHEMA_ACHATS,
    SCHEMA_ETABLISSEMENTS,
    SCHEMA_GHTS,
    SCHEMA_OBJECTIFS,
    SCHEMA_OPERATEURS,
    SCHEMA_REGIONS,
)
from fanal.achats.models import AchatsAnnuels, GainOperateur, Objectif
from fanal.achats.queries.versions import CLES, actions_of, decisions_of, frame
from fanal.achats.queries.versions import TYPE as TYPE
from fanal.achats.queries.versions import cents as cents
from fanal.campagnes.models import Campagne
from fanal.campagnes.queries.campagnes import toutes
from fanal.territoires.models import Appartenance, Etablissement, Ght, Region


def current(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Only the rows of the version that holds today in each dossier."""
    return rows.filter(version__dossier__version_courante=F("version"))


def campaigns_of(annee: int, periode: str) -> list[Campagne]:
    """The campaign of the year, and that of the end of the year before, which carries over."""
    known = (c for c in toutes() if c.type_campagne == TYPE)
    return [c for c in known if (c.annee, c.periode) in {(annee, periode), (annee - 1, "fin-annee")}]


def _with_decisions(rows: pl.DataFrame, decided: pl.DataFrame, amount: str) -> pl.DataFrame:
    return rows.join(decided, on=list(CLES), how="left").rename({"montant_decide_c": amount}).drop(*CLES)


def actions(campagnes: Collection[Campagne], decided: pl.DataFrame) -> pl.DataFrame:
    """Actions of the campaigns of a year, with what was decided of them."""
    return _with_decisions(actions_of(campagnes), decided, "montant_retenu_c")


def memberships(le: date) -> pl.DataFrame:
    """Establishment to GHT and région on day *le*: `finess, ght, region`, one row per establishment."""
    rows = Appartenance.objects.en_vigueur(le).values_list(
        "etablissement__finess", "ght__code", "ght__region__sigle"
    )
    schema = {"finess": pl.String, "ght": pl.String, "region": pl.String}
    return pl.DataFrame(list(rows), schema=schema, orient="row").unique(
        "finess", keep="first", maintain_order=True
    )


def operator_rows(annee: int, periode: str) -> QuerySet[GainOperateur]:
    """What operators declare for the year in its campaign; their rows for other years count in none."""
    campagne = "version__dossier__campagne__"
    return current(
        GainOperateur.objects.filter(
            annee=annee,
            **{f"{campagne}type_campagne": TYPE, f"{campagne}annee": annee, f"{campagne}periode": periode},
        )
    )


def operators(annee: int, periode: str, decided: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """What operators declare for the year, by contract and beneficiary."""
    read = frame(
        operator_rows(annee, periode),
        SCHEMA_OPERATEURS | CLES,
        ligne_id="pk",
        operateur="operateur__categorie",
        nom_operateur="operateur__nom",
        numero_marche="numero_marche",
        finess="finess",
        annee="annee",
        gain_c=cents("gain_ttc"),
        dossier_id="version__dossier_id",
        cle="cle",
        empreinte="empreinte",
    )
    return _with_decisions(read, decided, "montant_repris_c").join(members, on="finess", how="left")


def objectives(annee: int) -> pl.DataFrame:
    """Objectives of the year, every revision."""
    return frame(
        current(Objectif.objects.filter(annee=annee)),
        SCHEMA_OBJECTIFS,
        annee="annee",
        periode="periode",
        niveau="niveau",
        code="code",
        montant_c=cents("montant"),
        revision="revision",
    )


def purchases(annee: int, members: pl.DataFrame) -> pl.DataFrame:
    """Yearly purchases by establishment; the latest declaration of each holds."""
    rows = current(AchatsAnnuels.objects.filter(annee=annee))
    read = frame(
        rows,
        SCHEMA_ACHATS | {"version": pl.Int64},
        finess="finess",
        annee="annee",
        montant_c=cents("achats_annuels_ttc"),
        version="version_id",
    )
    latest = read.sort("version").unique("finess", keep="last", maintain_order=True).drop("version")
    return latest.join(members, on="finess", how="left")


def build_entree(annee: int, periode: str) -> Entree:
    """Everything that a consolidation of the year reads, from the register."""
    campagnes = campaigns_of(annee, periode)
    decided = decisions_of(campagnes)
    members = memberships(date(annee, 12, 31))
    return Entree(
        actions=actions(campagnes, decided),
        operateurs=operators(annee, periode, decided, members),
        objectifs=objectives(annee),
        achats_annuels=purchases(annee, members),
        ghts=frame(Ght.objects.all(), SCHEMA_GHTS, ght="code", region="region__sigle", nom="nom"),
        regions=frame(Region.objects.all(), SCHEMA_REGIONS, sigle="sigle", nom="nom"),
        etablissements=frame(Etablissement.objects.all(), SCHEMA_ETABLISSEMENTS, finess="finess", nom="nom"),
    )
