"""Accepted records as a table of the lake, set-aside ones as they were read, and their counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.moteurs.lac.entree import octets, phrases
from fanal.moteurs.lac.entree.blocs import TAUX_ABSENT, Bloc
from fanal.moteurs.lac.entree.constantes import VIDE, VIDE_JOUR
from fanal.moteurs.lac.entree.controles import REMISE, Verdict, mois_des_jours
from fanal.moteurs.lac.entree.definition import NOMBRES, TEXTES, Disposition
from fanal.moteurs.lac.schema import BITS_DU_RANG, DIMENSIONS, LIGNES

EXEMPLES = 20
MOTIFS = pa.list_(pa.struct([(nom, pa.string()) for nom in ("regle", "colonne", "valeur", "phrase")]))
CONTROLES = pa.schema([("ligne", pa.int64()), ("regle", pa.string()), ("colonne", pa.string())])
# What a set-aside line carries beside its own cells.
PROPRES = ("_ligne", "_montant_ht", "_finess", "_mois", "_motifs")
# Small integers repeat: a dictionary is shorter and faster. Ranks follow one another.
_SUITES = ("id", "ligne")
_SANS_DICTIONNAIRE = {*_SUITES, "numero_commande", "numero_facture", "montant_ht", "montant_ttc",
                      "montant_facture_ht", "origine"}  # fmt: skip
_ABSENTS_ZERO = {d.nom for d in DIMENSIONS}


def ouvrir(chemin: Path, forme: pa.Schema = LIGNES) -> pq.ParquetWriter:
    """A writer of one file of the lake."""
    if forme is not LIGNES:
        return pq.ParquetWriter(chemin, forme, compression="zstd")
    return pq.ParquetWriter(
        chemin,
        forme,
        compression="snappy",
        use_dictionary=[n for n in forme.names if n not in _SANS_DICTIONNAIRE],
        column_encoding=dict.fromkeys(_SUITES, "DELTA_BINARY_PACKED"),
        write_statistics=True,
    )


def _annulable(valeurs: Any, rangs: Any, absent: Any, nature: pa.DataType) -> pa.Array:
    """The values of some records, null where they are `absent`."""
    cible = np.empty(len(rangs), valeurs.dtype)
    presents = np.empty((len(rangs) + 7) // 8, np.uint8)
    manquants = octets.choisir(valeurs, rangs, valeurs.dtype.type(absent), cible, presents)
    masque = pa.py_buffer(presents) if manquants else None
    return pa.Array.from_buffers(nature, len(rangs), [masque, pa.py_buffer(cible)], manquants)


def _texte(bloc: Bloc, champ: str, rangs: Any) -> pa.Array:
    rang = TEXTES.index(champ)
    longueurs = bloc.t_long[rang]
    choisies = longueurs[rangs]
    bornes = np.empty(len(rangs) + 1, np.int32)
    tampon = np.empty(int(choisies.sum()) + octets.MARGE, np.uint8)
    octets.rassembler(bloc.octets, bloc.t_place[rang], longueurs, rangs, bornes, tampon)
    valides = choisies > 0
    masque = None if valides.all() else pa.py_buffer(np.packbits(valides, bitorder="little"))
    return pa.StringArray.from_buffers(len(rangs), pa.py_buffer(bornes), pa.py_buffer(tampon), masque)


def montants_ttc(montants: Any, taux: Any) -> Any:
    """Amounts with VAT in cents, rounded half away from zero; VIDE without a rate (article 266 CGI)."""
    produit = np.abs(montants) * (10_000 + taux.astype(np.int64))
    ttc = np.sign(montants) * ((produit + 5_000) // 10_000)
    return np.where(taux == TAUX_ABSENT, VIDE, ttc)


def table(bloc: Bloc, rangs: Any, premiers: Any, depot: int) -> pa.Table:
    """The records *rangs* of a block as rows of `schema.LIGNES`; *premiers*: their ranks in the deposit."""
    colonnes: dict[str, pa.Array] = {
        "id": pa.array((np.int64(depot) << BITS_DU_RANG) + premiers),
        "ligne": pa.array(bloc.lignes[rangs]),
        "type_ligne": pa.array(bloc.types[rangs].astype(np.int8)),
        "taux_tva": _annulable(bloc.taux, rangs, TAUX_ABSENT, pa.int32()),
    }
    for dimension in _ABSENTS_ZERO:
        colonnes[dimension] = _annulable(bloc.dim(dimension), rangs, 0, pa.int32())
    for champ in TEXTES:
        colonnes[champ] = _texte(bloc, champ, rangs)
    for champ in ("date_commande", "date_reception", "date_facture"):
        colonnes[champ] = _annulable(bloc.date(champ), rangs, VIDE_JOUR, pa.date32())
    colonnes["mois"] = pa.array(mois_des_jours(bloc.date("date_commande")[rangs]).astype(np.int32))
    for champ in NOMBRES:
        colonnes[champ] = _annulable(bloc.num(champ), rangs, VIDE, pa.int64())
    ttc = montants_ttc(bloc.num("montant_ht")[rangs], bloc.taux[rangs])
    colonnes["montant_ttc"] = _annulable(ttc, np.arange(len(rangs)), VIDE, pa.int64())
    colonnes["origine"] = pa.nulls(len(rangs), pa.int64())
    return pa.Table.from_arrays([colonnes[c.name] for c in LIGNES], schema=LIGNES)


@lru_cache(maxsize=64)
def noms_de_colonnes(titres: tuple[str, ...]) -> list[str]:
    """The titles of the file as names that differ, none of them one of ours."""
    noms: list[str] = []
    for rang, titre in enumerate(titres):
        nom = titre or f"Colonne {rang + 1}"
        while nom in noms or nom in PROPRES:
            nom = f"{nom} ({rang + 1})"
        noms.append(nom)
    return noms


def forme_ecartees(disposition: Disposition) -> pa.Schema:
    """The set-aside lines: ours first, then the file's own columns as text."""
    return pa.schema(
        [
            ("_ligne", pa.int64()), ("_montant_ht", pa.int64()), ("_finess", pa.string()),
            ("_mois", pa.int32()), ("_motifs", MOTIFS),
            *((nom, pa.string()) for nom in noms_de_colonnes(disposition.titres)),
        ]
    )  # fmt: skip


def rangee_ecartee(
    disposition: Disposition, ligne: int, montant: int, mois: int | None, cellules: Sequence[str],
    motifs: Sequence[dict[str, str | None]],
) -> tuple[Any, ...]:  # fmt: skip
    """One row of `forme_ecartees`."""
    largeur = len(disposition.titres)
    textes = [c or None for c in cellules[:largeur]] + [None] * (largeur - len(cellules))
    finess = textes[disposition.champs.index("finess")] if "finess" in disposition.champs else None
    return (ligne, montant, finess, mois, list(motifs), *textes)


def table_ecartees(rangees: Sequence[tuple[Any, ...]], forme: pa.Schema) -> pa.Table:
    """Rows of `rangee_ecartee` as a table."""
    colonnes = zip(*rangees, strict=True)
    return pa.Table.from_arrays(
        [pa.array(c, f.type) for c, f in zip(colonnes, forme, strict=True)], schema=forme
    )


@dataclass
class Anomalies:
    """What one rule found: how many lines, for how much, some of them."""

    nombre: int = 0
    montant: int = 0
    exemples: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Cumul:
    """The counts of an intake, in cents; all of it goes to JSON and back."""

    lues: int = 0
    ecartees: int = 0
    montant_accepte: int = 0
    montant_ecarte: int = 0
    remises: int = 0
    anomalies: dict[str, Anomalies] = field(default_factory=dict)
    # "code of the establishment:month" → lines, cents, without contract, product, VAT, invoice, set aside.
    bilans: dict[str, list[int]] = field(default_factory=dict)

    def noter(self, regle: str, nombre: int, montant: int, exemples: Sequence[dict[str, Any]] = ()) -> None:
        """Add lines to a rule."""
        anomalies = self.anomalies.setdefault(regle, Anomalies())
        anomalies.nombre += nombre
        anomalies.montant += montant
        anomalies.exemples += list(exemples)[: EXEMPLES - len(anomalies.exemples)]


def exemple(
    verdict: Verdict, disposition: Disposition, regle: str, champ: str | None, rang: int, suite: str
) -> dict[str, Any]:
    """What is shown of one line that breaks a rule."""
    ligne = int(verdict.bloc.lignes[rang])
    cellules = verdict.bloc.cellules(rang)
    colonne = disposition.champs.index(champ) if champ in disposition.champs else len(cellules)
    return {
        "ligne": ligne,
        "colonne": champ,
        "valeur": cellules[colonne] if colonne < len(cellules) else None,
        "phrase": phrases.sur_la_ligne(ligne, champ, suite),
    }


def compter(verdict: Verdict, cumul: Cumul, disposition: Disposition, produits: Any, connus: Any) -> None:
    """Add a block to the counts."""
    bloc, refuses = verdict.bloc, verdict.refuses
    montants = verdict.montants
    cumul.lues += bloc.nombre
    cumul.ecartees += int(refuses.sum())
    cumul.montant_ecarte += int(montants[refuses].sum())
    cumul.montant_accepte += int(montants[~refuses].sum())
    cumul.remises += int(montants[~refuses & (bloc.types == REMISE)].sum())
    _compter_regles(verdict, cumul, disposition, montants)
    _compter_mois(verdict, cumul, montants, produits, connus)


def _compter_regles(verdict: Verdict, cumul: Cumul, disposition: Disposition, montants: Any) -> None:
    par_regle: dict[str, list[Any]] = {}
    for constat in verdict.constats:
        par_regle.setdefault(constat.regle, []).append(constat)
    for regle, constats in par_regle.items():
        rangs = (
            constats[0].rangs
            if len(constats) == 1
            else np.unique(np.concatenate([c.rangs for c in constats]))
        )
        exemples = []
        for constat in constats if len(cumul.anomalies.get(regle, Anomalies()).exemples) < EXEMPLES else ():
            exemples += [
                exemple(verdict, disposition, regle, constat.champ, int(r), constat.suite(int(r)))
                for r in constat.rangs[:EXEMPLES]
            ]
        cumul.noter(regle, len(rangs), int(montants[rangs].sum()), sorted(exemples, key=lambda e: e["ligne"]))


def _compter_mois(verdict: Verdict, cumul: Cumul, montants: Any, produits: Any, connus: Any) -> None:
    bloc = verdict.bloc
    jours = bloc.date("date_commande")
    codes = bloc.dim("etablissement").astype(np.int64)
    gardes = np.flatnonzero((codes > 0) & (jours != VIDE_JOUR) & connus[codes])
    cles, places = np.unique(codes[gardes] * 100_000 + mois_des_jours(jours[gardes]), return_inverse=True)
    acceptes = ~verdict.refuses[gardes]
    produit = bloc.dim("produit")[gardes]
    mesures = (
        acceptes,
        np.where(acceptes, montants[gardes], 0),
        acceptes & (bloc.dim("marche")[gardes] == 0),
        acceptes & ((produit == 0) | ~produits[produit]),
        acceptes & (bloc.taux[gardes] == TAUX_ABSENT),
        acceptes & (bloc.date("date_facture")[gardes] == VIDE_JOUR),
        ~acceptes,
    )
    sommes = [np.bincount(places, weights=m, minlength=len(cles)) for m in mesures]
    for i, cle in enumerate(cles.tolist()):
        nom = f"{cle // 100_000}:{cle % 100_000}"
        bilan = cumul.bilans.setdefault(nom, [0] * len(mesures))
        for k, somme in enumerate(sommes):
            bilan[k] += round(somme[i])
