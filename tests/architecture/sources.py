"""The project's own files and their imports, read without running them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]


@cache
def project_files() -> tuple[Path, ...]:
    """The files that version control follows or would follow; without it, all but what is built."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=RACINE,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        found = [RACINE / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        found = [p for p in RACINE.rglob("*") if not built(p.relative_to(RACINE))]
    return tuple(sorted(p for p in found if p.is_file()))


def built(path: Path) -> bool:
    skipped = {"node_modules", "var", "__pycache__", "fournis", "build", "dist"}
    return any(part in skipped or (part.startswith(".") and part != ".ci") for part in path.parts)


def python_files(under: str = "fanal") -> list[Path]:
    return [p for p in project_files() if p.suffix == ".py" and p.is_relative_to(RACINE / under)]


def module_of(path: Path) -> str:
    parts = path.relative_to(RACINE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[tuple[str, int, bool]]:
    """What *path* imports: (module, line, only for type checking)."""
    tree = ast.parse(path.read_text())
    typing_only = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for statement in block.body
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, node in typing_only
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                package = module_of(path).split(".")
                kept = len(package) - node.level + (path.name == "__init__.py")
                source = ".".join([*package[:kept], *filter(None, [node.module])])
            else:
                source = node.module or ""
            for alias in node.names:
                # `from fanal.x import y` may import a module y: give both, the longer one first.
                yield f"{source}.{alias.name}", node.lineno, node in typing_only
