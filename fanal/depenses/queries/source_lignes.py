"""Any file that people send, as UTF-8 records: workbooks through the closed reader, Parquet by row groups."""

from dataclasses import replace
from pathlib import Path

from fanal.depenses.compute import disposition
from fanal.depots import formats, lecture
from fanal.depots.lecture import Correspondance, FichierIllisible
from fanal.moteurs.lac.entree.definition import Disposition, Progres

FORMAT = "lignes_commande"
_CLASSEURS = (b"PK", b"\xd0\xcf\x11\xe0")
_AUTRES = {
    b"%PDF": "c'est un PDF", b"\x1f\x8b": "c'est une archive", b"Rar!": "c'est une archive",
    b"7z\xbc\xaf": "c'est une archive", b"\x89PNG": "c'est une image",
}  # fmt: skip


def preparer(
    chemin: Path, dossier: Path, correspondance: Correspondance | None, dire: Progres
) -> Disposition:
    """The layout of the file, converted in *dossier* when it is not UTF-8 text already.

    Raises `FichierIllisible` with a sentence.
    """
    schema = formats.charger(FORMAT).principal
    with chemin.open("rb") as file:
        head = file.read(8)
    copy = dossier / "source.csv"
    if head.startswith(b"PAR1"):
        disposition.depuis_parquet(chemin, copy, dire)
        # The columns of a Parquet file always have names.
        named = _sans_signe(correspondance, ("decimale", "titres"))
        return replace(disposition.disposer(copy, schema, named), typee=True)
    if head.startswith(_CLASSEURS):
        return _classeur(chemin, copy, correspondance)
    refuser_autre(head)
    encodage = disposition.encodage_de(chemin)
    if encodage == "utf-8" and not disposition.sans_saut(chemin):
        return disposition.disposer(chemin, schema, correspondance)
    disposition.transcoder(chemin, encodage, copy)
    return disposition.disposer(copy, schema, correspondance)


def refuser_autre(tete: bytes) -> None:
    """Raise `FichierIllisible` when the first bytes are those of a picture, a PDF or an archive."""
    for debut, raison in _AUTRES.items():
        if tete.startswith(debut):
            raise lecture_illisible(raison)


def numerotee(chemin: Path, dossier: Path, correspondance: Correspondance | None) -> Path:
    """The text of a file without titles, under the names that its columns are designated by."""
    copy, text = dossier / "numerotee.csv", dossier / "sans-titres.csv"
    with chemin.open("rb") as file:
        head = file.read(8)
    if head.startswith(_CLASSEURS):
        feuilles = lecture.cellules(chemin)
        nommees = [f for f in feuilles if correspondance and f.nom == correspondance.feuille]
        disposition.ecrire_cellules((nommees or feuilles)[0].rangees, text)
        chemin = text
    content = chemin.read_text(encoding="utf-8-sig", errors="replace")
    separateur, rangees = disposition.rangees_sans_titres(content, True)
    titles = disposition.numeroter(max(map(len, rangees), default=0))
    copy.write_text(separateur.join(titles) + "\n" + content, encoding="utf-8")
    return copy


def lecture_illisible(raison: str) -> FichierIllisible:
    """The refusal of a file that holds no lines."""
    return FichierIllisible(
        f"Ce fichier ne contient pas de lignes de commande lisibles ({raison}). Exportez-les de votre "
        "logiciel en CSV, XLSX ou Parquet. Rien n'a été modifié.",
        "illisible",
    )


def _classeur(chemin: Path, copy: Path, correspondance: Correspondance | None) -> Disposition:
    """The first sheet that has the columns, or the one that the mapping names."""
    schema = formats.charger(FORMAT).principal
    feuilles = lecture.cellules(chemin)
    if correspondance and correspondance.feuille:
        feuilles = [f for f in feuilles if f.nom == correspondance.feuille] or feuilles
    refus: FichierIllisible | None = None
    for feuille in feuilles:
        disposition.ecrire_cellules(feuille.rangees, copy)
        try:
            known = _sans_signe(correspondance)
            return replace(disposition.disposer(copy, schema, known, premiere=feuille.ligne), typee=True)
        except FichierIllisible as error:
            refus = refus or error
    raise refus or lecture_illisible("aucune feuille n'est visible")


def _sans_signe(
    correspondance: Correspondance | None, sans: tuple[str, ...] = ("decimale",)
) -> Correspondance | None:
    """The mapping without its decimal sign: workbooks and Parquet files hold numbers, not texts."""
    if correspondance is None:
        return None
    formats_ = {k: v for k, v in correspondance.formats.items() if k not in sans}
    return Correspondance(
        nom=correspondance.nom,
        colonnes=correspondance.colonnes,
        codes=correspondance.codes,
        formats=formats_,
        feuille=correspondance.feuille,
        ligne_entete=correspondance.ligne_entete,
    )
