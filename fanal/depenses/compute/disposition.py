"""The layout of an order-lines file: encoding, separator, header under titles, field of each column."""

import codecs
import csv
import io
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from fanal.depots.formats import Schema
from fanal.depots.lecture.entetes import trouver_entete, verifier_placement
from fanal.depots.lecture.grille import FeuilleBrute
from fanal.depots.lecture.resultats import Correspondance, FichierIllisible
from fanal.depots.lecture.texte import SEPARATEURS, refuser_autre
from fanal.moteurs.lac.entree.definition import Disposition

TETE = 200_000
_LIGNES_DE_TETE = 60
_MORCEAU = 8 * 1024 * 1024


def est_utf8(chemin: Path) -> bool:
    """Whether a whole file is UTF-8 text without null bytes; read by pieces."""
    decodeur = codecs.getincrementaldecoder("utf-8")()
    with chemin.open("rb") as fichier:
        while morceau := fichier.read(_MORCEAU):
            if b"\0" in morceau:
                return False
            try:
                if not morceau.isascii() or decodeur.getstate()[0]:
                    decodeur.decode(morceau)
            except UnicodeDecodeError:
                return False
    return not decodeur.getstate()[0]


def sans_saut(chemin: Path) -> bool:
    """Whether the records of a text end with lone carriage returns, as old Macintosh exports do."""
    with chemin.open("rb") as fichier:
        tete = fichier.read(TETE)
    return b"\r" in tete and b"\n" not in tete


def encodage_de(chemin: Path) -> str:
    """The encoding of a text file: UTF-8, UTF-16 with its mark, else Windows-1252."""
    with chemin.open("rb") as fichier:
        debut = fichier.read(4)
    if debut.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8" if est_utf8(chemin) else "cp1252"


def transcoder(chemin: Path, encodage: str, cible: Path) -> None:
    """Write the file again in UTF-8 with line feeds. Raises FichierIllisible when it is not text."""
    with chemin.open("rb") as fichier:
        tete = fichier.read(TETE)
        refuser_autre(tete)
        if encodage != "utf-16" and b"\0" in tete:
            raise FichierIllisible(
                "Ce fichier contient des données binaires : ce n'est ni un CSV, ni un classeur, ni un "
                "fichier Parquet. Exportez-le de nouveau depuis votre logiciel. Rien n'a été modifié.",
                "illisible",
            )
    seuls = encodage != "utf-16" and sans_saut(chemin)
    # Windows-1252 leaves five bytes undefined: they become a visible mark, and the line is kept.
    with (
        chemin.open(encoding=encodage, errors="replace", newline="") as source,
        cible.open("w", encoding="utf-8", newline="") as copie,
    ):
        while texte := source.read(_MORCEAU):
            copie.write(texte.replace("\r", "\n") if seuls else texte)


def disposer(
    chemin: Path, schema: Schema, correspondance: Correspondance | None, *, premiere: int = 1
) -> Disposition:
    """The layout of a UTF-8 CSV file, whose first row people number *premiere*.

    Raises FichierIllisible with the sentence that says what is missing.
    """
    with chemin.open("rb") as fichier:
        tete = fichier.read(TETE)
        entier = len(tete) < TETE
    saut = len(codecs.BOM_UTF8) if tete.startswith(codecs.BOM_UTF8) else 0
    impose = None
    if tete[saut : saut + 4].lower() == b"sep=":
        # Excel's own convention: a first line that names the separator.
        ligne, _, _ = tete[saut:].partition(b"\n")
        impose, premiere, saut = ligne.strip()[4:5].decode() or None, premiere + 1, saut + len(ligne) + 1
    texte = tete[saut:].decode("utf-8", "ignore")
    if not texte.strip():
        raise FichierIllisible(
            "Ce fichier est vide : il ne contient ni titre de colonne ni ligne. Déposez l'export de votre "
            "logiciel.",
            "vide",
        )
    meilleur: tuple[tuple[int, int], str, Any, list[list[str]]] | None = None
    for separateur in [impose] if impose else SEPARATEURS:
        rangees = _rangees(texte, separateur, entier)
        brute = FeuilleBrute(None, premiere, [[c.strip() or None for c in r] for r in rangees])
        trouve = trouver_entete(brute, schema, correspondance)
        note = (trouve[3].nombre if trouve else 0, max(map(len, rangees), default=0))
        if meilleur is None or note > meilleur[0]:
            meilleur = (note, separateur, trouve, rangees)
    assert meilleur is not None  # noqa: S101 - there is at least one separator
    _, separateur, trouve, rangees = meilleur
    if trouve is None:
        raise FichierIllisible(
            "Aucune ligne de titres n'a été reconnue dans ce fichier. Titres attendus : "
            f"{', '.join(c.titre for c in schema.champs if c.requis)}. "
            "Ajoutez une ligne de titres, ou indiquez sur la page de correspondance quelle colonne de votre "
            "fichier en tient lieu.",
            "colonnes-absentes",
        )
    _, bas, titres, placement = trouve
    verifier_placement(placement, [t or "" for t in titres], schema, None)
    largeur = max(len(titres), len(rangees[bas]))
    return Disposition(
        chemin=chemin,
        separateur=separateur,
        titres=tuple((t or "") for t in [*titres, *[None] * (largeur - len(titres))]),
        champs=tuple(placement.champs.get(i) for i in range(largeur)),
        depart=saut + _octets(texte, bas + 1),
        premiere_ligne=premiere + bas + 1,
        mois_premier=_format(correspondance, "dates") == "mja",
        signe_decimal=_format(correspondance, "decimale"),
    )


def _format(correspondance: Correspondance | None, nom: str) -> str:
    return str(correspondance.formats.get(nom, "")) if correspondance else ""


def _rangees(texte: str, separateur: str, entier: bool) -> list[list[str]]:
    csv.field_size_limit(1_000_000)
    try:
        rangees = list(
            islice(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), _LIGNES_DE_TETE)
        )
    except csv.Error:
        return []
    return rangees if entier or len(rangees) == _LIGNES_DE_TETE else rangees[:-1]


def _octets(texte: str, enregistrements: int) -> int:
    """How many bytes the first records take."""
    flux = io.StringIO(texte, newline="")
    lues: list[str] = []

    def lignes() -> Any:
        for ligne in flux:
            lues.append(ligne)
            yield ligne

    for _ in islice(csv.reader(lignes()), enregistrements):
        pass
    return sum(len(ligne.encode()) for ligne in lues)


def ecrire_cellules(rangees: Sequence[Sequence[str | None]], cible: Path) -> None:
    """The cells of a sheet as a CSV file, one record per row."""
    with cible.open("w", encoding="utf-8", newline="") as copie:
        ecrivain = csv.writer(copie, delimiter=";", lineterminator="\n")
        for rangee in rangees:
            ecrivain.writerow([c or "" for c in rangee] or [""])


def depuis_parquet(chemin: Path, cible: Path, progresser: Callable[[str, int, int], None]) -> None:
    """A Parquet file as a CSV file, by row groups. Raises FichierIllisible."""
    import pyarrow as pa
    import pyarrow.csv as pcsv
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(chemin)
        total, fait = source.metadata.num_rows, 0
        with cible.open("wb") as copie:
            options = pcsv.WriteOptions(include_header=False, delimiter=";")
            copie.write(";".join(_entre_guillemets(n) for n in source.schema_arrow.names).encode() + b"\n")
            for lot in source.iter_batches(100_000):
                pcsv.write_csv(pa.Table.from_batches([_en_textes(lot)]), copie, options)
                fait += lot.num_rows
                progresser("conversion", fait, total)
    except (pa.ArrowException, OSError) as erreur:
        raise FichierIllisible(
            "Ce fichier Parquet ne se lit pas : il est peut-être incomplet. Produisez-le de nouveau, puis "
            "déposez-le. Rien n'a été modifié.",
            "illisible",
        ) from erreur


def _en_textes(lot: Any) -> Any:
    """Columns that CSV writes as people do; the others (lists, structures) are left empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    colonnes = []
    for colonne in lot.columns:
        nature = colonne.type
        if pa.types.is_dictionary(nature):
            colonne = colonne.dictionary_decode()
            nature = colonne.type
        if pa.types.is_timestamp(nature):
            colonne = pc.strftime(colonne, format="%Y-%m-%d")
        elif nature in (pa.float32(), pa.float64()):
            # Some writers know no null among numbers: « not a number » is their empty cell.
            colonne = pc.if_else(pc.is_nan(colonne), pa.scalar(None, nature), colonne)
        elif pa.types.is_decimal(nature):
            colonne = colonne.cast(pa.string())
        elif pa.types.is_nested(nature) or pa.types.is_binary(nature):
            colonne = pa.nulls(len(colonne), pa.string())
        colonnes.append(colonne)
    return pa.record_batch(colonnes, names=lot.schema.names)


def _entre_guillemets(titre: str) -> str:
    return '"' + titre.replace('"', '""') + '"'
