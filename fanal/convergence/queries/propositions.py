"""Segments of a GHT and what the engine proposes for them, computed once per state."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from fanal.convergence.queries import ecarts as prix
from fanal.convergence.queries.fiches import Portefeuille, etat, portefeuille
from fanal.convergence.queries.regles import regles
from fanal.convergence.rules.fiches import Fiche
from fanal.convergence.rules.segments import CPV, FAMILLE, Segment, nature_dominante, nommer, ranger
from fanal.marches.queries.cpv import CHIFFRES, libelles
from fanal.memoire import Memoire
from fanal.moteurs.convergence import Proposition, Regles, Requete, Resultat, empreinte, proposer, resoudre
from fanal.parametres import valeur
from fanal.refus import Introuvable, Inutilisable
from fanal.territoires.models import Ght

_segments: Memoire[list[Segment]] = Memoire(32)
_resultats: Memoire[Resultat] = Memoire(128)
_points: Memoire[Proposition] = Memoire(256)


def segments(ght: Ght, le: date, *, avec_prix: bool, genre: str = CPV) -> list[Segment]:
    """The segments of the GHT with at least two contracts, the largest stake first."""
    key = (ght.pk, le, avec_prix, genre)
    return _segments.lire(key, etat(), lambda: _ranger(ght, le, avec_prix, genre))


def _ranger(ght: Ght, le: date, avec_prix: bool, genre: str) -> list[Segment]:
    lu = portefeuille(ght, le, avec_prix=avec_prix)
    chiffres = valeur("convergence.segment_chiffres", le=le)
    codes = {f.connu.code_cpv[:chiffres] for f in lu.fiches}
    noms = _noms(codes) if genre == CPV else {}
    found = ranger(lu.fiches, le, genre=genre, chiffres=chiffres, libelles=noms)
    return [_with_gaps(segment, lu) for segment in found]


def _noms(codes: Iterable[str]) -> dict[str, str]:
    wanted = {code: code.ljust(CHIFFRES, "0") for code in codes if code}
    known = libelles(wanted.values())
    return {code: known.get(whole, "") for code, whole in wanted.items()}


def segment(ght: Ght, le: date, cle: str, *, avec_prix: bool) -> Segment:
    """One segment by its key, `cpv:336` or `famille:Gants`, whatever the number of its contracts.

    Raises Inutilisable for a prefix that is no CPV, Introuvable when no contract is under it.
    """
    genre, _, code = cle.partition(":")
    code = code.strip()
    if genre not in (CPV, FAMILLE) or not code:
        raise Inutilisable("Choisissez un segment : un préfixe de code CPV, ou une famille d'achats.")
    if genre == CPV and not (code.isdecimal() and len(code) <= CHIFFRES):
        raise Inutilisable(
            f"« {code} » n'est pas le début d'un code CPV. Donnez de deux à huit chiffres, par exemple 336."
        )
    lu = portefeuille(ght, le, avec_prix=avec_prix)
    fiches = tuple(f for f in lu.fiches if _appartient(f, genre, code))
    if not fiches:
        raise Introuvable(
            f"Aucun marché en cours de {ght.code} n'a {'ce code CPV' if genre == CPV else 'cette famille'} "
            f"(« {code} »). Vérifiez-le, ou complétez les marchés qui n'en ont pas."
        )
    libelle = _noms([code]).get(code, "") if genre == CPV else ""
    nom = nommer(genre, code, libelle, fiches)
    return _with_gaps(Segment(genre, code, nom, le, fiches), lu)


def _appartient(fiche: Fiche, genre: str, code: str) -> bool:
    return fiche.connu.code_cpv.startswith(code) if genre == CPV else fiche.connu.famille == code


def _with_gaps(segment: Segment, lu: Portefeuille) -> Segment:
    if lu.ecarts is None:
        return segment
    marches = frozenset(f.connu.pk for f in segment.fiches)
    return replace(segment, ecarts=prix.par_produit(lu.ecarts, marches))


def regles_du_segment(segment: Segment) -> Regles:
    """The rules for a segment: the nature of most of its contracts decides its thresholds."""
    natures = [f.nature for f in segment.fiches]
    return regles(segment.le, nature_dominante(natures))


def requete_de(segment: Segment) -> Requete:
    return segment.requete(regles_du_segment(segment))


def propositions(segment: Segment) -> Resultat:
    """What the engine proposes for each candidate start, the cheapest first."""
    requete = requete_de(segment)
    return _resultats.lire(empreinte(requete), "", lambda: proposer(requete))


def pour_un_depart(segment: Segment, depart: date) -> Proposition:
    """What the engine proposes for one start."""
    requete = requete_de(segment)
    return _points.lire((empreinte(requete), depart), "", lambda: resoudre(requete, depart))
