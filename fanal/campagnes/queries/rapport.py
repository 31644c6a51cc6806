"""The report of a version: what was read, what counts, what is to be corrected, in sentences and rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fanal.campagnes.models import Version
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.registre import LigneDecrite
from fanal.depots import formats
from fanal.memoire import Memoire

ORDRE = {"refus": 0, "controle": 1, "information": 2}

# A sealed version does not change; its remarks do when it is controlled again, which its campaign records.
_lignes: Memoire[Mapping[str, LigneDecrite]] = Memoire(100)
_remarques: "Memoire[list[Remarque]]" = Memoire(100)


@dataclass(frozen=True)
class Remarque:
    """One remark on a file or a line, from the reader or from the domain's controls."""

    gravite: str
    feuille: str
    ligne: int | None
    colonne: str
    valeur: str
    regle: str
    phrase: str
    cle: str = ""
    bloquant: bool = False

    @property
    def rang(self) -> tuple[int, int]:
        return (ORDRE[self.gravite], self.ligne or 0)


@dataclass
class Rapport:
    """The report of a version; `regles` and `colonnes` give words to codes."""

    version: Version
    remarques: list[Remarque]
    regles: Mapping[str, str] = field(default_factory=dict)
    colonnes: Mapping[str, str] = field(default_factory=dict)

    @property
    def lues(self) -> int:
        return self.version.depot.lues if self.version.depot else len(self.version.lignes)

    @property
    def acceptees(self) -> int:
        return self.version.depot.acceptees if self.version.depot else len(self.version.lignes)

    @property
    def ecartees(self) -> int:
        return self.version.depot.ecartees if self.version.depot else 0

    @cached_property
    def a_controler(self) -> int:
        """Number of lines that count and bear at least one remark to look at."""
        return len({(r.feuille, r.ligne or r.cle) for r in self.remarques if r.gravite == "controle"})

    @cached_property
    def lignes_refusees(self) -> list[int]:
        """The rows of the main table that do not count, in order."""
        feuille = self._feuille
        return sorted(
            {r.ligne for r in self.remarques if r.gravite == "refus" and r.ligne and r.feuille == feuille}
        )

    @property
    def _feuille(self) -> str:
        depot = self.version.depot
        return (depot.lecture.get(depot.format, {}).get("feuille") or "") if depot else ""

    def corrigeable(self, remarque: Remarque) -> bool:
        """Whether the remark is on a row of the main table, whose cells can be corrected in place."""
        return remarque.ligne is not None and remarque.feuille == self._feuille

    @property
    def phrase(self) -> str:
        """« 118 lignes lues, 115 prises en compte, 3 à corriger. »"""
        if self.lues == 1:
            compte = "prise en compte" if self.acceptees else "à corriger"
            return f"1 ligne lue, {compte}."
        debut = f"{self.lues} lignes lues"
        if not self.ecartees:
            return f"{debut}, toutes prises en compte."
        prises = f"{self.acceptees} prise{'s' if self.acceptees > 1 else ''} en compte"
        return f"{debut}, {prises}, {self.ecartees} à corriger."


def rapport(version: Version, lignes: Mapping[str, LigneDecrite] | None = None) -> Rapport:
    """The remarks on a version, the rows that do not count first; *lignes* when they are already
    described.
    """
    format_ = version.dossier.format
    described = lignes_decrites(version) if lignes is None else lignes
    return Rapport(
        version=version,
        remarques=_remarques.lire(version.pk, _etat(version), lambda: _read(version, described)),
        regles={r["code"]: r["titre"] for r in formats.regles(format_)},
        colonnes={c.nom: c.titre for c in formats.charger(format_).principal.champs},
    )


def describe_lines(version: Version, cles: list[str] | None = None) -> Mapping[str, LigneDecrite]:
    """The lines of a version in the words of its domain; empty when the domain does not describe them."""
    decrire = reception_de(version.dossier).decrire
    return decrire(version, cles) if decrire else {}


def lignes_decrites(version: Version) -> Mapping[str, LigneDecrite]:
    """All the lines of a sealed version, for pages: not to be changed by who reads them."""
    return _lignes.lire(version.pk, _etat(version), lambda: describe_lines(version))


def _etat(version: Version) -> tuple[str, int]:
    return version.empreinte, version.dossier.campagne.revision


def _read(version: Version, lignes: Mapping[str, LigneDecrite]) -> list[Remarque]:
    return sorted([*_de_la_lecture(version), *_du_domaine(version, lignes)], key=lambda r: r.rang)


def _de_la_lecture(version: Version) -> list[Remarque]:
    if version.depot is None:
        return []
    return [
        Remarque(a.gravite, a.feuille, a.ligne, a.colonne, a.valeur, a.regle, a.phrase)
        for a in version.depot.anomalies.all()
    ]


def _du_domaine(version: Version, lignes: Mapping[str, LigneDecrite]) -> list[Remarque]:
    remarques = []
    for c in version.controles.all():
        ligne = lignes.get(c.cle)
        remarques.append(
            Remarque(
                gravite=c.gravite if c.gravite in ORDRE else "controle",
                feuille=ligne.feuille if ligne else "",
                ligne=ligne.ligne if ligne else None,
                colonne=c.colonne,
                valeur="",
                regle=c.code,
                phrase=c.phrase,
                cle=c.cle,
                bloquant=c.bloquant,
            )
        )
    return remarques
