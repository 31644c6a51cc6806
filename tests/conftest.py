"""What every test shares.

Fixtures to know (in `tests/appui/`):

- territory and accounts: `region`, `autre_region`, `ght`, `autre_ght`, `etablissement`,
  `autre_etablissement`, `operateur_achat`, `creer_utilisateur(role, noeud)`, `utilisateurs` (one account per
  role, around `ght`), `utilisateurs_ailleurs` (the same roles on another territory), `connecte(role)` (a
  signed-in client), `maintenant`, `aujourd_hui` (fixed);
- `fanal(*arguments)`: the command line in a process of its own, with a base and files of its own;
  `fanal_neuf`: the same where nothing was ever run;
- `navigateur`: a signed-in real browser on a live server, `navigateur.axe()` finds nothing or fails.

No test reaches the network beyond the loopback, and all writing happens in temporary directories.
"""

import gc
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.appui.journal",
    "tests.appui.territoire",
    "tests.appui.commande",
    "tests.appui.navigateur",
]

RACINE = Path(__file__).resolve().parents[1]
BASE = os.environ.get("FANAL_TEST_BASE", "sqlite")
FIXTURES_DE_BASE = {"db", "transactional_db", "live_server", "base_vide", "base_prete", "fanal", "origine"}


# A machine under load must not fail a proof: no deadline per example, no complaint about slow generation.
settings.register_profile("fanal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fanal")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    if RACINE in Path(settings.VAR).parents:
        raise pytest.UsageError("The tests must not write inside the project.")


# Collecting makes much that stays: looking for garbage in it again and again took a quarter of the time.
gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """What is there to stay is looked through no more."""
    gc.collect()
    gc.freeze()


# The files that take longest, the longest first (processor time, what they start included).
LONGS = (
    "tests/securite/test_parcours_urls.py",
    "tests/parcours/test_appels.py",
    "tests/parcours/test_declarer_publier.py",
    "tests/moteurs/consolidation/test_spark.py",
    "tests/exploitation/test_mise_a_niveau.py",
    "tests/parcours/test_marches.py",
    "tests/pairs/test_frictionless.py",
    "tests/securite/test_parcours_api.py",
    "tests/cli/test_chemin.py",
    "tests/demonstration/scenario/test_execution.py",
    "tests/parcours/",
    "tests/exploitation/",
    "tests/depenses/importation/test_arret.py",
    "tests/questionnaires/test_navigateur.py",
    "tests/test_appui.py",
    "tests/api/",
    "tests/campagnes/",
    "tests/depenses/gains/",
    "tests/appels/jury/",
)


# Fixtures of the tests that read pages through a signed-in client.
PAGES = {"connecte", "client", "utilisateurs"}
# Two accounts that between them open every page: on PostgreSQL they walk all the addresses in its place.
TEMOINS = ("test_no_role_meets_a_failure[directeur_achats]", "test_no_role_meets_a_failure[dgos]")
# Long proofs of what no base changes: files on S3, commands forked or not, rules under any sequence of acts,
# and the demonstration, whose gestures are those of other tests.
AILLEURS = (
    "tests/demonstration/scenario/",
    "tests/exploitation/test_s3.py",
    "tests/marches/vie/test_machine.py",
    "tests/procedures/test_etats.py::test_no_sequence",
    "tests/test_appui.py::test_a_forked_command",
)


def place(item: pytest.Item) -> int:
    """The rank of the file of *item* among those that take longest; the others after them, as they come."""
    return next((rank for rank, head in enumerate(LONGS) if item.nodeid.startswith(head)), len(LONGS))


def says_nothing_more(item: pytest.Item) -> bool:
    """Whether running *item* on PostgreSQL too is left to `make test-long`.

    A journey in a browser and a test of a page judge what is shown; that each page can ask its base is
    seen by the walk of every address, which two accounts do there. `AILLEURS` does not depend on the base.
    """
    if item.get_closest_marker("navigateur"):
        return True
    if os.environ.get("FANAL_TEST_LONG") == "1" or item.name in TEMOINS:
        return False
    if item.nodeid.startswith(AILLEURS):
        return True
    return item.path.parent.name == "securite" or bool(PAGES & set(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow proofs to `make test-long`; on PostgreSQL keep only what touches the base."""
    chosen, left = [], []
    explicit = bool(config.option.markexpr or config.option.keyword)
    for item in items:
        touches_base = item.get_closest_marker("django_db") or FIXTURES_DE_BASE & set(
            getattr(item, "fixturenames", ())
        )
        slow = item.get_closest_marker("lent") and not explicit
        repeated = BASE == "postgresql" and (not touches_base or says_nothing_more(item))
        (left if slow or repeated else chosen).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
    # The long files begin: whichever worker takes one is not left alone with it at the end.
    items[:] = sorted(chosen, key=place)


@pytest.fixture(autouse=True, scope="session")
def reseau_ferme() -> Iterator[None]:
    """Refuse every connection that leaves the machine."""
    connect = socket.socket.connect

    def connect_nearby(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"A test tried to reach {address[0]}: the network is closed to tests.")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect_nearby)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def fichiers_isoles(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the storages after each test that touches the base, whose rows are undone too."""
    yield
    if FIXTURES_DE_BASE & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        from django.conf import settings

        for name in ("fichiers", "originaux"):
            shutil.rmtree(Path(settings.VAR) / name, ignore_errors=True)


@pytest.fixture(autouse=True)
def caches_vides() -> Iterator[None]:
    """Results cached by one test must not be seen by the next."""
    yield
    from django.core.cache import caches

    from fanal.memoire import vider_tout

    caches["default"].clear()
    vider_tout()
