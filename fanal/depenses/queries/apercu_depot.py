"""How a deposited file would be read: its columns, codes, first lines as understood. Nothing is kept."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanal.depenses.compute.disposition import sans_titres
from fanal.depenses.models import DepotLignes
from fanal.depenses.queries.depots import FORMAT
from fanal.depenses.queries.source_lignes import numerotee
from fanal.depenses.queries.tete import tete
from fanal.depots import formats, lecture
from fanal.depots.correspondances import Disposition
from fanal.depots.models import Correspondance
from fanal.refus import Inutilisable
from fanal.territoires.noeuds import Noeud

if TYPE_CHECKING:
    from fanal.moteurs.lac.entree.essai import Essai

CODES_MAX = 60
# The fields whose values a mapping may translate, those of the others being free.
TRADUITS = ("type_ligne", "famille")


@dataclass(frozen=True)
class Apercu:
    """The file as found (`vue`), the layout tried, and what it gives. `essai` is None when it cannot be read.

    `codes`: field → values of the file that the format does not know, or that the layout translates.
    `finess`: the establishments seen, when the whole file was looked at.
    """

    vue: lecture.Apercu
    disposition: Disposition
    essai: "Essai | None" = None
    phrase: str = ""
    entier: bool = True
    codes: Mapping[str, list[str]] = field(default_factory=dict)
    finess: tuple[str, ...] = ()

    @property
    def exacte(self) -> bool:
        """Whether the format itself recognises every column chosen, with no convention of the file's own."""
        known = {c.titre: c.champ for c in self.vue.colonnes if c.exacte}
        chosen = {t: c for t, c in self.disposition.colonnes.items() if c}
        return chosen == known and not self.disposition.codes and self.disposition.formats == {"dates": "jma"}


def disposition_de(correspondance: Correspondance) -> Disposition:
    """The layout that a kept mapping says."""
    known = dict(correspondance.formats)
    return Disposition(
        colonnes=correspondance.colonnes,
        feuille=correspondance.feuille,
        ligne_entete=correspondance.ligne_entete,
        ordre_dates=known.pop("dates", "jma"),
        codes=correspondance.codes,
        conventions=known,
    )


def apercu(
    depot: DepotLignes, choix: Disposition | None, correspondance: Correspondance | None, instant: datetime
) -> Apercu:
    """Try a layout on the first lines of a file: the choices of the page, else a kept mapping, else what the
    titles suggest. Raises `Inutilisable` when the file cannot be opened.
    """
    layout = choix or (disposition_de(correspondance) if correspondance else None)
    with tempfile.TemporaryDirectory(prefix="fanal-apercu-") as name:
        folder = Path(name)
        try:
            chemin, whole = tete(depot.depot.original, depot.depot.nom_fichier, folder)
            seen = _vue(chemin, folder, layout)
        except lecture.FichierIllisible as error:
            raise Inutilisable(error.phrase) from error
        layout = _complete(layout, seen)
        try:
            tried = _essai(depot, chemin, folder, layout, instant)
        except lecture.FichierIllisible as error:
            return Apercu(seen, layout, phrase=error.phrase, entier=whole)
    codes = {
        champ: sorted({*tried.inconnus.get(champ, ()), *layout.codes.get(champ, ())})[:CODES_MAX]
        for champ in TRADUITS
    }
    return Apercu(
        seen,
        layout,
        tried,
        entier=whole,
        codes={champ: values for champ, values in codes.items() if values},
        finess=tuple(tried.finess) if whole else (),
    )


def _vue(chemin: Path, folder: Path, layout: Disposition | None) -> lecture.Apercu:
    """The columns as found; a Parquet file is looked at as the text that the intake makes of it."""
    mapping = layout.lue_comme("") if layout else None
    with chemin.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    if parquet:
        from fanal.depenses.compute.disposition import depuis_parquet

        text = folder / "parquet.csv"
        depuis_parquet(chemin, text, lambda *_: None)
        chemin = text
    elif sans_titres(mapping):
        chemin = numerotee(chemin, folder, mapping)
    return lecture.apercu(chemin, formats.charger(FORMAT), correspondance=mapping)


def _complete(layout: Disposition | None, seen: lecture.Apercu) -> Disposition:
    """Every column with its field: the one chosen, else the suggestion."""
    known = layout or Disposition(colonnes={})
    columns = {c.titre: known.colonnes.get(c.titre, c.champ or "") for c in seen.colonnes}
    return replace(known, colonnes=columns)


def _essai(depot: DepotLignes, chemin: Path, folder: Path, layout: Disposition, instant: datetime) -> "Essai":
    # The compiled engine is loaded when a file is first shown, not with the site.
    from fanal.depenses.queries import entree
    from fanal.depenses.queries.source_lignes import preparer
    from fanal.moteurs.lac.entree.essai import essayer

    mapping = layout.lue_comme("essai")
    conventions = entree.conventions(mapping)
    regles = entree.regles(
        instant=instant,
        mois=frozenset(),
        correspondance=mapping,
        finess_permis=entree.finess_de(Noeud.de(depot)),
    )
    disposition = preparer(chemin, folder, mapping, _rien)
    return essayer(disposition, conventions, regles)


def _rien(*_: Any) -> None:
    """Progress shown to nobody: the first lines are read at once."""
