"""The forms and rule files that come with the platform: one starts a call from them, then changes them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fanal.appels.rules.lecture_regles import lire_regles
from fanal.appels.rules.regles import Regles
from fanal.moteurs import xlsform
from fanal.refus import Introuvable

DOSSIER = Path(__file__).resolve().parents[1] / "modeles"


@dataclass(frozen=True)
class Modele:
    """A form (tables in Markdown) and its rules. `code` names its folder."""

    code: str
    titre: str
    formulaire: str
    regles: Regles


@lru_cache(maxsize=1)
def modeles() -> dict[str, Modele]:
    """Every model that comes with the platform, by code."""
    dossiers = sorted(p for p in DOSSIER.iterdir() if (p / "formulaire.md").is_file())
    return {p.name: _lire(p) for p in dossiers}


def modele(code: str) -> Modele:
    """The model *code*. Raises Introuvable."""
    connus = modeles()
    if code not in connus:
        raise Introuvable(
            f"Le modèle « {code} » n'existe pas. Modèles fournis : {', '.join(connus) or 'aucun'}."
        )
    return connus[code]


def _lire(dossier: Path) -> Modele:
    texte = (dossier / "formulaire.md").read_text(encoding="utf-8")
    fichier = dossier / "regles.yaml"
    regles = lire_regles(fichier.read_text(encoding="utf-8")) if fichier.is_file() else Regles()
    return Modele(dossier.name, xlsform.lire_texte(texte).titre, texte, regles)
