"""A publication as a file: the frozen snapshot in JSON, its tables in a workbook."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from fanal.campagnes.canonique import canonical
from fanal.campagnes.queries.publiees import Publiee
from fanal.campagnes.registre import Indicateur
from fanal.campagnes.temps import instant_fr
from fanal.interface.exports import FORMATS_XLSX, MENTION, neutraliser

GENRES = {"montant": "montant", "centimes": "montant", "taux": "taux"}


def as_json(lue: Publiee) -> bytes:
    """The snapshot, byte for byte what its hash was computed on; an extract of it, which says so, for who
    sees only a part.
    """
    if lue.entiere:
        return canonical(lue.publication.instantane)
    return canonical({**lue.instantane, "extrait": True, "empreinte": lue.publication.empreinte})


def as_xlsx(lue: Publiee) -> bytes:
    """A workbook: what it is, the totals, a sheet per table, the lines that the account may read."""
    memoire = BytesIO()
    with xlsxwriter.Workbook(memoire, {"in_memory": True, "strings_to_formulas": False}) as classeur:
        formats = {g: classeur.add_format({"num_format": FORMATS_XLSX[v]}) for g, v in GENRES.items()}
        gras = classeur.add_format({"bold": True})
        _cover(classeur, lue, gras)
        totaux = [
            {"nom": i.titre, "valeur": lue.totaux.get(nom), "genre": i.genre}
            for nom, i in lue.genre.indicateurs.items()
        ]
        feuille = classeur.add_worksheet("Totaux")
        feuille.set_column(0, 0, 34)
        feuille.write_row(0, 0, ["Indicateur", "Valeur"], gras)
        for rang, total in enumerate(totaux, start=1):
            feuille.write_string(rang, 0, total["nom"])
            _write(feuille, rang, 1, total["valeur"], formats.get(str(total["genre"])))
        for nom, titre_table in lue.genre.ventilations.items():
            if lue.tables.get(nom):
                noms = {"code": Indicateur("Code", "texte"), "nom": Indicateur(titre_table, "texte")}
                colonnes = noms | dict(lue.genre.indicateurs)
                titre = nom.replace("_", " ").capitalize()
                _sheet(classeur, titre, lue.tables[nom], colonnes, formats, gras)
        if lue.lignes:
            _sheet(classeur, "Lignes", lue.lignes, dict(lue.genre.lignes), formats, gras)
    return memoire.getvalue()


def _cover(classeur: Any, lue: Publiee, gras: Any) -> None:
    feuille = classeur.add_worksheet("Lecture")
    feuille.set_column(0, 0, 24)
    feuille.set_column(1, 1, 80)
    publication = lue.publication
    lignes = [
        ("Campagne", publication.campagne.titre),
        ("Publication", f"n° {publication.numero}, {instant_fr(publication.publiee_le)}"),
        ("Motif", publication.motif or "première publication"),
        ("Empreinte (SHA-256)", publication.empreinte),
        ("Tête du journal", f"{publication.journal_numero}, {publication.journal_empreinte}"),
        ("Étendue", "tout" if lue.entiere else "extrait : ce que votre compte peut voir"),
    ]
    if publication.campagne.demonstration:
        lignes.append(("Attention", MENTION))
    for rang, (titre, valeur) in enumerate(lignes):
        feuille.write_string(rang, 0, titre, gras)
        feuille.write_string(rang, 1, neutraliser(str(valeur)))


def _sheet(
    classeur: Any, titre: str, rangees: Any, colonnes: dict[str, Indicateur], formats: Any, gras: Any
) -> None:
    feuille = classeur.add_worksheet(titre[:31])
    feuille.freeze_panes(1, 0)
    feuille.set_column(0, len(colonnes) - 1, 18)
    feuille.write_row(0, 0, [i.titre for i in colonnes.values()], gras)
    for rang, rangee in enumerate(rangees, start=1):
        for c, (nom, indicateur) in enumerate(colonnes.items()):
            _write(feuille, rang, c, rangee.get(nom), formats.get(indicateur.genre))


def _write(feuille: Any, rang: int, colonne: int, valeur: Any, format_: Any) -> None:
    if isinstance(valeur, (Decimal, int)):
        feuille.write_number(rang, colonne, float(valeur), format_)
    elif valeur is not None:
        feuille.write_string(rang, colonne, neutraliser(str(valeur)))
