"""A file cut in pieces by several threads reads like a whole one; plain numbers read like exact decimals."""

import tempfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numba import njit

from fanal.moteurs.lac.entree import blocs, ecrits, octets
from fanal.moteurs.lac.entree.constantes import LENT
from tests.moteurs.lac.petit_lac import FINESS, TITRES, PetitLac

LIBELLES = ["Gant", "Sur\ndeux lignes", 'Sonde "CH12"', "Bande; 5 cm", "x" * 70, "a;b\nc;d", "Étui"]
ligne = st.tuples(
    st.sampled_from(FINESS), st.integers(0, 40), st.sampled_from(LIBELLES), st.integers(1, 99), st.booleans()
)


def _texte(lignes: list[Any]) -> str:
    rows = [TITRES]
    for rang, (finess, commande, libelle, quantite, entre) in enumerate(lignes):
        cells = [
            finess, f"C{commande}", str(rang), "commande", "02/03/2021", libelle, "A1", str(quantite), "2,50",
            "20", f"{Decimal(quantite) * Decimal('2.5'):.2f}", "", "",
        ]  # fmt: skip
        rows.append(
            ";".join('"' + c.replace('"', '""') + '"' if entre or set(c) & set('";\n') else c for c in cells)
        )
    return "\n".join(rows) + "\n"


def _lu(texte: str, **options: Any) -> tuple[Any, Any]:
    with tempfile.TemporaryDirectory() as dossier:
        lac = PetitLac(Path(dossier))
        fait = lac.importer(texte, **options)
        return lac.contenu(), (fait.cumul.lues, fait.cumul.ecartees, fait.cumul.montant_accepte)


@settings(max_examples=15, deadline=None)
@given(
    lignes=st.lists(ligne, min_size=1, max_size=30),
    bloc=st.integers(40, 700),
    coupeurs=st.integers(1, 4),
)
def test_pieces_read_like_a_whole_file(lignes: Any, bloc: int, coupeurs: int) -> None:
    texte = _texte(lignes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocs, "processeurs", lambda: coupeurs)
        assert _lu(texte, bloc=bloc) == _lu(texte)


def test_a_piece_that_seems_to_begin_inside_a_text() -> None:
    """A quoted text longer than a piece: the places guessed in it are wrong, then put right."""
    piege = "\n".join(["un deux trois"] * 40)
    texte = _texte([(FINESS[0], i, piege if i % 3 == 0 else "Gant", 1, False) for i in range(30)])
    rows, counts = _lu(texte, bloc=150)
    assert (rows, counts) == _lu(texte)
    assert counts[:2] == (30, 0)


@njit
def _nombre(o: Any, n: int, decimales: int, signe: int) -> Any:
    return ecrits.nombre(octets.adresse(o), 0, n, decimales, signe)


@settings(max_examples=150, deadline=None)
@given(
    texte=st.from_regex(r"\A[-+]?[0-9]{0,14}([.,][0-9]{0,9})?\Z"),
    decimales=st.sampled_from([2, 4, 6]),
    signe=st.sampled_from(["", ",", "."]),
    suite=st.text("0123456789,;.-\n", min_size=12, max_size=12),
)
@example(texte="1.200", decimales=2, signe="", suite="0" * 12)
@example(texte="1.200", decimales=2, signe=".", suite="0" * 12)
def test_plain_numbers(texte: str, decimales: int, signe: str, suite: str) -> None:
    """What is read is the exact number; whatever follows the cell changes nothing."""
    octets_lus = np.frombuffer((texte + suite).encode() + bytes(octets.MARGE), np.uint8)
    lu = int(_nombre(octets_lus, len(texte), decimales, ord(signe) if signe else 0))
    entiers, marque, fraction = texte.lstrip("+-").replace(",", ".").partition(".")
    lisible = (entiers or fraction) and len(entiers) + decimales <= 18 and not (marque and signe not in texte)
    # 1.200 in a column of amounts may be twelve hundred: a slower reader looks at it.
    milliers = decimales == 2 and not signe and len(fraction) == 3 and len(entiers) <= 3
    if not lisible or milliers:
        assert lu == LENT
        return
    exact = Decimal(f"{entiers or 0}.{fraction or 0}").quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)
    assert lu == int(exact.scaleb(decimales)) * (-1 if texte[0] == "-" else 1)


@settings(deadline=None)
@given(textes=st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=60), depuis=st.integers(0, 200))
def test_codes_follow_the_order_of_texts(textes: list[str], depuis: int) -> None:
    """Each text takes one code, the next free one; tables grow without losing any."""
    from fanal.moteurs.lac.entree.dictionnaires import Dictionnaires

    connus = Dictionnaires()
    connus.avancer({"libelle": depuis})
    attendus: dict[str, int] = {}
    for rang, texte in enumerate(textes):
        attendus.setdefault(texte, depuis + len(attendus) + 1)
        assert connus.code("libelle", texte) == attendus[texte]
        if rang % 7 == 0:
            connus.prevoir(5000 * (rang + 1), 10)
    assert connus.nouvelles("libelle", depuis) == {c: t for t, c in attendus.items()}
    assert connus.textes("libelle", depuis).to_pylist() == list(attendus)
