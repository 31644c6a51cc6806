"""Codes and names as people write them."""

import pytest

from fanal.territoires import references
from fanal.territoires.rules import (
    departement_of_finess,
    insee_of_number,
    is_finess,
    remark_on_siren,
    remark_on_siret,
    repair_code_ght,
    repair_finess,
    repair_name,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mars-02", "MAR-02"),
        ("BFC-03", "BFC-03"),
        (" bfc 3 ", "BFC-03"),
        ("BFC03", "BFC-03"),
        ("idf_16", "IDF-16"),
        ("ge-011", "GE-11"),
        ("quoi", "QUOI"),
        ("", ""),
    ],
)
def test_a_short_name_is_repaired(text: str, code: str) -> None:
    assert repair_code_ght(text) == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CUR GRAND EST", "CŒUR GRAND EST"),
        ("C\x8cUR GRAND EST", "CŒUR GRAND EST"),
        ("ROUEN CUR DE SEINE", "ROUEN CŒUR DE SEINE"),
        ("AUBE ET  SÉZANNAIS", "AUBE ET SÉZANNAIS"),
        ("RANCE EMÉRAUDE", "RANCE ÉMERAUDE"),
        ("AISNE SUD- SAPHIR", "AISNE SUD - SAPHIR"),
        (
            "TARN REVELOIS ET SAINT-PONAIS - CUR D'OCCITANIE",
            "TARN REVELOIS ET SAINT-PONAIS - CŒUR D'OCCITANIE",
        ),
        ("CURE THERMALE", "CURE THERMALE"),
        ("OISE NORD EST (ONE)", "OISE NORD EST (ONE)"),
        ("  CENTRE HOSPITALIER  D'IS-SUR-TILLE ", "CENTRE HOSPITALIER D'IS-SUR-TILLE"),
    ],
)
def test_a_name_is_repaired(text: str, name: str) -> None:
    assert repair_name(text) == name
    assert repair_name(name) == name, "repairing again changes nothing"


def test_a_finess_keeps_letters_and_gets_its_zero_back() -> None:
    assert repair_finess("10780054") == "010780054"
    assert repair_finess("2a0000014") == "2A0000014"
    assert repair_finess("210 780 581") == "210780581"
    assert is_finess("2B0000020")
    assert not is_finess("21078058")


def test_the_number_of_a_ght_names_its_region() -> None:
    assert [insee_of_number(n) for n in ("84101", "1101", "4101", "12", "x", "")] == [
        "84",
        "01",
        "04",
        "",
        "",
        "",
    ]


def test_a_finess_names_its_metropolitan_departement_only() -> None:
    assert [departement_of_finess(f) for f in ("210780581", "2A0000014", "970100228", "9C0000001")] == [
        "21", "2A", "", ""
    ]  # fmt: skip


def test_identifiers_warn_and_never_block() -> None:
    assert remark_on_siren("") == remark_on_siret("") == ""
    assert remark_on_siren("732829320") == ""
    assert "n'est pas valide" in remark_on_siren("732829321")
    assert remark_on_siret("73282932000074", "732829320") == ""
    assert "n'est pas valide" in remark_on_siret("73282932000075")
    assert "ne commence pas" in remark_on_siret("73282932000074", "552008443")


def test_every_region_and_departement_is_there_once() -> None:
    regions = references.regions()
    assert len(regions) == 18
    assert len({r.code_insee for r in regions}) == len({r.sigle for r in regions}) == 18
    codes = [code for r in regions for code in r.departements]
    assert len(codes) == len(set(codes)) == 101
    metropole = {f"{n:02d}" for n in range(1, 96)} - {"20"} | {"2A", "2B"}
    assert set(codes) == metropole | {"971", "972", "973", "974", "976"}


PRINTED = [
    "IdF", "ARA", "GE", "NA", "OCC", "HdF", "PACA", "BFC", "BRE", "NOR", "PDL", "CVL", "REUNION",
    "MARTINIQUE", "GUADELOUPE", "GUYANE", "CORSE", "Martinique", "Guadeloupe", "Guyane", "idf", "IDF",
    "HF", "COR", "GUA", "GUY", "MAR", "OI", "84", "1", "01", "4",
]  # fmt: skip
FULL = [
    "Auvergne-Rhone-Alpes",
    "Bourgogne-Franche-Comte",
    "Centre-Val de Loire",
    "Grand Est",
    "Grd-Est",
    "Hauts-de-France",
    "Ile-de-France",
    "Île de France",
    "Nouvelle-Aquitaine",
    "Pays de la Loire",
    "La Reunion",
    "La Réunion",
    "Réunion",
    "Provence-Alpes-Côte d'Azur",
    "Provence Alpes Cote d’Azur",
    "Mayotte",
]


@pytest.mark.parametrize("spelling", [*PRINTED, *FULL])
def test_every_printed_spelling_of_a_region_is_known(spelling: str) -> None:
    assert references.normaliser(spelling) in references.regions_par_nom()


def test_no_spelling_names_two_regions() -> None:
    owners: dict[str, set[str]] = {}
    for r in references.regions():
        for s in (r.sigle, r.nom, r.code_insee, *r.autres):
            owners.setdefault(references.normaliser(s), set()).add(r.sigle)
    assert not {s: o for s, o in owners.items() if len(o) > 1}
