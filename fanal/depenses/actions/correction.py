"""Set-aside lines entered again: one corrected in place, or many in a file that was handed back."""

import csv
import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depenses.models import DepotLignes, FichierLac, LigneReprise
from fanal.depenses.queries.ecartees import Ecartees
from fanal.depenses.queries.lac import stockage
from fanal.depenses.rules.depots import check_changee, check_corrigeable
from fanal.depots.models import Correspondance
from fanal.depots.queries import as_reading_mapping
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

# The columns that go with set-aside lines when they leave, and tell where they came from when they are back.
ORIGINE, MOTIFS = "Ligne d'origine", "Motifs"
FEUILLE = "Lignes de commande"
CLASSEURS = (b"PK", b"\xd0\xcf\x11\xe0", b"PAR1")


def corriger_ligne(
    *, depot: DepotLignes, ligne: int, cellules: Mapping[str, str], by: Utilisateur | None, instant: datetime
) -> DepotLignes:
    """Enter a set-aside line again with some cells changed, as a deposit of its own; its import is queued.

    `cellules`: title of the file → new text. Raises `Introuvable`, `Refus`.
    """
    # Imported here: that module records what this one enters again.
    from fanal.depenses.actions import depots

    done = LigneReprise.objects.filter(depot=depot, ligne=ligne).values_list("ligne", flat=True)
    check_corrigeable(depot.etat, depot.ecartees, ligne, set(done))
    before = Ecartees(depot).une(ligne)
    after = before.cellules | {t: v for t, v in cellules.items() if t in before.cellules}
    check_changee(before.cellules, after)
    mapping = depot.depot.correspondance
    check_correspondance(depot)
    suffix = ".xlsx" if de_nombres(depot) else ".csv"
    with tempfile.TemporaryDirectory(prefix="fanal-correction-") as folder:
        chemin = Path(folder) / f"ligne{suffix}"
        ecrire(chemin, list(after), [(ligne, list(after.values()), "")], mapping)
        with transaction.atomic():
            fresh = depots.recevoir(
                chemin=chemin,
                nom_fichier=f"Ligne {ligne} de {_sans_extension(depot.depot.nom_fichier)}"[:240] + suffix,
                noeud=Noeud.de(depot),
                canal="saisie",
                by=by,
                instant=instant,
                correspondance=mapping,
                corrige=depot,
            )
            return depots.lancer(depot=fresh, mois=[], correspondance=mapping, by=by, instant=instant)


def _sans_extension(nom: str) -> str:
    """The name of a file without what says its kind: the correction has a kind of its own."""
    return re.sub(r"\.(csv|txt|tsv|xlsx|xlsm|ods|parquet)$", "", nom, flags=re.IGNORECASE)


def check_correspondance(depot: DepotLignes) -> None:
    """The lines of a file are read again under the mapping that read it: it must still be there."""
    if depot.depot.conventions and depot.depot.correspondance is None:
        raise Refus(
            "La correspondance qui a servi à lire ce fichier a été supprimée. Téléchargez les lignes "
            "écartées, corrigez-les, puis déposez-les comme un nouveau fichier."
        )


def de_nombres(depot: DepotLignes) -> bool:
    """Whether the file held typed numbers (workbook, Parquet), not texts written in some way."""
    with depot.depot.original.fichier.open("rb") as file:
        return bool(file.read(8).startswith(CLASSEURS))


def ecrire(
    chemin: Path,
    titres: Sequence[str],
    lignes: Sequence[tuple[int, Sequence[str], str]],
    correspondance: Correspondance | None,
) -> None:
    """Write lines under their titles where the mapping looks for them: a CSV, or a workbook by its name."""
    haut = ((correspondance.ligne_entete or 1) - 1) if correspondance else 0
    rows: list[list[str]] = [[]] * haut + [[*titres, ORIGINE, MOTIFS]]
    rows += [[*cells, str(number), why] for number, cells, why in lignes]
    if chemin.suffix == ".csv":
        with chemin.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";", lineterminator="\n").writerows(rows)
        return
    import xlsxwriter

    sheet = (correspondance.feuille if correspondance else "") or FEUILLE
    with xlsxwriter.Workbook(chemin, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(sheet[:31])
        for rank, row in enumerate(rows):
            for column, text in enumerate(row):
                page.write_string(rank, column, text)


def noter_reprises(*, depot: DepotLignes, chemin: Path) -> int:
    """Note which lines of the corrected deposit the file *chemin* entered again; returns how many.

    Done again after a stop, it changes nothing.
    """
    if depot.corrige is None:
        return 0
    mapping = depot.depot.correspondance
    with tempfile.TemporaryDirectory(prefix="fanal-reprises-") as folder:
        origins = _origines(chemin, Path(folder), mapping)
    refused = {line.ligne for line in Ecartees(depot).toutes()}
    aside = _ecartees_de(depot.corrige)
    taken = sorted({o for number, o in origins.items() if number not in refused and o in aside})
    LigneReprise.objects.bulk_create(
        [LigneReprise(depot=depot.corrige, ligne=o, par=depot) for o in taken],
        ignore_conflicts=True,
        batch_size=2000,
    )
    return len(taken)


def _origines(chemin: Path, folder: Path, correspondance: Correspondance | None) -> dict[int, int]:
    """Line of the file → line of the corrected deposit that it says it comes from."""
    from fanal.depenses.queries.source_lignes import preparer

    mapping = as_reading_mapping(correspondance) if correspondance else None
    layout = preparer(chemin, folder, mapping, lambda *_: None)
    if ORIGINE not in layout.titres:
        return {}
    column = layout.titres.index(ORIGINE)
    found = {}
    with layout.chemin.open("rb") as raw:
        raw.seek(layout.depart)
        text = (line.decode("utf-8", "replace") for line in raw)
        for rank, cells in enumerate(csv.reader(text, delimiter=layout.separateur)):
            if column < len(cells) and cells[column].strip().isdigit():
                found[layout.premiere_ligne + rank] = int(cells[column])
    return found


def _ecartees_de(depot: DepotLignes) -> set[int]:
    import pyarrow.parquet as pq

    rows = FichierLac.objects.filter(depot=depot, genre=FichierLac.Genre.ECARTEES)
    store = stockage()
    return {
        number
        for row in rows
        for number in pq.read_table(store.chemin(row.nom), columns=["_ligne"])["_ligne"].to_pylist()
    }
