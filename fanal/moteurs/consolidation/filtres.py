"""Conditions on order lines as people write them: `famille=MEDICAMENTS`, `mois>=2021-01`, `libelle~gants`."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fanal.refus import Inutilisable

OPERATEURS = ("!=", ">=", "<=", "=", "~")
_FORME = re.compile(r"\s*([A-Za-z0-9_]+)\s*(!=|>=|<=|=|~)(.*)", re.DOTALL)
# A French decimal: no rate of VAT is a whole number of one figure.
_TAUX_A_VIRGULE = re.compile(r"\d{1,2},(?:\d|0\d)")


@dataclass(frozen=True)
class Filtre:
    """One condition. `valeurs` are texts, the empty one a missing value; several mean "one of them"."""

    axe: str
    operateur: str
    valeurs: tuple[str, ...]

    def __str__(self) -> str:
        if self.operateur == "~":  # a text is looked for as it is typed, commas included
            return f"{self.axe}~{self.valeurs[0]}"
        return f"{self.axe}{self.operateur}{','.join(_citer(v) for v in self.valeurs)}"


@dataclass(frozen=True)
class Filtres:
    """Conditions that a line must meet all."""

    conditions: tuple[Filtre, ...] = ()

    @classmethod
    def lire(cls, textes: Iterable[str], connus: Sequence[str] = ()) -> "Filtres":
        """Read conditions. Raises `Inutilisable` for one not understood, or whose axis is not known."""
        from fanal.moteurs.consolidation.axes import FILTRABLES

        return cls(tuple(_lire(texte, connus or FILTRABLES) for texte in textes if texte.strip()))

    def textes(self) -> list[str]:
        """The conditions as they may be read again."""
        return [str(c) for c in self.conditions]

    def en_requete(self) -> str:
        """The conditions as a query string: `filtre=…&filtre=…`."""
        return urlencode([("filtre", texte) for texte in self.textes()])

    def avec(self, axe: str, operateur: str, *valeurs: str | None) -> "Filtres":
        """The same conditions and one more; a value None is a missing one."""
        ajoute = Filtre(axe, operateur, tuple(v or "" for v in valeurs))
        return self if ajoute in self.conditions else Filtres((*self.conditions, ajoute))

    def sans(self, axe: str) -> "Filtres":
        """The same conditions but those on *axe*."""
        return Filtres(tuple(c for c in self.conditions if c.axe != axe))

    def sur(self, axe: str) -> tuple[Filtre, ...]:
        """The conditions on *axe*."""
        return tuple(c for c in self.conditions if c.axe == axe)

    def __bool__(self) -> bool:
        return bool(self.conditions)


def check_noms(donnes: Iterable[str], connus: Iterable[str], quoi: str) -> None:
    """Raise `Inutilisable` naming the first name that is not known, and those that are."""
    admis = list(connus)
    for nom in donnes:
        if nom not in admis:
            raise Inutilisable(f"« {nom} » n'est pas {quoi}. Choisissez parmi : {', '.join(admis)}.")


def _lire(texte: str, connus: Sequence[str]) -> Filtre:
    lu = _FORME.fullmatch(texte)
    if lu is None:
        raise Inutilisable(
            f"Le filtre « {texte} » n'est pas compris. Écrivez un axe, puis =, !=, >=, <= ou ~, puis une "
            "valeur : par exemple famille=MEDICAMENTS ou mois>=2021-01."
        )
    axe, operateur, reste = lu[1].lower(), lu[2], lu[3].strip()
    check_noms([axe], connus, "un axe de filtre")
    if operateur != "~" and reste.startswith("="):
        raise Inutilisable(f"Le filtre « {texte} » a deux signes = : écrivez-en un seul.")
    if axe == "taux_tva" and _TAUX_A_VIRGULE.fullmatch(reste):
        point = reste.replace(",", ".")
        raise Inutilisable(
            f"Le filtre « {texte} » se lirait comme deux taux. Écrivez {axe}{operateur}{point} : la virgule "
            "sépare les valeurs."
        )
    if operateur == "~":
        valeurs: tuple[str, ...] = (reste,)
    else:
        valeurs = tuple(v.strip() for v in next(csv.reader([reste], skipinitialspace=True), [])) or ("",)
    if operateur in (">=", "<=") and (len(valeurs) != 1 or not valeurs[0]):
        raise Inutilisable(f"Le filtre « {texte} » attend une seule valeur après {operateur}.")
    if operateur == "~" and not reste:
        raise Inutilisable(f"Le filtre « {texte} » attend un texte à chercher après ~.")
    return Filtre(axe, operateur, valeurs)


def _citer(valeur: str) -> str:
    if "," in valeur or '"' in valeur or valeur.startswith("="):
        return '"' + valeur.replace('"', '""') + '"'
    return valeur
