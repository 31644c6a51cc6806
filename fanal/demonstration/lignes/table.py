"""Lines drawn as the columns of a file: texts come from dictionaries, amounts stay exact decimals."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from fanal.demonstration.lignes.modele import Flux
from fanal.demonstration.lignes.particuliers import AVOIR, REMISE
from fanal.demonstration.lignes.produits import labels
from fanal.demonstration.lignes.tirage import EPOQUE, Des, Entiers, Lignes, days
from fanal.demonstration.plan.marches.contrats import REPERE
from fanal.moteurs.lac.schema import TYPES_LIGNE

PREMIER_JOUR, DERNIER_JOUR = days(date(2017, 1, 1)), days(date(2027, 12, 31))
UFS = 12
LIBELLES = 7  # ways to write a label
# Odd multipliers that mix the bits of a number.
PREMIERS = tuple(
    np.uint64(m) for m in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)
)
HABITUEL = 0.8  # share of the labels written in the usual way of the establishment
CHAMPS = (
    "finess", "uf", "numero_commande", "numero_ligne", "type_ligne", "date_commande", "date_reception",
    "date_facture", "numero_facture", "code_article", "code_produit", "libelle", "famille", "compte_m21",
    "siret_fournisseur", "numero_marche", "quantite", "quantite_recue", "quantite_facturee", "unite",
    "prix_unitaire_ht", "taux_tva", "montant_ht", "montant_facture_ht",
)  # fmt: skip


def decimal(valeurs: Entiers, echelle: int, manquants: Any = None) -> pl.Series:
    """Integers as decimals with *echelle* digits after the point: no float is made."""
    words = np.empty((len(valeurs), 2), dtype=np.int64)
    words[:, 0] = valeurs
    words[:, 1] = valeurs >> 63
    absents = None
    if manquants is not None:
        absents = pa.array(~manquants).buffers()[1]
    tableau = pa.Array.from_buffers(
        pa.decimal128(18, echelle), len(valeurs), [absents, pa.py_buffer(words.tobytes())]
    )
    return pl.Series(pl.from_arrow(tableau))


class Codeur:
    """What a GHT's streams say in each column, looked up by the rank of the stream."""

    def __init__(self, flux: Sequence[Flux], graine: object) -> None:
        self._graine = graine
        self._finess = sorted({f.finess for f in flux})
        rangs = {v: i for i, v in enumerate(self._finess)}
        self._de = np.array([rangs[f.finess] for f in flux], dtype=np.int64)
        self._textes = {
            "finess": _column([f.finess for f in flux]),
            "code_article": _column([f.produit.article if f.produit.code and f.code else "" for f in flux]),
            "code_produit": _column([f.produit.code if f.code else "" for f in flux]),
            "famille": _column([f.produit.famille for f in flux]),
            "compte_m21": _column([f.produit.compte for f in flux]),
            "siret_fournisseur": _column([f.fournisseur for f in flux]),
            "numero_marche": _column([f.marche for f in flux]),
            "unite": _column([f.unite or f.produit.unite for f in flux]),
            "taux_tva": _column([f.produit.tva.replace(".", ",") for f in flux]),
        }
        produits = {f.produit.libelle: None for f in flux}
        bases = {libelle: LIBELLES * rang for rang, libelle in enumerate(produits)}
        self._libelles = pl.Series([texte for libelle in produits for texte in labels(libelle)])
        self._base = np.array([bases[f.produit.libelle] for f in flux], dtype=np.int64)
        self._impose = np.array([f.libelle for f in flux], dtype=np.int64)
        self._code = np.array([f.code for f in flux], dtype=bool)
        self._jours = pl.Series(
            [f"{EPOQUE + timedelta(days=d):%d/%m/%Y}" for d in range(PREMIER_JOUR, DERNIER_JOUR + 1)]
        )
        self._ufs = pl.Series([f"{1000 + 10 * (i // UFS) + i % UFS}" for i in range(UFS * len(self._finess))])

    def frame(self, lignes: Lignes, tour: int = 0) -> pl.DataFrame:
        """The columns of the format, as they are written. *tour* names the draws of this batch."""
        n, f = len(lignes), lignes.flux
        des = Des("table", self._graine, tour)
        u, v = des.unites(n), des.unites(n)
        recu, facture, facturee = self._followed(lignes, u, v)
        quantite_facturee = np.where(u < 0.02, (lignes.quantite + 1) // 2, lignes.quantite)
        produit = quantite_facturee * lignes.prix
        montant_facture = np.sign(produit) * ((np.abs(produit) + 5_000) // 10_000)
        texte = {nom: serie.gather(f) for nom, serie in self._textes.items()}
        commandes = pl.Series(lignes.commande).cast(pl.String)
        lu = pl.Series(facturee)
        return pl.DataFrame(
            {
                "finess": texte["finess"],
                "uf": self._ufs.gather(UFS * self._de[f] + (_same(lignes, 3) * UFS).astype(np.int64)),
                "numero_commande": commandes,
                "numero_ligne": pl.Series(lignes.rang),
                "type_ligne": pl.Series(TYPES_LIGNE).gather(lignes.genre),
                "date_commande": self._day(lignes.jour),
                "date_reception": self._day(recu).zip_with(pl.Series(self._received(lignes, recu)), _none(n)),
                "date_facture": self._day(facture).zip_with(lu, _none(n)),
                "numero_facture": ("F" + commandes).zip_with(lu, _none(n)),
                "code_article": texte["code_article"],
                "code_produit": texte["code_produit"],
                "libelle": self._libelles.gather(self._base[f] + self._written(lignes)),
                "famille": texte["famille"],
                "compte_m21": texte["compte_m21"],
                "siret_fournisseur": texte["siret_fournisseur"],
                "numero_marche": texte["numero_marche"],
                "quantite": pl.Series(lignes.quantite),
                "quantite_recue": pl.Series(quantite_facturee).zip_with(
                    pl.Series(self._received(lignes, recu)), pl.Series([None], dtype=pl.Int64)
                ),
                "quantite_facturee": pl.Series(quantite_facturee).zip_with(
                    lu, pl.Series([None], dtype=pl.Int64)
                ),
                "unite": texte["unite"],
                "prix_unitaire_ht": decimal(lignes.prix // 100, 4),
                "taux_tva": texte["taux_tva"],
                "montant_ht": decimal(lignes.centimes, 2),
                "montant_facture_ht": decimal(montant_facture, 2, ~facturee),
            }
        )

    def _followed(self, lignes: Lignes, u: Any, v: Any) -> tuple[Entiers, Entiers, Any]:
        """Days of reception and of invoice, and whether the invoice has come by the day of the story."""
        recu = lignes.jour + 1 + (u * 12).astype(np.int64)
        facture = recu + 4 + (v * 30).astype(np.int64)
        return recu, facture, facture < days(REPERE)

    def _received(self, lignes: Lignes, recu: Entiers) -> Any:
        """Credit notes and rebates bring nothing in; the last orders are not there yet."""
        return (recu < days(REPERE)) & (lignes.genre != AVOIR) & (lignes.genre != REMISE)

    def _written(self, lignes: Lignes) -> Entiers:
        """Which way each label is written: that of the establishment, or any when there is no code."""
        f = lignes.flux
        usuel = (self._de[f] * 5 + 1) % LIBELLES
        libre = (_same(lignes, 1) * LIBELLES).astype(np.int64)
        choix = np.where((_same(lignes, 2) < HABITUEL) & self._code[f], usuel, libre)
        ecriture: Entiers = np.where(self._impose[f] >= 0, self._impose[f], choix)
        return ecriture

    def _day(self, jours: Entiers) -> pl.Series:
        return self._jours.gather(np.clip(jours, PREMIER_JOUR, DERNIER_JOUR) - PREMIER_JOUR)


def _same(lignes: Lignes, tour: int) -> NDArray[np.float64]:
    """Draws in [0, 1) that a line shares with the credit note that takes it back: one order, one product."""
    melange = (lignes.commande.astype(np.uint64) * PREMIERS[0]) ^ (
        lignes.flux.astype(np.uint64) * PREMIERS[tour]
    )
    melange = (melange ^ (melange >> np.uint64(29))) * PREMIERS[tour]
    tirees: NDArray[np.float64] = (melange >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return tirees


def _column(textes: Sequence[str]) -> pl.Series:
    """The texts of the streams; empty ones are missing."""
    return pl.Series([t or None for t in textes], dtype=pl.String)


def _none(_: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String)
