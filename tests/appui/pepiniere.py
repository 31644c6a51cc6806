"""A process where the libraries are loaded already, and which forks for each command that it is asked.

What a command costs is mostly the loading of its libraries. Here they are loaded once, with those rooms of
the platform that know neither the settings nor the base; everything that reads the environment (settings,
applications, the command itself) is loaded after the fork, under the environment, folder and files of the
call, as by a process of its own. `python -m tests.appui.pepiniere ADDRESS` listens on a Unix socket; a call
is one connection: a document, then the files for its outputs; the answers are the process and its exit code.
It serves every worker of a run, and ends when the last of them has let go of the file ADDRESS.usagers.
"""

import atexit
import contextlib
import fcntl
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

BIBLIOTHEQUES = """
polars pyarrow.compute pyarrow.parquet numpy fsspec elementpath xlsxwriter openpyxl yaml stdnum.fr jwt
cryptography.fernet requests dateutil.relativedelta dj_database_url csp.constants psycopg asgiref.sync
rich.console rich.markdown rich.table typer pydantic sqlparse django.db.models
django.db.migrations.executor django.core.management django.core.cache django.http django.template
django.forms django.views django.db.backends.sqlite3.base django.db.backends.postgresql.base
"""


def charger() -> None:
    """Load what does not depend on the settings: libraries, engines, rules and calculations."""
    for name in BIBLIOTHEQUES.split():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    import fanal

    for module in pkgutil.walk_packages(fanal.__path__, "fanal.", onerror=lambda _: None):
        if {"compute", "rules", "parametres"} & set(module.name.split(".")) and ".tests" not in module.name:
            with contextlib.suppress(Exception):
                importlib.import_module(module.name)
    from django.apps import apps
    from django.conf import settings

    assert not settings.configured and not apps.all_models, "Commands would share settings or models."


def jouer(gesture: Callable[[], object]) -> int:
    """Do something as the whole work of this process; return the exit code it would end with."""
    try:
        gesture()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(end.code + "\n")
        return 1 if isinstance(end.code, str) else (end.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def commander(arguments: list[str]) -> int:
    """Run one command here; return its exit code."""
    sys.argv = ["fanal", *arguments]

    def command() -> None:
        from fanal.cli.main import main

        main()

    return jouer(command)


def interpreter(arguments: list[str]) -> int:
    """Run `python -c CODE …` or `python -m MODULE …` here; return its exit code."""
    kind, what, *rest = arguments
    sys.argv = [kind, *rest]
    sys.path[0] = ""
    if kind == "-m":
        return jouer(lambda: runpy.run_module(what, run_name="__main__", alter_sys=True))
    sys.modules["__main__"] = here = ModuleType("__main__")
    return jouer(lambda: exec(compile(what, "<string>", "exec"), vars(here)))  # noqa: S102 - a test's own


def finir(code: int) -> None:
    """End this process as the interpreter would."""
    atexit._run_exitfuncs()
    sys.stdout.flush(), sys.stderr.flush()
    os._exit(code)


def enchainer(appels: list[list[str]]) -> int:
    """Run several commands, each in a process forked from this one with the platform loaded; write what each
    answered as one document."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanal.config.settings")
    django.setup()
    answers = []
    for arguments in appels:
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            pid = os.fork()
            if not pid:
                os.dup2(out.fileno(), 1), os.dup2(err.fileno(), 2)
                finir(commander(arguments))
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            out.seek(0), err.seek(0)
            answers.append([arguments, code, out.read(), err.read()])
    print(json.dumps(answers))  # noqa: T201 - its only output
    return 0


def travailler(demande: dict[str, Any], files: list[int]) -> None:
    """In the process of one call: take its place, its environment and its outputs, and run it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(files[0], 1), os.dup2(files[1], 2)
    for number in files:
        os.close(number)
    os.environ.clear()
    os.environ.update(demande["environnement"])
    os.chdir(demande["dossier"])
    if demande["genre"] == "python":
        finir(interpreter(demande["appels"][0]))
    if len(demande["appels"]) == 1 and demande["genre"] != "serie":
        finir(commander(demande["appels"][0]))
    finir(enchainer(demande["appels"]))


def repondre(link: socket.socket) -> None:
    """In the process that watches over one call: start it, say which it is, then how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    text, files, _, _ = socket.recv_fds(link, 1 << 20, 2)
    while not text.endswith(b"\n"):
        text += link.recv(1 << 20)
    pid = os.fork()
    if not pid:
        link.close()
        travailler(json.loads(text), files)
    link.sendall(f"{pid}\n".encode())
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    link.sendall(f"{code}\n".encode())
    os._exit(0)


def ecouter(address: str) -> None:
    """Answer calls as long as somebody holds the file of those who may call."""
    users = Path(f"{address}.usagers").open("a")  # noqa: SIM115 - until this process ends
    listener = socket.socket(socket.AF_UNIX)
    # Under its name once it listens: whoever sees it may call.
    listener.bind(f"{address}.bientot")
    listener.listen(16)
    Path(f"{address}.bientot").rename(address)
    charger()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        if not select.select([listener], [], [], 1)[0]:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os._exit(0)
            continue
        link, _ = listener.accept()
        if not os.fork():
            listener.close(), users.close()
            repondre(link)
        link.close()


if __name__ == "__main__":
    ecouter(sys.argv[1])
