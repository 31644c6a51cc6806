"""What an intake is told: where each field stands in the file, what is known, and the rules to hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from fanal.moteurs.lac.entree import constantes
from fanal.moteurs.lac.schema import DIMENSIONS

TEXTES = ("numero_commande", "numero_ligne", "numero_facture")
DATES = ("date_commande", "date_reception", "date_facture")
# Decimals kept of each number: those of the units of the lake.
NOMBRES = {
    "quantite": 4, "quantite_recue": 4, "quantite_facturee": 4, "prix_unitaire_ht": 6,
    "montant_ht": 2, "montant_facture_ht": 2,
}  # fmt: skip
CODES = {d.champ: d.nom for d in DIMENSIONS} | {"type_ligne": "type_ligne", "taux_tva": "taux_tva"}
REQUIS = (
    "finess", "numero_commande", "numero_ligne", "date_commande", "libelle", "quantite",
    "prix_unitaire_ht", "montant_ht",
)  # fmt: skip

Progres = Callable[[str, int, int], None]


def sans_progres(etape: str, fait: int, total: int) -> None:
    """Says nothing."""


@dataclass(frozen=True)
class Disposition:
    """A UTF-8 text file of records: its separator, the field of each column (or none), its first record.

    `typee`: made from numbers that were numbers, so that none was written by somebody.
    """

    chemin: Path
    separateur: str
    titres: tuple[str, ...]
    champs: tuple[str | None, ...]
    depart: int = 0  # bytes before the first record
    premiere_ligne: int = 2  # its number as a person sees it
    mois_premier: bool = False
    signe_decimal: str = ""
    typee: bool = False

    def plan(self) -> tuple[Any, Any, Any]:
        """For the compiled loop: the kind, the array and the setting of each column."""
        # Imported here: the layout of a file is shown by pages that compile nothing.
        from fanal.moteurs.lac.entree.dictionnaires import RANG

        genres = np.zeros(len(self.champs), np.int8)
        cibles = np.zeros(len(self.champs), np.int64)
        reglages = np.zeros(len(self.champs), np.int64)
        for i, champ in enumerate(self.champs):
            if champ in TEXTES:
                genres[i], cibles[i] = constantes.TEXTE, TEXTES.index(champ)
            elif champ in DATES:
                genres[i], cibles[i], reglages[i] = constantes.DATE, DATES.index(champ), self.mois_premier
            elif champ in NOMBRES:
                genres[i], reglages[i] = constantes.NOMBRE, NOMBRES[champ]
                cibles[i] = list(NOMBRES).index(champ)
            elif champ in CODES:
                genres[i], cibles[i] = constantes.DIMENSION, RANG[CODES[champ]]
        return genres, cibles, reglages

    def champ(self, colonne: int) -> str:
        """The field of a column that holds one."""
        return self.champs[colonne] or ""


@dataclass(frozen=True)
class Valeur:
    """What a text of a coded column stands for. `refus`: the rule that it breaks, `None` texte: no value."""

    texte: str | None
    refus: str | None = None


class Conventions(Protocol):
    """How texts that are not plain are to be understood; each distinct text is asked once."""

    def valeur(self, champ: str, texte: str) -> Valeur:
        """The value of a coded column."""

    def absence(self, texte: str) -> bool:
        """Whether a text says that there is no value."""

    def abrege(self, texte: str) -> bool:
        """Whether a code was abridged by a spreadsheet."""

    def nombre(self, champ: str, texte: str) -> int | None:
        """The number in the units of the lake; `None` when it is not one."""

    def ambigu(self, champ: str, texte: str) -> bool:
        """Whether the mark of a number may be read as a decimal one or between thousands."""

    def jour(self, texte: str) -> int | None:
        """Days since 1970; `None` when it is not a date."""

    def taux(self, texte: str) -> int | None:
        """A VAT rate in hundredths of a per cent; `None` when it is not one."""

    def type_ligne(self, texte: str) -> int | None:
        """The rank of a type of line; `None` when it is not one."""

    def produit(self, code: str) -> tuple[str | None, bool]:
        """The kind of a product code, and whether its form and check digit are right."""

    def siret(self, code: str) -> bool:
        """Whether a supplier's number has the form and the key of a SIRET."""


@dataclass(frozen=True)
class Regles:
    """What a line is held against. Days count from 1970, months are those of `schema.mois_code`."""

    etablissements: frozenset[str]
    jour_min: int
    jour_max: int
    permis: frozenset[str] | None = None
    mois: frozenset[int] = frozenset()
    # (first day, last day, rates in hundredths of a per cent)
    taux: tuple[tuple[int, int, frozenset[int]], ...] = ()
    familles: frozenset[str] = frozenset()
    tolerance: int = 1  # cents
    decimales_prix: int | None = None  # the editor rounds the price it prints to so many decimals
    avoirs_positifs: bool = False
    parametres: Mapping[str, str] = field(default_factory=dict)
