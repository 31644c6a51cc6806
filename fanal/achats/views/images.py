"""The pictures of the performance pages."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fanal.achats.compute import Consolidation, Resultat
from fanal.interface.cartes import Carte, ValeurRegion, carte
from fanal.interface.images import Barre, Image, classement, objectifs
from fanal.interface.nombres import ecrire_millions, ecrire_taux
from fanal.memoire import stable
from fanal.territoires.models import Niveau, Region
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class Figure:
    """What the page draws: a map where there are régions, and bars."""

    barres: Image | None
    carte: Carte | None = None


def picture(result: Consolidation, noeud: Noeud) -> Figure:
    """The picture of a consolidation on a node: objectives by région, else what the gains are made of."""
    match noeud.niveau:
        case Niveau.NATIONAL:
            return Figure(_objectives(result.par_region), _map(result.par_region))
        case Niveau.REGION:
            return Figure(_ranking("GHT", result.par_ght))
        case _:
            return Figure(_ranking("famille", result.par_famille))


def _objectives(rows: list[Resultat]) -> Image | None:
    known = [r for r in rows if r.objectif or r.gains_retenus]
    if not known:
        return None
    above = sum(1 for r in known if r.taux_atteinte is not None and r.taux_atteinte >= 1)
    ordered = sorted(known, key=lambda r: -r.gains_retenus)
    return objectifs(
        f"{above} régions sur {len(known)} atteignent leur objectif",
        [Barre(r.nom, r.gains_retenus, r.objectif, _address(r)) for r in ordered],
    )


def _map(rows: list[Resultat]) -> Carte | None:
    codes = stable("achats.regions", lambda: dict(Region.objects.values_list("sigle", "code_insee")))
    values = [
        ValeurRegion(
            codes[r.code],
            r.nom,
            r.taux_atteinte,
            _address(r),
            f"{ecrire_millions(r.gains_retenus)} retenus"
            + (f", {ecrire_taux(r.taux_atteinte, 0)} de l'objectif" if r.taux_atteinte is not None else ""),
        )
        for r in rows
        if r.code in codes
    ]
    return carte("Atteinte de l'objectif par région", values, "atteinte") if values else None


def _ranking(axis: str, rows: list[Resultat]) -> Image | None:
    amounts = [(r, r.gains_retenus or r.en_attente) for r in rows if r.gains_retenus or r.en_attente]
    if not amounts:
        return None
    top, best = max(amounts, key=lambda pair: pair[1])
    decided = any(r.gains_retenus for r in rows)
    what = "retenus" if decided else "déclarés, en attente de décision"
    return classement(
        f"{top.nom} : {ecrire_millions(best)} {what}, le premier poste par {axis}",
        [Barre(r.nom, r.gains_retenus if decided else r.en_attente) for r, _ in amounts],
    )


def _address(row: Resultat) -> str:
    return f"?{urlencode({'territoire': f'region:{row.code}'})}"
