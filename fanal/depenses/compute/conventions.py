"""How texts of an order-lines file that are not plain are understood: each distinct text is asked once."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from fanal.depots.formats import Schema
from fanal.depots.lecture.dates import lire_date
from fanal.depots.lecture.nombres import lire_nombre
from fanal.depots.noms import ESPACES, normaliser
from fanal.moteurs.lac.entree.definition import NOMBRES, Valeur
from fanal.moteurs.lac.schema import TYPES_LIGNE

_BLANCS = re.compile(f"[{ESPACES}]+")
_SEPARATEURS = re.compile(f"[{ESPACES}.\\-]")
_HUIT = re.compile(r"[0-9]{8}")
_ABREGE = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
# A column of numbers with empty cells is often exported with a decimal: 210780581.0.
_DECIMALE = re.compile(r"([0-9]{7,14})[.,]0+")
_EPOQUE = date(1970, 1, 1)
_AMBIGU = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_EUROS = ("montant_ht", "montant_facture_ht")
# Codes whose end is lost when a spreadsheet abridges them.
_LONGS = {"siret_fournisseur", "code_produit", "code_article", "numero_marche", "finess"}
_MAXIMUM = 2**62
# Other words for the types of line.
_TYPES = {
    "commande": 0, "achat": 0, "avoir": 1, "retour": 1, "unitesgratuites": 2, "unitegratuite": 2,
    "gratuit": 2, "ug": 2, "remise": 3, "rfa": 3, "remisedefindannee": 3,
}  # fmt: skip


class ConventionsLignes:
    """The conventions of one file: the format's own, and those of a mapping.

    `codes`: field → {value of the file: value of the format}; `familles`: the known families; `produit`,
    `siret`: what judges a code.
    """

    def __init__(
        self, schema: Schema, *, codes: Mapping[str, Mapping[str, str]], ordre_dates: str,
        signe_decimal: str, familles: Iterable[str], produit: Callable[[str], tuple[str | None, bool]],
        siret: Callable[[str], bool],
    ) -> None:  # fmt: skip
        self._schema, self._ordre, self._signe = schema, ordre_dates, signe_decimal
        self._codes = {champ: dict(table) for champ, table in codes.items()}
        self._codes_souples = {
            champ: {normaliser(k): v for k, v in table.items()} for champ, table in codes.items()
        }
        self._familles = {normaliser(f): f for f in familles}
        self.produit, self.siret = produit, siret

    def absence(self, texte: str) -> bool:
        """Whether a text says that there is no value ("NC", "néant", "-")."""
        return self._schema.absence(texte) or not texte.strip(ESPACES)

    def abrege(self, texte: str) -> bool:
        """Whether a spreadsheet abridged a code (3,4E+12)."""
        return _ABREGE.fullmatch(texte) is not None

    def _traduit(self, champ: str, texte: str) -> str:
        table = self._codes.get(champ)
        if not table:
            return texte
        return table.get(texte) or self._codes_souples[champ].get(normaliser(texte)) or texte

    def valeur(self, champ: str, texte: str) -> Valeur:
        """The value of a coded column: translated, cleaned, with the zero that a spreadsheet drops."""
        propre = _BLANCS.sub(" ", self._traduit(champ, texte)).strip()
        if champ in _LONGS and self.abrege(propre):
            return Valeur(None, "code_abrege")
        entier = _DECIMALE.fullmatch(propre)
        if entier and champ in ("finess", "siret_fournisseur", "code_produit"):
            propre = entier[1]
        if champ == "finess":
            propre = propre.replace(" ", "").upper()
            propre = f"0{propre}" if _HUIT.fullmatch(propre) else propre
        elif champ in ("siret_fournisseur", "code_produit"):
            chiffres = _SEPARATEURS.sub("", propre)
            propre = chiffres if chiffres.isdigit() else propre
            if champ == "siret_fournisseur" and len(propre) == 13 and self.siret(f"0{propre}"):
                propre = f"0{propre}"
        elif champ == "famille":
            propre = self._familles.get(normaliser(propre), propre)
        return Valeur(propre or None)

    def nombre(self, champ: str, texte: str) -> int | None:
        """The number in the units of the lake, rounded half up."""
        if self._signe == ",":
            # The point separates thousands here.
            texte = texte.replace(".", "")
        elif self._signe == ".":
            texte = texte.replace(",", "")
        lu = lire_nombre(texte)
        if lu is None:
            return None
        entier = int((lu[0] * 10 ** NOMBRES[champ]).quantize(Decimal(1), ROUND_HALF_UP))
        return entier if abs(entier) < _MAXIMUM else None

    def ambigu(self, champ: str, texte: str) -> bool:
        """Whether an amount is like 1.200, which may be 1,20 € or 1 200 €; not once the mapping says it."""
        return not self._signe and champ in _EUROS and _AMBIGU.fullmatch(texte) is not None

    def jour(self, texte: str) -> int | None:
        """Days since 1970 of a date written in any usual way."""
        lue = lire_date(texte, self._ordre)
        return None if lue is None else (lue[0] - _EPOQUE).days

    def taux(self, texte: str) -> int | None:
        """A VAT rate in hundredths of a per cent, from « 20 », « 5,5 » or « 20 % »."""
        lu = lire_nombre(texte.removesuffix("%").strip(ESPACES))
        if lu is None or not 0 <= lu[0] <= 100:
            return None
        return int((lu[0] * 100).quantize(Decimal(1), ROUND_HALF_UP))

    def type_ligne(self, texte: str) -> int | None:
        """The rank of a type of line."""
        if texte in TYPES_LIGNE:
            return TYPES_LIGNE.index(texte)
        return _TYPES.get(normaliser(texte))
