"""`fanal depenses rapprocher` and `fanal depenses referentiel`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanal.depenses.actions.catalogue import importer_referentiel, reprendre_bordereaux
from fanal.depenses.commandes import rapprocher
from fanal.depenses.models import ProduitReference
from fanal.journal.models import Entree
from fanal.marches.models import Marche
from fanal.prix.models import LigneBpu
from fanal.refus import Interdit, Inutilisable, Refus
from tests.depenses.rapprochement.conftest import INSTANT

REF = "code;libelle\n1;Paracétamol 500 mg, comprimé\n2;Paracétamol 1 g, comprimé\n"


@pytest.fixture
def fichier(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, content: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ","])
def test_files_as_people_save_them(fichier: Callable[..., Path], encoding: str, separator: str) -> None:
    labels = fichier(
        "l.csv", f"code{separator}Libellé\r\n{separator}PARACETAMOL CPR 0.5G\r\n2{separator}\r\n", encoding
    )
    found = rapprocher.run(labels, fichier("r.csv", REF, "cp1252"))
    assert [(p["code"], p["rang"]) for p in found["propositions"]] == [("1", 1), ("2", 2)]
    first, second = (p["confiance"] for p in found["propositions"])
    assert 1 >= first > second >= 0
    assert found["propositions"][0]["libelle"] == "PARACETAMOL CPR 0.5G"


def test_codes_of_labels_are_never_read(fichier: Callable[..., Path]) -> None:
    labels = fichier("l.csv", "code;libelle\n2;PARACETAMOL 500MG CP\n")
    assert rapprocher.run(labels, fichier("r.csv", REF))["propositions"][0]["code"] == "1"


def test_labels_come_back_as_written(fichier: Callable[..., Path]) -> None:
    """A label cut at forty characters may end with a space, or hold a line feed: it is a key."""
    written = [
        "PARACETAMOL 500MG CP ",
        "  paracétamol\u00a01 g",
        "PARACETAMOL\n1G CPR",
        "a\x85PARACETAMOL 1G",
    ]
    lines = "".join(f';"{label}"\n' for label in written)
    found = rapprocher.run(fichier("l.csv", f"code;libelle\n{lines}"), fichier("r.csv", REF))
    best = {p["libelle"]: p["code"] for p in found["propositions"] if p["rang"] == 1}
    assert best == dict(zip(written, "1222", strict=True))


def test_a_code_with_several_labels_is_one_product(fichier: Callable[..., Path]) -> None:
    """A catalogue with a line twice, or a product written in two ways, is no less sure and says it once."""
    labels = fichier("l.csv", "libelle,CODE\nParacétamol 500 mg cp,\n")
    once = rapprocher.run(labels, fichier("r.csv", REF))["propositions"]
    twice = f"{REF}1;Paracétamol 500 mg, comprimé\n2;Paracétamol 1000 mg cp\n"
    found = rapprocher.run(labels, fichier("r.csv", twice))["propositions"]
    assert [(p["code"], p["rang"]) for p in found] == [("1", 1), ("2", 2)]
    assert abs(found[0]["confiance"] - once[0]["confiance"]) < 0.05


def test_one_product_and_labels_of_nothing(fichier: Callable[..., Path]) -> None:
    one = fichier("r.csv", "Code,LIBELLÉ\r\nP1,Gant nitrile\r\n", "utf-8-sig")
    empty = rapprocher.run(fichier("l.csv", "code;libelle\n1;\n2;   \n"), one)
    assert (empty["libelles"], empty["produits"], empty["propositions"]) == (0, 1, [])
    signs = rapprocher.run(fichier("l.csv", "code;libelle\n;---\n"), one)
    assert (signs["libelles"], signs["sans_proposition"]) == (1, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("libelle\nx\n", "pas de colonne code"),
        ("", "pas de colonne code ni libelle"),
        ("code;libelle\n", "aucun produit"),
        ("code;libelle\n;Gants\n", "sans code, ligne 2"),
        ("\x00\x01", "n'est pas un CSV lisible"),
    ],
)
def test_a_bad_catalogue_is_refused_in_a_sentence(
    fichier: Callable[..., Path], content: str, said: str
) -> None:
    with pytest.raises(Inutilisable) as refus:
        rapprocher.run(fichier("l.csv", REF), fichier("r.csv", content))
    assert said in refus.value.phrase


@pytest.mark.django_db
def test_the_command_line(fanal: Any, fichier: Callable[..., Path], tmp_path: Path) -> None:
    labels, ref = fichier("l.csv", "code;libelle\n;PARACETAMOL 500MG CP\n"), fichier("r.csv", REF)
    document = fanal.json("depenses", "rapprocher", labels, "--referentiel", ref)
    assert {"libelle", "code", "confiance", "rang"} <= set(document["propositions"][0])


@pytest.mark.django_db
def test_a_file_fills_the_catalogue_and_changes_it_with_a_reason(fichier: Callable[..., Path]) -> None:
    def read(content: str, motif: str = "", **droits: bool) -> Any:
        path = fichier("ref.csv", content)
        return importer_referentiel(
            chemin=path, nom_fichier="ref.csv", motif=motif, by=None, instant=INSTANT, **droits
        )

    done = read("code;libelle;unites;unite\n3400930000014;Gants nitrile;100;gant\n;sans code;;\n")
    assert (done.lues, done.ecartees, done.ajoutes) == (2, 1, 1)
    product = ProduitReference.objects.get()
    assert (product.type_code, product.unites, product.unite) == ("CIP13", 100, "gant")
    again = read("code;libelle;unites;unite\n3400930000014;Gants nitrile;100;gant\n")
    assert (again.ajoutes, again.modifies, again.inchanges) == (0, 0, 1)
    with pytest.raises(Refus, match="modifie 1 produit"):
        read("code;libelle;unites\n3400930000014;Gants nitrile;50\n")
    with pytest.raises(Interdit, match="un compte national"):
        read("code;libelle;unites\n3400930000014;Gants nitrile;50\n", "Nouvelle boîte", modifie=False)
    assert ProduitReference.objects.get().unites == 100
    assert read("code;libelle;unites\n3400930000014;Gants nitrile;50\n", "Nouvelle boîte").modifies == 1
    assert ProduitReference.objects.get().unites == 50
    assert Entree.objects.filter(action="depense.catalogue").count() == 2


@pytest.mark.django_db
def test_price_lists_fill_the_catalogue(marche: Marche) -> None:
    line = LigneBpu.objects.get()
    line.pk, line.cle, line.type_code, line.code = None, "2", "INTERNE", "ART-1"
    line.save()
    done = reprendre_bordereaux(by=None, instant=INSTANT)
    assert done.ajoutes == 1
    product = ProduitReference.objects.get()
    assert (product.code, product.libelle, product.unites) == ("3400930000014", "Gant nitrile", 100)
    assert reprendre_bordereaux(by=None, instant=INSTANT).ajoutes == 0
