"""What is outside the subset is refused at its cell, with its reason and what to do."""

from pathlib import Path

import openpyxl
import pytest

from fanal.moteurs.xlsform import check_expression, lire, lire_texte
from fanal.moteurs.xlsform.motifs import explosif
from fanal.refus import Inutilisable
from tests.moteurs.xlsform.outils import FIN_GROUPE, FIN_REPETITION, forme, q, texte

A = q("text", "a")
# rows of survey, words of the sentence
FORMES: dict[str, tuple[list[dict[str, str]], str]] = {
    "geopoint": ([q("geopoint", "p")], "ligne 2, colonne « type » : le type « geopoint » n'est pas admis"),
    "audio": ([A, q("audio", "p")], "ligne 3, colonne « type » : le type « audio »"),
    "video": ([q("video", "p")], "un son ou une vidéo ne se joint pas"),
    "barcode": ([q("barcode", "p")], "demandez un texte"),
    "range": ([q("range", "p")], "le curseur n'est pas proposé"),
    "rank": ([q("rank fruits", "p")], "le classement n'est pas proposé"),
    "hidden": ([q("hidden", "p")], "utilisez « calculate »"),
    "start": ([A, q("start", "debut")], "Fanal note déjà qui répond et quand"),
    "deviceid": ([A, q("deviceid", "d")], "ne relève rien sur l'appareil"),
    "external": ([q("select_one_external villes", "v")], "écrivez les choix dans la feuille choices"),
    "from_file": ([q("select_one_from_file villes.csv", "v")], "ne lit pas de fichier à côté"),
    "csv-external": ([A, q("csv-external", "v")], "ne lit pas de fichier à côté"),
    "typo": ([q("integr", "p")], "Vouliez-vous écrire « integer »"),
    "unknown type": ([q("zzzzzz", "p")], "Types admis"),
    "no list": ([q("select_one", "p")], "le nom de la liste manque"),
    "absent list": ([q("select_one legumes", "p")], "la liste « legumes » n'est pas dans la feuille choices"),
    "duplicate": (
        [A, q("integer", "a")],
        "ligne 3, colonne « name » : le nom « a » est déjà celui de la ligne 2",
    ),
    "duplicate in groups": (
        [q("begin_group", "g"), A, FIN_GROUPE, q("begin_group", "h"), A, FIN_GROUPE],
        "ligne 6, colonne « name » : le nom « a » est déjà celui de la ligne 3",
    ),
    "accented name": ([q("text", "prénom")], "« prénom » n'est pas un nom de question"),
    "dotted name": ([q("text", "a.b")], "« a.b » n'est pas un nom de question"),
    "no name": ([A, q("text", "")], "le nom est vide"),
    "no label": ([q("text", "a", label="")], "colonne « label » : le libellé est vide"),
    "no type": ([A, {"name": "b", "label": "B"}], "ligne 3, colonne « type » : le type est vide"),
    "unknown column": ([q("text", "a", relevent="true()")], "vouliez-vous écrire « relevant »"),
    "trigger": ([q("text", "a", trigger="${a}")], "colonne « trigger »"),
    "parameters": ([q("text", "a", parameters="rows=4")], "écrivez « multiline »"),
    "guidance": ([q("text", "a", guidance_hint="x")], "un seul texte d'aide"),
    "media": ([q("text", "a", **{"media::image": "x.png"})], "les images d'un libellé ne sont pas affichées"),
    "appearance": ([q("text", "a", appearance="signature")], "« signature » n'est pas proposé"),
    "effect": ([q("note", "a", required="yes")], "colonne « required » : cette colonne n'a pas d'effet"),
    "filter on text": ([q("text", "a", choice_filter="x = 1")], "n'a pas d'effet"),
    "read_only expression": ([q("text", "a", read_only="${a} = 1")], "écrivez yes ou no"),
    "empty calculate": ([A, q("calculate", "c")], "le calcul est vide"),
    "no question": ([q("note", "a")], "ne contient aucune question"),
    "nested repeats": (
        [q("begin_repeat", "r"), A, q("begin_repeat", "s"), q("text", "b"), FIN_REPETITION, FIN_REPETITION],
        "ligne 4 : une répétition est dans une autre",
    ),
    "too deep": ([q("begin_group", f"g{i}") for i in range(12)], "ligne 12 : 10 groupes au plus"),
    "last saved": (
        [q("text", "a", default="${last-saved#a}")],
        "aucune question ne s'appelle « last-saved#a »",
    ),
    "search": ([q("select_one fruits", "a", appearance="search('x')")], "n'est pas proposé"),
    "bind column": ([q("text", "a", **{"bind::jr:preload": "uid"})], "cette colonne n'est pas lue"),
    "body column": ([q("text", "a", **{"body::intent": "x"})], "cette colonne n'est pas lue"),
    "instance column": ([q("text", "a", **{"instance::x": "y"})], "cette colonne n'est pas lue"),
    "save_to": ([q("text", "a", save_to="x")], "Fanal ne tient pas d'entités"),
    "constraint with a path": ([q("integer", "a", constraint=". > ../b")], "« / » n'est pas admis"),
    "not closed": (
        [q("begin_group", "g"), A],
        "ligne 2 : « g » n'est jamais refermé. Ajoutez une ligne end_group",
    ),
    "closed twice": ([A, FIN_GROUPE], "ligne 3 : cette fin de groupe ne referme pas"),
    "crossed": (
        [q("begin_group", "g"), q("begin_repeat", "r"), A, FIN_GROUPE, FIN_REPETITION],
        "ligne 5 : cette fin de groupe ne referme pas ce qui est ouvert : « r » (ligne 3)",
    ),
    "label names nobody": (
        [q("text", "a", label="Pour ${b}")],
        "colonne « label » : aucune question ne s'appelle « b »",
    ),
    "self": ([q("text", "a", relevant="${a} = 1")], "« a » dépend de sa propre réponse"),
    "cycle": (
        [A, q("calculate", "b", calculation="${c} + 1"), q("calculate", "c", calculation="${b} + 1")],
        "ligne 3, colonne « calculation » : ces lignes dépendent l'une de l'autre en cercle",
    ),
    "cycle by conditions": (
        [q("text", "a", relevant="${b} = 1"), q("text", "b", relevant="${a} = 1")],
        "ligne 2, colonne « relevant »",
    ),
    "cycle through a group": (
        [q("begin_group", "g", relevant="${a} = 1"), A, FIN_GROUPE],
        "dépendent l'une de l'autre en cercle",
    ),
    "unknown question": (
        [q("text", "a", relevant="${z} = 1")],
        "colonne « relevant » : aucune question ne s'appelle « z »",
    ),
    "position outside": (
        [q("text", "a", relevant="position(..) = 1")],
        "position(..) n'est admis que dans une répétition",
    ),
    "repeat as a value": (
        [q("begin_repeat", "r"), A, FIN_REPETITION, q("text", "b", relevant="${r} > 1")],
        "écrivez count(${r})",
    ),
    "bare word": (
        [q("text", "a"), q("text", "b", relevant="${a} = oui")],
        "« oui » est écrit sans guillemets",
    ),
}


@pytest.mark.parametrize("cas", FORMES)
def test_a_form_outside_the_subset_is_refused_at_its_cell(cas: str) -> None:
    lignes, attendu = FORMES[cas]
    with pytest.raises(Inutilisable) as refus:
        lire_texte(texte(lignes))
    assert attendu in refus.value.phrase
    assert refus.value.phrase.startswith(("survey, ligne", "La feuille survey"))


# expression, words of the sentence
EXPRESSIONS = {
    "foo(1)": "la fonction foo() n'est pas reconnue",
    "pulldata('f', 'a', 'b', ${a})": "la fonction pulldata() n'est pas admise",
    "random()": "deux lectures donneraient deux verdicts",
    "once(${a})": "moment de la saisie",
    "selected(${a})": "La fonction selected() attend 2 argument(s)",
    "1 +": "ne peut pas être lue",
    "'a": "ne peut pas être lue",
    "(1": "ne peut pas être lue",
    "${a} = 1 = 2": "ne peut pas être lue",
    "/data/a": "sans chemin",
    "../a = 1": "« / » n'est pas admis",
    "${a}[1]": "sans crochets",
    "//a": "n'est pas admis",
    "@a": "n'est pas admis",
    "${a} | ${b}": "« | » n'est pas admis",
    ". = 1": "contrainte",
    "$a": "écrivez ${nom}",
    "${a b}": "accolade",
    "- - - 1": "plusieurs signes",
    "(" * 60 + "1" + ")" * 60: "parenthèses",
    "1 + " * 1100 + "1": "4000 au plus",
    " + ".join(["1"] * 400): "300 termes",
    "regex(${a}, ${b})": "entre guillemets",
    "regex(${a}, '(a+)+')": "pourrait ne pas finir",
    "regex(${a}, '[')": "ne peut pas être lu",
    "position(1)": "position(..)",
    "count(1)": "attend le nom d'une question",
    "jr:choice-name(${a}, 'a')": "jr:choice-name(${nom}, '${nom}')",
    "jr:choice-name(${a}, '${a}')": "n'est pas une question à choix",
    "indexed-repeat(${a}, ${b}, 1)": "n'est pas une question de la répétition",
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_outside_the_subset_is_refused(expression: str) -> None:
    formulaire = forme(q("text", "a"), q("text", "b"))
    with pytest.raises(Inutilisable) as refus:
        check_expression(formulaire, expression)
    assert EXPRESSIONS[expression].lower() in refus.value.phrase.lower()


def test_choices_are_checked_cell_by_cell() -> None:
    for ligne, attendu in (
        ({"name": "x", "label": ""}, "choices, ligne 2 : la colonne « label » est vide"),
        ({"name": "x y", "label": "X"}, "le code « x y » contient une espace"),
    ):
        with pytest.raises(Inutilisable, match=attendu):
            forme(q("text", "a"), listes={"l": [ligne, {"name": "z", "label": "Z"}]})
    with pytest.raises(Inutilisable, match="choices, ligne 3 : le code « x » est déjà dans la liste « l »"):
        forme(q("text", "a"), listes={"l": ["x", "x"]})


def test_two_languages_are_refused() -> None:
    lignes = [q("text", "a", **{"label": "Nom", "label::English (en)": "Name"})]
    with pytest.raises(Inutilisable, match="une seule langue"):
        lire_texte(texte(lignes))


def test_settings_outside_the_subset_are_refused() -> None:
    for reglages, attendu in (
        ({"form_id": "a", "public_key": "x"}, "settings, ligne 2, colonne « public_key »"),
        ({"form_id": "Été 1"}, "« Été 1 » n'est pas un code de formulaire"),
    ):
        with pytest.raises(Inutilisable, match=attendu):
            lire_texte(texte([A], reglages=reglages))


def _classeur(chemin: Path, **feuilles: list[list[object]]) -> Path:
    classeur = openpyxl.Workbook()
    classeur.remove(classeur.active)
    for nom, lignes in feuilles.items():
        feuille = classeur.create_sheet(nom)
        for ligne in lignes:
            feuille.append(ligne)
    classeur.save(chemin)
    return chemin


def test_the_cell_of_a_workbook_is_named_by_letter_and_row(tmp_path: Path) -> None:
    lignes: list[list[object]] = [
        ["type", "name", "label", "relevant"],
        ["text", "a", "A"],
        [],
        ["text", "b", "B", "${z} = 1"],
    ]
    with pytest.raises(Inutilisable, match=r"survey, ligne 4, colonne « relevant » \(cellule D4\)"):
        lire(_classeur(tmp_path / "f.xlsx", survey=lignes))


def test_sheets_of_another_use_are_refused(tmp_path: Path) -> None:
    survey: list[list[object]] = [["type", "name", "label"], ["text", "a", "A"]]
    with pytest.raises(Inutilisable, match="« external_choices » n'est pas admise"):
        lire(_classeur(tmp_path / "f.xlsx", survey=survey, external_choices=[["a"], ["b"]]))
    with pytest.raises(Inutilisable, match="deux colonnes s'appellent « name »"):
        lire(_classeur(tmp_path / "g.xlsx", survey=[["type", "name", "name"], ["text", "a", "b"]]))
    with pytest.raises(Inutilisable, match="n'a pas de feuille « survey »"):
        lire(_classeur(tmp_path / "h.xlsx", autre=[["x"]], encore=[["y"]]))


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_bytes(b"%PDF-1.7")
    with pytest.raises(Inutilisable, match="c'est un PDF"):
        lire(tmp_path / "f.xlsx")
    with pytest.raises(Inutilisable):
        lire(tmp_path / "absent.xlsx")
    with pytest.raises(Inutilisable, match="n'est pas un formulaire"):
        lire_texte("bonjour")


@pytest.mark.parametrize(
    "motif", ["(a+)+", "(a|aa)+", "(a+){50}", "(a?){30}", "(?=a)b", r"(a)\1", ".*.*.*.*.*"]
)
def test_patterns_that_could_not_end(motif: str) -> None:
    assert explosif(motif)


@pytest.mark.parametrize(
    "motif", ["[0-9]{9}", "0[1-9]( ?[0-9]{2}){4}", "[^@ ]+@[^@ ]+[.][a-z]{2,10}", "(ab|cd)"]
)
def test_ordinary_patterns_are_kept(motif: str) -> None:
    assert not explosif(motif)
