"""Answers as they are typed: nothing lost, nothing overwritten, nothing that the step forbids."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.actions import saisie
from fanal.questionnaires.actions.saisie import Saisie
from fanal.questionnaires.compute.chemins import lire
from fanal.questionnaires.compute.valeurs import empreinte
from fanal.questionnaires.models import Brouillon
from fanal.refus import Interdit, Inutilisable, Refus

pytestmark = pytest.mark.django_db


@pytest.fixture
def taper(brouillon: Brouillon, acheteur: Utilisateur, instant: datetime) -> Callable[..., Any]:
    """`taper(path, value, **more)`: type an answer, as the buyer, having read the draft as it is."""

    def type_in(chemin: str, valeur: Any, **more: Any) -> Any:
        given = {"revision": Brouillon.objects.get(pk=brouillon.pk).revision, "by": acheteur, **more}
        return saisie.saisir(brouillon=brouillon, chemin=chemin, valeur=valeur, instant=instant, **given)

    return type_in


def kept(brouillon: Brouillon, chemin: str) -> Any:
    brouillon.refresh_from_db()
    return lire(brouillon.reponses, chemin)


def test_what_is_typed_is_kept_in_one_form(brouillon: Brouillon, taper: Callable[..., Any]) -> None:
    taper("intitule", "  Robot \r\n ")
    assert kept(brouillon, "intitule") == "Robot"
    taper("debut", "15/09/2026")
    assert kept(brouillon, "debut") == "2026-09-15"
    taper("zones", ["sud", "nord"])
    assert kept(brouillon, "zones") == ["sud", "nord"]
    taper("zones", [])
    assert kept(brouillon, "zones") == ""


def test_what_cannot_be_read_is_kept_and_told(brouillon: Brouillon, taper: Callable[..., Any]) -> None:
    judged = taper("debut", "bientôt")
    assert kept(brouillon, "debut") == "bientôt"
    assert [a.regle for a in judged.anomalies if a.chemin == "debut"] == ["type"]


def test_the_verdict_comes_back_with_what_shows(taper: Callable[..., Any]) -> None:
    assert "pui_precision" not in taper("pui", "oui").visibles
    assert "pui_precision" in taper("pui", "non").visibles


def test_two_people_on_different_questions_lose_nothing(
    brouillon: Brouillon, taper: Callable[..., Any], directeur: Utilisateur
) -> None:
    taper("intitule", "Robot", revision=0)
    taper("pui", "oui", revision=0, by=directeur)
    assert kept(brouillon, "intitule") == "Robot"
    assert kept(brouillon, "pui") == "oui"
    assert brouillon.auteurs["intitule"]["compte"] != brouillon.auteurs["pui"]["compte"]


def test_the_same_question_is_not_overwritten(
    brouillon: Brouillon, taper: Callable[..., Any], directeur: Utilisateur
) -> None:
    taper("intitule", "Robot", revision=0)
    with pytest.raises(Refus, match="vient d'être modifiée par Acheteur") as refus:
        taper("intitule", "Armoire", revision=0, by=directeur)
    assert refus.value.statut_http == 409
    assert kept(brouillon, "intitule") == "Robot"
    # The same account on two screens corrects itself; and an answer read since may be changed by anyone.
    taper("intitule", "Robots", revision=0)
    taper("intitule", "Armoire", by=directeur)
    assert kept(brouillon, "intitule") == "Armoire"


@pytest.mark.parametrize(
    ("chemin", "valeur", "mot"),
    [
        ("nulle_part", "x", "ne pose pas la question"),
        ("equipements[1].nom", "x", "n'existe plus"),
        ("lettre", "x", "attend une pièce jointe"),
        ("total", "12", "ne pose pas la question"),
        ("intitule", ["x"], "attend un texte"),
        ("intitule", "x" * 20_001, "20001 caractères"),
    ],
)
def test_what_the_form_does_not_take(taper: Callable[..., Any], chemin: str, valeur: Any, mot: str) -> None:
    with pytest.raises(Refus, match=mot):
        taper(chemin, valeur)


def test_a_dossier_handed_in_is_not_written(
    dossier: Dossier, brouillon: Brouillon, taper: Callable[..., Any]
) -> None:
    for etape, possible in (("depose", False), ("recevable", False), ("incomplet", True)):
        Dossier.objects.filter(pk=dossier.pk).update(etape=etape)
        if possible:
            taper("intitule", "Robot")
        else:
            with pytest.raises(Refus, match="ne se modifient plus"):
                taper("intitule", "Robot")


def test_who_may_not_write(
    taper: Callable[..., Any],
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    for other in (utilisateurs["dgos"], utilisateurs_ailleurs["acheteur"]):
        with pytest.raises(Interdit):
            taper("intitule", "Robot", by=other)


# Rows ---------------------------------------------------------------------------------------------


def rows(brouillon: Brouillon) -> list[dict[str, Any]]:
    brouillon.refresh_from_db()
    found: list[dict[str, Any]] = brouillon.reponses.get("equipements", [])
    return found


def test_rows_come_are_copied_and_go(
    brouillon: Brouillon, taper: Callable[..., Any], acheteur: Utilisateur, instant: datetime
) -> None:
    given = {"brouillon": brouillon, "repetition": "equipements", "by": acheteur, "instant": instant}
    saisie.ajouter_ligne(**given)
    assert rows(brouillon) == [{"quantite": "1"}]  # the default of the form
    taper("equipements[1].nom", "Robot")
    taper("equipements[1].prix", "12 500,50 €")
    saisie.ajouter_ligne(**given, copie_de=1)
    taper("equipements[2].nom", "Armoire")
    assert [r["nom"] for r in rows(brouillon)] == ["Robot", "Armoire"]
    assert rows(brouillon)[1]["prix"] == "12500.5"
    saisie.retirer_ligne(**given, rang=1, structure=0)
    assert [r["nom"] for r in rows(brouillon)] == ["Armoire"]
    # Who wrote what moved up with the row.
    assert "equipements[1].nom" in brouillon.auteurs
    assert "equipements[2].nom" not in brouillon.auteurs


def test_a_row_taken_away_by_somebody_else_stops_the_writing(
    brouillon: Brouillon,
    taper: Callable[..., Any],
    acheteur: Utilisateur,
    directeur: Utilisateur,
    instant: datetime,
) -> None:
    for _ in range(2):
        saisie.ajouter_ligne(brouillon=brouillon, repetition="equipements", by=acheteur, instant=instant)
    read = Brouillon.objects.get(pk=brouillon.pk).revision
    given = {"brouillon": brouillon, "repetition": "equipements", "instant": instant}
    saisie.retirer_ligne(**given, rang=1, structure=0, by=directeur)
    with pytest.raises(Refus, match="réorganisé"):
        taper("equipements[1].nom", "Robot", revision=read)
    with pytest.raises(Refus, match="réorganisé"):
        saisie.retirer_ligne(**given, rang=1, structure=0, by=acheteur)
    assert rows(brouillon) == [{"quantite": "1"}]


def test_a_table_has_an_end(brouillon: Brouillon, acheteur: Utilisateur, instant: datetime) -> None:
    brouillon.reponses = {"equipements": [{} for _ in range(500)]}
    brouillon.save()
    with pytest.raises(Refus, match="500 lignes, le maximum"):
        saisie.ajouter_ligne(brouillon=brouillon, repetition="equipements", by=acheteur, instant=instant)


# A whole page -------------------------------------------------------------------------------------


def test_a_page_writes_what_it_changed_only(
    brouillon: Brouillon,
    taper: Callable[..., Any],
    acheteur: Utilisateur,
    directeur: Utilisateur,
    instant: datetime,
) -> None:
    taper("intitule", "Robot")
    # The director's page was read before; it changes pui and sends the old, blank, title untouched.
    done = saisie.enregistrer(
        brouillon=brouillon,
        saisies=[Saisie("intitule", "", "-"), Saisie("pui", "oui", "-")],
        by=directeur,
        instant=instant,
    )
    assert done.ecrites == ("pui",)
    assert done.conflits == ()
    assert kept(brouillon, "intitule") == "Robot"


def test_a_page_that_would_overwrite_is_told(
    brouillon: Brouillon,
    taper: Callable[..., Any],
    acheteur: Utilisateur,
    directeur: Utilisateur,
    instant: datetime,
) -> None:
    taper("intitule", "Robot")
    given = {"brouillon": brouillon, "instant": instant}
    late = [Saisie("intitule", "Armoire", "-"), Saisie("pui", "non", "-")]
    done = saisie.enregistrer(**given, saisies=late, by=directeur)
    assert done.ecrites == ("pui",)
    assert len(done.conflits) == 1
    assert "« Intitulé du projet »" in done.conflits[0].phrase
    assert done.conflits[0].saisie == "Armoire"
    assert kept(brouillon, "intitule") == "Robot"
    # Having seen « Robot », the director may change it; and a page sent twice is no conflict.
    seen = [Saisie("intitule", "Armoire", empreinte("Robot"))]
    assert saisie.enregistrer(**given, saisies=seen, by=directeur).ecrites == ("intitule",)
    assert saisie.enregistrer(**given, saisies=seen, by=directeur).conflits == ()


def test_a_page_unchanged_writes_nothing(
    brouillon: Brouillon, acheteur: Utilisateur, instant: datetime
) -> None:
    before = brouillon.revision
    done = saisie.enregistrer(
        brouillon=brouillon, saisies=[Saisie("intitule", "", "-")], by=acheteur, instant=instant
    )
    assert done.ecrites == ()
    brouillon.refresh_from_db()
    assert brouillon.revision == before


# All at once --------------------------------------------------------------------------------------


def test_answers_given_whole_replace_all_but_attachments(
    ecrire: Callable[..., Brouillon], acheteur: Utilisateur, instant: datetime
) -> None:
    piece = {"nom": "l.pdf", "empreinte": "a" * 64, "taille": 3, "type": "application/pdf"}
    brouillon = ecrire(intitule="Robot", pui="oui", lettre=piece)
    judged = saisie.remplacer(
        brouillon=brouillon,
        reponses={
            "intitule": "Armoire",
            "equipements": [{"nom": "Robot", "prix": "1 200,50"}],
            "lettre": {**piece, "empreinte": "b" * 64},
            "total": "99",
        },
        revision=brouillon.revision,
        by=acheteur,
        instant=instant,
    )
    brouillon.refresh_from_db()
    assert brouillon.reponses == {
        "intitule": "Armoire",
        "equipements": [{"nom": "Robot", "prix": "1200.5"}],
        "lettre": piece,
    }
    assert judged.valeurs["total"] == "1200.5"


@pytest.mark.parametrize(
    ("reponses", "mot"),
    [
        ({"inconnue": "x"}, "« inconnue »"),
        ({"equipements": "x"}, "une liste de lignes"),
        ({"equipements": [{"inconnue": 1}]}, "ligne 1"),
        ({"intitule": {"a": 1}}, "attend un texte"),
        ({"intitule": 12.5, "pui": ["a", "b"]}, "attend un texte"),
    ],
)
def test_answers_of_another_shape_are_refused_whole(
    brouillon: Brouillon, acheteur: Utilisateur, instant: datetime, reponses: dict[str, Any], mot: str
) -> None:
    with pytest.raises(Inutilisable, match=mot):
        saisie.remplacer(brouillon=brouillon, reponses=reponses, revision=None, by=acheteur, instant=instant)
    brouillon.refresh_from_db()
    assert brouillon.reponses == {}


def test_a_draft_changed_meanwhile_is_not_replaced(
    brouillon: Brouillon, taper: Callable[..., Any], acheteur: Utilisateur, instant: datetime
) -> None:
    taper("intitule", "Robot")
    with pytest.raises(Refus, match="modifié depuis"):
        saisie.remplacer(brouillon=brouillon, reponses={}, revision=0, by=acheteur, instant=instant)
    assert kept(brouillon, "intitule") == "Robot"
