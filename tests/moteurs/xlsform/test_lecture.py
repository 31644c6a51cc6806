"""Documented features of XLSForm, each accepted and read as the same values from every kind of file."""

import csv
import dataclasses
from pathlib import Path

import openpyxl
import pytest
from pyxform.xls2xform import convert

from fanal.moteurs import xlsform
from fanal.moteurs.xlsform import Choix, Element, de_json, en_json, lire, lire_texte
from fanal.refus import Inutilisable
from tests.moteurs.xlsform.outils import FIN_GROUPE, FIN_REPETITION, INSTANT, forme, q, texte

TYPES = {
    "text": "texte",
    "string": "texte",
    "integer": "entier",
    "int": "entier",
    "decimal": "decimal",
    "date": "date",
    "time": "heure",
    "dateTime": "date_heure",
    "datetime": "date_heure",
    "select_one fruits": "choix",
    "select one fruits": "choix",
    "select_multiple fruits": "choix_multiple",
    "file": "fichier",
    "image": "fichier",
    "photo": "fichier",
    "acknowledge": "accord",
    "trigger": "accord",
}

COMPLET = (
    q("note", "intro", label="Bienvenue"),
    q("begin_group", "general", label="Général"),
    q(
        "text",
        "nom",
        required="yes",
        required_message="Donnez un nom.",
        hint="En entier",
        appearance="multiline",
    ),
    q("select_one fruits", "fruit", relevant="${nom} != ''", default="pomme"),
    FIN_GROUPE,
    q("begin_repeat", "lignes", label="Lignes"),
    q("decimal", "prix", constraint=". > 0", constraint_message="Un prix est positif."),
    q("calculate", "double", calculation="${prix} * 2"),
    FIN_REPETITION,
    q("integer", "fixe", read_only="yes", calculation="count(${lignes})"),
    q("file", "piece", **{"body::accept": ".pdf"}),
)


@pytest.mark.parametrize(("ecrit", "genre"), TYPES.items())
def test_a_type_of_the_subset_is_read(ecrit: str, genre: str) -> None:
    element = forme(q(ecrit, "a")).elements[0]
    assert (element.nom, element.genre, element.libelle) == ("a", genre, "Question a")
    assert element.liste == ("fruits" if "fruits" in ecrit else "")


def test_every_column_is_read_into_its_field() -> None:
    general, lignes, fixe, piece = lire_texte(texte(COMPLET)).elements[1:]
    nom, fruit = general.enfants
    assert nom == Element(
        "nom",
        "texte",
        "Question nom",
        "En entier",
        requis="true()",
        message_requis="Donnez un nom.",
        apparence="multiline",
        cellule="survey, ligne 4",
    )
    assert (fruit.visible, fruit.defaut, fruit.liste) == ("${nom} != ''", "pomme", "fruits")
    assert [e.nom for e in lignes.enfants] == ["prix", "double"]
    assert (lignes.enfants[0].contrainte, lignes.enfants[0].message) == (". > 0", "Un prix est positif.")
    assert fixe.lecture_seule and fixe.calcul == "count(${lignes})"
    assert piece.parametres == {"accept": ".pdf"}


def _classeur(chemin: Path, markdown: str) -> Path:
    xlsform.en_classeur(markdown, chemin)
    return chemin


def _csv(chemin: Path, classeur: Path) -> Path:
    with chemin.open("w", newline="", encoding="utf-8") as sortie:
        ecrivain = csv.writer(sortie)
        for feuille in openpyxl.load_workbook(classeur).worksheets:
            ecrivain.writerow([feuille.title])
            ecrivain.writerows(
                [["", *(c or "" for c in ligne)] for ligne in feuille.iter_rows(values_only=True)]
            )
    return chemin


def _sans_cellules(elements: tuple[Element, ...]) -> list[Element]:
    return [dataclasses.replace(e, cellule="", enfants=tuple(_sans_cellules(e.enfants))) for e in elements]


def test_workbook_csv_and_text_give_the_same_form(tmp_path: Path) -> None:
    markdown = texte(COMPLET)
    lu = lire_texte(markdown)
    classeur = _classeur(tmp_path / "essai.xlsx", markdown)
    assert lire(classeur) == lu
    (tmp_path / "essai.md").write_text(markdown, encoding="utf-8")
    assert lire(tmp_path / "essai.md") == lu
    du_csv = lire(_csv(tmp_path / "essai.csv", classeur))
    assert _sans_cellules(du_csv.elements) == _sans_cellules(lu.elements) and du_csv.listes == lu.listes


def test_pyxform_converts_the_same_tree() -> None:
    """The tree is pyxform's own: names, order and nesting are those of its conversion."""

    def noms(noeuds: list) -> list:
        return [(n["name"], noms(n.get("children", []))) for n in noeuds if n["name"] != "meta"]

    def les_notres(elements: tuple[Element, ...]) -> list:
        return [(e.nom, les_notres(e.enfants)) for e in elements]

    markdown = texte(COMPLET)
    assert les_notres(lire_texte(markdown).elements) == noms(
        convert(markdown, file_type=".md")._pyxform["children"]
    )


def test_one_language_may_be_named() -> None:
    markdown = texte([q("text", "a", label="Nom")]).replace("label", "label::Français (fr)", 1)
    assert lire_texte(markdown).elements[0].libelle == "Nom"


def test_or_other_adds_a_choice_and_a_question() -> None:
    lu = forme(q("select_multiple fruits or_other", "a"))
    assert [e.nom for e in lu.elements] == ["a", "a_other"]
    assert lu.listes["fruits"][-1] == Choix("other", "Autre")
    assert lu.elements[1].visible == "selected(${a}, 'other')"


def test_columns_of_a_list_are_kept_for_filters() -> None:
    listes = {
        "regions": ["bfc", "bre"],
        "villes": [
            {"name": "dole", "label": "Dole", "region": "bfc"},
            {"name": "brest", "label": "Brest", "region": "bre"},
        ],
    }
    lu = forme(
        q("select_one regions", "region"),
        q("select_one villes", "ville", choice_filter="region = ${region}"),
        listes=listes,
    )
    assert lu.listes["villes"][0].attributs == {"region": "bfc"}
    assert [c.code for c in xlsform.choix_offerts(lu, {"region": "bre"}, "ville", instant=INSTANT)] == [
        "brest"
    ]


def test_aliases_of_columns_and_words_in_french() -> None:
    lu = forme(
        q("text", "a", readonly="oui", relevance="true()", required="non"),
        q("text", "b", required="oui", remarque="pour nous seuls"),
    )
    assert lu.elements[0].lecture_seule and lu.elements[0].visible == "true()" and not lu.elements[0].requis
    assert lu.elements[1].requis == "true()"


def test_a_required_expression_is_kept() -> None:
    assert forme(q("text", "a"), q("text", "b", required="${a} = 'x'")).elements[1].requis == "${a} = 'x'"


def test_settings_give_code_title_and_version() -> None:
    lu = lire_texte(
        texte([q("text", "a")], reglages={"form_title": "Titre", "form_id": "code-1", "version": "7"})
    )
    assert (lu.code, lu.titre, lu.version) == ("code-1", "Titre", "7")


def test_without_settings_the_file_names_the_form(tmp_path: Path) -> None:
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    feuille.title = "survey"
    for ligne in (("type", "name", "label"), ("text", "a", "Nom")):
        feuille.append(ligne)
    classeur.save(tmp_path / "Été 2026.xlsx")
    assert lire(tmp_path / "Été 2026.xlsx").code == "ete-2026"


def test_json_gives_the_form_back_and_is_read_once() -> None:
    lu = lire_texte(texte(COMPLET))
    document = en_json(lu)
    assert de_json(document) == lu
    assert de_json(document) is de_json(en_json(lu))


def test_paths_of_a_form() -> None:
    assert xlsform.chemins(lire_texte(texte(COMPLET))) == ["nom", "fruit", "lignes[].prix", "fixe", "piece"]


def test_a_text_that_names_a_file_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(texte([q("text", "a")]), encoding="utf-8")
    with pytest.raises(Inutilisable):
        lire_texte(str(secret))
