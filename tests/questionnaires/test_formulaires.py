"""Importing forms: a version is never rewritten, a change makes the next, differences are told."""

from datetime import datetime

import pytest

from fanal.journal.models import Entree
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.models import Formulaire, VersionFormulaire
from fanal.questionnaires.queries.formulaires import differences, formulaire_de
from fanal.refus import Inutilisable
from fanal.territoires.models import Region
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.questionnaires.conftest import FORMULAIRE

pytestmark = pytest.mark.django_db


def test_the_same_form_again_is_the_same_version(version: VersionFormulaire, instant: datetime) -> None:
    again = importer_formulaire(texte=FORMULAIRE, noeud=NATIONAL, by=None, instant=instant)
    assert again.pk == version.pk
    assert version.numero == 1
    assert Entree.objects.filter(action="formulaire.importer").count() == 1


def test_a_changed_form_is_a_new_version_and_the_old_stays(
    version: VersionFormulaire, instant: datetime
) -> None:
    before = version.contenu
    changed = FORMULAIRE.replace("Intitulé du projet", "Titre du projet").replace(
        "| | date | debut | Début | | | | | | | | | |\n", ""
    )
    new = importer_formulaire(texte=changed, noeud=NATIONAL, by=None, instant=instant)
    assert (new.numero, new.formulaire_id) == (2, version.formulaire_id)
    version.refresh_from_db()
    assert version.contenu == before
    told = {(d.genre, d.nom, d.quoi) for d in differences(version, new)}
    assert told == {("retire", "debut", ""), ("modifie", "intitule", "l'intitulé")}


def test_choices_that_change_are_told(version: VersionFormulaire, instant: datetime) -> None:
    changed = FORMULAIRE.replace("| | sites | c | Site C | sud |", "| | sites | d | Site D | sud |")
    new = importer_formulaire(texte=changed, noeud=NATIONAL, by=None, instant=instant)
    told = [d.quoi for d in differences(version, new) if d.nom == "sites"]
    assert told == ["1 choix ajouté (d), 1 choix retiré (c)"]
    assert differences(new, new) == []


def test_each_node_keeps_its_own_form(version: VersionFormulaire, region: Region, instant: datetime) -> None:
    other = importer_formulaire(texte=FORMULAIRE, noeud=Noeud("region", region), by=None, instant=instant)
    assert other.formulaire_id != version.formulaire_id
    assert Formulaire.objects.filter(code="essai-b").count() == 2


def test_what_cannot_be_read_keeps_nothing(instant: datetime) -> None:
    with pytest.raises(Inutilisable) as refus:
        importer_formulaire(
            texte=FORMULAIRE.replace("${pui} = 'non'", "${inconnue} = 'non'"),
            noeud=NATIONAL,
            by=None,
            instant=instant,
        )
    assert "inconnue" in refus.value.phrase
    assert not Formulaire.objects.exists()


def test_the_workbook_of_a_written_form_reads_back(version: VersionFormulaire, instant: datetime) -> None:
    from fanal.depots.originaux import local_copy

    assert version.original is not None
    with local_copy(version.original, version.nom_fichier) as path:
        again = importer_formulaire(chemin=path, noeud=NATIONAL, by=None, instant=instant)
    told = formulaire_de(again)
    assert [e.nom for e in told.elements] == [e.nom for e in formulaire_de(version).elements]
