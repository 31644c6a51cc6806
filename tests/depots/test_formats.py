"""The format documents: valid Table Schema, known under their names, with French titles and examples."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import pytest

from fanal.depots import formats

PAAT = [
    "identifiant",
    "finess",
    "role",
    "famille",
    "domaine",
    "categorie",
    "intitule",
    "operateur",
    "nom_operateur",
    "numero_marche",
    "date_premiere_commande",
    "nature_depense",
    "duree_amortissement",
    "montant_reference_ttc",
    "perimetre_traite_ttc",
    "prix_reference_ttc",
    "prix_nouveau_ttc",
    "quantite_reference",
    "gain_annuel_ttc",
    "type_effet",
    "cause_prix",
    "calcul",
    "explication",
    "statut",
    "date_prevue",
    "gain_previsionnel_ttc",
]


def test_names() -> None:
    attendus = {"paat", "achats_annuels", "operateur", "objectifs", "nomenclature", "sae-ght", "membres-ght"}
    assert attendus <= set(formats.noms())
    with pytest.raises(KeyError):
        formats.charger("inconnu")


def test_columns_of_the_plan() -> None:
    paat = formats.charger("paat")
    assert [c.nom for c in paat.principal.champs][: len(PAAT)] == PAAT
    assert paat.principal.requis == ["identifiant", "finess", "role", "intitule", "operateur"]
    assert [c.nom for c in paat.annexes["achats_annuels"].champs] == ["finess", "annee", "achats_annuels_ttc"]
    assert not paat.principal.par_nom["famille"].enumeration
    assert not paat.principal.par_nom["type_effet"].enumeration
    assert [c.nom for c in paat.principal.champs if c.unique] == ["identifiant"]


@pytest.mark.parametrize("nom", sorted(formats.noms()))
def test_documents_are_table_schema_with_titles_and_examples(nom: str) -> None:
    document = formats.charger(nom).document
    assert [str(e) for e in frictionless.Schema.metadata_validate(document)] == []
    for champ in document["fields"]:
        assert champ["title"], champ["name"]
        assert champ["description"].endswith("."), champ["name"]
        assert champ["example"], champ["name"]


def test_rules_listed_with_the_standard_ones_first() -> None:
    codes = [r["code"] for r in formats.regles("paat")]
    assert codes[:7] == ["type", "requis", "motif", "enumeration", "minimum", "maximum", "unique"]
    assert len(codes) == len(set(codes))
    assert all(set(r) == {"code", "gravite", "titre"} for r in formats.regles("paat"))


def test_a_domain_adds_formats_and_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_CHEMINS", {})
    monkeypatch.setattr(formats, "_CHARGES", {})
    monkeypatch.setattr(formats, "_REGLES", {})
    chemin = tmp_path / "x.json"
    chemin.write_text(json.dumps({"title": "X", "fields": [{"name": "a"}]}), encoding="utf-8")
    formats.enregistrer("x", chemin)
    regle = {"code": "borne", "gravite": "controle", "titre": "Une borne"}
    formats.enregistrer_regles("x", [regle])
    formats.enregistrer_regles("x", [regle])
    assert formats.charger("x").titre == "X"
    assert formats.regles("x").count(regle) == 1


@pytest.mark.parametrize(
    "champs",
    [
        [],
        [{"name": "a"}, {"name": "a"}],
        [{"name": "a", "type": "geopoint"}],
        [{"name": "a", "constraints": {"exclusiveMinimum": 3}}],
    ],
)
def test_documents_that_could_not_be_checked_are_refused(champs: list[dict[str, object]]) -> None:
    with pytest.raises(formats.FormatInvalide):
        formats.depuis_documents("x", {"fields": champs})
