"""The base of every `fanal` command: French refusals, exit codes, JSON, a base migrated when needed."""

import contextlib
import difflib
import errno
import json
import sys
import traceback
from typing import Any, ClassVar

import django
from django.conf import settings
from django.core.management import call_command, execute_from_command_line, get_commands, load_command_class
from django.db import connection
from django.db.utils import DatabaseError
from django.utils import timezone
from django_typer.management import TyperCommand
from rich.console import Console

from fanal.config.a_jour import up_to_date
from fanal.config.base_vide import create_at_once
from fanal.ramassage import rare_collections
from fanal.refus import Inutilisable, Refus


def prepare_base() -> None:
    """Create and migrate the register if its schema is behind; say nothing when it is up to date."""
    if not up_to_date(connection):
        with rare_collections():
            create_at_once(connection)
            call_command("migrate", verbosity=0, interactive=False)


AIDE = "Ajoutez --help à la commande pour voir ce qu'elle attend."


def sentence_for_usage(error: Exception) -> str:
    """Say in French what is wrong with a call, from the parser's error."""
    parameter = getattr(error, "param", None)
    options = getattr(parameter, "opts", None) or []
    name = next((o for o in options if o.startswith("--")), None) or (options[0].upper() if options else "")
    match type(error).__name__:
        case "MissingParameter":
            return f"Il manque {name or 'un argument'}. {AIDE}"
        case "NoSuchOption":
            return f"L'option {getattr(error, 'option_name', '')} n'existe pas. {AIDE}"
        case "BadParameter" if name:
            return f"La valeur donnée à {name} ne convient pas : {_expected(parameter)} est attendu. {AIDE}"
    return f"Cette commande n'est pas comprise ({error}). {AIDE}"


def _expected(parameter: Any) -> str:
    kind = parameter.type
    if hasattr(kind, "min") and hasattr(kind, "max"):
        return f"un nombre entier de {kind.min} à {kind.max}"
    if hasattr(kind, "choices"):
        return " ou ".join(f"« {c} »" for c in kind.choices)
    return "un nombre entier" if "int" in type(kind).__name__.lower() else "une autre forme"


class Commande(TyperCommand):
    """A command of the contract. `migre` says that it needs an up-to-date base."""

    suppressed_base_arguments = {
        "--verbosity",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
        "--settings",
        "--pythonpath",
        "--version",
    }
    requires_system_checks = []
    migre: ClassVar[bool] = True

    def execute(self, *args: Any, **options: Any) -> Any:
        if self.migre:
            prepare_base()
        return super().execute(*args, **options)  # type: ignore[no-untyped-call]  # the library carries no types

    def __exit__(self, exc_type: Any, exc: BaseException | None, trace: Any) -> Any:
        called = getattr(self, "_called_from_command_line", False)
        if called and isinstance(exc, Exception) and "UsageError" in {c.__name__ for c in type(exc).__mro__}:
            refuse(sentence_for_usage(exc), 2)
        return super().__exit__(exc_type, exc, trace)  # type: ignore[no-untyped-call]  # the library carries no types

    def print_json(self, document: object) -> None:
        """Write one JSON document on standard output."""
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")

    @property
    def progression(self) -> Console:
        """The console for progress and remarks: standard error."""
        return Console(stderr=True)


def refuse(phrase: str, code: int) -> None:
    """Write one sentence on standard error and leave with *code*."""
    sys.stderr.write(phrase + "\n")
    sys.exit(code)


def run(arguments: list[str]) -> None:
    """Run a command line; every failure ends in one French sentence and a code of the contract."""
    try:
        if len(arguments) < 2 or arguments[1] in {"help", "--help", "-h"}:
            list_commands()
        else:
            check_command(arguments[1])
            execute_from_command_line(arguments)
    except Refus as refus:
        refuse(refus.phrase, refus.code_sortie)
    except Exception as error:
        if disk_full(error):
            refuse(PLEIN, 2)
        unforeseen(error)


PLEIN = (
    "Il n'y a plus de place sur le disque. La commande s'est arrêtée ; ce qui était enregistré est intact. "
    "Libérez de la place, puis relancez la même commande."
)


def disk_full(error: BaseException | None) -> bool:
    """Whether the want of room on a disk is behind an error, whoever met it: a file, the base, the engine."""
    while error is not None:
        if getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}:
            return True
        said = str(error).lower()
        if "disk is full" in said or "no space left on device" in said:
            return True
        error = error.__cause__ or error.__context__
    return False


def unforeseen(error: Exception) -> None:
    """Keep the trace of an error that no rule foresees, and say where it is."""
    if isinstance(error, DatabaseError):
        keep_trace()
        refuse(
            f"La base de données ne répond pas comme attendu ({type(error).__name__}). "
            f"Vérifiez FANAL_DATABASE_URL ; le détail est dans {TRACES}.",
            2,
        )
    if settings.DEBUG:
        raise error
    keep_trace()
    refuse(
        f"Une erreur imprévue a arrêté la commande ({type(error).__name__}). "
        f"Transmettez à l'exploitant le détail écrit dans {TRACES}.",
        2,
    )


def own_commands() -> dict[str, str]:
    """The platform's own commands and what each does."""
    django.setup()
    names = sorted(name for name, app in get_commands().items() if str(app).startswith("fanal."))
    return {name: load_command_class(get_commands()[name], name).help for name in names}


def list_commands() -> None:
    """Show the commands of the platform."""
    console = Console()
    console.print("fanal COMMANDE [OPTIONS] : « fanal COMMANDE --help » détaille une commande.\n")
    for name, text in own_commands().items():
        console.print(f"  [bold]{name:<14}[/] {text}")


def check_command(name: str) -> None:
    """Refuse a command that does not exist, naming the nearest one."""
    django.setup()
    if name not in get_commands():
        near = difflib.get_close_matches(name, get_commands(), n=1)
        advice = f"Vouliez-vous dire « {near[0]} » ?" if near else "« fanal --help » les liste."
        raise Inutilisable(f"La commande « {name} » n'existe pas. {advice}")


TRACES = "journaux/erreurs.log, sous FANAL_VAR"


def keep_trace() -> None:
    """Append the traceback of the exception being handled to the error log."""
    path = settings.VAR / "journaux" / "erreurs.log"
    # A log that cannot be written must not hide the sentence.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{timezone.now().isoformat()} {' '.join(sys.argv)}\n{traceback.format_exc()}\n")
