"""The health of order lines, read in the lake and in the register of deposits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from fanal.comptes.perimetre import Perimetre
from fanal.depenses.compute.qualite import Mesure
from fanal.depenses.models import BilanMensuel, DepotLignes
from fanal.depenses.queries.lac import manifeste
from fanal.memoire import Memoire
from fanal.moteurs.lac.manifeste import Manifeste
from fanal.moteurs.lac.schema import CENTIMES
from fanal.territoires.models import Appartenance, Etablissement

Mois = Mapping[date, Mesure]
_lues: Memoire[dict[str, dict[date, Mesure]]] = Memoire(2)


@dataclass(frozen=True)
class Sante:
    """One establishment: its lines by month, the lines set aside that still wait, its last deposit."""

    finess: str
    nom: str
    ght: str
    mois: Mois
    ecartees: int
    dernier_depot: datetime | None


@dataclass(frozen=True)
class Attente:
    """A deposit with lines set aside that nobody entered again."""

    depot: int
    nom_fichier: str
    lignes: int
    montant_ht: Decimal
    recu_le: datetime


def mesures_du_lac() -> dict[str, dict[date, Mesure]]:
    """FINESS → month → measure, for every line in force; kept until the lake changes."""
    now = manifeste()
    return _lues.lire("qualite", now.signature, lambda: _lire(now))


def _lire(now: Manifeste) -> dict[str, dict[date, Mesure]]:
    from fanal.depenses.queries.source import source
    from fanal.moteurs.consolidation.requetes.qualite import MANQUES, qualite

    if not now.lignes:
        return {}
    lake = source(now)
    names = lake.dimensions["etablissement"]
    found: dict[str, dict[date, Mesure]] = {}
    for row in lake.executer(qualite(lake)).to_pylist():
        month = date(row["mois"] // 12, row["mois"] % 12 + 1, 1)
        found.setdefault(names.lire(row["etablissement"]) or "", {})[month] = Mesure(
            lignes=row["lignes"],
            montant_ht=_euros(row["montant_ht"]),
            lignes_sans={m: row[f"lignes_sans_{m}"] for m in MANQUES},
            montants_sans={m: _euros(row[f"montant_sans_{m}"]) for m in MANQUES},
            dernier_depot=row["dernier_depot"],
        )
    return found


def _euros(cents: int) -> Decimal:
    return Decimal(int(cents)) / CENTIMES


def sante(finess: frozenset[str] | None) -> list[Sante]:
    """The establishments of *finess* (None: all that the lake knows), in the order of their number.

    Those that never sent a line are there too, unless *finess* is None.
    """
    read = mesures_du_lac()
    wanted = frozenset(read) if finess is None else finess
    rows = Etablissement.objects.filter(finess__in=wanted).values_list("finess", "nom")
    groups = _groupes()
    waiting = _ecartees(wanted)
    last = dict(DepotLignes.objects.exclude(numero=None).values_list("numero", "termine_le"))
    found = []
    for number, name in rows:
        months = read.get(number, {})
        deposit = max((m.dernier_depot for m in months.values()), default=0)
        found.append(
            Sante(number, name, groups.get(number, ""), months, waiting.get(number, 0), last.get(deposit))
        )
    return found


def _groupes() -> dict[str, str]:
    rows = Appartenance.objects.order_by("pk").values_list("etablissement__finess", "ght__code")
    return dict(rows)


def _ecartees(finess: frozenset[str]) -> dict[str, int]:
    """Lines set aside at reading, by establishment, in the deposits where some still wait."""
    rows = (
        BilanMensuel.objects.filter(depot__in=en_attente().values("pk"), etablissement__finess__in=finess)
        .values_list("etablissement__finess")
        .annotate(n=Sum("ecartees"))
    )
    return dict(rows)


def en_attente(q: Q | None = None) -> "QuerySet[DepotLignes]":
    """The finished deposits whose set-aside lines were not all entered again."""
    rows = DepotLignes.objects.filter(etat=DepotLignes.Etat.TERMINE).annotate(
        reprises_n=Count("reprises", distinct=True)
    )
    return rows.filter(ecartees__gt=F("reprises_n")).filter(q or Q())


def attentes(held: Perimetre) -> list[Attente]:
    """The deposits of a perimeter with lines that still wait to be corrected, the most lines first."""
    rows = en_attente(held.dossiers_q()).select_related("depot")
    found = [
        Attente(
            row.pk,
            row.depot.nom_fichier,
            row.ecartees - row.reprises_n,  # type: ignore[attr-defined]  # annotated by en_attente
            row.montant_ecarte_ht,
            row.termine_le or row.depot.recu_le,
        )
        for row in rows
    ]
    return sorted(found, key=lambda a: (-a.lignes, a.depot))


def mois_recus(held: Perimetre) -> dict[str, tuple[str, list[date]]]:
    """FINESS → (name, months received), from the register alone: cheap enough for the home page."""
    rows = (
        BilanMensuel.objects.filter(held.etablissements_q("etablissement__"), lignes__gt=0)
        .values_list("etablissement__finess", "etablissement__nom", "mois")
        .distinct()
        .order_by("etablissement__finess", "mois")
    )
    found: dict[str, tuple[str, list[date]]] = {}
    for number, name, month in rows:
        found.setdefault(number, (name, []))[1].append(month)
    return found
