"""What an account sees of a publication: national and regional results for all, the rows of a GHT or of an
establishment where its perimeter reaches.

A snapshot is read by its shape alone: lists named `par_ght` and `par_etablissement`, tables with a column
`ght` or `finess`, and the dossiers. The engine needs to know nothing more of what a domain publishes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanal.comptes.perimetre import Perimetre
from fanal.territoires.models import Etablissement, Ght, OperateurAchat, Region

AXES = {"par_ght": "ght", "par_etablissement": "etablissement"}
COLONNES = {"ght": "ght", "finess": "etablissement"}


@dataclass(frozen=True)
class Codes:
    """The codes of a perimeter by level."""

    par_niveau: Mapping[str, frozenset[str]]

    def __hash__(self) -> int:
        return hash(frozenset(self.par_niveau.items()))

    def voit(self, niveau: str, code: str | None) -> bool:
        return code is not None and code in self.par_niveau.get(niveau, frozenset())


def codes_de(perimetre: Perimetre) -> Codes | None:
    """The codes that the perimeter covers; `None` for a national one, which sees all."""
    if perimetre.national:
        return None
    sets = {
        "region": (Region, "sigle", perimetre.regions),
        "ght": (Ght, "code", perimetre.ghts),
        "etablissement": (Etablissement, "finess", perimetre.etablissements),
        "operateur": (OperateurAchat, "code", perimetre.operateurs),
    }
    return Codes(
        {
            niveau: frozenset(modele._default_manager.filter(pk__in=keys).values_list(champ, flat=True))
            for niveau, (modele, champ, keys) in sets.items()
        }
    )


def restreindre_lignes(
    instantane: Mapping[str, Any], resultats: Codes | None, lignes: Codes | None
) -> dict[str, Any]:
    """The same with two perimeters: where the account reads results, and where it reads lines."""
    kept, known = restreindre(instantane, resultats), restreindre(instantane, lignes)
    tables = {nom: v for nom, v in known["resultats"].items() if _is_table(v)}
    return kept | {"resultats": kept["resultats"] | tables, "dossiers": known["dossiers"]}


def restreindre(instantane: Mapping[str, Any], codes: Codes | None) -> dict[str, Any]:
    """The snapshot without the rows that lie outside the perimeter."""
    kept: dict[str, Any] = {"resultats": {}, "dossiers": [], **instantane}
    if codes is None:
        return kept
    kept["resultats"] = {nom: _part(nom, v, codes) for nom, v in kept["resultats"].items()}
    kept["dossiers"] = [d for d in kept["dossiers"] if codes.voit(d.get("niveau", ""), d.get("code"))]
    return kept


def _part(nom: str, valeur: Any, codes: Codes) -> Any:
    if nom in AXES and isinstance(valeur, list):
        return [r for r in valeur if codes.voit(AXES[nom], r.get("code"))]
    if _is_table(valeur):
        rangs = [(i, COLONNES[c]) for i, c in enumerate(valeur["colonnes"]) if c in COLONNES]
        rows = [r for r in valeur["valeurs"] if all(codes.voit(niveau, r[i]) for i, niveau in rangs)]
        return {"colonnes": valeur["colonnes"], "valeurs": rows}
    return valeur


def _is_table(valeur: Any) -> bool:
    return isinstance(valeur, Mapping) and valeur.keys() == {"colonnes", "valeurs"}
