"""The part of the territory where an account holds a permission, as a value."""

from dataclasses import dataclass, field

from django.db.models import Q

from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class Perimetre:
    """Primary keys of every node covered, those below included: a région covers its GHT, their members, its
    operators."""

    national: bool = False
    regions: frozenset[int] = field(default_factory=frozenset)
    ghts: frozenset[int] = field(default_factory=frozenset)
    etablissements: frozenset[int] = field(default_factory=frozenset)
    operateurs: frozenset[int] = field(default_factory=frozenset)

    @property
    def vide(self) -> bool:
        return not (self.national or any(keys for _, keys in self._by_level()))

    def contient(self, noeud: Noeud) -> bool:
        """Whether the node is covered; the nation only by a national role."""
        if self.national:
            return True
        if noeud.objet is None:
            return False
        return noeud.objet.pk in dict(self._by_level())[noeud.niveau]

    def dossiers_q(self, prefix: str = "") -> Q:
        """The filter for rows standing on a covered node (`SurNoeud`), or reached through *prefix*
        ("dossier__")."""
        if self.national:
            return Q()
        covered = Q(**{f"{prefix}pk__in": []})
        for level, keys in self._by_level():
            if keys:
                covered |= Q(**{f"{prefix}niveau": level, f"{prefix}{level}_id__in": keys})
        return covered

    def ghts_q(self, prefix: str = "") -> Q:
        """The filter for covered GHT, or for rows whose GHT is reached through *prefix* ("ght__")."""
        return Q() if self.national else Q(**{f"{prefix}pk__in": self.ghts})

    def etablissements_q(self, prefix: str = "") -> Q:
        """The filter for covered establishments, or for rows that reach theirs through *prefix*."""
        return Q() if self.national else Q(**{f"{prefix}pk__in": self.etablissements})

    def __or__(self, other: "Perimetre") -> "Perimetre":
        return Perimetre(
            self.national or other.national,
            self.regions | other.regions,
            self.ghts | other.ghts,
            self.etablissements | other.etablissements,
            self.operateurs | other.operateurs,
        )

    def _by_level(self) -> list[tuple[str, frozenset[int]]]:
        return [
            (Niveau.REGION.value, self.regions),
            (Niveau.GHT.value, self.ghts),
            (Niveau.ETABLISSEMENT.value, self.etablissements),
            (Niveau.OPERATEUR.value, self.operateurs),
        ]


PARTOUT = Perimetre(national=True)
NULLE_PART = Perimetre()
