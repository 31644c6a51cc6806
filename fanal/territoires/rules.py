"""How codes and names of the territory are recognised and repaired. Pure."""

import re

from stdnum.fr import siren, siret

from fanal.territoires.references import repair_prefixes, repair_words

_CODE_GHT = re.compile(r"^([A-Z]{2,12})[\s_-]*0*(\d{1,3})$")
_FINESS = re.compile(r"^[0-9A-Z]{9}$")


def repair_code_ght(text: str) -> str:
    """A GHT's short name as the official list should print it: "mars-02" gives "MAR-02", "bfc 3" "BFC-03".

    A text of another shape is given back in capitals, untouched otherwise.
    """
    plain = " ".join(text.upper().split())
    found = _CODE_GHT.match(plain)
    if not found:
        return plain
    prefix = repair_prefixes().get(found[1], found[1])
    return f"{prefix}-{int(found[2]):02d}"


def repair_name(text: str) -> str:
    """A name with single spaces and the letters its file lost ("CUR GRAND EST" gives "CŒUR GRAND EST").

    Windows-1252 bytes read as Latin-1 leave control characters (U+008C for Œ): they are read again as they
    were
    meant. A hyphen stuck to one word only gets its other space ("SUD- SAPHIR" gives "SUD - SAPHIR").
    """
    meant = "".join(_reread(c) for c in text)
    meant = re.sub(r"(?<=\w)-\s+|\s+-(?=\w)", " - ", meant)
    words = repair_words()
    return " ".join(words.get(w, w) for w in meant.split())


def _reread(character: str) -> str:
    if "\x80" <= character <= "\x9f":
        return character.encode("latin-1").decode("cp1252", "ignore")
    return character


def repair_finess(text: str) -> str:
    """A FINESS number in capitals, without spaces, its lost leading zero given back."""
    plain = "".join(text.upper().split())
    return plain.zfill(9) if plain.isdigit() and len(plain) == 8 else plain


def is_finess(text: str) -> bool:
    """Nine characters, digits or letters. No check digit is published, so none is checked."""
    return bool(_FINESS.match(text))


def insee_of_number(numero: str) -> str:
    """The INSEE code of the région in a GHT's official number: the number less its last three digits."""
    return numero[:-3].zfill(2) if numero.isdigit() and len(numero) > 3 else ""


def departement_of_finess(finess: str) -> str:
    """The metropolitan département that the first two characters of a FINESS number name, else ""."""
    start = finess[:2]
    return "" if start in {"97", "98", "99"} or (start.startswith("9") and start[1:].isalpha()) else start


def remark_on_siren(numero: str) -> str:
    """A sentence if the SIREN's check digit is wrong, else "". It warns and never blocks."""
    if not numero or siren.is_valid(numero):
        return ""
    return (
        f"Le SIREN « {numero} » n'est pas valide (neuf chiffres et clé de contrôle). Vérifiez-le ; il est "
        f"conservé."
    )


def remark_on_siret(numero: str, siren_numero: str = "") -> str:
    """A sentence if the SIRET is wrong or is not one of this SIREN, else "". It warns and never blocks."""
    if not numero:
        return ""
    if not siret.is_valid(numero):
        return (
            f"Le SIRET « {numero} » n'est pas valide (quatorze chiffres et clé de contrôle). Vérifiez-le "
            f"; il est conservé."
        )
    if siren_numero and not numero.replace(" ", "").startswith(siren_numero.replace(" ", "")):
        return (
            f"Le SIRET « {numero} » ne commence pas par le SIREN « {siren_numero} ». Vérifiez les deux ; "
            f"ils sont conservés."
        )
    return ""
