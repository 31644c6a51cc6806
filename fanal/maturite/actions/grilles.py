"""Bringing in a grid: a workbook is read and checked, then kept whole as a new version of the grid."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from fanal.campagnes.queries.droits import check_droit_national
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.formats import charger
from fanal.depots.lecture.resultats import FichierIllisible, Lecture
from fanal.journal.actions import inscrire
from fanal.maturite.models import Grille, NiveauSujet, Sujet, Theme
from fanal.maturite.rules.grilles import LigneGrille, check_grille
from fanal.refus import Inutilisable, Refus

FORMAT = "grille_maturite"


def apercevoir(chemin: Path) -> tuple[Lecture, list[LigneGrille]]:
    """What a workbook holds, checked as a whole. Raises Inutilisable when it cannot be read, Refus when a row
    is refused or the grid does not hold together.
    """
    from fanal.depots.lecture import lire  # heavy, and only imports need it

    try:
        lecture = lire(chemin, charger(FORMAT))
    except FichierIllisible as error:
        raise Inutilisable(error.phrase) from error
    if lecture.ecartees:
        first = next(a for a in lecture.anomalies if a.gravite == "refus")
        raise Refus(
            f"Une grille se prend entière. {first.phrase} Corrigez le classeur et envoyez-le de nouveau."
        )
    table = next(iter(lecture.tables.values()))
    rows = [_line(row) for row in table.lignes.to_dicts()]
    check_grille(rows)
    return lecture, rows


def _line(row: dict[str, object]) -> LigneGrille:
    def text(name: str) -> str:
        return str(row.get(name) or "").strip()

    def number(name: str, absent: str = "0") -> Decimal:
        value = row.get(name)
        return Decimal(absent) if value is None else Decimal(str(value))

    return LigneGrille(
        ligne=int(str(row["_ligne"])),
        theme_code=text("theme_code"),
        theme=text("theme"),
        poids_theme=number("poids_theme"),
        sujet_code=text("sujet_code"),
        sujet=text("sujet"),
        poids_sujet=number("poids_sujet", "1"),
        question=text("question"),
        niveau=int(str(row["niveau"])),
        libelle_niveau=text("libelle_niveau"),
        note=number("note"),
        preuve=text("preuve"),
        reprend=text("reprend"),
    )


def empreinte(lignes: Sequence[LigneGrille]) -> str:
    """The SHA-256 of a grid's content: the same whatever the file and the order of its rows."""
    rows = [{k: str(v) for k, v in asdict(row).items() if k != "ligne"} for row in lignes]
    rows.sort(key=lambda row: (row["theme_code"], row["sujet_code"], int(row["niveau"])))
    return sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def importer(
    *,
    chemin: Path,
    nom_fichier: str,
    code: str,
    titre: str,
    annee: int,
    by: Utilisateur | None,
    instant: datetime,
    source: str = "",
    a_confirmer: bool = False,
    demonstration: bool = False,
) -> Grille:
    """Keep the grid of a workbook under *code*. The same content again gives the grid already kept.

    Raises Inutilisable, Refus (another content under a code that is taken), Interdit.
    """
    check_droit_national(by, "appel.gerer", instant)
    _, lignes = apercevoir(chemin)
    digest = empreinte(lignes)
    known = Grille.objects.filter(code=code).first()
    if known is not None:
        if known.empreinte == digest:
            return known
        raise Refus(
            f"La grille « {code} » existe déjà avec un autre contenu, et des GHT peuvent y avoir répondu. "
            "Donnez un autre code à cette version."
        )
    grille = Grille.objects.create(
        code=code,
        titre=titre.strip(),
        annee=annee,
        source=source,
        a_confirmer=a_confirmer,
        empreinte=digest,
        original=keep_original(chemin=chemin, empreinte=file_hash(chemin)),
        nom_fichier=nom_fichier[:255],
        created_at=instant,
        auteur=by,
        demonstration=demonstration,
    )
    _write(grille, lignes)
    inscrire(
        action="maturite.grille",
        objet=grille,
        by=by,
        instant=instant,
        donnees={"code": code, "empreinte": digest, "lignes": len(lignes)},
    )
    return grille


def _write(grille: Grille, lignes: Sequence[LigneGrille]) -> None:
    themes: dict[str, Theme] = {}
    topics: dict[str, Sujet] = {}
    levels = []
    for row in lignes:
        if row.theme_code not in themes:
            themes[row.theme_code] = Theme.objects.create(
                grille=grille,
                code=row.theme_code,
                titre=row.theme,
                poids=row.poids_theme,
                ordre=len(themes) + 1,
            )
        if row.sujet_code not in topics:
            topics[row.sujet_code] = Sujet.objects.create(
                theme=themes[row.theme_code],
                code=row.sujet_code,
                titre=row.sujet,
                question=row.question,
                poids=row.poids_sujet,
                reprend=row.reprend,
                ordre=len(topics) + 1,
            )
        levels.append(
            NiveauSujet(
                sujet=topics[row.sujet_code],
                rang=row.niveau,
                titre=row.libelle_niveau,
                note=row.note,
                preuve=row.preuve,
            )
        )
    NiveauSujet.objects.bulk_create(levels)
