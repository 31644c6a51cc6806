"""Lists of drugs funded on top: a file is shown, then recorded; nothing is doubled."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from fanal.journal.models import Entree
from fanal.molecules.actions.listes import apercevoir, confirmer, importer, recevoir
from fanal.molecules.models import ImportListe, Inscription
from fanal.molecules.queries.listes import financement, inscriptions
from fanal.molecules.rules.listes import check_periode, check_recouvrement
from fanal.refus import Inutilisable, Refus

INSTANT = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
ENTETE = "liste;code_ucd;libelle;code_indication;debut;fin;source\n"


def ecrire(dossier: Path, *lignes: str) -> Path:
    chemin = dossier / "liste.csv"
    chemin.write_text(ENTETE + "\n".join(lignes), encoding="utf-8")
    return chemin


@pytest.mark.django_db
def test_a_file_is_shown_then_recorded_once(tmp_path: Path) -> None:
    chemin = ecrire(
        tmp_path,
        "MCO;3400894162308;SPECIALITE A;i000001;01/01/2024;31/12/2024;Arrêté A",
        "smr;9000002;SPECIALITE B;;2024-02-01;;Arrêté B",
    )
    recu, bilan = recevoir(chemin=chemin, nom_fichier="liste.csv", by=None, instant=INSTANT)
    assert bilan.document() == {"lues": 2, "nouvelles": 2, "modifiees": 0, "inchangees": 0, "ecartees": 0}
    assert not Inscription.objects.exists()
    confirmer(importation=recu, by=None, instant=INSTANT)
    une = Inscription.objects.get(liste="mco")
    assert (une.ucd, une.indication, une.debut, une.fin) == (
        "9416230",
        "I000001",
        date(2024, 1, 1),
        date(2024, 12, 31),
    )
    with pytest.raises(Refus, match="déjà enregistré"):
        confirmer(importation=ImportListe.objects.get(), by=None, instant=INSTANT)
    encore = apercevoir(chemin)
    assert (encore.inchangees, encore.nouvelles, encore.modifiees) == (2, [], [])
    assert Entree.objects.filter(action="molecules.liste_importee").count() == 1


@pytest.mark.django_db
def test_an_end_given_later_changes_the_row_and_a_second_period_is_another(tmp_path: Path) -> None:
    importer(chemin=ecrire(tmp_path, "mco;9000001;A;I1;2024-01-01;;Arrêté 1"), by=None, instant=INSTANT)
    bilan = importer(
        chemin=ecrire(
            tmp_path,
            "mco;9000001;A;I1;2024-01-01;2024-06-30;Arrêté 2",
            "mco;9000001;A;I1;2024-07-01;;Arrêté 3",
        ),
        by=None,
        instant=INSTANT,
    )
    assert (len(bilan.modifiees), len(bilan.nouvelles)) == (1, 1)
    assert [i.fin for i in Inscription.objects.order_by("debut")] == [date(2024, 6, 30), None]
    assert inscriptions(date(2024, 6, 30)).count() == inscriptions(date(2024, 7, 1)).count() == 1


@pytest.mark.django_db
def test_faulty_rows_are_left_aside_each_with_its_sentence(tmp_path: Path) -> None:
    bilan = apercevoir(
        ecrire(
            tmp_path,
            "mco;3400894162309;A;;2024-01-01;;S",  # wrong key
            "mco;9000001;A;;2024-06-01;2024-01-01;S",  # ends before it begins
            "mco;9000002;A;;2024-01-01;;S",
            "mco;9000002;A;;2024-03-01;;S",  # covers the same days
            "dentaire;9000003;A;;2024-01-01;;S",  # no such list
            "mco;9000004;A;;2024-01-01;;S",
        )
    )
    assert (bilan.lues, len(bilan.nouvelles), bilan.ecartees) == (6, 2, 4)
    phrases = " ".join(a.phrase for a in bilan.anomalies)
    for mot in ("clé de contrôle fausse", "avant son début", "déjà inscrit sur cette liste"):
        assert mot in phrases


@pytest.mark.django_db
def test_what_is_no_list_is_refused_whole(tmp_path: Path) -> None:
    chemin = tmp_path / "autre.csv"
    chemin.write_text("nom;prix\nx;1\n")
    with pytest.raises(Inutilisable):
        recevoir(chemin=chemin, nom_fichier="autre.csv", by=None, instant=INSTANT)
    assert not ImportListe.objects.exists()


def test_periods_do_not_overlap() -> None:
    un = (date(2024, 1, 1), date(2024, 6, 30))
    check_recouvrement(date(2024, 7, 1), None, [un])
    for debut, fin in [
        (date(2024, 6, 30), None),
        (date(2023, 1, 1), date(2024, 1, 1)),
        (date(2023, 1, 1), None),
    ]:
        with pytest.raises(Refus, match="déjà inscrit"):
            check_recouvrement(debut, fin, [un])
    check_periode(date(2024, 1, 1), date(2024, 1, 1))


def test_the_mco_list_stands_for_the_smr_list_from_the_day_of_the_decree() -> None:
    assert financement(date(2023, 6, 20)).listes("smr") == ("smr",)
    assert financement(date(2023, 6, 21)).listes("smr") == ("smr", "mco")
    assert financement(date(2010, 1, 1)).listes("mco") == ()
    assert financement(date(2024, 1, 1)).listes("medico_social") == ()
