"""What the repository promises of its assets, without running npm."""

import json
import re
import struct
import zlib
from pathlib import Path

import pytest

from fanal.interface import assets, echelles
from fanal.interface.fond_de_carte import DEPARTEMENTS, amincir, contours, ecrire, regrouper
from fanal.interface.noms_icones import NOMS

RACINE = Path(__file__).resolve().parents[2]
PAQUET = RACINE / "fanal"
GABARITS = sorted(PAQUET.rglob("templates/**/*.html"))


def test_the_lock_names_no_host():
    verrou = json.loads((RACINE / "package-lock.json").read_text())
    assert "http" not in json.dumps(verrou)
    paquets = [paquet for nom, paquet in verrou["packages"].items() if nom]
    assert paquets and all("integrity" in paquet and "resolved" not in paquet for paquet in paquets)


def test_versions_are_exact():
    fiche = json.loads((RACINE / "package.json").read_text())
    versions = {**fiche["dependencies"], **fiche["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


@pytest.mark.parametrize("gabarit", GABARITS, ids=lambda chemin: str(chemin.relative_to(PAQUET)))
def test_no_template_carries_inline_style_or_script(gabarit):
    texte = gabarit.read_text(encoding="utf-8")
    assert not re.search(
        r"<[a-z][^>{]*\sstyle\s*=|<style\b|<[^>{]*\son[a-z]+\s*=\s*[\"']|javascript:|hx-on", texte
    )
    assert not re.search(r"<script(?![^>]*(src=|application/json))", texte)


def test_every_icon_named_in_templates_exists():
    noms = {
        nom for g in GABARITS for nom in re.findall(r'\{% icone "([^"]+)"', g.read_text(encoding="utf-8"))
    }
    assert noms and noms <= set(NOMS)


def test_colours_outside_a_browser_are_those_of_the_light_theme():
    css = (PAQUET / "interface/static/interface/jetons.css").read_text(encoding="utf-8")
    clair = re.search(r"^:root \{(.*?)^\}", css, re.DOTALL | re.MULTILINE)[1]
    jetons = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", clair))
    assert {nom: jetons.get(nom) for nom in echelles.CLAIR} == echelles.CLAIR


def test_dark_tokens_are_the_same_by_preference_and_by_choice():
    css = (PAQUET / "interface/static/interface/jetons.css").read_text(encoding="utf-8")
    preference = re.search(r':root:not\(\[data-bs-theme="light"\]\) \{(.*?)\}', css, re.DOTALL)[1]
    choix = re.search(r':root\[data-bs-theme="dark"\] \{(.*?)\}', css, re.DOTALL)[1]
    assert preference.split() == choix.split()


@pytest.mark.parametrize("theme", ["clair", "sombre"])
def test_text_colours_contrast_by_4_5_at_least(theme):
    css = (PAQUET / "interface/static/interface/jetons.css").read_text(encoding="utf-8")
    motif = r"^:root \{(.*?)^\}" if theme == "clair" else r'^:root\[data-bs-theme="dark"\] \{(.*?)^\}'
    jetons = dict(
        re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", re.search(motif, css, re.DOTALL | re.MULTILINE)[1])
    )
    paires = [
        (texte, fond) for texte in ("encre", "encre-douce", "action") for fond in ("papier", "fond", "creux")
    ]
    paires += [(nom, f"{nom}-fond") for nom in ("action", "ambre", "rouge", "vert")]
    paires += [
        ("barre-encre", "barre"),
        ("barre-encre", "barre-creux"),
        ("sur-action", "action"),
        ("rouge", "papier"),
    ]
    faibles = {paire: contraste(*(jetons[nom] for nom in paire)) for paire in paires}
    assert {paire: c for paire, c in faibles.items() if c < 4.5} == {}


def contraste(a, b):
    """Contrast of two colours (WCAG 2.2, 1.4.3)."""

    def clarte(couleur):
        canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, v, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux)
        return 0.2126 * r + 0.7152 * v + 0.0722 * b

    clair, sombre = sorted((clarte(a), clarte(b)), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


def test_a_woff_font_becomes_truetype():
    tables = {b"cmap": b"abc" * 40, b"head": b"xyzt"}
    entrees, corps, position = b"", b"", 44 + 20 * len(tables)
    for nom, table in tables.items():
        comprimee = min(zlib.compress(table), table, key=len)
        entrees += struct.pack(">4sIIII", nom, position + len(corps), len(comprimee), len(table), 7)
        corps += comprimee + b"\0" * (-len(comprimee) % 4)
    tete = struct.pack(">4sIIHH", b"wOFF", 0x00010000, 0, len(tables), 0).ljust(44, b"\0")
    ttf = assets.woff_en_ttf(tete + entrees + corps)
    assert struct.unpack(">IHHHH", ttf[:12]) == (0x00010000, 2, 32, 1, 0)
    for rang, (nom, table) in enumerate(tables.items()):
        etiquette, _, debut, longueur = struct.unpack(">4sIII", ttf[12 + 16 * rang : 28 + 16 * rang])
        assert (etiquette, ttf[debut : debut + longueur]) == (nom, table)
    with pytest.raises(ValueError, match="WOFF"):
        assets.woff_en_ttf(b"\0" * 64)


def test_departements_make_thirteen_regions_once_each():
    codes = [code for ligne in DEPARTEMENTS.values() for code in ligne.split()]
    assert len(DEPARTEMENTS) == 13 and len(codes) == len(set(codes)) == 96


def test_outlines_are_read_thinned_and_written():
    carre = contours("m 1,1 4,0 0,4 -4,0 z m 10,0 1,0 0,1 z")
    assert carre == [[(1, 1), (5, 1), (5, 5), (1, 5)], [(11, 1), (12, 1), (12, 2)]]
    assert amincir([(0, 0), (1, 0.1), (2, 0), (2, 5)], 0.5) == [(0, 0), (2, 0), (2, 5)]
    assert ecrire([(0, 0), (2, 0), (2, 5)]) == "M0 0l2 0 0 5z"
    with pytest.raises(KeyError):
        regrouper({"viewBox": "0 0 1 1", "locations": []})
    with pytest.raises(ValueError, match="C"):
        contours("M0,0 C1,1 2,2 3,3 z")


@pytest.mark.skipif(not assets.FOURNIS.is_dir(), reason="assets not prepared: run `make prepare`")
def test_the_assets_are_whole():
    for nom in (
        *assets.COPIES.values(),
        "icones.svg",
        "carte.svg",
        "carte.json",
        "vega-interpreter.js",
        "LICENCES.txt",
    ):
        assert (assets.FOURNIS / nom).stat().st_size > 500, nom
    sprite = (assets.FOURNIS / "icones.svg").read_text(encoding="utf-8")
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set(NOMS)
    assert "export " not in (assets.FOURNIS / "vega-interpreter.js").read_text(encoding="utf-8")
    assert "CC-BY-4.0" in (assets.FOURNIS / "LICENCES.txt").read_text(encoding="utf-8")
