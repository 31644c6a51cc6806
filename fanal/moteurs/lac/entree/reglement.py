"""The end of an intake: what the file as a whole and the lake say of lines that stand alone.

Duplicates are set aside; a line that the lake holds with the same content is dropped, with other content it
replaces the old one; months are replaced; credit notes find their origin. The working files are only read:
this can be done again when another deposit was registered first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.moteurs.lac.entree import ecriture, phrases, remarques
from fanal.moteurs.lac.entree.comparaison import Comparaison, Lac, Refusees, comparer
from fanal.moteurs.lac.entree.controles import REMISE
from fanal.moteurs.lac.entree.definition import Conventions, Progres, Regles, sans_progres
from fanal.moteurs.lac.entree.doublons import Doublon, trouver
from fanal.moteurs.lac.entree.lecture import Base, Lue, Part
from fanal.moteurs.lac.entree.rattachement import Rattachement, rattacher
from fanal.moteurs.lac.schema import BITS_DU_RANG, DIMENSIONS, EFFACEMENTS, LIGNES, SANS_LIGNE, VALEURS

_LOT = 200_000
RANG = (1 << BITS_DU_RANG) - 1


@dataclass
class FichierEcrit:
    """A local file ready for the lake."""

    genre: str
    chemin: Path
    lignes: int
    somme: int = 0
    mois_min: int | None = None
    mois_max: int | None = None
    etablissements: list[int] = field(default_factory=list)


@dataclass
class Reglement:
    """All that a deposit adds to the lake. Amounts in cents; bilans by (FINESS, month)."""

    fichiers: list[FichierEcrit]
    codes: dict[str, int]
    cumul: ecriture.Cumul
    bilans: dict[tuple[str, int], list[int]]
    deja_connues: int = 0
    corrigees: int = 0
    remplacees: int = 0
    touches: set[str] = field(default_factory=set)


Connues = Callable[[str, int], Mapping[str, int]]


class Regleur:
    """One settlement, in a fresh directory. `nouvelles(dimension, code)`: values of the lake after a code."""

    def __init__(
        self, lue: Lue, regles: Regles, conventions: Conventions, lac: Lac, etat: Base, nouvelles: Connues,
        dossier: Path, progresser: Progres = sans_progres,
    ) -> None:  # fmt: skip
        self.lue, self.regles, self.conventions, self.lac = lue, regles, conventions, lac
        self.etat, self.nouvelles, self.dossier, self.progresser = etat, nouvelles, dossier, progresser
        self.fichiers: list[FichierEcrit] = []
        self.cumul = _copie(lue.cumul)
        self.cartes, self.codes = self._recoder()
        self.decalage = (etat.numero - lue.base.numero) << BITS_DU_RANG

    def tout(self) -> Reglement:
        """Settle everything; the files are in the directory."""
        self.progresser("doublons", 0, 1)
        doublons = trouver(self.lue, self.conventions)
        lignes, avoirs = self._rebaser("lignes"), self._rebaser("avoirs")
        self.progresser("comparaison", 0, 1)
        retires = np.array(sorted(doublons), np.int64)
        comparaison = comparer(
            self.lac, [*lignes, *avoirs], retires, self.regles.mois, self.dossier, self._refusees()
        )
        self._ecarter(doublons, [*lignes, *avoirs])
        tous = np.union1d(retires, comparaison.connues)
        self.progresser("ecriture", 0, 1)
        finales = [self._filtrer(c, p, tous) for c, p in zip(lignes, self._parts("lignes"), strict=True)]
        gardees = [f for f in finales if f]
        self.fichiers += gardees
        self._rattacher(avoirs, [f.chemin for f in gardees], tous, comparaison)
        if len(comparaison.effacees):
            self._ecrire("effacements", pa.table({"id": comparaison.effacees}, schema=EFFACEMENTS))
        remarques.gardees(self.cumul, comparaison)
        self._ecrire_valeurs()
        self._reunir("ecartees")
        self._reunir("controles")
        return Reglement(
            self.fichiers, self.codes, self.cumul, self._bilans(), len(comparaison.connues),
            comparaison.corrigees, comparaison.remplacees, comparaison.touches,
        )  # fmt: skip

    # Codes and identifiers, when another deposit was registered since the reading began.

    def _recoder(self) -> tuple[dict[str, Any], dict[str, int]]:
        """For each dimension, code read to code of the lake (None: the same), and the last codes after."""
        cartes: dict[str, Any] = {}
        codes: dict[str, int] = {}
        for dimension in DIMENSIONS:
            nom = dimension.nom
            base, dernier = self.lue.base.codes.get(nom, 0), self.etat.codes.get(nom, 0)
            local = self.lue.dictionnaires.nombre(nom)
            if dernier == base:
                cartes[nom], codes[nom] = None, max(local, dernier)
                continue
            connues = self.nouvelles(nom, base)
            carte = np.arange(local + 1, dtype=np.int32)
            for code, valeur in self.lue.dictionnaires.nouvelles(nom, base).items():
                if valeur in connues:
                    carte[code] = connues[valeur]
                else:
                    dernier += 1
                    carte[code] = dernier
            cartes[nom], codes[nom] = carte, dernier
        return cartes, codes

    def _parts(self, genre: str) -> list[Part]:
        return [p for p in self.lue.parts if getattr(p, genre)]

    def _rebaser(self, genre: str) -> list[Path]:
        """The files of the reading, rewritten with the codes and identifiers of the lake if they differ."""
        chemins = [self.lue.dossier / p.nom(genre) for p in self._parts(genre)]
        if not self.decalage and all(c is None for c in self.cartes.values()):
            return chemins
        refaits = []
        for chemin in chemins:
            refait = self.dossier / f"rebase-{chemin.name}"
            with ecriture.ouvrir(refait) as ecrivain:
                for lot in pq.ParquetFile(chemin).iter_batches(_LOT):
                    ecrivain.write_table(self._traduire(pa.Table.from_batches([lot])))
            refaits.append(refait)
        return refaits

    def _traduire(self, table: pa.Table) -> pa.Table:
        for nom, carte in {**self.cartes, "id": None}.items():
            rang = table.schema.get_field_index(nom)
            if nom == "id":
                table = table.set_column(rang, LIGNES.field(nom), pc.add(table[nom], self.decalage))
            elif carte is not None:
                table = table.set_column(rang, LIGNES.field(nom), pc.take(pa.array(carte), table[nom]))
        return table

    # Files.

    def _filtrer(self, chemin: Path, part: Part, retires: Any) -> FichierEcrit | None:
        """A file of lines without those that were dropped; the same file when none of its lines was."""
        ids = (retires + (self.etat.numero << BITS_DU_RANG)).astype(np.int64)
        siens = retires[(retires >= part.premier) & (retires < part.premier + part.lignes + part.avoirs)]
        if not len(siens):
            codes = self.cartes["etablissement"]
            etablissements = part.etablissements if codes is None else codes[part.etablissements].tolist()
            return FichierEcrit(
                "lignes",
                chemin,
                part.lignes,
                part.somme_lignes,
                part.mois_min,
                part.mois_max,
                sorted(etablissements),
            )
        nouveau = self.dossier / f"filtre-{chemin.name}"
        ecrit = FichierEcrit("lignes", nouveau, 0)
        presents: set[int] = set()
        with ecriture.ouvrir(nouveau) as ecrivain:
            for lot in pq.ParquetFile(chemin).iter_batches(_LOT):
                garde = ~np.isin(lot["id"].to_numpy(), ids)
                table = pa.Table.from_batches([lot]).filter(pa.array(garde))
                if table.num_rows:
                    ecrivain.write_table(table)
                    _mesurer(ecrit, table, presents)
        ecrit.etablissements = sorted(presents)
        return ecrit if ecrit.lignes else None

    def _ecrire(self, genre: str, table: pa.Table, suffixe: str = "") -> FichierEcrit:
        chemin = self.dossier / f"{genre}{suffixe}.parquet"
        with ecriture.ouvrir(chemin, LIGNES if genre == "lignes" else table.schema) as ecrivain:
            ecrivain.write_table(table)
        ecrit = FichierEcrit(genre, chemin, table.num_rows)
        self.fichiers.append(ecrit)
        return ecrit

    def _ecrire_valeurs(self) -> None:
        """The values that lines of this deposit brought to the lake."""
        tables = []
        for dimension in DIMENSIONS:
            nom = dimension.nom
            base = self.lue.base.codes.get(nom, 0)
            codes = np.arange(base + 1, self.lue.dictionnaires.nombre(nom) + 1, dtype=np.int32)
            finals = codes if self.cartes[nom] is None else self.cartes[nom][codes]
            vues = np.zeros(len(codes), np.bool_)
            connues = self.lue.vues[nom][base + 1 :][: len(codes)]
            vues[: len(connues)] = connues
            garde = pa.array(vues & (finals > self.etat.codes.get(nom, 0)))
            textes = self.lue.dictionnaires.textes(nom, base).filter(garde)
            n = len(textes)
            genres, valides = self._juger(nom, textes)
            colonnes = [pa.repeat(nom, n), pa.array(finals).filter(garde), textes, genres, valides]
            tables.append(pa.Table.from_arrays(colonnes, schema=VALEURS))
        valeurs = pa.concat_tables(tables)
        if valeurs.num_rows:
            self._ecrire("valeurs", valeurs)

    def _juger(self, nom: str, textes: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The kind of each value of a dimension, and whether it is right."""
        if nom == "produit":
            juges = [self.conventions.produit(v) for v in textes.to_pylist()]
            return pa.array([g for g, _ in juges], pa.string()), pa.array([v for _, v in juges], pa.bool_())
        if nom == "fournisseur":
            valides = pa.array([self.conventions.siret(v) for v in textes.to_pylist()], pa.bool_())
        else:
            valides = pa.repeat(True, len(textes))
        return pa.nulls(len(textes), pa.string()), valides

    def _reunir(self, genre: str) -> None:
        """The set-aside lines and the marks of every part, as files of the lake."""
        for part in self._parts(genre):
            self.fichiers.append(
                FichierEcrit(genre, self.lue.dossier / part.nom(genre), getattr(part, genre))
            )

    # Duplicates.

    def _ecarter(self, doublons: dict[int, Doublon], chemins: Sequence[Path]) -> None:
        """Take duplicates out of the counts and keep them with their reason."""
        if not doublons:
            return
        ids = np.array(sorted(doublons), np.int64) + (self.etat.numero << BITS_DU_RANG)
        lues: list[dict[str, Any]] = []
        for chemin in chemins:
            table = pq.read_table(chemin, filters=pc.field("id").isin(pa.array(ids)))
            lues += table.to_pylist()
        rangees = []
        for row in sorted(lues, key=lambda r: r["id"]):
            doublon = doublons[row["id"] & RANG]
            montant = row["montant_ht"]
            phrase = phrases.sur_la_ligne(
                doublon.ligne, "numero_ligne",
                f"la ligne {doublon.premiere} porte déjà ces numéros de commande et de ligne pour cet "
                "établissement : elle seule est comptée. Retirez celle-ci ou corrigez son numéro de ligne.",
            )  # fmt: skip
            valeur = doublon.cellules[self.lue.disposition.champs.index("numero_ligne")]
            self.cumul.noter(
                "doublon", 1, montant,
                [{"ligne": doublon.ligne, "colonne": "numero_ligne", "valeur": valeur, "phrase": phrase}],
            )  # fmt: skip
            self.cumul.ecartees += 1
            self.cumul.montant_ecarte += montant
            self.cumul.montant_accepte -= montant
            if row["type_ligne"] == REMISE:
                self.cumul.remises -= montant
            self._retirer_du_bilan(row)
            motif: dict[str, str | None] = {
                "regle": "doublon",
                "colonne": "numero_ligne",
                "valeur": valeur,
                "phrase": phrase,
            }
            rangees.append(
                ecriture.rangee_ecartee(
                    self.lue.disposition, doublon.ligne, montant, row["mois"], doublon.cellules, [motif]
                )
            )
        forme = ecriture.forme_ecartees(self.lue.disposition)
        self._ecrire("ecartees", ecriture.table_ecartees(rangees, forme), "-doublons")

    def _retirer_du_bilan(self, row: dict[str, Any]) -> None:
        carte = self.cartes["etablissement"]
        code = row["etablissement"]
        if carte is not None:
            code = int(np.flatnonzero(carte == code)[0])
        bilan = self.cumul.bilans[f"{code}:{row['mois']}"]
        produit = row["produit"]
        if produit is not None and self.cartes["produit"] is not None:
            produit = int(np.flatnonzero(self.cartes["produit"] == produit)[0])
        sans_produit = (
            produit is None
            or not self.conventions.produit(self.lue.dictionnaires.valeur("produit", produit))[1]
        )
        for rang, valeur in enumerate(
            (1, row["montant_ht"], row["marche"] is None, sans_produit, row["taux_tva"] is None,
             row["date_facture"] is None, -1)
        ):  # fmt: skip
            bilan[rang] -= int(valeur)

    def _bilans(self) -> dict[tuple[str, int], list[int]]:
        resultat = {}
        for cle, bilan in self.cumul.bilans.items():
            code, mois = map(int, cle.split(":"))
            resultat[self.lue.dictionnaires.valeur("etablissement", code), mois] = bilan
        return resultat

    def _refusees(self) -> Refusees | None:
        """Where the keys of the lines set aside are, when months are replaced."""
        parts = self._parts("ecartees")
        if not self.regles.mois or not parts:
            return None
        champs, noms = self.lue.disposition.champs, ecriture.noms_de_colonnes(self.lue.disposition.titres)
        commande, ligne = (noms[champs.index(c)] for c in ("numero_commande", "numero_ligne"))
        chemins = [self.lue.dossier / p.nom("ecartees") for p in parts]
        connus = {v: k for k, v in self.lue.dictionnaires.nouvelles("etablissement", 0).items()}
        carte, codes = self.cartes["etablissement"], {}
        for chemin in chemins:
            lots = pq.ParquetFile(chemin).iter_batches(_LOT, columns=["_finess"])
            for texte in {t for lot in lots for t in pc.unique(lot["_finess"]).to_pylist()}:
                code = connus.get(self.conventions.valeur("finess", texte or "").texte or "")
                if texte and code:
                    codes[texte] = code if carte is None else int(carte[code])
        return Refusees(chemins, commande, ligne, codes)

    # Credit notes.

    def _rattacher(
        self, avoirs: Sequence[Path], lignes: Sequence[Path], retires: Any, comparaison: Comparaison
    ) -> None:
        """Write the credit notes of the file with their origin, and again those of the lake that change."""
        ids = retires + (self.etat.numero << BITS_DU_RANG)
        trouve = rattacher(self.lac, avoirs, lignes, ids, comparaison, self.dossier)
        if trouve is None:
            return
        controles = remarques.avoirs(self.cumul, trouve.recus, self.regles.tolerance)
        if controles:
            self._ecrire("controles", pa.Table.from_pylist(controles, schema=ecriture.CONTROLES), "-avoirs")
        remarques.revus(self.cumul, trouve.revus)
        finale = pa.concat_tables([trouve.recus.select(LIGNES.names).cast(LIGNES), self._reprendre(trouve)])
        comparaison.effacees = np.union1d(comparaison.effacees, trouve.revus["id"].to_numpy())
        comparaison.touches |= trouve.touches
        if not finale.num_rows:
            return
        ecrit = self._ecrire("lignes", finale, "-avoirs")
        presents: set[int] = set()
        ecrit.lignes = 0
        _mesurer(ecrit, finale, presents)
        ecrit.etablissements = sorted(presents)

    def _reprendre(self, trouve: Rattachement) -> pa.Table:
        """The new versions of earlier credit notes: after the lines of the file, and from no line of it."""
        revus = trouve.revus.select(LIGNES.names).cast(LIGNES)
        premier = (self.etat.numero << BITS_DU_RANG) + sum(p.lignes + p.avoirs for p in self.lue.parts)
        places = {
            "id": np.arange(premier, premier + revus.num_rows, dtype=np.int64),
            "ligne": np.full(revus.num_rows, SANS_LIGNE, np.int64),
        }
        for nom, valeurs in places.items():
            champ = LIGNES.field(nom)
            revus = revus.set_column(LIGNES.get_field_index(nom), champ, pa.array(valeurs))
        return revus


def _mesurer(ecrit: FichierEcrit, table: pa.Table, presents: set[int]) -> None:
    bornes = pc.min_max(table["mois"]).as_py()
    ecrit.lignes += table.num_rows
    ecrit.somme += pc.sum(table["montant_ht"]).as_py()
    ecrit.mois_min = min(ecrit.mois_min or bornes["min"], bornes["min"])
    ecrit.mois_max = max(ecrit.mois_max or 0, bornes["max"])
    presents.update(pc.unique(table["etablissement"]).to_pylist())


def _copie(cumul: ecriture.Cumul) -> ecriture.Cumul:
    anomalies = {
        r: ecriture.Anomalies(a.nombre, a.montant, list(a.exemples)) for r, a in cumul.anomalies.items()
    }
    return ecriture.Cumul(
        cumul.lues, cumul.ecartees, cumul.montant_accepte, cumul.montant_ecarte, cumul.remises, anomalies,
        {cle: list(bilan) for cle, bilan in cumul.bilans.items()},
    )  # fmt: skip
