"""A lake kept by hand in a directory: the engine of intake without any register."""

import itertools
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from fanal.depenses.compute.conventions import ConventionsLignes
from fanal.depenses.compute.disposition import disposer
from fanal.depenses.rules.codes import juger_produit, juger_siret
from fanal.depots import formats
from fanal.depots.lecture import Correspondance
from fanal.moteurs.lac.entree.comparaison import Lac
from fanal.moteurs.lac.entree.definition import Regles
from fanal.moteurs.lac.entree.lecture import Base, Lecture, Lue
from fanal.moteurs.lac.entree.reglement import Reglement, Regleur
from fanal.moteurs.lac.entree.valeurs import ValeursDuLac
from fanal.moteurs.lac.schema import DIMENSIONS, TYPES_LIGNE

FINESS = ("210780581", "250000015")
TITRES = (
    "finess;numero_commande;numero_ligne;type_ligne;date_commande;libelle;code_article;quantite;"
    "prix_unitaire_ht;taux_tva;montant_ht;numero_facture;date_facture"
)
REGLES = Regles(
    etablissements=frozenset(FINESS),
    jour_min=14610,
    jour_max=19000,
    taux=((0, 99999, frozenset({2000, 550})),),
)
SCHEMA = formats.charger("lignes_commande").principal


def conventions(correspondance: Correspondance | None = None) -> ConventionsLignes:
    """The conventions of the format, or of a mapping."""
    known = correspondance or Correspondance("")
    return ConventionsLignes(
        SCHEMA, codes=known.codes, ordre_dates=known.formats.get("dates", "jma"),
        signe_decimal=known.formats.get("decimale", ""), familles=("MEDICAMENTS",), produit=juger_produit,
        siret=juger_siret,
    )  # fmt: skip


class PetitLac:
    """Files by kind, the last codes, the number of the last deposit."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        self.base = Base(1)
        self.lignes: list[tuple[str, Path, frozenset[int]]] = []
        self.valeurs: list[Path] = []
        self.effacements: list[Path] = []
        self._rangs = itertools.count()

    def lire(self, texte: str | bytes, regles: Regles = REGLES, correspondance: Correspondance | None = None,
             **options: Any) -> Lue:  # fmt: skip
        """Read a file aside, from the lake as it is."""
        dossier = self.dossier / f"travail-{next(self._rangs)}"
        dossier.mkdir()
        chemin = dossier / "recu.csv"
        chemin.write_bytes(texte.encode() if isinstance(texte, str) else texte)
        disposition = disposer(chemin, SCHEMA, correspondance)
        known = ValeursDuLac(self.valeurs)
        return Lecture(
            dossier, disposition, conventions(correspondance), regles, self.base, known.jusqu_a, **options
        ).tout()

    def regler(
        self, lue: Lue, regles: Regles = REGLES, correspondance: Correspondance | None = None
    ) -> Reglement:
        """Settle what was read against the lake as it is now, and add it."""
        essai = self.dossier / f"essai-{next(self._rangs)}"
        essai.mkdir()
        regle = Regleur(
            lue, regles, conventions(correspondance), Lac(self.lignes, self.effacements), self.base,
            ValeursDuLac(self.valeurs).apres, essai,
        ).tout()  # fmt: skip
        for fichier in regle.fichiers:
            if fichier.genre == "lignes":
                self.lignes.append((str(fichier.chemin), fichier.chemin, frozenset(fichier.etablissements)))
            elif fichier.genre == "valeurs":
                self.valeurs.append(fichier.chemin)
            elif fichier.genre == "effacements":
                self.effacements.append(fichier.chemin)
        self.base = Base(self.base.numero + 1, dict(regle.codes))
        return regle

    def importer(self, texte: str | bytes, regles: Regles = REGLES, **options: Any) -> Reglement:
        """Read and settle."""
        correspondance = options.get("correspondance")
        return self.regler(self.lire(texte, regles, **options), regles, correspondance)

    def contenu(self) -> list[dict[str, Any]]:
        """The current lines, decoded, in the order of their identifiers."""
        values: dict[str, dict[int, str]] = {d.nom: {} for d in DIMENSIONS}
        for chemin in self.valeurs:
            for row in pq.read_table(chemin).to_pylist():
                assert row["code"] not in values[row["dimension"]]
                values[row["dimension"]][row["code"]] = row["valeur"]
        gone = {r["id"] for c in self.effacements for r in pq.read_table(c).to_pylist()}
        rows = []
        for _, chemin, _ in self.lignes:
            for row in pq.read_table(chemin).to_pylist():
                if row["id"] in gone:
                    continue
                for d in DIMENSIONS:
                    row[d.nom] = None if row[d.nom] is None else values[d.nom][row[d.nom]]
                row["type_ligne"] = TYPES_LIGNE[row["type_ligne"]]
                rows.append(row)
        ids = [r["id"] for r in rows]
        assert len(ids) == len(set(ids))
        return sorted(rows, key=lambda r: r["id"])
