"""The lake opened on the engine of the settings, once per state and process."""

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from fanal.depenses.queries import faits, lac
from fanal.memoire import Memoire
from fanal.moteurs.lac.manifeste import Manifeste

if TYPE_CHECKING:
    from fanal.moteurs.consolidation.contexte import Contexte
    from fanal.moteurs.consolidation.source import Source

DUCKDB = "duckdb"
_sources: "Memoire[Source]" = Memoire(3)
_contextes: "Memoire[Contexte]" = Memoire(3)


def source(manifeste: Manifeste | None = None) -> "Source":
    """A state of the lake (None: the present one) on DuckDB, or on Spark as `FANAL_MOTEUR` says."""
    state = lac.manifeste() if manifeste is None else manifeste
    return _sources.lire((settings.MOTEUR, settings.LAC, state.signature), state, lambda: _ouvrir(state))


def contexte(manifeste: Manifeste | None = None) -> "Contexte":
    """The same with what the register knows: what the published questions stand on."""
    from fanal.moteurs.consolidation.contexte import Contexte

    opened = source(manifeste)
    known = faits.faits()
    key = (settings.MOTEUR, settings.LAC, opened.manifeste.signature)
    return _contextes.lire(key, (id(opened), known.etat), lambda: Contexte(opened, known))


def _ouvrir(state: Manifeste) -> "Source":
    # Loading the engine takes a second: it waits for the first question.
    from fanal.moteurs.consolidation.condense import Condenses
    from fanal.moteurs.consolidation.numeros import Numeros
    from fanal.moteurs.consolidation.source import ouvrir_duckdb, ouvrir_spark

    if settings.MOTEUR != DUCKDB:
        return ouvrir_spark(state, lac.stockage(), settings.MOTEUR)
    work = Path(settings.VAR) / "cache-duckdb"
    work.mkdir(parents=True, exist_ok=True)
    kept = Path(settings.VAR) / "cache-lac"
    sums = Condenses(kept / "sommes", lac.stockage())
    orders = Numeros(kept / "numeros", lac.stockage(), apres=sums)
    return ouvrir_duckdb(state, lac.stockage(), travail=work, condenses=sums, numeros=orders)
