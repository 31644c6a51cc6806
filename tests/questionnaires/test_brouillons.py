"""Drafts: opening, taking over former answers, a new version of the form, freezing, readable answers."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from fanal.campagnes.models import Dossier, Version
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.actions.brouillons import (
    changer_de_version,
    figer,
    lignes_de,
    ouvrir_brouillon,
    reprendre_reponses,
)
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.actions.pieces import joindre
from fanal.questionnaires.models import Brouillon, Reponse, VersionFormulaire
from fanal.questionnaires.queries.impression import dossier_pdf
from fanal.questionnaires.queries.lisibles import GroupeLu, Lue, TableLue, reponses_lisibles
from fanal.questionnaires.queries.reprises import reprise, reprises_possibles
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL
from tests.questionnaires.conftest import FORMULAIRE, build_call, build_dossier

pytestmark = pytest.mark.django_db
ANSWERS: dict[str, Any] = {
    "intitule": "Robot",
    "pui": "oui",
    "pui_precision": "cachée",
    "zones": ["nord", "sud"],
    "debut": "2026-09-15",
    "equipements": [{"nom": "Robot", "prix": "12500.5", "quantite": "2"}, {"nom": "Armoire", "prix": "300"}],
    "accord": "OK",
}


def freeze(dossier: Dossier, instant: datetime, numero: int = 1) -> Reponse:
    version = Version.objects.create(dossier=dossier, numero=numero, created_at=instant)
    reponse = figer(version=version, by=None, instant=instant)
    version.lignes = lignes_de(reponse)
    version.save()
    Dossier.objects.filter(pk=dossier.pk).update(version_courante=version)
    return reponse


def test_a_draft_is_opened_once(
    brouillon: Brouillon, dossier: Dossier, version: VersionFormulaire, instant: datetime
) -> None:
    again = ouvrir_brouillon(dossier=dossier, formulaire=version, by=None, instant=instant)
    assert again.pk == brouillon.pk
    assert Brouillon.objects.count() == 1


def test_freezing_keeps_what_shows_and_what_is_wrong(
    ecrire: Callable[..., Brouillon], dossier: Dossier, instant: datetime
) -> None:
    ecrire(**ANSWERS)
    reponse = freeze(dossier, instant)
    assert "pui_precision" not in reponse.reponses  # hidden: not part of what is handed in
    assert reponse.reponses["total"] == "12800.5"
    assert reponse.complete is False
    assert [a["chemin"] for a in reponse.anomalies] == ["lettre"]
    # The draft is not touched: what was hidden comes back if its question shows again.
    assert dossier.brouillon.reponses["pui_precision"] == "cachée"


def test_lines_are_the_hash_of_each_answer(
    ecrire: Callable[..., Brouillon], dossier: Dossier, instant: datetime
) -> None:
    ecrire(**ANSWERS)
    lines = lignes_de(freeze(dossier, instant))

    def sha(value: object) -> str:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    assert lines["intitule"] == sha("Robot")
    assert lines["zones"] == sha(["nord", "sud"])
    assert lines["equipements[2].nom"] == sha("Armoire")
    assert "equipements" not in lines


def test_nothing_to_freeze(dossier: Dossier, instant: datetime) -> None:
    version = Version.objects.create(dossier=dossier, numero=1, created_at=instant)
    with pytest.raises(Refus, match="n'a pas de réponses"):
        figer(version=version, by=None, instant=instant)


# Reading ------------------------------------------------------------------------------------------


def read_section(source: Any, title: str, instant: datetime) -> list[Lue | TableLue | GroupeLu]:
    return next(s.entrees for s in reponses_lisibles(source, instant=instant) if s.titre == title)


def test_answers_read_in_words(ecrire: Callable[..., Brouillon], dossier: Dossier, instant: datetime) -> None:
    source = ecrire(**ANSWERS)
    for given in (source, freeze(dossier, instant)):
        told = {e.libelle: e.valeur for e in read_section(given, "Le porteur", instant) if isinstance(e, Lue)}
        assert told == {
            "Intitulé du projet": "Robot",
            "Dispose d'une PUI": "Oui",
            "Zones servies": "Nord, Sud",
            "Site principal": "",
            "Zone principale": "",
            "Début": "15/09/2026",
        }
        (table,) = read_section(given, "Équipements", instant)
        assert isinstance(table, TableLue)
        assert table.entetes == ["Équipement", "Prix TTC (€)", "Quantité", "Total de la ligne"]
        assert [[c.valeur if c else None for c in row] for row in table.rangees] == [
            ["Robot", "12\u202f500,50", "2", "25\u202f001"],
            ["Armoire", "300", "", ""],
        ]


def test_answers_stay_readable_under_their_version(
    ecrire: Callable[..., Brouillon], dossier: Dossier, instant: datetime
) -> None:
    ecrire(**ANSWERS)
    reponse = freeze(dossier, instant)
    changed = FORMULAIRE.replace("Intitulé du projet", "Titre")
    changed = changed.replace("| date | debut | Début |", "| date | fin | Fin |")
    importer_formulaire(texte=changed, noeud=NATIONAL, by=None, instant=instant)
    told = [e.libelle for e in read_section(Reponse.objects.get(pk=reponse.pk), "Le porteur", instant)]
    assert "Intitulé du projet" in told
    assert "Début" in told


def test_the_printed_dossier_says_what_was_answered(
    ecrire: Callable[..., Brouillon], dossier: Dossier, instant: datetime
) -> None:
    source = ecrire(**ANSWERS)
    text = "".join(p.extract_text() for p in PdfReader(BytesIO(dossier_pdf(source, instant=instant))).pages)
    for word in ("Robot", "15/09/2026", "Brouillon", "Lettre d", "1 point à compléter"):
        assert word in text
    frozen = dossier_pdf(freeze(dossier, instant), instant=instant)
    assert "Version 1" in "".join(p.extract_text() for p in PdfReader(BytesIO(frozen)).pages)


# Taking over --------------------------------------------------------------------------------------


@pytest.fixture
def ancienne(version: VersionFormulaire, ght: Ght, pdf: Path, instant: datetime) -> Reponse:
    """Last year's answers of the same node, under the first version of the form."""
    last = build_dossier(build_call(version, "essai-2025", 2025), ght)
    draft = ouvrir_brouillon(dossier=last, formulaire=version, by=None, instant=instant)
    draft.reponses = {**ANSWERS, "zone_principale": "sud", "site": "c"}
    draft.save()
    joindre(brouillon=draft, chemin="lettre", fichier=pdf, nom="lettre.pdf", by=None, instant=instant)
    return freeze(last, instant)


@pytest.fixture
def nouveau(ancienne: Reponse, ght: Ght, instant: datetime) -> Brouillon:
    """This year's draft, under a form that lost a choice and turned a question into another kind."""
    changed = FORMULAIRE.replace("| | sites | c | Site C | sud |", "").replace(
        "| date | debut | Début |", "| text | debut | Début |"
    )
    version = importer_formulaire(texte=changed, noeud=NATIONAL, by=None, instant=instant)
    return ouvrir_brouillon(
        dossier=build_dossier(build_call(version, "essai-2026"), ght),
        formulaire=version,
        by=None,
        instant=instant,
    )


def test_what_can_be_taken_over_is_listed_first(ancienne: Reponse, nouveau: Brouillon) -> None:
    assert [r.pk for r in reprises_possibles(nouveau)] == [ancienne.pk]
    found = reprise(nouveau, ancienne.pk)
    assert {d.chemin for d in found.remplies} == {
        "intitule", "pui", "zones", "zone_principale",
        "equipements[1].nom", "equipements[1].prix", "equipements[1].quantite",
        "equipements[2].nom", "equipements[2].prix",
    }  # fmt: skip
    assert dict(found.laissees) == {
        "Site principal": "ce choix n'est plus proposé",
        "Début": "la question n'attend plus le même type de réponse",
        "Lettre d'engagement": "une pièce se joint de nouveau à chaque dossier",
        "Je m'engage": "un engagement se donne de nouveau à chaque dossier",
    }


def test_taking_over_fills_blanks_only(
    ancienne: Reponse, nouveau: Brouillon, acheteur: Utilisateur, instant: datetime
) -> None:
    nouveau.reponses = {"intitule": "Autre projet"}
    nouveau.save()
    filled = reprendre_reponses(brouillon=nouveau, reponse=ancienne, by=acheteur, instant=instant)
    nouveau.refresh_from_db()
    assert filled == 4  # pui, zones, zone_principale, equipements
    assert nouveau.reponses["intitule"] == "Autre projet"
    assert nouveau.reponses["pui"] == "oui"
    assert nouveau.repris_de == ancienne
    assert nouveau.auteurs["equipements[2].nom"]["compte"] == acheteur.pk


def test_the_answers_of_another_node_do_not_come(
    ancienne: Reponse, autre_ght: Ght, instant: datetime
) -> None:
    appel = ancienne.version.dossier.campagne.appel
    other = ouvrir_brouillon(
        dossier=build_dossier(build_call(appel.formulaire, "essai-c"), autre_ght),
        formulaire=appel.formulaire,
        by=None,
        instant=instant,
    )
    assert reprises_possibles(other) == []
    with pytest.raises(Introuvable):
        reprise(other, ancienne.pk)
    with pytest.raises(Refus, match="même déclarant"):
        reprendre_reponses(brouillon=other, reponse=ancienne, by=None, instant=instant)


def test_a_draft_follows_a_new_version(ecrire: Callable[..., Brouillon], instant: datetime) -> None:
    draft = ecrire(**ANSWERS)
    changed = FORMULAIRE.replace("| | date | debut | Début | | | | | | | | | |\n", "").replace(
        "| | integer | quantite | Quantité | | | | | | | | | 1 |\n", ""
    )
    new = importer_formulaire(
        texte=changed.replace("${prix} * ${quantite}", "${prix}"), noeud=NATIONAL, by=None, instant=instant
    )
    changer_de_version(brouillon=draft, formulaire=new, by=None, instant=instant)
    draft.refresh_from_db()
    assert draft.formulaire == new
    assert "debut" not in draft.reponses
    assert draft.reponses["zones"] == ["nord", "sud"]
    assert draft.reponses["equipements"] == [
        {"nom": "Robot", "prix": "12500.5"},
        {"nom": "Armoire", "prix": "300"},
    ]
