"""The shared fixtures do what they promise: otherwise other tests would pass for nothing."""

import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from fanal.comptes.roles import ROLES


def test_network_is_closed() -> None:
    with pytest.raises(AssertionError, match="network is closed"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_files_go_to_a_temporary_directory(db: None) -> None:
    name = storages["originaux"].save("essai.txt", ContentFile(b"x"))
    assert Path(storages["originaux"].path(name)).is_relative_to(Path(settings.VAR))


def test_every_role_has_an_account(utilisateurs: dict, utilisateurs_ailleurs: dict) -> None:
    assert set(utilisateurs) == set(ROLES)
    assert set(ROLES) - set(utilisateurs_ailleurs) == {"dgos", "anap"}


@pytest.mark.django_db
def test_base_is_the_one_asked_for() -> None:
    import os

    from django.db import connection

    assert connection.vendor == os.environ.get("FANAL_TEST_BASE", "sqlite")
