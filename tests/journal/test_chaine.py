"""The chain: what it refuses, what it finds, what it survives."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from fanal.comptes.models import Utilisateur
from fanal.journal import queries
from fanal.journal.actions import inscrire, inscrire_lot
from fanal.journal.declencheurs import poser, retirer
from fanal.journal.models import Entree, Tete
from fanal.journal.queries import TeteConnue, verifier
from fanal.journal.rules import canonical_data, compute_hash
from fanal.territoires.models import Region

INSTANT = datetime(2022, 2, 10, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def regions(db: None) -> list[Region]:
    return list(Region.objects.order_by("code_insee")[:3])


@pytest.fixture
def trois_entrees(regions: list[Region]) -> list[Entree]:
    return [
        inscrire(action="essai", objet=r, by=None, instant=INSTANT, donnees={"rang": i})
        for i, r in enumerate(regions)
    ]


@pytest.fixture
def sans_declencheurs() -> Callable[[str, list[object]], None]:
    """What somebody with the database's own rights would do."""

    def run(sql: str, values: list[object]) -> None:
        retirer(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        poser(connection)

    return run


def test_a_new_base_is_whole(db: None) -> None:
    assert verifier().ok
    assert queries.tete() == TeteConnue(0, "0" * 64, "journal")


def test_entries_follow_each_other(trois_entrees: list[Entree]) -> None:
    assert [e.numero for e in trois_entrees] == [1, 2, 3]
    assert trois_entrees[0].precedente == "0" * 64
    assert [e.precedente for e in trois_entrees[1:]] == [e.empreinte for e in trois_entrees[:2]]
    assert queries.tete() == TeteConnue(3, trois_entrees[2].empreinte, "journal")
    found = verifier()
    assert (found.ok, found.entrees) == (True, 3)


def test_the_hash_is_the_documented_one(trois_entrees: list[Entree]) -> None:
    """Recomputed here without the journal's own code."""
    import hashlib

    e = trois_entrees[1]
    text = (
        '{"acteur":null,"action":"essai","donnees":{"rang":1},"instant":"2022-02-10T09:30:00.123456+00:00",'
        f'"motif":"","numero":2,"objet_id":"{e.objet_id}","objet_type":"territoires.region",'
        f'"precedente":"{trois_entrees[0].empreinte}"}}'
    )
    assert e.empreinte == hashlib.sha256(text.encode()).hexdigest()


def test_it_must_be_written_in_the_transaction_of_its_fact(transactional_db: None) -> None:
    region = Region.objects.all()[0]
    with pytest.raises(TransactionManagementError):
        inscrire(action="essai", objet=region, by=None, instant=INSTANT)


def test_a_transaction_that_fails_leaves_no_entry(regions: list[Region]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        inscrire(action="essai", objet=regions[0], by=None, instant=INSTANT)
        raise ZeroDivisionError
    assert verifier().entrees == 0
    assert queries.tete().numero == 0


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entree SET motif = 'autre' WHERE numero = 2",
        "UPDATE journal_entree SET acteur = 12",
        "DELETE FROM journal_entree WHERE numero = 3",
        "DELETE FROM journal_entree",
    ],
)
def test_the_database_refuses_changes(trois_entrees: list[Entree], sql: str) -> None:
    with pytest.raises(DatabaseError, match="Le journal ne se modifie pas"), transaction.atomic():
        connection.cursor().execute(sql)
    assert verifier().ok


def test_the_database_refuses_emptying_and_replacing(trois_entrees: list[Entree]) -> None:
    if connection.vendor == "postgresql":
        sql = "TRUNCATE journal_entree"
    else:
        columns = "numero, instant, action, objet_type, objet_id, motif, donnees, precedente, empreinte"
        sql = (
            f"INSERT OR REPLACE INTO journal_entree ({columns}) "
            "SELECT numero, instant, action, objet_type, objet_id, 'autre', donnees, precedente, empreinte "
            "FROM journal_entree WHERE numero = 2"
        )
    with pytest.raises(DatabaseError, match="Le journal ne se modifie pas"), transaction.atomic():
        connection.cursor().execute(sql)


def test_the_models_refuse_changes(trois_entrees: list[Entree]) -> None:
    entree = Entree.objects.get(numero=1)
    with pytest.raises(TypeError):
        entree.save()
    with pytest.raises(TypeError):
        entree.delete()


@pytest.mark.parametrize(
    ("sql", "values", "phrase"),
    [
        ("UPDATE journal_entree SET motif = %s WHERE numero = 2", ["autre"], "L'entrée 2 a été modifiée"),
        ("UPDATE journal_entree SET acteur = %s WHERE numero = 1", [7], "L'entrée 1 a été modifiée"),
        (
            "UPDATE journal_entree SET donnees = %s WHERE numero = 3",
            ['{"rang": 9}'],
            "L'entrée 3 a été modifiée",
        ),
        ("UPDATE journal_entree SET objet_id = %s WHERE numero = 3", ["0"], "L'entrée 3 a été modifiée"),
        ("DELETE FROM journal_entree WHERE numero = %s", [2], "L'entrée 2 manque"),
        ("DELETE FROM journal_entree WHERE numero <= %s", [2], "Les entrées 1 à 2 manquent"),
        ("DELETE FROM journal_entree WHERE numero = %s", [3], "Le journal s'arrête à l'entrée 2"),
        ("DELETE FROM journal_entree WHERE numero > %s", [0], "Le journal s'arrête à l'entrée 0"),
    ],
)
def test_verification_finds_what_was_done_behind_its_back(
    trois_entrees: list[Entree],
    sans_declencheurs: Callable[[str, list[object]], None],
    sql: str,
    values: list[object],
    phrase: str,
) -> None:
    sans_declencheurs(sql, values)
    found = verifier()
    assert not found.ok
    assert any(phrase in f for f in found.fautes), found.fautes
    assert "n'est pas intact" in found.phrase()


def test_an_entry_rewritten_with_its_own_hash_breaks_the_next(
    trois_entrees: list[Entree], sans_declencheurs: Callable[[str, list[object]], None]
) -> None:
    e = trois_entrees[1]
    fields = {f: getattr(e, f) for f in ("numero", "instant", "acteur", "action", "objet_type", "objet_id")}
    forged = compute_hash(**fields, motif="autre", donnees=e.donnees, precedente=e.precedente)
    sans_declencheurs("UPDATE journal_entree SET motif = 'autre', empreinte = %s WHERE numero = 2", [forged])
    assert any("L'entrée 3 ne suit pas la précédente" in f for f in verifier().fautes)


def test_a_tail_cut_with_its_head_is_found_by_the_heads_kept_elsewhere(
    trois_entrees: list[Entree],
    sans_declencheurs: Callable[[str, list[object]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = queries.tete()
    sans_declencheurs("DELETE FROM journal_entree WHERE numero = %s", [3])
    Tete.objects.update(numero=2, empreinte=trois_entrees[1].empreinte)
    monkeypatch.setattr(queries, "_FOURNISSEURS", {})
    assert verifier().ok, "nothing else could know"
    queries.enregistrer_tetes(lambda: [TeteConnue(kept.numero, kept.empreinte, "la publication 1")])
    found = verifier()
    assert found.tetes_externes == 1
    assert "la publication 1 a relevé l'entrée 3" in found.fautes[0]


def test_a_chain_rewritten_whole_is_found_by_the_heads_kept_elsewhere(
    trois_entrees: list[Entree], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_FOURNISSEURS", {})
    queries.enregistrer_tetes(lambda: [TeteConnue(2, "f" * 64, "la sauvegarde du 01/02/2022")])
    assert "relevée par la sauvegarde du 01/02/2022" in verifier().fautes[0]


def test_many_at_once(regions: list[Region], creer_utilisateur: Callable[..., Utilisateur]) -> None:
    user = creer_utilisateur()
    written = inscrire_lot(
        action="essai",
        objets=[(r, {"nom": r.nom}) for r in regions] * 200,
        by=user,
        instant=INSTANT,
        motif="lot",
    )
    assert len(written) == 600
    assert {e.acteur for e in written} == {user.pk}
    assert verifier().entrees == 600
    assert queries.de_l_objet(regions[0]).count() == 200
    assert inscrire_lot(action="essai", objets=[], by=None, instant=INSTANT) == []


def test_awkward_values_come_back_the_same_from_the_base(regions: list[Region]) -> None:
    paris = timezone(timedelta(hours=2))
    donnees = {
        "montant": Decimal("1234.50"),
        "flottant": 1e16,
        "petit": 0.1,
        "grand": 10**25,
        "nul": None,
        "texte": "é\x00\ud800 « € »",
        "dates": [INSTANT.date(), INSTANT],
        "z": {"b": True, "a": {1, 2}},
    }
    inscrire(
        action="essai",
        objet=regions[0],
        by=None,
        instant=INSTANT.astimezone(paris),
        motif="a\x00b\ud800",
        donnees=donnees,
    )
    assert verifier().ok
    assert Entree.objects.get(numero=1).donnees["montant"] == "1234.50"


def test_what_json_cannot_hold_is_a_programming_error() -> None:
    with pytest.raises(TypeError):
        canonical_data({"x": object()})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats() | st.decimals(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_canonical_data_is_stable(value: object) -> None:
    once = canonical_data(value)
    assert canonical_data(once) == once


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_keep_one_chain() -> None:
    """Eight threads, each with its own connection, write at the same time."""
    region = Region.objects.all()[0]
    errors: list[BaseException] = []
    start = threading.Barrier(8)

    def write(rank: int) -> None:
        try:
            start.wait()
            for turn in range(5):
                with transaction.atomic():
                    inscrire(
                        action="essai",
                        objet=region,
                        by=None,
                        instant=INSTANT,
                        donnees={"fil": rank, "tour": turn},
                    )
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    assert not errors
    found = verifier()
    assert (found.ok, found.entrees) == (True, 40), found.fautes
