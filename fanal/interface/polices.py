"""Where the fonts of pages, pictures and documents are."""

from pathlib import Path

POLICES = Path(__file__).resolve().parent / "static" / "fournis" / "polices"
