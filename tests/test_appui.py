"""The shared fixtures do what they promise: otherwise other tests would pass for nothing."""

import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from fanal.comptes.roles import ROLES
from tests.appui.commande import Fanal


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


def test_a_forked_command_answers_as_one_started_from_nothing(
    fanal: Fanal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same words, same codes, same place; and what one call is told, the next does not know."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vide.csv").write_text("identifiant\n")
    cold = Fanal(fanal.dossier, fanal.environnement["FANAL_DATABASE_URL"], froid=True)
    calls: list[tuple[list[str], dict[str, str]]] = [
        (["servir"], {"FANAL_MODE": "production", "FANAL_CLE_SECRETE": "courte"}),
        (["journal", "verifier", "--json"], {}),
        (["verifier", "vide.csv", "--format", "paat"], {}),
        (["verifier", "absent.csv", "--format", "paat"], {}),
        (["poser"], {}),
    ]
    codes = []
    for arguments, environment in calls:
        one, other = cold(*arguments, **environment), fanal(*arguments, **environment)
        assert (one.returncode, one.stdout, one.stderr) == (other.returncode, other.stdout, other.stderr)
        codes.append(one.returncode)
    assert codes == [1, 0, 2, 2, 2]
    assert [done.returncode for done in fanal.serie([a for a, _ in calls[1:]])] == codes[1:]
