"""The cells of one record, as the compiled loop cuts them: for the few records that are shown or kept."""

from typing import Any

MAXIMUM = 1_000_000
_COURT = 4096


def decouper_cellules(octets: Any, debut: int, separateur: str, colonnes: int) -> list[str]:
    """The texts of the record that begins at *debut*; the line feed that ends it is in *octets*."""
    # Most records are short and hold no quotation mark: they are cut at once.
    tete = bytes(octets[debut : debut + _COURT])
    fin = tete.find(b"\n")
    if fin >= 0 and tete.find(b'"', 0, fin) < 0:
        return [c.strip() for c in tete[:fin].decode("utf-8", "replace").split(separateur)]
    sep, cellules, i = ord(separateur), [], debut
    while True:
        texte, i = _cellule(octets, i, sep, colonnes)
        cellules.append(texte.strip())
        if octets[i] == 10:
            return cellules
        i += 1


def _cellule(octets: Any, i: int, sep: int, colonnes: int) -> tuple[str, int]:
    """The text of the cell at i, and the place of what ends it: a separator or a line feed."""
    while octets[i] == 32 or (octets[i] == 9 and sep != 9):
        i += 1
    if octets[i] == 34:
        fermee = _fermeture(octets, i + 1, sep, colonnes)
        if fermee is not None:
            j = fermee + 1
            while octets[j] in (32, 13):
                j += 1
            if octets[j] in (sep, 10):
                return _texte(octets, i + 1, fermee).replace('""', '"'), j
    j = i
    while octets[j] not in (sep, 10):
        j += 1
    return _texte(octets, i, j), j


def _fermeture(octets: Any, debut: int, sep: int, colonnes: int) -> int | None:
    """Where the mark that closes a quoted cell is; none when the opening mark is a mere character."""
    i, limite = debut, min(len(octets) - 1, debut + MAXIMUM)
    while i < limite:
        if octets[i] == 34:
            if octets[i + 1] != 34:
                dedans = bytes(octets[debut:i])
                errant = b"\n" in dedans and dedans.count(sep) >= colonnes - 1
                return None if errant else i
            i += 1
        i += 1
    return None


def _texte(octets: Any, debut: int, fin: int) -> str:
    return bytes(octets[debut:fin]).decode("utf-8", "replace")
