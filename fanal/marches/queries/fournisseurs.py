"""What contracts say of a supplier to an account: those it sees, what was ordered, how much it weighs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import Sum
from django.db.models.functions import ExtractYear, TruncMonth

from fanal.comptes.perimetre import Perimetre
from fanal.fournisseurs.registre import Achats
from fanal.interface.nombres import ecrire_millions, ecrire_nombre
from fanal.marches.compute.echeances import ETATS_TEMPS
from fanal.marches.compute.portefeuille import EN_COURS, ranger
from fanal.marches.models import Consommation
from fanal.marches.queries.registre import registre_visible, revision
from fanal.memoire import Memoire
from fanal.territoires.noeuds import NATIONAL

MONTRES = 20  # contracts on the page; the others are in the portfolio
PAQUET = 5000  # identifiers per query

_achats: Memoire[dict[int, Achats]] = Memoire(16)


@dataclass(frozen=True)
class Annee:
    """One year of a supplier. `consomme` None: no consumption was received for that year."""

    annee: int
    notifies: int
    montant: Decimal
    consomme: Decimal | None


@dataclass(frozen=True)
class Dependance:
    """How much of a GHT's running contracts one supplier holds, by known amounts."""

    ght: str
    montant: Decimal
    total: Decimal

    @property
    def part(self) -> Decimal | None:
        return self.montant / self.total if self.total else None


def achats_par_fournisseur(perimetre: Perimetre, today: date) -> dict[int, Achats]:
    """The contracts that the account sees by supplier, co-holders included; merged ones under their head."""
    return _achats.lire((perimetre, today), revision(), lambda: _compter(perimetre, today))


def _compter(perimetre: Perimetre, today: date) -> dict[int, Achats]:
    frame = registre_visible(perimetre, NATIONAL, today).select("fournisseurs", "montant_c", "etat_temps")
    rows = (
        frame.explode("fournisseurs")
        .filter(pl.col("fournisseurs").is_not_null())
        .group_by("fournisseurs")
        .agg(n=pl.len(), actifs=(pl.col("etat_temps") == EN_COURS).sum(), c=pl.col("montant_c").sum())
    )
    return {pk: Achats(n, active, Decimal(c) / 100) for pk, n, active, c in rows.iter_rows()}


def volet(groupe: Sequence[int], perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """The panel of contracts on a supplier's page; None when the account sees none."""
    frame = registre_visible(perimetre, NATIONAL, today)
    mine = frame.filter(pl.col("fournisseurs").list.contains(groupe[0]))
    if mine.is_empty():
        return None
    active = mine.filter(pl.col("etat_temps") == EN_COURS)
    amount = Decimal(int(mine["montant_c"].sum())) / 100
    many = f"{ecrire_nombre(mine.height)} marché{'s' if mine.height > 1 else ''}"
    return {
        "phrase": f"{many} dont {ecrire_nombre(active.height)} en cours, pour {ecrire_millions(amount)} HT",
        "chiffres": [
            ("Marchés", mine.height, "entier"),
            ("En cours", active.height, "entier"),
            ("Montant HT", amount, "millions"),
        ],
        "sans_montant": mine["montant_c"].null_count(),
        "groupements": int((mine["fournisseur_id"] != groupe[0]).sum()),
        "annees": _annees(mine),
        "dependances": dependances(frame, groupe[0]),
        "marches": [_rang(row) for row in ranger(mine, today).head(MONTRES).iter_rows(named=True)],
        "reste": max(0, mine.height - MONTRES),
        "tete": groupe[0],
    }


def _rang(row: dict[str, Any]) -> dict[str, Any]:
    amount = None if row["montant_c"] is None else Decimal(row["montant_c"]) / 100
    return row | {"montant": amount, "etat_mot": ETATS_TEMPS[row["etat_temps"]]}


def _annees(mine: pl.DataFrame) -> list[Annee]:
    """Notified contracts and consumption by year, the latest first."""
    notified = {
        year: (n, Decimal(c) / 100)
        for year, n, c in mine.filter(pl.col("notification").is_not_null())
        .group_by(pl.col("notification").dt.year())
        .agg(n=pl.len(), c=pl.col("montant_c").sum())
        .iter_rows()
    }
    used: dict[int, Decimal] = {}
    for keys in _paquets(mine["marche_id"].to_list()):
        rows = Consommation.objects.filter(marche__in=keys).order_by().values(annee=ExtractYear("le"))
        for year, amount in rows.annotate(total=Sum("montant_ht")).values_list("annee", "total"):
            used[year] = used.get(year, Decimal(0)) + Decimal(str(amount))
    years = sorted(set(notified) | set(used), reverse=True)
    return [Annee(y, *notified.get(y, (0, Decimal(0))), used.get(y)) for y in years]


def dependances(frame: pl.DataFrame, tete: int) -> list[Dependance]:
    """The share of the running contracts of each GHT that the supplier holds as agent, the largest first."""
    known = frame.filter(
        (pl.col("etat_temps") == EN_COURS) & (pl.col("ght") != "") & pl.col("montant_c").is_not_null()
    )
    mine = pl.col("montant_c").filter(pl.col("fournisseur_id") == tete).sum()
    rows = known.group_by("ght").agg(mien=mine, total=pl.col("montant_c").sum()).filter(pl.col("mien") > 0)
    found = [Dependance(ght, Decimal(m) / 100, Decimal(t) / 100) for ght, m, t in rows.iter_rows()]
    return sorted(found, key=lambda d: (-(d.part or Decimal(0)), d.ght))


def mois_commandes(groupe: Sequence[int], perimetre: Perimetre, today: date) -> frozenset[date] | None:
    """The months in which something was ordered on the contracts of a supplier; None: nothing received."""
    frame = registre_visible(perimetre, NATIONAL, today)
    keys = frame.filter(pl.col("fournisseurs").list.contains(groupe[0]))["marche_id"].to_list()
    months: set[date] = set()
    for part in _paquets(keys):
        rows = Consommation.objects.filter(marche__in=part, montant_ht__gt=0).order_by()
        months |= set(rows.annotate(mois=TruncMonth("le")).values_list("mois", flat=True).distinct())
    return frozenset(months) if months else None


def _paquets(keys: list[int]) -> list[list[int]]:
    return [keys[i : i + PAQUET] for i in range(0, len(keys), PAQUET)]
