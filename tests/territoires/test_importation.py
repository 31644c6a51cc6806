"""Importing the published lists: repaired, explained, and the same the second time."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from fanal.journal.models import Entree
from fanal.journal.queries import verifier
from fanal.refus import Introuvable, Inutilisable, Refus
from fanal.territoires import queries
from fanal.territoires.actions import (
    Bilan,
    ajouter_appartenance,
    charger_references,
    importer,
    terminer_appartenance,
)
from fanal.territoires.models import Appartenance, Departement, Etablissement, Ght, OperateurAchat, Region

INSTANT = datetime(2022, 2, 10, 9, 30, tzinfo=UTC)
AUJOURD_HUI = INSTANT.date()
DONNEES = Path(__file__).resolve().parents[3] / "shared" / "donnees" / "ght"
pytestmark = pytest.mark.django_db

GHTS = (
    "NOM_COURT_GHT;CODE_GHT;NOM_COMPLET_GHT;LIT_MED\nBFC-03;27103;21-52 CÔTE "
    "D'OR;12\nmars-02;2102;MARTINIQUE;3\n"
)
MEMBRES = (
    "code_ght;finess_ej;nom_ej;role_publie\n"
    "BFC-03;210780581;CHU  DE DIJON;S\n"
    "bfc-3;10780054;CH DU ZÉRO;M\n"
    "BFC-03;2A0000014;CH DE LA LETTRE;A\n"
)


@pytest.fixture
def importe(tmp_path: Path) -> Callable[..., Bilan]:
    def run(format: str, text: str, encoding: str = "utf-8") -> Bilan:
        path = tmp_path / f"{format}.csv"
        path.write_bytes(text.encode(encoding))
        return importer(chemin=path, format=format, by=None, instant=INSTANT)

    return run


def counts(b: Bilan) -> tuple[int, ...]:
    return (b.lues, b.creees, b.modifiees, b.inchangees, b.ecartees)


def test_the_references_are_in_every_migrated_base() -> None:
    assert Region.objects.count() == 18
    assert Departement.objects.count() == 101
    assert set(OperateurAchat.objects.values_list("code", flat=True)) >= {"UNIHA", "RESAH", "UNICANCER"}
    before = list(Region.objects.values_list("pk", "nom"))
    OperateurAchat.objects.filter(code="UNIHA").update(nom="UniHA (renommé)")
    charger_references()
    assert list(Region.objects.values_list("pk", "nom")) == before
    assert OperateurAchat.objects.get(code="UNIHA").nom == "UniHA (renommé)"


def test_ghts_then_members_then_the_same_again(importe: Callable[..., Bilan]) -> None:
    assert counts(importe("sae-ght", GHTS, "latin-1")) == (2, 2, 0, 0, 0)
    martinique = queries.ght("2102")
    assert (martinique.code, martinique.region.sigle, martinique.classe) == ("MAR-02", "MARTINIQUE", None)
    assert counts(importe("membres-ght", MEMBRES)) == (3, 3, 0, 0, 0)
    written = Entree.objects.count()
    assert counts(importe("sae-ght", GHTS)) == (2, 0, 0, 2, 0)
    assert counts(importe("membres-ght", MEMBRES)) == (3, 0, 0, 3, 0)
    assert Entree.objects.count() == written, "nothing changed, so nothing is written"
    assert verifier().ok
    dijon = queries.etablissement("210780581")
    assert (dijon.nom, dijon.departement and dijon.departement.code) == ("CHU DE DIJON", "21")
    bfc = queries.ght("BFC-03")
    assert queries.ght_de("210780581", date(1990, 1, 1)) == bfc, "a membership without dates always holds"
    assert queries.roles_par_finess(bfc, AUJOURD_HUI) == {
        "210780581": "support", "010780054": "partie", "2A0000014": "associe"
    }  # fmt: skip
    assert queries.role_dans_ght("10780054", bfc, AUJOURD_HUI) == "partie"
    assert [e.finess for e in queries.etablissements_du_ght(bfc, AUJOURD_HUI)] == ["010780054", "210780581"]


def test_what_changed_is_changed_and_told(importe: Callable[..., Bilan]) -> None:
    importe("sae-ght", GHTS)
    importe("membres-ght", MEMBRES)
    Ght.objects.filter(code="BFC-03").update(classe=4)
    assert counts(importe("sae-ght", GHTS.replace("21-52 CÔTE D'OR", "CÔTE D'OR"))) == (2, 0, 1, 1, 0)
    bfc = queries.ght("BFC-03")
    assert (bfc.nom, bfc.classe) == ("CÔTE D'OR", 4)
    told = Entree.objects.get(action="ght.modifie")
    assert told.donnees == {"nom": {"avant": "21-52 CÔTE D'OR", "apres": "CÔTE D'OR"}}
    changed = importe("membres-ght", MEMBRES.replace("CH DU ZÉRO;M", "CH DU ZÉRO;P"))
    assert counts(changed) == (3, 0, 1, 2, 0)
    assert queries.role_dans_ght("010780054", bfc, AUJOURD_HUI) == "partenaire"


def test_rows_that_cannot_be_used_are_left_out_and_explained(importe: Callable[..., Bilan]) -> None:
    bilan = importe("sae-ght", GHTS + "BFC-3;27104;DOUBLE;1\nZZZ-01;99101;AILLEURS;1\n;27105;SANS CODE;1\n")
    assert counts(bilan) == (5, 2, 0, 0, 3)
    told = {(a.ligne, a.regle) for a in bilan.anomalies if a.gravite == "refus"}
    assert told == {(4, "ght-en-double"), (5, "region-inconnue"), (6, "requis")}
    bilan = importe("membres-ght", MEMBRES + "XXX-01;210780599;CH PERDU;M\nBFC-03;21078;CH COURT;M\n")
    assert counts(bilan) == (5, 3, 0, 0, 2)
    assert {a.regle for a in bilan.anomalies if a.gravite == "refus"} == {"ght-inconnu", "motif"}
    assert not Etablissement.objects.filter(nom="CH PERDU").exists()


def test_an_establishment_is_a_member_of_one_ght(importe: Callable[..., Bilan]) -> None:
    importe("sae-ght", GHTS)
    importe("membres-ght", MEMBRES)
    moved = MEMBRES.replace("bfc-3;10780054", "MAR-02;10780054")
    bilan = importe("membres-ght", moved)
    assert counts(bilan) == (3, 0, 0, 2, 1)
    assert "Mettez fin à cette appartenance" in bilan.anomalies[-1].phrase
    row = Appartenance.objects.get(etablissement__finess="010780054")
    terminer_appartenance(
        appartenance=row, fin=date(2021, 12, 31), by=None, instant=INSTANT, motif="décision"
    )
    assert counts(importe("membres-ght", moved)) == (3, 1, 0, 2, 0)
    assert queries.ght_de("010780054", date(2021, 6, 1)) == queries.ght("BFC-03")
    assert queries.ght_de("010780054", AUJOURD_HUI) == queries.ght("MAR-02")


def test_coming_back_begins_after_the_end(importe: Callable[..., Bilan]) -> None:
    importe("sae-ght", GHTS)
    importe("membres-ght", MEMBRES)
    row = Appartenance.objects.get(etablissement__finess="010780054")
    terminer_appartenance(
        appartenance=row, fin=date(2021, 12, 31), by=None, instant=INSTANT, motif="décision"
    )
    assert counts(importe("membres-ght", MEMBRES)) == (3, 1, 0, 2, 0)
    rows = Appartenance.objects.filter(etablissement__finess="010780054").order_by("debut")
    assert {(r.debut, r.fin) for r in rows} == {(None, date(2021, 12, 31)), (date(2022, 1, 1), None)}


def test_a_doubtful_siret_is_kept_and_told(importe: Callable[..., Bilan]) -> None:
    importe("sae-ght", GHTS)
    text = (
        "code_ght;finess_ej;nom_ej;role_publie;siren;siret\n"
        "BFC-03;210780581;CHU;S;732829320;73282932000074\nBFC-03;210780599;CH;M;732829321;1\n"
    )
    bilan = importe("membres-ght", text)
    assert counts(bilan) == (2, 2, 0, 0, 0)
    assert {(a.ligne, a.colonne, a.gravite) for a in bilan.anomalies} == {
        (3, "siren", "controle"), (3, "siret", "controle")
    }  # fmt: skip
    assert queries.etablissement("210780599").siren == "732829321"


def test_dates_and_memberships_that_clash_are_refused(ght: Ght, autre_ght: Ght) -> None:
    party = Appartenance.objects.get(ght=ght, role="partie")
    common = {"etablissement": party.etablissement, "by": None, "instant": INSTANT}
    with pytest.raises(Refus, match="membre de BFC-90"):
        ajouter_appartenance(ght=autre_ght, role="partie", debut=date(2022, 1, 1), **common)
    ajouter_appartenance(ght=autre_ght, role="partenaire", debut=date(2022, 1, 1), **common)
    with pytest.raises(Refus, match="précède"):
        ajouter_appartenance(ght=ght, role="partie", debut=date(2022, 2, 1), fin=date(2022, 1, 1), **common)
    with pytest.raises(Refus, match="pourquoi"):
        terminer_appartenance(appartenance=party, fin=date(2022, 1, 1), by=None, instant=INSTANT, motif=" ")
    other = Etablissement.objects.create(finess="210000009", nom="Essai")
    with pytest.raises(Refus, match="déjà un établissement support"):
        ajouter_appartenance(
            ght=ght, etablissement=other, role="support", debut=None, by=None, instant=INSTANT
        )


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(Inutilisable, match="n'existe pas"):
        importer(chemin=tmp_path / "absent.csv", format="sae-ght", by=None, instant=INSTANT)
    with pytest.raises(Inutilisable, match="ne décrit pas un territoire"):
        importer(chemin=tmp_path, format="paat", by=None, instant=INSTANT)
    path = tmp_path / "autre.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(Inutilisable):
        importer(chemin=path, format="sae-ght", by=None, instant=INSTANT)


def test_nodes_are_found_under_the_names_people_use(ght: Ght, etablissement: Etablissement) -> None:
    assert queries.region("La Réunion") == queries.region("REUNION") == queries.region("04")
    assert queries.region("ile de france").sigle == "IdF"
    assert queries.ght("bfc 90") == queries.ght(" BFC-90 ") == ght
    assert queries.operateur("uni.h.a.").code == queries.operateur("UNIHA").code == "UNIHA"
    assert queries.operateur("Réseau des acheteurs hospitaliers").code == "RESAH"
    assert queries.noeud("ght", "BFC-90").objet == ght
    assert queries.noeud("national", "").objet is None
    for wrong in (
        lambda: queries.region("Bohême"),
        lambda: queries.ght("ZZZ-99"),
        lambda: queries.etablissement("1"),
        lambda: queries.operateur("inconnu"),
        lambda: queries.noeud("planete", "Terre"),
    ):
        with pytest.raises(Introuvable, match=r"connu|existe"):
            wrong()


@pytest.mark.skipif(not DONNEES.is_dir(), reason="the published lists are not beside this checkout: absent")
def test_the_real_lists() -> None:
    ghts = importer(chemin=DONNEES / "sae_ght_2023.csv", format="sae-ght", by=None, instant=INSTANT)
    assert counts(ghts) == (135, 135, 0, 0, 0)
    names = dict(Ght.objects.values_list("code", "nom"))
    assert names["GE-09"] == "CŒUR GRAND EST"
    assert names["NOR-07"] == "ROUEN CŒUR DE SEINE"
    assert names["BRE-06"] == "RANCE ÉMERAUDE"
    assert names["GE-06"] == "AUBE ET SÉZANNAIS"
    assert "MAR-02" in names
    assert not [c for c in names if c != c.upper() or "  " in names[c]]
    assert Ght.objects.get(code="OI-01").region.sigle == "REUNION"
    members = importer(chemin=DONNEES / "membres_bfc.csv", format="membres-ght", by=None, instant=INSTANT)
    assert counts(members) == (52, 52, 0, 0, 0)
    assert Appartenance.objects.values("ght").distinct().count() == 11
    assert Appartenance.objects.filter(role="support").count() == 11
    assert queries.etablissement("210780631").nom == "CENTRE HOSPITALIER D'IS-SUR-TILLE"
    assert queries.etablissement("520780032").departement.code == "52"
    for format, name in (("sae-ght", "sae_ght_2023.csv"), ("membres-ght", "membres_bfc.csv")):
        again = importer(chemin=DONNEES / name, format=format, by=None, instant=INSTANT)
        assert again.inchangees == again.lues
    tree = {b.region.sigle: b for b in queries.arbre(AUJOURD_HUI)}
    assert len(tree) == 18
    assert (len(tree["BFC"].ghts), tree["BFC"].membres) == (11, 52)
