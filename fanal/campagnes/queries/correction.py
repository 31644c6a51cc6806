"""A version's cells, ready to be corrected in place, and the same file read again with the corrections.

The correction of a cell goes through the reader that read the file: the whole corrected table is written and
read
again, so that what is shown while typing is what the deposit will find.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from fanal.campagnes.models import Version
from fanal.depots import formats, lecture
from fanal.depots.formats import Format, Schema
from fanal.depots.models import Depot
from fanal.depots.originaux import local_copy
from fanal.depots.queries import raw_cells
from fanal.depots.reecriture import Classeur, Feuille, ecrire, from_frame, sheet_names
from fanal.refus import Introuvable, Inutilisable, Refus

# Key of a row's corrections that leaves out the cells past the last title.
SANS_DEBORDEMENT = "_cellules_en_trop"

Corrections = Mapping[int, Mapping[str, str]]
Changements = dict[str, dict[str, list[str]]]


@dataclass
class Base:
    """The cells of a deposit: `titres` maps a field of the format to its title in the file."""

    depot: Depot
    format: Format
    principale: Feuille
    titres: dict[str, str]
    annexes: list[Feuille] = field(default_factory=list)

    @property
    def schema(self) -> Schema:
        return self.format.principal

    @cached_property
    def rangs(self) -> dict[str, int]:
        """Title to the rank of its column."""
        return {titre: rang for rang, titre in enumerate(self.principale.titres)}

    def cellule(self, ligne: int, champ: str) -> str:
        """The text of a cell, empty when the file has no such column."""
        titre = self.titres.get(champ)
        return (self.principale.rangees[ligne][self.rangs[titre]] or "") if titre else ""

    def check_ligne(self, ligne: int) -> None:
        """Raise `Introuvable` unless the row was read."""
        if ligne not in self.principale.rangees:
            raise Introuvable(
                f"La ligne {ligne} n'est pas dans cette version. Rechargez la page pour voir les lignes à "
                "jour."
            )


def base_de(version: Version) -> Base:
    """The cells of a version. Raises `Refus` when no file came with it."""
    depot = version.depot
    if depot is None or not depot.brutes:
        raise Refus(
            "Cette version n'a pas été déposée par un fichier : ses cellules ne se corrigent pas ici."
        )
    format_ = formats.charger(depot.format)
    resume = depot.lecture[depot.format]
    titres = {champ: titre for titre, champ in resume["correspondance"].items()}
    brutes = raw_cells(depot)
    annexes: list[Feuille] = []
    ordre = depot.conventions.get("formats", {}).get("dates", "jma")
    if ordre != "jma" or len(depot.lecture) > 1:
        relue = _read_original(depot, format_)
        if ordre != "jma":
            brutes = _french_dates(brutes, relue.tables[depot.format].lignes, format_.principal, titres)
        annexes = [from_frame(t.feuille, t.brutes) for n, t in relue.tables.items() if n != depot.format]
    longues = depot.anomalies.filter(regle="ligne-trop-longue").values_list("ligne", flat=True)
    principale = from_frame(resume["feuille"], brutes, frozenset(n for n in longues if n))
    return Base(depot, format_, principale, titres, annexes)


def _read_original(depot: Depot, format_: Format) -> lecture.Lecture:
    resume = depot.lecture[depot.format]
    mapping = lecture.Correspondance(
        nom="",
        colonnes=resume["correspondance"] | dict.fromkeys(resume["inconnues"], ""),
        codes=depot.conventions.get("codes", {}),
        formats=depot.conventions.get("formats", {}),
        feuille=resume["feuille"],
    )
    with local_copy(depot.original, depot.nom_fichier) as chemin:
        return lecture.lire(chemin, format_, correspondance=mapping)


def _french_dates(
    brutes: pl.DataFrame, lues: pl.DataFrame, schema: Schema, titres: Mapping[str, str]
) -> pl.DataFrame:
    """The same cells, the dates that were understood written day first: read again, they mean the same."""
    for champ in schema.champs:
        if champ.type == "date" and champ.nom in titres:
            ecrites = lues[champ.nom].dt.strftime("%d/%m/%Y")
            titre = titres[champ.nom]
            brutes = brutes.with_columns(ecrites.zip_with(ecrites.is_not_null(), brutes[titre]).alias(titre))
    return brutes


def appliquer(base: Base, corrections: Corrections) -> tuple[Base, Changements]:
    """The cells with the corrections, and what changed: `{ligne: {titre: [avant, après]}}`.

    Raises `Introuvable` for a row that is not there, `Inutilisable` for a field that the format has not.
    """
    titres, colonnes = dict(base.titres), list(base.principale.titres)
    rangees = {ligne: list(cellules) for ligne, cellules in base.principale.rangees.items()}
    debordantes = set(base.principale.debordantes)
    changements: Changements = {}
    for ligne, saisies in corrections.items():
        base.check_ligne(ligne)
        for champ, texte in saisies.items():
            if champ == SANS_DEBORDEMENT:
                if ligne in debordantes and texte:
                    debordantes.discard(ligne)
                    changements.setdefault(str(ligne), {})["Cellules en trop"] = [
                        "présentes",
                        "laissées de côté",
                    ]
                continue
            apres, avant = _plain(texte), base.cellule(ligne, champ)
            if apres == _plain(avant):
                continue
            titre = titres.get(champ) or _new_column(champ, base.schema, titres, colonnes, rangees)
            rangees[ligne][colonnes.index(titre)] = apres or None
            changements.setdefault(str(ligne), {})[titre] = [avant, apres]
    corrigee = Feuille(base.principale.nom, colonnes, rangees, frozenset(debordantes))
    return Base(base.depot, base.format, corrigee, titres, base.annexes), changements


def ajouter(base: Base, lignes: Sequence[Mapping[str, str]]) -> tuple[Base, list[int]]:
    """The cells with more rows at the end, and their numbers. *lignes* gives each row's texts by field.

    Raises `Inutilisable` for a field that the format has not.
    """
    titres, colonnes = dict(base.titres), list(base.principale.titres)
    rangees = {ligne: list(cellules) for ligne, cellules in base.principale.rangees.items()}
    numeros = []
    for textes in lignes:
        for champ in textes:
            if champ not in titres:
                _new_column(champ, base.schema, titres, colonnes, rangees)
        numeros.append(max(rangees, default=base.principale.entete) + 1)
        par_titre = {titres[champ]: _plain(texte) or None for champ, texte in textes.items()}
        rangees[numeros[-1]] = [par_titre.get(titre) for titre in colonnes]
    completee = Feuille(base.principale.nom, colonnes, rangees, base.principale.debordantes)
    return Base(base.depot, base.format, completee, titres, base.annexes), numeros


def _plain(texte: str) -> str:
    return texte.replace("\r\n", "\n").replace("\r", "\n").strip()


def _new_column(
    champ: str,
    schema: Schema,
    titres: dict[str, str],
    colonnes: list[str],
    rangees: dict[int, list[str | None]],
) -> str:
    """Add the column of a field that the file did not have."""
    if champ not in schema.par_nom:
        raise Inutilisable(f"La colonne « {champ} » n'est pas dans le format « {schema.titre} ».")
    titre = champ
    while titre in colonnes:
        titre += " (ajoutée)"
    titres[champ] = titre
    colonnes.append(titre)
    for cellules in rangees.values():
        cellules.append(None)
    return titre


@contextmanager
def reecrite(
    base: Base, notes: Mapping[str, list[list[str]]] | None = None
) -> Iterator[tuple[Path, lecture.Lecture]]:
    """The cells of *base* as a file of their own, and its reading. The file is gone at the end.

    Raises `Inutilisable` with the reader's sentence when the corrections leave nothing that can be read.
    """
    with tempfile.TemporaryDirectory(prefix="fanal-correction-") as folder:
        classeur = Classeur(base.principale, base.annexes, notes or {})
        chemin = Path(folder) / f"correction{classeur.extension}"
        ecrire(classeur, chemin)
        try:
            # Our own file, of text cells only: no need of a process apart.
            lue = lecture.lire(chemin, base.format, correspondance=_own_mapping(base), isolee=False)
        except lecture.FichierIllisible as error:
            raise Inutilisable(error.phrase) from error
        yield chemin, lue


def _own_mapping(base: Base) -> lecture.Correspondance:
    connus = {titre: champ for champ, titre in base.titres.items()}
    nom = base.principale.nom
    return lecture.Correspondance(
        nom="",
        colonnes={titre: connus.get(titre, "") for titre in base.principale.titres},
        codes=base.depot.conventions.get("codes", {}),
        feuille=sheet_names([nom])[0] if nom is not None else None,
        ligne_entete=base.principale.entete,
    )


def relire(base: Base, corrections: Corrections) -> lecture.Lecture:
    """The reading that the deposit of *corrections* would give. Writes nothing that lasts."""
    corrigee, _ = appliquer(base, corrections)
    with reecrite(corrigee) as (_, lue):
        return lue


@contextmanager
def rediger(format: str, lignes: Sequence[Mapping[str, str]]) -> Iterator[tuple[Path, lecture.Lecture]]:
    """Rows as a workbook of the format, and its reading; for a node that has sent no file to complete."""
    format_ = formats.charger(format)
    titres = [c.nom for c in format_.principal.champs]
    rangees = {n: [_plain(ligne.get(t, "")) or None for t in titres] for n, ligne in enumerate(lignes, 2)}
    with tempfile.TemporaryDirectory(prefix="fanal-saisie-") as folder:
        chemin = Path(folder) / "saisie.xlsx"
        ecrire(Classeur(Feuille(format_.principal.feuille, titres, rangees)), chemin)
        yield chemin, lecture.lire(chemin, format_, isolee=False)
