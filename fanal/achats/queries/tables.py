"""The register's rows as the tables of a consolidation: integer cents, one query per table."""

from datetime import date
from typing import Any

import polars as pl
from django.db.models import BigIntegerField, Case, DecimalField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Round

from fanal.achats.compute import Entree
from fanal.achats.compute.entree import (
    SCHEMA_ACHATS,
    SCHEMA_ACTIONS,
    SCHEMA_ETABLISSEMENTS,
    SCHEMA_GHTS,
    SCHEMA_OBJECTIFS,
    SCHEMA_OPERATEURS,
    SCHEMA_REGIONS,
)
from fanal.achats.models import AchatsAnnuels, Action, GainOperateur, Objectif
from fanal.campagnes.models import Decision
from fanal.territoires.models import Appartenance, Etablissement, Ght, Region

TYPE = "performance"
DOSSIER = {"dossier_id": pl.Int64, "cle": pl.String, "empreinte": pl.String}


def cents(name: str) -> Cast:
    """Euros of a column as integer cents."""
    return Cast(Round(F(name) * 100), BigIntegerField())


def current(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Only the rows of the version that holds today in each dossier."""
    return rows.filter(version__dossier__version_courante=F("version"))


def reference_cents() -> Coalesce:
    """Annual reference amount: as typed, else P0·Q (over an investment's years), else the perimeter."""
    years = Case(
        When(nature_depense="investissement", then=F("duree_amortissement")),
        default=Value(1),
        output_field=DecimalField(max_digits=18, decimal_places=6),
    )
    product = Cast(Round(F("prix_reference_ttc") * F("quantite_reference") * 100 / years), BigIntegerField())
    return Coalesce(cents("montant_reference_ttc"), product, cents("perimetre_traite_ttc"))


def _frame(rows: QuerySet[Any], schema: dict[str, Any], **columns: Any) -> pl.DataFrame:
    """Run one query. *columns* maps each column to a field path or an expression."""
    named = {f"c_{n}": F(v) if isinstance(v, str) else v for n, v in columns.items()}
    data = rows.order_by().annotate(**named).values_list(*named)
    return pl.DataFrame(list(data), schema={n: schema[n] for n in columns}, orient="row")


def decisions(annees: tuple[int, ...]) -> pl.DataFrame:
    """Decisions that hold, by dossier, key and hash of the decided content; annual amounts in cents."""
    rows = Decision.objects.filter(
        courante=True, dossier__campagne__type_campagne=TYPE, dossier__campagne__annee__in=annees
    )
    schema = DOSSIER | {"decision": pl.String, "montant_decide_c": pl.Int64}
    return _frame(
        rows,
        schema,
        dossier_id="dossier_id",
        cle="cle",
        empreinte="empreinte",
        decision="sens",
        montant_decide_c=cents("montant"),
    )


def _with_decisions(frame: pl.DataFrame, decided: pl.DataFrame, amount: str) -> pl.DataFrame:
    return (
        frame.join(decided, on=list(DOSSIER), how="left").rename({"montant_decide_c": amount}).drop(*DOSSIER)
    )


def actions(annee: int, periode: str, decided: pl.DataFrame) -> pl.DataFrame:
    """Actions of the campaign of the year and of the end of the year before (carry-over)."""
    campagne = "version__dossier__campagne__"
    rows = current(Action.objects.all()).filter(**{f"{campagne}type_campagne": TYPE})
    rows = rows.filter(**{f"{campagne}annee": annee, f"{campagne}periode": periode}) | rows.filter(
        **{f"{campagne}annee": annee - 1, f"{campagne}periode": "fin-annee"}
    )
    frame = _frame(
        rows,
        SCHEMA_ACTIONS | DOSSIER,
        action_id="pk",
        campagne_annee=f"{campagne}annee",
        ght="version__dossier__ght__code",
        region="version__dossier__ght__region__sigle",
        finess="finess",
        role="role",
        famille="famille",
        operateur="operateur",
        nom_operateur="nom_operateur",
        numero_marche="numero_marche",
        identifiant="identifiant",
        date_premiere_commande="date_premiere_commande",
        cause_prix="cause_prix",
        reference_c=reference_cents(),
        gain_c=cents("gain_annuel_ttc"),
        dossier_id="version__dossier_id",
        cle="cle",
        empreinte="empreinte",
    )
    return _with_decisions(frame, decided, "montant_retenu_c")


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
    frame = _frame(
        operator_rows(annee, periode),
        SCHEMA_OPERATEURS | DOSSIER,
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
    return _with_decisions(frame, decided, "montant_repris_c").join(members, on="finess", how="left")


def objectives(annee: int) -> pl.DataFrame:
    """Objectives of the year, every revision."""
    return _frame(
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
    frame = _frame(
        rows,
        SCHEMA_ACHATS | {"version": pl.Int64},
        finess="finess",
        annee="annee",
        montant_c=cents("achats_annuels_ttc"),
        version="version_id",
    )
    latest = frame.sort("version").unique("finess", keep="last", maintain_order=True).drop("version")
    return latest.join(members, on="finess", how="left")


def build_entree(annee: int, periode: str) -> Entree:
    """Everything that a consolidation of the year reads, from the register."""
    decided = decisions((annee - 1, annee))
    members = memberships(date(annee, 12, 31))
    return Entree(
        actions=actions(annee, periode, decided),
        operateurs=operators(annee, periode, decided, members),
        objectifs=objectives(annee),
        achats_annuels=purchases(annee, members),
        ghts=_frame(Ght.objects.all(), SCHEMA_GHTS, ght="code", region="region__sigle", nom="nom"),
        regions=_frame(Region.objects.all(), SCHEMA_REGIONS, sigle="sigle", nom="nom"),
        etablissements=_frame(Etablissement.objects.all(), SCHEMA_ETABLISSEMENTS, finess="finess", nom="nom"),
    )
