"""Filling the reference catalogue: from a file, and from the coded lines of price lists."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depenses.models import ProduitReference
from fanal.depenses.rules.codes import juger_produit
from fanal.depenses.rules.rapprochement import check_modification_du_referentiel
from fanal.depots import formats, lecture
from fanal.depots.lecture import Anomalie
from fanal.journal.actions import inscrire_lot
from fanal.prix.models import LigneBpu
from fanal.refus import Inutilisable

FORMAT = "referentiel_produits"
BORDEREAUX = "Bordereaux des marchés"
CHAMPS = ("type_code", "libelle", "dosage", "forme", "unites", "unite", "famille")
TAILLE = 500


@dataclass
class ResultatCatalogue:
    """What a source did to the catalogue, and the remarks on its rows."""

    lues: int
    ecartees: int = 0
    ajoutes: int = 0
    modifies: int = 0
    inchanges: int = 0
    anomalies: list[Anomalie] = field(default_factory=list)

    def en_json(self) -> dict[str, Any]:
        """The document of the command line."""
        return {
            "format": FORMAT,
            "lues": self.lues,
            "acceptees": self.lues - self.ecartees,
            "ecartees": self.ecartees,
            "ajoutes": self.ajoutes,
            "modifies": self.modifies,
            "inchanges": self.inchanges,
            "anomalies": [asdict(a) for a in self.anomalies],
        }


@transaction.atomic
def importer_referentiel(
    *,
    chemin: Path,
    nom_fichier: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    modifie: bool = True,
) -> ResultatCatalogue:
    """Add the products of a file; those already known with other content are replaced, with a reason.

    *modifie*: who sends it may change what every GHT reads. A code told twice counts once, its last row.
    Raises `Inutilisable` (unreadable file), `Interdit` (may only add), `Refus` (no reason).
    """
    if not chemin.is_file():
        raise Inutilisable(f"Le fichier « {chemin.name} » n'existe pas. Vérifiez son nom et son dossier.")
    try:
        read = lecture.lire(chemin, formats.charger(FORMAT))
    except lecture.FichierIllisible as error:
        raise Inutilisable(error.phrase) from error
    table = next(iter(read.tables.values()))
    rows = table.lignes.filter(table.lignes["_acceptee"]).to_dicts()
    wanted = {row["code"]: _valeurs(row) for row in rows}
    done = ResultatCatalogue(read.lues, read.ecartees, anomalies=list(read.anomalies))
    _ecrire(wanted, done, nom_fichier[:160], motif, by, instant, modifie=modifie)
    return done


@transaction.atomic
def reprendre_bordereaux(*, by: Utilisateur | None, instant: datetime) -> ResultatCatalogue:
    """Add the products that price lists of contracts name by a sound code; those known are left alone."""
    lines = LigneBpu.objects.exclude(code="").exclude(type_code__in=["", LigneBpu.TypeCode.INTERNE])
    wanted: dict[str, dict[str, Any]] = {}
    read = 0
    for line in lines.order_by("version__created_at", "pk").iterator(chunk_size=TAILLE):
        read += 1
        if juger_produit(line.code)[1]:
            wanted[line.code] = {
                "type_code": line.type_code,
                "libelle": line.libelle,
                "dosage": "",
                "forme": "",
                "unites": line.conditionnement,
                "unite": "" if line.conditionnement != 1 else line.unite,
                "famille": "",
            }
    known = set(ProduitReference.objects.filter(code__in=list(wanted)).values_list("code", flat=True))
    done = ResultatCatalogue(read, inchanges=len(known))
    _ecrire({c: v for c, v in wanted.items() if c not in known}, done, BORDEREAUX, "", by, instant)
    return done


def _valeurs(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in CHAMPS}
    texts = {name: (value or "").strip() for name, value in told.items() if name != "unites"}
    kind = texts["type_code"] or (juger_produit(row["code"])[0] or "INTERNE")
    units = None if told["unites"] is None else Decimal(str(told["unites"]))
    return {**texts, "type_code": kind, "unites": units}


def _ecrire(
    wanted: Mapping[str, Mapping[str, Any]],
    done: ResultatCatalogue,
    source: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    *,
    modifie: bool = True,
) -> None:
    known = {p.code: p for p in ProduitReference.objects.select_for_update().filter(code__in=list(wanted))}
    changed = [
        p for code, p in known.items() if any(getattr(p, name) != wanted[code][name] for name in CHAMPS)
    ]
    check_modification_du_referentiel([p.code for p in changed], motif, modifie=modifie)
    before = {p.code: {name: str(getattr(p, name) or "") for name in CHAMPS} for p in changed}
    for product in changed:
        for name in CHAMPS:
            setattr(product, name, wanted[product.code][name])
        product.source, product.updated_at = source, instant
    ProduitReference.objects.bulk_update(changed, [*CHAMPS, "source", "updated_at"], batch_size=TAILLE)
    created = ProduitReference.objects.bulk_create(
        [
            ProduitReference(code=code, source=source, updated_at=instant, **values)
            for code, values in wanted.items()
            if code not in known
        ],
        batch_size=TAILLE,
    )
    done.ajoutes, done.modifies = len(created), len(changed)
    done.inchanges += len(known) - len(changed)
    entries: list[tuple[ProduitReference, dict[str, Any]]] = [
        (p, {"code": p.code, "source": source}) for p in created
    ]
    entries += [(p, {"code": p.code, "source": source, "avant": before[p.code]}) for p in changed]
    if entries:
        inscrire_lot(action="depense.catalogue", objets=entries, by=by, instant=instant, motif=motif.strip())
