"""The `fanal` command: Django's management commands under the platform's settings."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanal.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["fanal", *sys.argv[1:]])
