"""The `fanal` command: the platform's management commands under its settings."""

import os
import sys


def main() -> None:
    """Entry point of the `fanal` script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanal.config.settings")
    from fanal.cli.commande import run

    run(["fanal", *sys.argv[1:]])
