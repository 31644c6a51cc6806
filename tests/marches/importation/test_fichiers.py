"""Files: the shapes of DECP, hostile ones, tables; each refused in one sentence, nothing being written."""

import csv
import json
import random
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.marches.lecture import json_decp, xml_decp
from fanal.marches.lecture.contrat import normaliser
from fanal.marches.lecture.lecteurs import lire
from fanal.marches.lecture.limites import Bornes
from fanal.marches.lecture.resultats import Lu, Reperes
from fanal.refus import Inutilisable
from tests.marches.importation.fabrique import (
    ACHETEUR,
    EXEMPLES,
    REEL,
    TABULAIRE,
    TITULAIRE,
    fichier_v1,
    fichier_v2,
    present,
    v1,
    v2,
)

REPERES = Reperes(date(2022, 2, 10))


def lus(chemin: Path, format: str = "decp") -> list[Lu]:
    return [normaliser(b, REPERES) for b in lire(chemin, format) if not b.concession]


def test_both_shapes_of_json(tmp_path: Path) -> None:
    assert [lu.identifiant for lu in lus(fichier_v1(tmp_path, v1(), v1(id="B")))] == ["2018M100", "B"]
    assert [lu.identifiant for lu in lus(fichier_v2(tmp_path, v2(), v2(id="B")))] == ["M1", "B"]
    seul = tmp_path / "seul.json"
    seul.write_text(json.dumps({"meta": [1, {"a": "]}"}], "marches": {"x": 1, "marche": v2()}, "z": 3}))
    assert [lu.identifiant for lu in lus(seul)] == ["M1"]


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_json(tmp_path: Path, encodage: str) -> None:
    chemin = tmp_path / "decp.json"
    texte = json.dumps({"marches": [v1(objet="Matériel d'hôpital à Dôle")]}, ensure_ascii=False)
    chemin.write_bytes(texte.encode(encodage))
    lu = lus(chemin)[0]
    assert lu.valeurs["objet"] == "Matériel d'hôpital à Dôle"


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=8),
            st.none() | st.integers() | st.text(max_size=40) | st.lists(st.text(max_size=8), max_size=3),
            max_size=5,
        ),
        max_size=6,
    ),
    st.integers(1, 64),
    st.integers(0, 1),
)
def test_reading_by_pieces_gives_what_reading_whole_gives(
    marches: list[dict[str, Any]], tranche: int, ascii_: int
) -> None:
    import tempfile

    texte = json.dumps({"marches": {"marche": marches}}, ensure_ascii=bool(ascii_), indent=ascii_ or None)
    garde, json_decp.TRANCHE = json_decp.TRANCHE, tranche
    try:
        with tempfile.TemporaryDirectory() as dossier:
            chemin = Path(dossier) / "d.json"
            chemin.write_bytes(texte.encode("utf-8", "surrogatepass"))
            recus = [b.contenu for b in json_decp.lire(chemin)]
    except UnicodeError:
        return
    finally:
        json_decp.TRANCHE = garde
    assert recus == json.loads(texte)["marches"]["marche"]


REFUSES = {
    "vide": (b"", "vide"),
    "pas-json": (b"acheteur;id\n1;2\n", "n'est pas un document JSON"),
    "binaire": (bytes(random.Random(1).randbytes(4000)), "JSON"),
    "liste": (b"[1, 2]", "n'est pas un document JSON"),
    "sans-marches": (b'{"releases": []}', "ne contient pas"),
    "marches-texte": (b'{"marches": "x"}', "n'y est pas une liste"),
    "marches-vide": (b'{"marches": {}}', "n'y contient pas"),
    "coupe": (json.dumps({"marches": [v1()] * 3}).encode()[:-9], "coup"),
    "suite": (b'{"marches": []} encore', "n'est pas un document JSON"),
    "emboite": (b'{"marches": [' + b"[" * 200_000, "JSON|profond"),
    "emboite-ferme": (b'{"marches": [' + b'{"a":' * 60 + b"1" + b"}" * 60 + b"]}", "profond"),
    "entier-geant": (b'{"marches": [{"id": ' + b"9" * 6000 + b"}]}", "JSON|démesuré"),
}


@pytest.mark.parametrize("nom", REFUSES)
def test_json_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, nom: str) -> None:
    contenu, phrase = REFUSES[nom]
    chemin = tmp_path / "decp.json"
    chemin.write_bytes(contenu)
    with pytest.raises(Inutilisable, match=phrase) as refus:
        lus(chemin)
    assert refus.value.phrase.endswith(".")


def test_a_contract_out_of_all_measure_is_refused(tmp_path: Path) -> None:
    chemin = tmp_path / "decp.json"
    chemin.write_text('{"marches": [{"objet": "' + "x" * 3_000_000)
    with pytest.raises(Inutilisable, match="démesuré"):
        list(json_decp.lire(chemin, Bornes(contrat_max=1_000_000)))
    with pytest.raises(Inutilisable, match="Mo au plus"):
        list(json_decp.lire(chemin, Bornes(taille_max=1_000_000)))


def test_a_reading_that_lasts_is_stopped(tmp_path: Path) -> None:
    chemin = fichier_v1(tmp_path, *([v1()] * 600))
    with pytest.raises(Inutilisable, match="dépassé"):
        list(json_decp.lire(chemin, Bornes(duree_max=-1)))


def en_xml(nom: str, valeur: Any) -> str:
    """A value of DECP JSON as DECP XML."""
    if isinstance(valeur, list):
        return "".join(en_xml(nom, v) for v in valeur)
    if isinstance(valeur, dict):
        return f"<{nom}>{''.join(en_xml(k, v) for k, v in valeur.items())}</{nom}>"
    if isinstance(valeur, bool):
        valeur = "oui" if valeur else "non"
    return f"<{nom}>{escape(str(valeur))}</{nom}>"


def marche_xml(contenu: dict[str, Any]) -> str:
    plat = dict(contenu)
    for nom, interne in (("titulaires", "titulaire"), ("modifications", "modification")):
        if nom in plat:
            plat[nom] = {interne: [x[interne] for x in plat[nom]]}
    return en_xml("marche", plat)


MODIFIE = v2(
    modifications=[
        {"modification": {"id": 1, "montant": 250_000, "dateNotificationModification": "2022-01-05"}}
    ]
)


@pytest.mark.parametrize("contenu", [v2(), MODIFIE, v2(montant=0, dateNotification="hier")])
def test_xml_and_json_say_the_same(tmp_path: Path, contenu: dict[str, Any]) -> None:
    chemin = tmp_path / "decp.xml"
    chemin.write_text(f"<marches>{marche_xml(contenu)}</marches>", encoding="utf-8")
    par_xml, par_json = lus(chemin, "decp-xml")[0], lus(fichier_v2(tmp_path, contenu))[0]
    assert par_xml.valeurs == par_json.valeurs
    assert par_xml.titulaires == par_json.titulaires
    assert [a.regle for a in par_xml.anomalies] == [a.regle for a in par_json.anomalies]
    assert [(m.numero, m.montant_apres) for m in par_xml.modifications] == [
        (m.numero, m.montant_apres) for m in par_json.modifications
    ]


BOMBE = (
    '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY a{i} "{"&a" + (str(i - 1) if i > 1 else "") + ";"}{"&a;" * 9}">' for i in range(1, 9)
    )
    + "]><marches><marche><objet>&a8;</objet></marche></marches>"
)
XML_REFUSES = {
    "vide": ("", "vide"),
    "json": ('{"marches": []}', "n'est pas un document XML"),
    "coupe": ("<marches><marche><id>1</id>", "coupé"),
    "autre": ("<html><body/></html>", "n'est pas une liste de marchés"),
    "bombe": (BOMBE, "entités"),
    "externe": ('<!DOCTYPE m SYSTEM "file:///etc/passwd"><marches/>', "entités"),
    "emboite": ("<marches>" + "<a>" * 100 + "</a>" * 100 + "</marches>", "profond"),
    "codage": ('<?xml version="1.0" encoding="inconnu-99"?><marches/>', "n'est pas un document XML"),
}


@pytest.mark.parametrize("nom", XML_REFUSES)
def test_xml_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, nom: str) -> None:
    texte, phrase = XML_REFUSES[nom]
    chemin = tmp_path / "decp.xml"
    chemin.write_text(texte, encoding="utf-8")
    with pytest.raises(Inutilisable, match=phrase):
        lus(chemin, "decp-xml")


def test_an_xml_element_out_of_all_measure_is_refused(tmp_path: Path) -> None:
    chemin = tmp_path / "decp.xml"
    chemin.write_text("<marches><marche>" + "<a>x</a>" * 400_000 + "</marche></marches>")
    with pytest.raises(Inutilisable, match="démesuré"):
        list(xml_decp.lire(chemin, Bornes(contrat_max=1_000_000)))


def test_rows_of_one_contract_are_brought_together(tmp_path: Path) -> None:
    chemin = tmp_path / "decp.csv"
    chemin.write_text(
        "uid,id,type,codeCPV,acheteur_id,acheteur_nom,titulaire_id,titulaire_nom,montant,dateNotification,dureeMois\n"
        f"u1,L1,Travaux,45215100,{ACHETEUR},CH,{TITULAIRE},Un,1000,2021-05-01,8\n"
        f"u2,L2,Services,50421000,{ACHETEUR},CH,{TITULAIRE},Un,500,2021-05-02,8\n"
        f"u1,L1,Travaux,45215100,{ACHETEUR},CH,,Deux,1000,2021-05-01,9\n",
        encoding="utf-8",
    )
    un, deux = lus(chemin, "decp-tabulaire")
    assert [t[2] for t in un.titulaires] == ["Un", "Deux"]
    assert str(un.valeurs["montant"]) == "1000.00"
    assert "duree_mois" not in un.valeurs
    assert un.recu["autres"] == {"rangees": {"dureeMois": ["8", "9"]}}
    assert {a.regle for a in un.anomalies if a.gravite == "controle"} == {
        "rangees-divergentes",
        "objet-inconnu",
        "titulaire-sans-identifiant",
    }
    assert (un.valeurs["nature_achat"], deux.valeurs["nature_achat"]) == ("travaux", "services")
    assert un.valeurs["objet"] == "" and not un.ecarte


def test_a_table_with_an_empty_object_is_blamed_for_it(tmp_path: Path) -> None:
    chemin = tmp_path / "decp.csv"
    chemin.write_text(f"id,acheteur_id,objet\nL1,{ACHETEUR},\nL2,{ACHETEUR},Gants\n", encoding="utf-8")
    un, deux = lus(chemin, "decp-tabulaire")
    assert (un.ecarte, deux.ecarte) == (True, False)


def test_the_real_file_loads() -> None:
    marches = lus(present(REEL))
    regles = [a.regle for lu in marches for a in lu.anomalies]
    assert len(marches) == 491
    assert not any(lu.ecarte for lu in marches)
    assert regles.count("notification-absente") == 169
    assert regles.count("montant-symbolique") == 33
    assert "libelle-inconnu" not in regles
    assert {lu.valeurs["procedure"] for lu in marches} <= {
        "Procédure adaptée",
        "Appel d'offres ouvert",
        "Marché passé sans publicité ni mise en concurrence préalable",
        "Procédure avec négociation",
    }
    hno = [lu for lu in marches if lu.acheteur_siret == "26690025700046"]
    assert len(hno) == 136


def test_the_real_table_loads() -> None:
    marches = lus(present(TABULAIRE), "decp-tabulaire")
    assert len(marches) == 33
    with TABULAIRE.open(encoding="utf-8", newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    assert {(lu.acheteur_siret, lu.identifiant) for lu in marches} == {
        (ligne["acheteur_id"], ligne["id"]) for ligne in lignes
    }
    tenus = {(ligne["acheteur_id"], ligne["id"], ligne["titulaire_id"]) for ligne in lignes}
    assert sum(len(lu.titulaires) for lu in marches) == len(tenus)
    assert not any(lu.ecarte for lu in marches)


@pytest.mark.parametrize(
    ("nom", "format", "nombre", "concessions"),
    [
        ("json/marches_avec_modifications.json", "decp", 2, 0),
        ("json/concessions.json", "decp", 0, 2),
        ("json/marches_concessions.json", "decp", 2, 2),
        ("xml/Marche.xml", "decp-xml", 2, 0),
        ("xml/Contrat-concession.xml", "decp-xml", 0, 2),
    ],
)
def test_the_official_examples(nom: str, format: str, nombre: int, concessions: int) -> None:
    bruts = list(lire(present(EXEMPLES / nom), format))
    assert [sum(not b.concession for b in bruts), sum(b.concession for b in bruts)] == [nombre, concessions]
    for lu in (normaliser(b, REPERES) for b in bruts if not b.concession):
        graves = {a.regle for a in lu.anomalies if a.gravite == "controle"}
        assert graves <= {"siret-acheteur", "modification-avant", "date-invraisemblable"}
