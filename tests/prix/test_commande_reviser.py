"""`fanal marches reviser`: the document of the contract, its exit codes, series in a file beside it."""

from decimal import Decimal
from pathlib import Path

import pytest

from fanal.prix.commandes import reviser
from fanal.refus import Inutilisable, Refus
from tests.appui.commande import Fanal

CLAUSE = """
clause:
  intitule: Révision annuelle
  article: CCAP, article 8.2
  formule:
    fixe: 0.15
    termes:
      - {indice: A, part: 0.5}
      - {indice: B, part: 0.35}
  mois_zero: 2023-01
  periodicite: {mois: 12, premiere: 2024-01-01}
  arrondi: {coefficient: {decimales: 3, sens: superieur}}
  butoir: 0.03
  sauvegarde: 0.05
series: SERIES
lignes:
  - {cle: L1, prix: 10.00, quantite: 100}
  - {cle: L2, prix: 4.25, fin: 2023-12-31}
date: 2024-02-15
"""
VALEURS = "{A: {2023-01: 100.0, 2024-01: 110.0}, B: {2023-01: 80.0, 2024-01: 84.0}}"
CSV = "serie;mois;valeur\nA;01/2023;100,0\nA;01/2024;110,0\nB;01/2023;80\nB;2024-01;84\n"


def ecrire(folder: Path, series: str) -> Path:
    path = folder / "clause.yaml"
    path.write_text(CLAUSE.replace("SERIES", series), encoding="utf-8")
    return path


def test_the_document_of_a_revision(tmp_path: Path) -> None:
    """0,15 + 0,5 × 1,10 + 0,35 × 1,05 = 1,0675 → 1,068 up; capped at 1,03: 10,30 €; L2 ended before."""
    found = reviser.run(ecrire(tmp_path, VALEURS))
    assert {"coefficient", "termes", "lignes", "plafonne", "sauvegarde", "phrase"} <= set(found)
    assert (found["coefficient_formule"], found["coefficient_arrondi"]) == ("1.0675", "1.068")
    assert (found["coefficient"], found["plafonne"], found["sauvegarde"]) == ("1.03", True, True)
    assert [t["produit"] for t in found["termes"]] == ["0.55", "0.3675"]
    first, second = found["lignes"]
    assert (first["cle"], first["prix_initial"], first["prix_revise"]) == ("L1", "10.00", "10.30")
    assert Decimal(first["enjeu"]) == 30
    assert (second["prix_revise"], second["etat"]) == ("4.25", "echue")


def test_the_values_in_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "valeurs.csv").write_text(CSV, encoding="utf-8")
    from_file = reviser.run(ecrire(tmp_path, "valeurs.csv"))
    assert from_file == reviser.run(ecrire(tmp_path, VALEURS))


def test_refusals(tmp_path: Path) -> None:
    def refused(path: Path, kind: type[Refus] = Inutilisable) -> str:
        with pytest.raises(Refus) as caught:
            reviser.run(path)
        assert type(caught.value) is kind
        return caught.value.phrase

    assert "n'existe pas" in refused(tmp_path / "absent.yaml")
    wrong = ecrire(tmp_path, VALEURS)
    wrong.write_text(wrong.read_text().replace("part: 0.5}", "part: 0.6}"), encoding="utf-8")
    assert "clause.formule" in refused(wrong)
    short = ecrire(tmp_path, "{A: {2023-01: 100, 2024-01: 110}, B: {2023-01: 80}}")
    assert "« B » n'a pas de valeur pour janvier 2024" in refused(short, Refus)
    assert "absent.csv" in refused(ecrire(tmp_path, "absent.csv"))
    (tmp_path / "faux.csv").write_text(CSV.replace("84", "beaucoup"), encoding="utf-8")
    assert "Ligne 5, colonne valeur" in refused(ecrire(tmp_path, "faux.csv"))
    binary = tmp_path / "binaire.yaml"
    binary.write_bytes(bytes(range(256)))
    assert "texte en UTF-8" in refused(binary)


def test_the_command_line(fanal: Fanal, tmp_path: Path) -> None:
    path = ecrire(tmp_path, VALEURS)
    assert fanal.json("marches", "reviser", path)["coefficient"] == "1.03"
    path.write_text("clause: {}\n", encoding="utf-8")
    done = fanal("marches", "reviser", path)
    assert done.returncode == 2
    assert "« clause.formule »" in done.stderr


def test_in_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reviser.show(reviser.run(ecrire(tmp_path, VALEURS)))
    assert "10,30" in capsys.readouterr().out


def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "clause-de-revision.md").read_text("utf-8")
    path = tmp_path / "clause.yaml"
    path.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    found = reviser.run(path)
    assert (found["coefficient_formule"], found["coefficient_arrondi"]) == ("1.0675", "1.068")
    assert [line["prix_revise"] for line in found["lignes"]] == ["10.30", "4.25"]
    assert found["sauvegarde"] and found["plafonne"]
