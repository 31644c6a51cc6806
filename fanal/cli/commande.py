"""The base of every `fanal` command: French refusals, exit codes, JSON output, a base migrated when needed."""

import json
import sys
from typing import Any, ClassVar

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django_typer.management import TyperCommand
from rich.console import Console

from fanal.refus import Refus


def prepare_base() -> None:
    """Create and migrate the register if its schema is behind; say nothing when it is up to date."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def sentence_for_usage(error: Exception) -> str:
    """Say in French what is wrong with a call, from the parser's error."""
    parameter = getattr(error, "param", None)
    options = getattr(parameter, "opts", None) or []
    name = next((o for o in options if o.startswith("--")), None) or (options[0].upper() if options else "")
    match type(error).__name__:
        case "MissingParameter":
            return f"Il manque {name or 'un argument'}. Ajoutez --help à la commande pour voir ce qu'elle attend."
        case "NoSuchOption":
            return f"L'option {getattr(error, 'option_name', '')} n'existe pas. Ajoutez --help pour voir les options."
        case "BadParameter" if name:
            return (
                f"La valeur donnée à {name} ne convient pas ({getattr(error, 'message', '')}). Corrigez-la."
            )
    return f"Cette commande n'est pas comprise ({error}). Ajoutez --help pour voir ce qu'elle attend."


class Commande(TyperCommand):
    """A command of the contract. `migre` says that it needs an up-to-date base."""

    suppressed_base_arguments: ClassVar = {
        "--verbosity",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
        "--settings",
        "--pythonpath",
        "--version",
    }
    requires_system_checks: ClassVar = []
    migre: ClassVar[bool] = True

    def execute(self, *args: Any, **options: Any) -> Any:
        if self.migre:
            prepare_base()
        return super().execute(*args, **options)

    def __exit__(self, exc_type: Any, exc: BaseException | None, trace: Any) -> Any:
        called = getattr(self, "_called_from_command_line", False)
        if called and isinstance(exc, Exception) and "UsageError" in {c.__name__ for c in type(exc).__mro__}:
            refuse(sentence_for_usage(exc), 2)
        return super().__exit__(exc_type, exc, trace)

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
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(arguments)
    except Refus as refus:
        refuse(refus.phrase, refus.code_sortie)
    except DatabaseError as error:
        refuse(f"La base de données ne répond pas comme attendu ({error}). Vérifiez FANAL_DATABASE_URL.", 2)
