"""The `fanal` command: the platform's management commands under its settings."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured


def main() -> None:
    """Entry point of the `fanal` script. A setting that cannot work is said in one sentence: exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanal.config.settings")
    try:
        from fanal.cli.commande import run
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    run(["fanal", *sys.argv[1:]])
