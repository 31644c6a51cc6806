"""Several people typing in the same dossier at the same instant, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from fanal.comptes.models import Utilisateur
from fanal.questionnaires.actions.saisie import Saisie, ajouter_ligne, enregistrer, saisir
from fanal.questionnaires.models import Brouillon
from fanal.refus import Refus

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(tasks: list[Callable[[], object]]) -> list[object]:
    """Run the tasks together; a refusal is a result like another."""
    barrier = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return task()
        except Refus as refus:
            return refus
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_different_questions_at_once_lose_nothing(
    brouillon: Brouillon, utilisateurs: dict[str, Utilisateur], instant: datetime
) -> None:
    answers = {"intitule": "Robot", "pui": "oui", "debut": "2026-09-15", "commentaire": "Rien."}
    roles = ("acheteur", "directeur_achats", "controleur_gestion", "pharmacien")
    given = {"brouillon": brouillon, "revision": 0, "instant": instant}

    def type_in(role: str, path: str) -> Callable[[], object]:
        by = utilisateurs[role]
        return lambda: saisir(chemin=path, valeur=answers[path], by=by, **given)  # type: ignore[arg-type]

    results = at_once([type_in(r, p) for r, p in zip(roles, answers, strict=True)])
    assert not [r for r in results if isinstance(r, Refus)]
    brouillon.refresh_from_db()
    assert brouillon.reponses == answers
    assert brouillon.revision == 4
    assert {m["compte"] for m in brouillon.auteurs.values()} == {utilisateurs[r].pk for r in roles}


def test_the_same_question_at_once_is_written_once(
    brouillon: Brouillon, acheteur: Utilisateur, directeur: Utilisateur, instant: datetime
) -> None:
    def page(by: Utilisateur, text: str) -> Callable[[], object]:
        sent = [Saisie("intitule", text, "-")]
        return lambda: enregistrer(brouillon=brouillon, saisies=sent, by=by, instant=instant)

    results = at_once([page(acheteur, "Robot"), page(directeur, "Armoire")])
    told = [r.conflits for r in results]  # type: ignore[attr-defined]
    assert sorted(map(len, told)) == [0, 1]
    brouillon.refresh_from_db()
    lost = next(c for c in told if c)[0].saisie
    assert {brouillon.reponses["intitule"], lost} == {"Robot", "Armoire"}


def test_rows_added_at_once_all_come(brouillon: Brouillon, acheteur: Utilisateur, instant: datetime) -> None:
    def add() -> object:
        return ajouter_ligne(brouillon=brouillon, repetition="equipements", by=acheteur, instant=instant)

    at_once([add] * 5)
    brouillon.refresh_from_db()
    assert len(brouillon.reponses["equipements"]) == 5
