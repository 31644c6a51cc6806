"""The lake as the register knows it: its storage, its state at any version, the codes of its dimensions."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from fanal.depenses.models import EtatLac, FichierLac
from fanal.memoire import une_fois
from fanal.moteurs.lac.manifeste import Fichier, Manifeste
from fanal.moteurs.lac.stockage import Stockage

Genre = FichierLac.Genre


def stockage() -> Stockage:
    """Where the files of the lake lie, as the settings say."""
    return Stockage(settings.LAC, settings.LAC_OPTIONS, Path(settings.VAR) / "cache-lac")


def etat() -> EtatLac:
    """The state of the lake; version 0 before the first deposit."""
    return EtatLac.objects.first() or EtatLac()


def manifeste(version: int | None = None) -> Manifeste:
    """The files that make the lake now, or as it was just after deposit number *version*.

    The past is read from the files as they were first written: compaction keeps them. A page reads the
    present once: all its figures are of one state.
    """
    return une_fois(("depenses.manifeste", version), lambda: _manifeste(version))


def _manifeste(version: int | None) -> Manifeste:
    rows = FichierLac.objects.filter(genre__in=[Genre.LIGNES, Genre.VALEURS, Genre.EFFACEMENTS])
    now = etat()
    if version is None:
        rows = rows.filter(retire_a__isnull=True)
    else:
        rows = rows.filter(depot__numero__isnull=False, depot__numero__lte=version)
    return _assemble(list(rows.order_by("id")), now if version is None else EtatLac(version=version), version)


def _assemble(rows: list[FichierLac], now: EtatLac, version: int | None) -> Manifeste:
    lignes = tuple(
        Fichier(
            nom=row.nom,
            lignes=row.lignes,
            mois_min=row.mois_min or 0,
            mois_max=row.mois_max or 0,
            etablissements=frozenset(row.etablissements),
            # What was replaced later is still there in the past: look at every file again.
            efface=row.efface if version is None else True,
        )
        for row in rows
        if row.genre == Genre.LIGNES
    )
    return Manifeste(
        version=now.version,
        lignes=lignes,
        valeurs=tuple(row.nom for row in rows if row.genre == Genre.VALEURS),
        effacements=tuple(row.nom for row in rows if row.genre == Genre.EFFACEMENTS),
        signature=f"{now.version}.{now.revision}" if version is None else f"v{version}",
    )


def codes_etablissements(finess: Iterable[str]) -> dict[str, int]:
    """The codes in the lake of establishments, by FINESS; those without any line are absent."""
    wanted = set(finess)
    return {value: code for value, code in _etablissements(manifeste().valeurs).items() if value in wanted}


@lru_cache(maxsize=8)
def _etablissements(files: tuple[str, ...]) -> dict[str, int]:
    import pyarrow.parquet as pq

    store = stockage()
    found: dict[str, int] = {}
    for name in files:
        table = pq.read_table(
            store.chemin(name), columns=["valeur", "code"], filters=[("dimension", "=", "etablissement")]
        )
        found.update(zip(table["valeur"].to_pylist(), table["code"].to_pylist(), strict=True))
    return found
