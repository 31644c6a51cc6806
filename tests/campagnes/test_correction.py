"""Correcting cells in place: the file reads again as it was, and only what was corrected changes."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from fanal.achats.models import AchatsAnnuels, Action
from fanal.campagnes.actions.correction import corriger
from fanal.campagnes.actions.depot import ResultatDepot, deposer, deposer_dans_annee
from fanal.campagnes.models import Version
from fanal.campagnes.queries.correction import appliquer, base_de, reecrite, relire
from fanal.campagnes.queries.lignes import ecarts
from fanal.campagnes.queries.provenance import origine
from fanal.depots.models import Correspondance
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.trames import TITRES, classeur, ligne

INSTANT = datetime(2022, 2, 10, 9, 30, tzinfo=UTC)
LIGNES = [
    ligne(1),
    ligne(2, gain_annuel_ttc="douze mille"),
    ligne(3, montant_reference_ttc="NC", date_premiere_commande="2021-04-02"),
    ligne(4, finess="#REF!"),
    ligne(5, **{"Note interne": " espaces, « accents » ; et\nretour"}),
]


def depose(chemin: Path, ght: Ght, correspondance: Correspondance | None = None) -> ResultatDepot:
    return deposer_dans_annee(
        type_campagne="performance",
        annee=2021,
        periode="fin-annee",
        chemin=chemin,
        nom_fichier=chemin.name,
        format="paat",
        noeud=Noeud("ght", ght),
        by=None,
        instant=INSTANT,
        canal="page",
        correspondance=correspondance,
    )


@pytest.fixture
def version(tmp_path: Path, ght: Ght) -> Version:
    chemin = classeur(tmp_path / "trame.xlsx", LIGNES, au_dessus=3, annexe=[["210000001", 2021, 1_500_000]])
    return depose(chemin, ght).version


def redepose(version: Version) -> Version:
    """The same cells deposited again, nothing corrected."""
    dossier = version.dossier
    base = base_de(version)
    with reecrite(base) as (chemin, lue):
        return deposer(
            chemin=chemin,
            nom_fichier=chemin.name,
            format="paat",
            campagne=dossier.campagne,
            noeud=Noeud.de(dossier),
            by=None,
            instant=INSTANT,
            canal="saisie",
            lue=lue,
        ).version


def test_without_correction_the_lines_keep_their_hashes(version: Version) -> None:
    again = redepose(version)
    assert again.numero == 2
    assert again.lignes == version.lignes
    assert [(a.ligne, a.regle) for a in again.depot.anomalies.all()] == [
        (a.ligne, a.regle) for a in version.depot.anomalies.all()
    ]
    assert AchatsAnnuels.objects.get(version=again).achats_annuels_ttc == 1_500_000
    assert redepose(again).lignes == version.lignes


@pytest.mark.parametrize("separateur", [";", ","])
def test_a_csv_comes_back_as_a_csv(tmp_path: Path, ght: Ght, separateur: str) -> None:
    chemin = tmp_path / "trame.csv"
    with chemin.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=separateur)
        writer.writerow([])
        writer.writerows([TITRES, *LIGNES[:2], [], *LIGNES[2:]])
    version = depose(chemin, ght).version
    resultat = corriger(
        version=version, corrections={4: {"gain_annuel_ttc": "12 000,50"}}, by=None, instant=INSTANT
    )
    assert resultat.depot.nom_fichier == "trame-corrigee.csv"
    assert ecarts(version, resultat.version).ajoutees == ("A-002",)
    assert not ecarts(version, resultat.version).modifiees
    assert Action.objects.get(version=resultat.version, cle="A-003").ligne == 6


def test_a_correction_changes_its_line_only(version: Version) -> None:
    resultat = corriger(
        version=version,
        corrections={6: {"gain_annuel_ttc": "12 000,50"}, 8: {"finess": "210000002"}},
        by=None,
        instant=INSTANT,
        motif="Valeurs retrouvées",
    )
    change = ecarts(version, resultat.version)
    assert change.ajoutees == ("A-002", "A-004")
    assert not change.modifiees and not change.retirees
    assert resultat.depot.ecartees == 0
    action = Action.objects.get(version=resultat.version, cle="A-002")
    assert (action.ligne, action.feuille, action.gain_annuel_ttc) == (6, "Actions", Decimal("12000.50"))
    assert resultat.version.motif == "Valeurs retrouvées"
    assert resultat.depot.canal == "saisie"


def test_a_field_without_column_gets_one(version: Version) -> None:
    resultat = corriger(
        version=version, corrections={5: {"explication": "Marché relancé"}}, by=None, instant=INSTANT
    )
    assert ecarts(version, resultat.version).modifiees == ("A-001",)
    assert Action.objects.get(version=resultat.version, cle="A-001").explication == "Marché relancé"


def test_provenance_leads_to_the_original_cell(version: Version) -> None:
    un = corriger(version=version, corrections={6: {"gain_annuel_ttc": "12000"}}, by=None, instant=INSTANT)
    deux = corriger(
        version=un.version, corrections={6: {"gain_annuel_ttc": "13000"}}, by=None, instant=INSTANT
    )
    trouvee = origine(deux.version, "Actions", 6)
    assert (trouvee.fichier, trouvee.feuille, trouvee.ligne) == ("trame.xlsx", "Actions", 6)
    assert trouvee.depot == version.depot
    assert [m.depot.pk for m in trouvee.chaine] == [deux.depot.pk, un.depot.pk, version.depot.pk]
    assert [(t, a, b) for _, t, a, b in trouvee.corrections] == [
        ("gain_annuel_ttc", "douze mille", "12000"),
        ("gain_annuel_ttc", "12000", "13000"),
    ]
    assert deux.depot.nom_fichier == "trame-corrigee.xlsx"


def test_dates_read_month_first_are_not_turned_round(tmp_path: Path, ght: Ght) -> None:
    correspondance = Correspondance.objects.create(
        nom="américaine",
        format="paat",
        colonnes={"Repère": "identifiant", "Début": "date_premiere_commande"},
        codes={"role": {"S": "support", "P": "partie"}},
        formats={"dates": "mja"},
        updated_at=INSTANT,
        **Noeud("ght", ght).champs(),
    )
    titres = [
        "Repère" if t == "identifiant" else "Début" if t == "date_premiere_commande" else t for t in TITRES
    ]
    lignes = [
        ligne(1, role="S", date_premiere_commande="04/02/2021"),
        ligne(2, role="P", date_premiere_commande="99/99/2021"),
    ]
    chemin = classeur(tmp_path / "us.xlsx", lignes, titres=titres)
    version = depose(chemin, ght, correspondance).version
    correspondance.delete()
    version = Version.objects.get(pk=version.pk)
    resultat = corriger(
        version=version, corrections={3: {"date_premiere_commande": "05/06/2021"}}, by=None, instant=INSTANT
    )
    dates = dict(Action.objects.filter(version=resultat.version).values_list("cle", "date_premiere_commande"))
    assert dates["A-001"].isoformat() == "2021-04-02"
    assert dates["A-002"].isoformat() == "2021-06-05"
    assert not ecarts(version, resultat.version).modifiees
    assert not ecarts(resultat.version, redepose(resultat.version))


def test_a_row_too_long_stays_refused_until_it_is_settled(tmp_path: Path, ght: Ght) -> None:
    chemin = tmp_path / "longue.csv"
    with chemin.open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows([TITRES, [*ligne(1), "de trop"], ligne(2)])
    version = depose(chemin, ght).version
    assert version.depot.ecartees == 1
    assert redepose(version).lignes == version.lignes
    version.dossier.refresh_from_db()
    derniere = version.dossier.version_courante
    resultat = corriger(
        version=derniere, corrections={2: {"_cellules_en_trop": "1"}}, by=None, instant=INSTANT
    )
    assert resultat.depot.ecartees == 0


def test_typing_is_checked_by_the_reader_without_writing(version: Version) -> None:
    base = base_de(version)
    lue = relire(base, {6: {"gain_annuel_ttc": "treize"}})
    assert next((a.ligne, a.colonne, a.regle) for a in lue.anomalies if a.gravite == "refus") == (
        6,
        "gain_annuel_ttc",
        "type",
    )
    assert "« treize »" in next(a.phrase for a in lue.anomalies if a.ligne == 6)
    lue = relire(base, {6: {"gain_annuel_ttc": "13"}, 5: {"identifiant": "A-005"}})
    assert [a.regle for a in lue.anomalies if a.ligne == 9 and a.gravite == "refus"] == ["unique"]
    assert Version.objects.count() == 1


def test_what_cannot_be_corrected_says_so(version: Version) -> None:
    with pytest.raises(Refus, match="Aucune cellule"):
        corriger(
            version=version, corrections={6: {"gain_annuel_ttc": " douze mille "}}, by=None, instant=INSTANT
        )
    with pytest.raises(Introuvable, match="La ligne 99"):
        corriger(version=version, corrections={99: {"finess": "1"}}, by=None, instant=INSTANT)
    with pytest.raises(Refus, match="n'est pas dans le format"):
        corriger(version=version, corrections={6: {"prix": "1"}}, by=None, instant=INSTANT)
    corriger(version=version, corrections={6: {"gain_annuel_ttc": "1"}}, by=None, instant=INSTANT)
    with pytest.raises(Refus, match="version 2"):
        corriger(version=version, corrections={6: {"gain_annuel_ttc": "2"}}, by=None, instant=INSTANT)


def test_cells_do_not_run_as_formulas(version: Version) -> None:
    base, _ = appliquer(base_de(version), {6: {"explication": "=1+1"}})
    with reecrite(base) as (chemin, _):
        sheet = openpyxl.load_workbook(chemin)["Actions"]
        assert {c.data_type for row in sheet.iter_rows() for c in row} <= {"s", "n"}
