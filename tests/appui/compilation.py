"""Compile the test files as pytest does, once, on every core: `python -m tests.appui.compilation`.

On a fresh clone each worker would otherwise rewrite the assertions of all of them by itself. Nothing depends
on it: what pytest does not find compiled, it compiles.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import SimpleNamespace

from _pytest.assertion import rewrite

ESSAIS = Path(__file__).resolve().parents[1]


def compiler(source: Path) -> bool:
    """Whether *source* had to be compiled."""
    folder = rewrite.get_cache_dir(source)
    target = folder / (source.stem + rewrite.PYC_TAIL)
    if rewrite._read_pyc(source, target) is not None:
        return False
    content, code = rewrite._rewrite_test(source, None)  # type: ignore[arg-type]
    folder.mkdir(exist_ok=True)
    return rewrite._write_pyc(SimpleNamespace(trace=print), code, content, target)  # type: ignore[arg-type]


def main() -> None:
    sources = [*ESSAIS.rglob("test_*.py"), *ESSAIS.rglob("conftest.py")]
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        list(workers.map(compiler, sources, chunksize=8))


if __name__ == "__main__":
    try:
        main()
    except Exception as fault:  # Another pytest inside: its workers compile.
        sys.stderr.write(f"Essais non compilés d'avance : {fault!r}\n")
