"""Reading a whole file into a working directory: blocks that several threads cut are checked and written.

What is finished survives: each file of lines is complete on disk, with the state that lets the next run go on
after it, before the state names it. Working files are those of one source and one set of options.
"""

import json
import os
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.moteurs.lac.entree import ecriture
from fanal.moteurs.lac.entree.blocs import Bloc, Lecteur
from fanal.moteurs.lac.entree.constantes import VIDE_JOUR
from fanal.moteurs.lac.entree.controles import AVOIR, Verdict, controler, mois_des_jours
from fanal.moteurs.lac.entree.definition import Conventions, Disposition, Progres, Regles, sans_progres
from fanal.moteurs.lac.entree.dictionnaires import Dictionnaires
from fanal.moteurs.lac.entree.octets import HACHAGE
from fanal.moteurs.lac.entree.savoir import Savoir
from fanal.moteurs.lac.schema import DIMENSIONS, LIGNES, VALEURS

LIGNES_PAR_FICHIER = 4_000_000
CLES = np.dtype([("hachage", "u8"), ("ligne", "i8"), ("place", "i8"), ("rang", "i8")])
ETAT = "etat.json"
LOT_ECARTEES = 5_000
# The files of a part, whatever it holds.
TOUJOURS = ("cles", "hachages", "valeurs", "vues")
# How those files are laid: those of another writing are read again from the start.
ECRITURE = f"{HACHAGE}-2"
# What is kept of a reason, beside its rule.
MOTIF = ("colonne", "valeur", "phrase")


@dataclass
class Base:
    """The lake that codes and identifiers go on from: its last codes, the number this deposit would take."""

    numero: int
    codes: dict[str, int] = field(default_factory=dict)


@dataclass
class Part:
    """One finished file of lines, and what was written beside it (names in the working directory)."""

    rang: int
    premier: int  # rank of its first line in the deposit
    lignes: int = 0
    avoirs: int = 0
    somme_lignes: int = 0
    mois_min: int = 10**6
    mois_max: int = 0
    etablissements: list[int] = field(default_factory=list)
    ecartees: int = 0
    controles: int = 0

    def nom(self, genre: str) -> str:
        """The name of one of its files: lignes, avoirs, ecartees, controles, or one of TOUJOURS."""
        suffixe = {"cles": "npy", "hachages": "npy", "vues": "npz"}.get(genre, "parquet")
        return f"{genre}-{self.rang:05d}.{suffixe}"


@dataclass
class Lue:
    """A file wholly read: its parts, its counts, and the dictionaries that its codes refer to."""

    dossier: Path
    disposition: Disposition
    base: Base
    parts: list[Part]
    cumul: ecriture.Cumul
    dictionnaires: Dictionnaires
    vues: dict[str, Any]


class Lecture:
    """One reading, started or taken again. `charger(base)` fills dictionaries with the values of the lake."""

    def __init__(
        self, dossier: Path, disposition: Disposition, conventions: Conventions, regles: Regles, base: Base,
        connues: Any, *, bloc: int | None = None, lignes_par_fichier: int | None = None,
        progresser: Progres = sans_progres,
    ) -> None:  # fmt: skip
        self.dossier, self.disposition, self.conventions = dossier, disposition, conventions
        self.regles, self.base, self.connues = regles, base, connues
        self.bloc, self.progresser = bloc, progresser
        self.lignes_par_fichier = lignes_par_fichier or LIGNES_PAR_FICHIER
        self.dictionnaires = Dictionnaires()
        self.parts: list[Part] = []
        self.cumul = ecriture.Cumul()
        self.place, self.vus, self.rang = disposition.depart, 0, 0
        self.vues: dict[str, Any] = {d.nom: np.zeros(0, np.bool_) for d in DIMENSIONS}
        self._derniers: dict[str, int] = {}
        self._reprendre()

    def _reprendre(self) -> None:
        """Take the finished parts of a stopped run again, with the codes that they were written with."""
        chemin = self.dossier / ETAT
        etat = json.loads(chemin.read_text()) if chemin.exists() else None
        if etat and (
            etat.get("ecriture") != ECRITURE or not all(self._entiere(Part(**p)) for p in etat["parts"])
        ):
            etat = None
        if etat:
            self.base = Base(**etat["base"])
        for dimension in DIMENSIONS:
            connues = self.connues(dimension.nom, self.base.codes.get(dimension.nom, 0))
            self.dictionnaires.inscrire(dimension.nom, *connues)
        self.dictionnaires.avancer(self.base.codes)
        if not etat:
            return
        self.parts = [Part(**p) for p in etat["parts"]]
        self.place, self.vus, self.rang = etat["place"], etat["vus"], etat["rang"]
        brut = etat["cumul"]
        anomalies = {r: ecriture.Anomalies(**a) for r, a in brut.pop("anomalies").items()}
        self.cumul = ecriture.Cumul(**brut, anomalies=anomalies)
        for part in self.parts:
            valeurs = pq.read_table(self.dossier / part.nom("valeurs")).to_pylist()
            for dimension in DIMENSIONS:
                siennes = [(v["valeur"], v["code"]) for v in valeurs if v["dimension"] == dimension.nom]
                self.dictionnaires.inscrire(dimension.nom, [v for v, _ in siennes], [c for _, c in siennes])
        if self.parts:
            with np.load(self.dossier / self.parts[-1].nom("vues")) as vues:
                self.vues = {nom: np.unpackbits(vues[nom]).view(np.bool_) for nom in vues.files}

    def _entiere(self, part: Part) -> bool:
        """Whether the files of a finished part are all there."""
        genres = [g for g in ("lignes", "avoirs", "ecartees", "controles") if getattr(part, g)]
        return all((self.dossier / part.nom(g)).exists() for g in (*genres, *TOUJOURS))

    def tout(self) -> Lue:
        """Read to the end of the file."""
        lecteur = Lecteur(
            self.disposition, self.conventions, self.dictionnaires, place=self.place, vus=self.vus,
            bloc=self.bloc,
        )  # fmt: skip
        self._derniers = {d.nom: self.dictionnaires.nombre(d.nom) for d in DIMENSIONS}
        savoir = Savoir(self.regles, self.conventions)
        taille = self.disposition.chemin.stat().st_size
        atelier: _Atelier | None = None
        with ThreadPoolExecutor(1, "ecrivain") as ecrivain:
            for bloc in lecteur.blocs():
                atelier = atelier or _Atelier(self, ecrivain)
                atelier.prendre(bloc, savoir.suivre(self.dictionnaires))
                self.place, self.vus = lecteur.place, lecteur.vus
                if atelier.part.lignes + atelier.part.avoirs >= self.lignes_par_fichier:
                    atelier.finir()
                    atelier = None
                self.progresser("lecture", self.place, taille)
            if atelier:
                atelier.finir()
        return Lue(
            self.dossier, self.disposition, self.base, self.parts, self.cumul, self.dictionnaires, self.vues
        )

    def nouvelles(self) -> pa.Table:
        """The values that took a code since the last part."""
        tables = []
        for dimension in DIMENSIONS:
            nom = dimension.nom
            avant, apres = self._derniers[nom], self.dictionnaires.nombre(nom)
            codes = np.arange(avant + 1, apres + 1, dtype=np.int32)
            n = len(codes)
            colonnes = [
                pa.repeat(nom, n), pa.array(codes), self.dictionnaires.textes(nom, avant),
                pa.nulls(n, pa.string()), pa.repeat(True, n),
            ]  # fmt: skip
            tables.append(pa.Table.from_arrays(colonnes, schema=VALEURS))
            self._derniers[nom] = apres
        return pa.concat_tables(tables)


class _Atelier:
    """The files of one part, being written: lines by a thread of their own, one block behind."""

    def __init__(self, lecture: Lecture, ecrivain: Executor) -> None:
        self.lecture, self._executeur = lecture, ecrivain
        self._attendues: list[Future[None]] = []
        dernier = lecture.parts[-1] if lecture.parts else None
        self.part = Part((dernier.rang + 1) if dernier else 0, lecture.rang)
        self._ecrivains: dict[str, pq.ParquetWriter] = {}
        self._cles: list[Any] = []
        self._etablissements: set[int] = set()

    def prendre(self, bloc: Bloc, savoir: dict[str, Any]) -> None:
        """Check a block and write it."""
        lecture = self.lecture
        verdict = controler(bloc, lecture.regles, lecture.disposition, savoir)
        ecriture.compter(verdict, lecture.cumul, lecture.disposition, savoir["produits"], savoir["connus"])
        gardes = np.flatnonzero(~verdict.refuses)
        rangs = lecture.rang + np.arange(len(gardes))
        lecture.rang += len(gardes)
        self._ecrire_lignes(bloc, gardes, rangs)
        self._noter_cles(bloc, gardes, rangs)
        for dimension in DIMENSIONS:
            self._voir(dimension.nom, bloc.dim(dimension.nom)[gardes])
        self._ecrire_ecartees(verdict)
        self._ecrire_controles(verdict)

    def _ecrire_lignes(self, bloc: Bloc, gardes: Any, rangs: Any) -> None:
        avoirs = bloc.types[gardes] == AVOIR
        ecrites: list[Future[None]] = []
        numero = self.lecture.base.numero
        for genre, choisis in (("lignes", ~avoirs), ("avoirs", avoirs)):
            if not choisis.any():
                continue
            tout = bool(choisis.all())
            table = ecriture.table(
                bloc, gardes if tout else gardes[choisis], rangs if tout else rangs[choisis], numero
            )
            ecrivain = self._ecrivain(genre, table.schema)
            ecrites.append(self._executeur.submit(ecrivain.write_table, table))
            if genre == "lignes":
                self._mesurer(bloc, gardes if tout else gardes[choisis])
                self.part.lignes += table.num_rows
            else:
                self.part.avoirs += table.num_rows
        # Two blocks at most are in memory as tables; an error of the other thread is raised here.
        self._attendre()
        self._attendues = ecrites

    def _attendre(self) -> None:
        for ecrite in self._attendues:
            ecrite.result()
        self._attendues = []

    def _mesurer(self, bloc: Bloc, rangs: Any) -> None:
        self.part.somme_lignes += int(bloc.num("montant_ht")[rangs].sum())
        jours = bloc.date("date_commande")[rangs]
        bornes = mois_des_jours(np.array([jours.min(), jours.max()]))
        self.part.mois_min = min(self.part.mois_min, int(bornes[0]))
        self.part.mois_max = max(self.part.mois_max, int(bornes[1]))
        self._etablissements.update(np.flatnonzero(np.bincount(bloc.dim("etablissement")[rangs])).tolist())

    def _noter_cles(self, bloc: Bloc, gardes: Any, rangs: Any) -> None:
        cles = np.empty(len(gardes), CLES)
        etablissements = bloc.dim("etablissement")[gardes].astype(np.uint64)
        hachage = bloc.t_hach[0][gardes] * np.uint64(0x9E3779B97F4A7C15) ^ bloc.t_hach[1][gardes]
        cles["hachage"] = (hachage ^ etablissements) * np.uint64(0xD6E8FEB86659FD93)
        cles["ligne"] = bloc.lignes[gardes]
        cles["place"] = bloc.place + bloc.debuts[gardes]
        cles["rang"] = rangs
        self._cles.append(cles)

    def _voir(self, nom: str, codes: Any) -> None:
        vues = self.lecture.vues[nom]
        besoin = int(codes.max(initial=0)) + 1
        if besoin > len(vues):
            vues = np.concatenate([vues, np.zeros(max(besoin, 2 * len(vues)) - len(vues), np.bool_)])
            self.lecture.vues[nom] = vues
        vues[codes] = True

    def _ecrire_ecartees(self, verdict: Verdict) -> None:
        """Keep the records set aside, a few thousand at a time: their sentences take memory."""
        rangs = np.flatnonzero(verdict.refuses)
        for debut in range(0, len(rangs), LOT_ECARTEES):
            lot = rangs[debut : debut + LOT_ECARTEES]
            motifs: dict[int, list[dict[str, str | None]]] = {int(r): [] for r in lot}
            for constat in verdict.constats:
                for rang in constat.rangs[(constat.rangs >= lot[0]) & (constat.rangs <= lot[-1])].tolist():
                    if rang in motifs:
                        dit = ecriture.exemple(
                            verdict, self.lecture.disposition, constat.regle, constat.champ, rang,
                            constat.suite(rang),
                        )  # fmt: skip
                        motifs[rang].append({"regle": constat.regle, **{k: dit[k] for k in MOTIF}})
            self._ecrire_lot(verdict, motifs)

    def _ecrire_lot(self, verdict: Verdict, motifs: dict[int, list[dict[str, str | None]]]) -> None:
        disposition, bloc = self.lecture.disposition, verdict.bloc
        montants, jours = verdict.montants, bloc.date("date_commande")
        rangees = []
        for rang, siens in motifs.items():
            montant, jour = int(montants[rang]), jours[rang]
            mois = int(mois_des_jours(jour)) if jour != VIDE_JOUR else None
            rangees.append(
                ecriture.rangee_ecartee(
                    disposition, int(bloc.lignes[rang]), montant, mois, bloc.cellules(rang), siens,
                )
            )  # fmt: skip
        forme = ecriture.forme_ecartees(disposition)
        self._ecrivain("ecartees", forme).write_table(ecriture.table_ecartees(rangees, forme))
        self.part.ecartees += len(rangees)

    def _ecrire_controles(self, verdict: Verdict) -> None:
        for constat in verdict.constats:
            rangs = constat.rangs[~verdict.refuses[constat.rangs]]
            if len(rangs):
                colonnes = [
                    pa.array(verdict.bloc.lignes[rangs]),
                    pa.repeat(constat.regle, len(rangs)),
                    pa.repeat(pa.scalar(constat.champ, pa.string()), len(rangs)),
                ]
                table = pa.Table.from_arrays(colonnes, schema=ecriture.CONTROLES)
                self._ecrivain("controles", ecriture.CONTROLES).write_table(table)
                self.part.controles += len(rangs)

    def _ecrivain(self, genre: str, forme: pa.Schema) -> pq.ParquetWriter:
        if genre not in self._ecrivains:
            chemin = self.lecture.dossier / self.part.nom(genre)
            self._ecrivains[genre] = ecriture.ouvrir(
                chemin, LIGNES if genre in ("lignes", "avoirs") else forme
            )
        return self._ecrivains[genre]

    def finir(self) -> None:
        """Close the files of the part, then say that it is finished."""
        lecture, part = self.lecture, self.part
        self._attendre()
        for ecrivain in self._ecrivains.values():
            ecrivain.close()
        part.etablissements = sorted(self._etablissements)
        cles = np.concatenate(self._cles)
        np.save(lecture.dossier / part.nom("cles"), cles)
        np.save(lecture.dossier / part.nom("hachages"), np.sort(cles["hachage"]))
        pq.write_table(lecture.nouvelles(), lecture.dossier / part.nom("valeurs"))
        vues: dict[str, Any] = {nom: np.packbits(codes) for nom, codes in lecture.vues.items()}
        np.savez(lecture.dossier / part.nom("vues"), **vues)
        lecture.parts.append(part)
        etat = {
            "ecriture": ECRITURE, "base": asdict(lecture.base), "parts": [asdict(p) for p in lecture.parts],
            "place": lecture.place, "vus": lecture.vus, "rang": lecture.rang, "cumul": asdict(lecture.cumul),
        }  # fmt: skip
        provisoire = lecture.dossier / f"{ETAT}.tmp"
        with provisoire.open("w") as fichier:
            json.dump(etat, fichier)
            fichier.flush()
            os.fsync(fichier.fileno())
        provisoire.replace(lecture.dossier / ETAT)
