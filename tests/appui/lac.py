"""A lake built by hand, slowly and plainly: what tests of questions and pages stand on.

`poser(lignes)` takes rows written with the field names of `lignes_commande` (values as text, numbers or
dates), codes them one by one, writes the files and registers them as one more deposit. Nothing is checked:
that is the intake's work. A key already known replaces the line it had.
"""

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.moteurs.lac import schema

FIELDS = {d.champ: d.nom for d in schema.DIMENSIONS}
_names = itertools.count(1)


def _entier(valeur: Any, echelle: int) -> int | None:
    if valeur in (None, ""):
        return None
    return int((Decimal(str(valeur)) * echelle).quantize(Decimal(1), ROUND_HALF_UP))


def _jour(valeur: Any) -> date | None:
    if valeur in (None, ""):
        return None
    return valeur if isinstance(valeur, date) else date.fromisoformat(valeur)


def coder(
    lignes: Sequence[Mapping[str, Any]], codes: dict[str, dict[str, int]], depot: int
) -> list[dict[str, Any]]:
    """The rows of `schema.LIGNES`; *codes* (dimension → value → code) grows as values are met."""
    rows = []
    for rank, ligne in enumerate(lignes):
        row: dict[str, Any] = {"id": schema.identifiant(depot, rank), "ligne": rank + 2}
        for champ, dimension in FIELDS.items():
            value = ligne.get(champ)
            known = codes.setdefault(dimension, {})
            row[dimension] = known.setdefault(str(value), len(known) + 1) if value else None
        for champ in ("date_commande", "date_reception", "date_facture"):
            row[champ] = _jour(ligne.get(champ))
        row["mois"] = schema.mois_code(row["date_commande"].year, row["date_commande"].month)
        row["type_ligne"] = schema.TYPES_LIGNE.index(ligne.get("type_ligne") or "commande")
        for champ in ("numero_commande", "numero_ligne", "numero_facture"):
            row[champ] = None if ligne.get(champ) in (None, "") else str(ligne[champ])
        for champ in ("quantite", "quantite_recue", "quantite_facturee"):
            row[champ] = _entier(ligne.get(champ), schema.DIX_MILLIEMES)
        row["prix_unitaire_ht"] = _entier(ligne["prix_unitaire_ht"], schema.MILLIONIEMES)
        row["taux_tva"] = _entier(ligne.get("taux_tva"), schema.CENTIEMES_DE_POUR_CENT)
        for champ in ("montant_ht", "montant_facture_ht"):
            row[champ] = _entier(ligne.get(champ), schema.CENTIMES)
        rate = row["taux_tva"]
        row["montant_ttc"] = (
            None if rate is None else _entier(Decimal(row["montant_ht"]) * (10_000 + rate) / 10_000, 1)
        )
        row["origine"] = ligne.get("origine")
        rows.append(row)
    return rows


def valeurs(codes: Mapping[str, Mapping[str, int]], avant: Mapping[str, int]) -> list[dict[str, Any]]:
    """The rows of `schema.VALEURS` for the codes beyond those of *avant* (last code by dimension)."""
    return [
        {
            "dimension": dimension,
            "code": code,
            "valeur": value,
            "genre": ("CIP13" if len(value) == 13 else "UCD") if dimension == "produit" else None,
            "valide": not (dimension == "produit" and value.startswith("FAUX")),
        }
        for dimension, known in codes.items()
        for value, code in known.items()
        if code > avant.get(dimension, 0)
    ]


def ecrire(dossier: Path, rows: list[dict[str, Any]], forme: pa.Schema) -> Path:
    """One Parquet file in *dossier*."""
    chemin = dossier / f"essai-{next(_names)}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=forme), chemin)
    return chemin


def poser(lignes: Sequence[Mapping[str, Any]], *, ght: Any = None, instant: datetime | None = None) -> Any:
    """Register *lignes* as the next deposit of the lake; returns the `DepotLignes`. Needs the base."""
    from django.conf import settings

    from fanal.depenses.models import DepotLignes, EtatLac, FichierLac
    from fanal.depenses.queries.lac import manifeste, stockage
    from fanal.depots.models import Depot, Original

    instant = instant or datetime(2022, 2, 1, 8, tzinfo=UTC)
    state, _ = EtatLac.objects.get_or_create(pk=1)
    number = state.version + 1
    store = stockage()
    codes: dict[str, dict[str, int]] = {}
    for name in manifeste().valeurs:
        for row in pq.read_table(store.chemin(name)).to_pylist():
            codes.setdefault(row["dimension"], {})[row["valeur"]] = row["code"]
    before = {d: len(known) for d, known in codes.items()}
    rows = coder(lignes, codes, number)
    original, _ = Original.objects.get_or_create(
        empreinte=hashlib.sha256(repr((number, lignes)).encode()).hexdigest(), defaults={"taille": 0}
    )
    depot = Depot.objects.create(
        format="lignes_commande",
        original=original,
        nom_fichier=f"essai-{number}.csv",
        canal="cli",
        recu_le=instant,
        lues=len(rows),
        acceptees=len(rows),
    )
    place = {"niveau": "ght", "ght": ght} if ght else {"niveau": "national"}
    deposit = DepotLignes.objects.create(
        depot=depot,
        numero=number,
        etat="termine",
        lues=len(rows),
        acceptees=len(rows),
        montant_accepte_ht=Decimal(sum(r["montant_ht"] for r in rows)) / 100,
        termine_le=instant,
        **place,
    )
    erased = _erased({(r["etablissement"], r["numero_commande"], r["numero_ligne"]) for r in rows})
    DepotLignes.objects.filter(pk=deposit.pk).update(corrigees=len(erased))
    work = Path(settings.VAR)
    for genre, content, form in (
        ("lignes", rows, schema.LIGNES),
        ("valeurs", valeurs(codes, before), schema.VALEURS),
        ("effacements", [{"id": i} for i in erased], schema.EFFACEMENTS),
    ):
        if not content:
            continue
        name, digest, size = store.poser(ecrire(work, content, form), genre)
        months = [r["mois"] for r in rows]
        FichierLac.objects.create(
            genre=genre,
            depot=deposit,
            nom=name,
            empreinte=digest,
            octets=size,
            lignes=len(content),
            somme_ht=Decimal(sum(r.get("montant_ht", 0) for r in content)) / 100,
            mois_min=min(months) if genre == "lignes" else None,
            mois_max=max(months) if genre == "lignes" else None,
            etablissements=sorted({r["etablissement"] for r in rows}) if genre == "lignes" else [],
            depuis=state.revision + 1,
        )
    if erased:
        FichierLac.objects.filter(genre="lignes", depot__numero__lt=number).update(efface=True)
    state.version, state.revision = number, state.revision + 1
    state.codes = {d: len(known) for d, known in codes.items()}
    state.save()
    return deposit


def ecarter(depot: Any, lignes: Sequence[Mapping[str, Any]]) -> None:
    """Add to a deposit lines that it set aside, from line 3 of its file, and an empty original."""
    from django.conf import settings
    from django.core.files.base import ContentFile

    from fanal.depenses.models import AnomalieLignes, FichierLac
    from fanal.depenses.queries.lac import stockage
    from fanal.moteurs.lac.entree.ecriture import MOTIFS

    motif = {
        "regle": "montant",
        "colonne": "montant_ht",
        "valeur": "21",
        "phrase": "Ligne 3 : 21 n'est pas 20.",
    }
    rows = [
        {"_ligne": i, "_montant_ht": _entier(r["montant_ht"], 100), "_finess": r["finess"], "_mois": None,
         "_motifs": [motif], **{k: str(v) for k, v in r.items()}}
        for i, r in enumerate(lignes, 3)
    ]  # fmt: skip
    own = [
        ("_ligne", pa.int64()),
        ("_montant_ht", pa.int64()),
        ("_finess", pa.string()),
        ("_mois", pa.int32()),
    ]
    form = pa.schema([*own, ("_motifs", MOTIFS), *((k, pa.string()) for k in lignes[0])])
    name, digest, size = stockage().poser(ecrire(Path(settings.VAR), rows, form), "ecartees")
    FichierLac.objects.create(
        genre="ecartees", depot=depot, nom=name, empreinte=digest, octets=size, lignes=len(rows), depuis=1
    )
    depot.ecartees, depot.lues = len(rows), depot.lues + len(rows)
    depot.montant_ecarte_ht = Decimal(sum(r["_montant_ht"] for r in rows)) / 100
    depot.save()
    AnomalieLignes.objects.create(
        depot=depot, regle="montant", gravite="refus", phrase=motif["phrase"], nombre=len(rows),
        montant_ht=depot.montant_ecarte_ht, exemples=[motif | {"ligne": 3}],
    )  # fmt: skip
    depot.depot.original.fichier.save(depot.depot.original.empreinte, ContentFile(b""))


def _erased(keys: set[tuple[int, str, str]]) -> list[int]:
    from fanal.depenses.queries.lac import manifeste, stockage

    state, store = manifeste(), stockage()
    gone = {r["id"] for n in state.effacements for r in pq.read_table(store.chemin(n)).to_pylist()}
    return [
        row["id"]
        for file in state.lignes
        for row in pq.read_table(store.chemin(file.nom)).to_pylist()
        if (row["etablissement"], row["numero_commande"], row["numero_ligne"]) in keys
        and row["id"] not in gone
    ]
