"""The list of files that make a state of the lake. The register writes it, engines read it."""

from dataclasses import dataclass, field

LIGNES = "lignes"
VALEURS = "valeurs"
EFFACEMENTS = "effacements"


@dataclass(frozen=True)
class Fichier:
    """One file of lines. `efface` says that some of its lines were replaced since."""

    nom: str
    lignes: int
    mois_min: int
    mois_max: int
    etablissements: frozenset[int] = frozenset()
    efface: bool = False


@dataclass(frozen=True)
class Manifeste:
    """A state of the lake: `version` names it (the number of the last deposit it holds)."""

    version: int
    lignes: tuple[Fichier, ...] = ()
    valeurs: tuple[str, ...] = ()
    effacements: tuple[str, ...] = ()
    # Kept sorted by the register, so that the same state is the same value.
    signature: str = field(default="")

    def restreint(
        self,
        etablissements: frozenset[int] | None = None,
        mois_min: int | None = None,
        mois_max: int | None = None,
    ) -> "Manifeste":
        """The same state without the files that cannot hold a line of these establishments and months."""
        gardes = tuple(
            f
            for f in self.lignes
            if (etablissements is None or not f.etablissements or f.etablissements & etablissements)
            and (mois_min is None or f.mois_max >= mois_min)
            and (mois_max is None or f.mois_min <= mois_max)
        )
        return Manifeste(self.version, gardes, self.valeurs, self.effacements, self.signature)
