"""The layout of an order-lines file: encoding, separator, header under titles, field of each column."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from fanal.depots.formats import Schema
from fanal.depots.lecture.dates import lire_date
from fanal.depots.lecture.entetes import placer, trouver_entete, verifier_placement
from fanal.depots.lecture.grille import FeuilleBrute
from fanal.depots.lecture.nombres import lire_nombre
from fanal.depots.lecture.resultats import Correspondance, FichierIllisible
from fanal.depots.lecture.texte import SEPARATEURS, refuser_autre
from fanal.moteurs.lac.entree.definition import DATES, NOMBRES, Disposition

TETE = 200_000
_LIGNES_DE_TETE = 60
# The convention of a mapping whose file has no titles, and how its columns are then named.
SANS_TITRES, NUMEROTEE = "absents", "Colonne"
# So many values where titles are expected are a line.
VALEURS_MIN = 2
_FINESS = re.compile(r"[0-9][0-9AB]?[0-9]{7}")
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
    if sans_titres(correspondance) and not _numerotees(texte):
        return _sans_titres(chemin, schema, correspondance, texte, entier, impose, saut, premiere)
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
        premiers = next((r for r in rangees if any(c.strip() for c in r)), [])
        _refuser_des_lignes(premiers, [None] * len(premiers))
        raise FichierIllisible(
            "Aucune ligne de titres n'a été reconnue dans ce fichier. Titres attendus : "
            f"{', '.join(c.titre for c in schema.champs if c.requis)}. "
            "Ajoutez une ligne de titres, ou indiquez sur la page de correspondance quelle colonne de votre "
            "fichier en tient lieu.",
            "colonnes-absentes",
        )
    _, bas, titres, placement = trouve
    _refuser_des_lignes([t or "" for t in titres], [placement.champs.get(i) for i in range(len(titres))])
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


def sans_titres(correspondance: Correspondance | None) -> bool:
    """Whether a mapping says that the file begins with a line, not with titles."""
    return _format(correspondance, "titres") == SANS_TITRES


def numeroter(nombre: int) -> list[str]:
    """The names of the columns of a file without titles: what a mapping designates them by."""
    return [f"{NUMEROTEE} {rang}" for rang in range(1, nombre + 1)]


def _numerotees(texte: str) -> bool:
    """Whether the first row holds these names: lines set aside are given back under them."""
    return texte.lstrip('"').startswith(f"{NUMEROTEE} 1")


def rangees_sans_titres(texte: str, entier: bool, impose: str | None = None) -> tuple[str, list[list[str]]]:
    """The separator of a text without titles, the one that makes most cells, and its first rows."""
    essais = [(s, _rangees(texte, s, entier)) for s in ([impose] if impose else SEPARATEURS)]
    return max(essais, key=lambda essai: max(map(len, essai[1]), default=0))


def _sans_titres(
    chemin: Path, schema: Schema, correspondance: Correspondance | None, texte: str, entier: bool,
    impose: str | None, saut: int, premiere: int,
) -> Disposition:  # fmt: skip
    """The layout of a file whose first row is a line: its columns are numbered."""
    separateur, rangees = rangees_sans_titres(texte, entier, impose)
    titres = numeroter(max(map(len, rangees), default=0))
    placement = placer(list(titres), schema, correspondance)
    verifier_placement(placement, titres, schema, None)
    return Disposition(
        chemin=chemin,
        separateur=separateur,
        titres=tuple(titres),
        champs=tuple(placement.champs.get(i) for i in range(len(titres))),
        depart=saut,
        premiere_ligne=premiere,
        mois_premier=_format(correspondance, "dates") == "mja",
        signe_decimal=_format(correspondance, "decimale"),
    )


def _refuser_des_lignes(cellules: Sequence[str], champs: Sequence[str | None]) -> None:
    """Refuse a row of titles that is a line: it would not be counted. *champs*: what each cell names.

    A title may be a year or a number; several that are a date, a number or a FINESS where one is expected
    are values. Without any title known, dates and numbers are looked for in every cell.
    """
    connus = any(champs)
    lues = [c.strip() for c, champ in zip(cellules, champs, strict=True) if _valeur(c.strip(), champ, connus)]
    if len(lues) < VALEURS_MIN + (not connus):
        return
    cites = ", ".join(f"« {c[:40]} »" for c in lues[:3])
    raise FichierIllisible(
        f"La première ligne de ce fichier ressemble à une ligne de commande ({cites}), pas à des titres de "
        "colonnes : elle ne serait pas comptée. Ajoutez une ligne de titres ou, sur la page de dépôt, dites "
        "que le fichier n'a pas de titres et ce que contient chaque colonne.",
        "titres-absents",
    )


def _valeur(cellule: str, champ: str | None, connus: bool) -> bool:
    """Whether a cell that stands for a title is what its column would hold."""
    if (champ == "finess" or not connus) and _FINESS.fullmatch(cellule):
        return True
    if (champ in DATES or not connus) and len(cellule) >= 8 and lire_date(cellule) is not None:
        return True
    return (champ in NOMBRES or not connus) and lire_nombre(cellule) is not None


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
        elif not pa.types.is_primitive(nature) and nature not in (pa.string(), pa.large_string()):
            colonne = _en_texte(colonne)
        colonnes.append(colonne)
    return pa.record_batch(colonnes, names=lot.schema.names)


def _en_texte(colonne: Any) -> Any:
    """Texts that a writer left untyped or laid otherwise; what is no text (lists, images) is left empty."""
    import pyarrow as pa

    try:
        return colonne.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(len(colonne), pa.string())


def _entre_guillemets(titre: str) -> str:
    return '"' + titre.replace('"', '""') + '"'
