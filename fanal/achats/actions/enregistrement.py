"""Rows read from a file become the rows of a version. Each function returns {key: SHA-256 of the content}."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
from django.db import transaction

from fanal.achats import tasks
from fanal.achats.actions import controles
from fanal.achats.models import AchatsAnnuels, Action, GainOperateur, LigneDeVersion, Nomenclature, Objectif
from fanal.achats.queries.controles import build_context
from fanal.achats.rules import ContexteControle
from fanal.campagnes.models import Dossier, Version
from fanal.depots.lecture import Lecture, TableLue
from fanal.refus import Inutilisable
from fanal.territoires.models import Etablissement

CENT = Decimal("0.01")
TRANCHE = 1000
POSITION = ("_ligne", "_acceptee")
MONTANTS = {
    f.name
    for m in (Action, GainOperateur, Objectif, AchatsAnnuels)
    for f in m._meta.fields
    if getattr(f, "decimal_places", None) == 2
}
TEXTES_ACTION = {f.name for f in Action._meta.fields if f.get_internal_type() in {"CharField", "TextField"}}


def accepted_rows(table: TableLue) -> Iterator[dict[str, Any]]:
    """The rows that count, amounts rounded to the cent, empty texts as ""."""
    for row in table.lignes.filter(pl.col("_acceptee")).iter_rows(named=True):
        yield {name: _rounded(name, value) for name, value in row.items()}


def _rounded(name: str, value: Any) -> Any:
    if name in MONTANTS and isinstance(value, Decimal):
        return value.quantize(CENT, ROUND_HALF_UP)
    return value


def content_hash(row: dict[str, Any]) -> str:
    """SHA-256 of a row's content, whatever its place in the file."""
    content = {k: _canonical(v) for k, v in row.items() if k not in POSITION and v not in (None, "")}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if isinstance(value, (int, bool, dict)) else str(value)


def _unknown_cells(table: TableLue) -> dict[int, dict[str, str]]:
    """Row number to the cells of the columns outside the format."""
    titles = [t for t in table.colonnes_inconnues if t in table.brutes.columns]
    if not titles:
        return {}
    rows = table.brutes.select("_ligne", *titles).iter_rows(named=True)
    return {row["_ligne"]: {t: str(row[t]) for t in titles if row[t] not in (None, "")} for row in rows}


def _insert(version: Version, lignes: Iterable[LigneDeVersion]) -> dict[str, str]:
    """Insert rows of one model, making repeated keys distinct by their rank."""
    seen: dict[str, int] = {}
    kept: list[LigneDeVersion] = []
    for ligne in lignes:
        ligne.version = version
        rank = seen[ligne.cle] = seen.get(ligne.cle, 0) + 1
        if rank > 1:
            ligne.cle = f"{ligne.cle} ({rank})"
        kept.append(ligne)
    if kept:
        type(kept[0])._default_manager.bulk_create(kept, batch_size=TRANCHE)
    return {ligne.cle: ligne.empreinte for ligne in kept}


def _place(table: TableLue, row: dict[str, Any], *cle: object) -> dict[str, Any]:
    return {
        "cle": "|".join("" if c is None else str(c) for c in cle)[:110],
        "feuille": table.feuille or "",
        "ligne": row["_ligne"],
        "empreinte": content_hash(row),
    }


def _main(lecture: Lecture) -> TableLue:
    return next(iter(lecture.tables.values()))


def record_actions(version: Version, lecture: Lecture) -> dict[str, str]:
    """Record a PAAT: its actions, and the yearly purchases of the optional second sheet.

    The keys are those of the actions alone: purchases are a base of comparison, nobody decides on them.
    """
    table = _main(lecture)
    annexe = lecture.tables.get("achats_annuels")
    if annexe is not None:
        _record_purchases(version, annexe)
    examen = controles.examine(table.lignes.filter(pl.col("_acceptee")), _context(version.dossier, annexe))
    controles.keep(version, examen)
    return _insert(version, _actions(table, examen))


def _context(dossier: Dossier, annexe: TableLue | None) -> ContexteControle:
    """What the lines are compared with, the purchases given in the same workbook included."""
    annee = dossier.campagne.annee
    contexte = build_context(annee=annee, periode=dossier.campagne.periode, ght=dossier.ght)
    if annexe is None:
        return contexte
    given = {r["finess"]: r["achats_annuels_ttc"] for r in accepted_rows(annexe) if r["annee"] == annee}
    return replace(contexte, achats_annuels={**contexte.achats_annuels, **given})


def _actions(table: TableLue, examen: controles.Examen) -> Iterator[Action]:
    unknown = _unknown_cells(table)
    fields = {f.name for f in Action._meta.fields}
    rows = list(accepted_rows(table))
    etablissements = Etablissement.objects.in_bulk({r["finess"] for r in rows}, field_name="finess")
    for row in rows:
        values = {k: v for k, v in row.items() if k in fields}
        values |= {k: "" for k in TEXTES_ACTION & values.keys() if values[k] is None}
        extra = unknown.get(row["_ligne"], {})
        yield Action(
            **values | _place(table, {**row, "inconnues": extra}, row["identifiant"]),
            etablissement=etablissements.get(row["finess"]),
            inconnues=extra,
            score=examen.score(row["_ligne"]),
        )


def _record_purchases(version: Version, table: TableLue) -> dict[str, str]:
    return _insert(
        version,
        (
            AchatsAnnuels(
                finess=row["finess"],
                annee=row["annee"],
                achats_annuels_ttc=row["achats_annuels_ttc"],
                **_place(table, row, "achats_annuels", row["finess"], row["annee"]),
            )
            for row in accepted_rows(table)
        ),
    )


def record_purchases(version: Version, lecture: Lecture) -> dict[str, str]:
    """Record a file of yearly purchases by establishment."""
    return _record_purchases(version, _main(lecture))


def record_operator_gains(version: Version, lecture: Lecture) -> dict[str, str]:
    """Record an operator's declaration, all its rows for the operator that deposits.

    Once it is committed, the trames that it concerns are controlled again in the background.
    """
    operateur = version.dossier.operateur
    if operateur is None:
        raise Inutilisable("Une déclaration d'opérateur se dépose pour un opérateur d'achat.")
    table = _main(lecture)
    transaction.on_commit(lambda: tasks.control_after_declaration.enqueue(version.pk), robust=True)
    return _insert(
        version,
        (
            GainOperateur(
                operateur=operateur,
                numero_marche=row["numero_marche"],
                finess=row["finess"],
                annee=row["annee"],
                gain_ttc=row["gain_ttc"],
                **_place(table, row, row["numero_marche"], row["finess"], row["annee"]),
            )
            for row in accepted_rows(table)
        ),
    )


def record_objectives(version: Version, lecture: Lecture) -> dict[str, str]:
    """Record objectives of gains, by level and revision."""
    table = _main(lecture)
    return _insert(
        version,
        (
            Objectif(
                annee=row["annee"],
                periode=row.get("periode") or "fin-annee",
                niveau=row["niveau"],
                code=row["code"] or "",
                montant=row["montant"],
                revision=row["revision"] or 0,
                **_place(
                    table, row, row["annee"], row["periode"], row["niveau"], row["code"], row["revision"]
                ),
            )
            for row in accepted_rows(table)
        ),
    )


def record_nomenclature(version: Version, lecture: Lecture) -> dict[str, str]:
    """Record a purchase nomenclature: families, domains, categories."""
    table = _main(lecture)
    return _insert(
        version,
        (
            Nomenclature(
                famille=row["famille"],
                domaine=row["domaine"] or "",
                categorie=row["categorie"] or "",
                **_place(table, row, row["famille"], row["domaine"], row["categorie"]),
            )
            for row in accepted_rows(table)
        ),
    )
