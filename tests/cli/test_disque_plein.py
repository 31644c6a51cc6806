"""A full disk ends a command in a sentence, whoever met it first, even when its log cannot be written."""

import errno
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import OperationalError

from fanal.cli import commande

FULL = (
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    OperationalError("database or disk is full"),
    RuntimeError('IO Error: Could not write file "x": No space left on device'),
)


def end(monkeypatch: pytest.MonkeyPatch, error: Exception) -> int:
    """The code that a command leaves with after this error."""

    def fail(arguments: list[str]) -> None:
        raise error

    monkeypatch.setattr(commande, "execute_from_command_line", fail)
    with pytest.raises(SystemExit) as left:
        commande.run(["fanal", "depenses"])
    return int(str(left.value.code))


@pytest.mark.parametrize("error", FULL, ids=lambda e: type(e).__name__)
def test_a_full_disk_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    assert end(monkeypatch, error) == 2
    assert capsys.readouterr().err.startswith("Il n'y a plus de place sur le disque.")


def test_a_full_disk_behind_another_error_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ValueError("la dernière étape")
    error.__context__ = FULL[0]
    assert end(monkeypatch, error) == 2
    assert "plus de place" in capsys.readouterr().err


def test_a_log_that_cannot_be_written_hides_no_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "journaux").write_text("un fichier, pas un dossier")
    settings.VAR, settings.DEBUG = tmp_path, False
    assert end(monkeypatch, KeyError("inconnu")) == 2
    assert "Une erreur imprévue" in capsys.readouterr().err
