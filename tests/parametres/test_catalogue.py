"""Lookup by date and axis, exact decimals, and what a badly written file is told."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fanal.parametres.catalogue import Catalogue, load
from fanal.parametres.valeur import ParametreInconnu, ParametreInvalide, SansValeur

BON = """
seuil.marche:
  libelle: Seuil
  type: decimal
  unite: €
  axes: [famille]
  valeurs:
    - {depuis: 2020-01-01, valeur: "0.10", source: Décret A}
    - {depuis: 2021-01-01, jusqu_a: 2021-12-31, valeur: "0.30", source: Décret B, axes: {famille: Biomédical}}
    - {depuis: 2022-04-01, valeur: "0.20", source: Décret C, a_confirmer: true, lien: "https://exemple.test"}
seuil.inconnu:
  libelle: Sans valeur connue
  type: entier
  valeurs:
    - {depuis: 2020-01-01, valeur: null, source: Aucune, a_confirmer: true}
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    dossier = tmp_path / "sous" / "dossier"
    dossier.mkdir(parents=True)
    (dossier / "a.yaml").write_text(BON, encoding="utf-8")
    return load(tmp_path)


@pytest.mark.parametrize(
    ("le", "axes", "attendu"),
    [
        (date(2020, 1, 1), {}, "0.10"),
        (date(2022, 3, 31), {}, "0.10"),
        (date(2022, 4, 1), {}, "0.20"),
        (date(2021, 6, 1), {"famille": "Biomédical"}, "0.30"),
        (date(2021, 6, 1), {"famille": "Autre"}, "0.10"),
        (date(2022, 1, 1), {"famille": "Biomédical"}, "0.10"),
        (date(2023, 1, 1), {"famille": "Biomédical"}, "0.20"),
    ],
)
def test_value_by_date_and_axis(catalogue: Catalogue, le: date, axes: dict[str, str], attendu: str) -> None:
    valeur = catalogue.valeur("seuil.marche", le=le, **axes)
    assert isinstance(valeur, Decimal)
    assert str(valeur) == attendu


def test_source_and_doubt_come_with_the_value(catalogue: Catalogue) -> None:
    valeur = catalogue["seuil.marche"].at(date(2024, 1, 1))
    assert (valeur.source, valeur.lien, valeur.a_confirmer) == ("Décret C", "https://exemple.test", True)
    assert catalogue["seuil.marche"].a_confirmer


def test_unknown_value_is_none_not_zero(catalogue: Catalogue) -> None:
    assert catalogue.valeur("seuil.inconnu", le=date(2021, 1, 1)) is None


def test_set_of_values(catalogue: Catalogue) -> None:
    assert catalogue.jeu("seuil", date(2021, 1, 1)) == {"marche": Decimal("0.10"), "inconnu": None}


def test_unknown_code_says_so(catalogue: Catalogue) -> None:
    with pytest.raises(ParametreInconnu) as erreur:
        catalogue.valeur("seuil.autre", le=date(2021, 1, 1))
    assert str(erreur.value) == "Le paramètre « seuil.autre » n'existe pas."
    with pytest.raises(ParametreInconnu, match="Aucun paramètre"):
        catalogue.jeu("seui", date(2021, 1, 1))
    assert "seuil.autre" not in catalogue


def test_no_value_at_that_date_says_since_when(catalogue: Catalogue) -> None:
    with pytest.raises(SansValeur, match=r"pas de valeur au 31/12/2019.*01/01/2020"):
        catalogue.valeur("seuil.marche", le=date(2019, 12, 31))


def test_foreign_axis(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="ne se décline pas par region"):
        catalogue.valeur("seuil.marche", le=date(2021, 1, 1), region="BRE")


@pytest.mark.parametrize(
    ("valeurs", "message"),
    [
        ("[{depuis: 2020-01-01, valeur: 0.1, source: S}]", "guillemets"),
        ('[{depuis: 2020-01-01, valeur: "abc", source: S}]', "pas un nombre"),
        ('[{valeur: "1", source: S}]', "depuis"),
        ('[{depuis: "2020", valeur: "1", source: S}]', "AAAA-MM-JJ"),
        ('[{depuis: 2020-01-01, valeur: "1"}]', "source"),
        ('[{depuis: 2020-01-01, valeur: "1", source: " "}]', "source"),
        ("[{depuis: 2020-01-01, source: S}]", "valeur"),
        ("[{depuis: 2020-01-01, valeur: null, source: S}]", "à confirmer"),
        ('[{depuis: 2020-01-01, valeur: "1", source: S, a_confirmer: peut-être}]', "true ou false"),
        ('[{depuis: 2020-01-01, valeur: "1", source: S, axes: {x: y}}]', "axes inconnus"),
        ('[{depuis: 2020-01-01, valeur: "1", source: S, autre: 1}]', "champs inconnus"),
        ("[]", "aucune valeur"),
        (
            '[{depuis: 2021-01-01, valeur: "1", source: S}, {depuis: 2020-01-01, valeur: "2", source: S}]',
            "ne croissent pas",
        ),
        (
            '[{depuis: 2020-01-01, jusqu_a: 2021-06-01, valeur: "1", source: S},'
            ' {depuis: 2021-01-01, valeur: "2", source: S}]',
            "recouvrent",
        ),
        ('[{depuis: 2020-01-01, jusqu_a: 2019-01-01, valeur: "1", source: S}]', "avant de commencer"),
    ],
)
def test_badly_written_value_is_named(tmp_path: Path, valeurs: str, message: str) -> None:
    (tmp_path / "faux.yaml").write_text(
        f"un.code:\n  libelle: L\n  type: decimal\n  valeurs: {valeurs}\n", "utf-8"
    )
    with pytest.raises(ParametreInvalide, match=message) as erreur:
        load(tmp_path)
    assert "faux.yaml" in str(erreur.value)
    assert "un.code" in str(erreur.value)


@pytest.mark.parametrize(
    ("type_", "valeur"),
    [
        ("entier", "true"),
        ("entier", '"1"'),
        ("texte", "1"),
        ("liste", "[0.5]"),
        ("table", "{a: 0.5}"),
        ("rien", "1"),
    ],
)
def test_value_of_another_type(tmp_path: Path, type_: str, valeur: str) -> None:
    valeurs = f"[{{depuis: 2020-01-01, valeur: {valeur}, source: S}}]"
    contenu = f"c:\n  libelle: L\n  type: {type_}\n  valeurs: {valeurs}\n"
    (tmp_path / "faux.yaml").write_text(contenu, "utf-8")
    with pytest.raises(ParametreInvalide):
        load(tmp_path)


def test_same_code_in_two_files(tmp_path: Path) -> None:
    for nom in ("a.yaml", "b.yaml"):
        (tmp_path / nom).write_text(BON, "utf-8")
    with pytest.raises(ParametreInvalide, match="deux fois"):
        load(tmp_path)
