"""Fields as French people fill them, and rows of fields read from a page."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from fanal.refus import Refus

ESPACES = str.maketrans("", "", " \u00a0\u202f€")


def lire_nombre(texte: str, nom: str, decimales: int = 2) -> Decimal | None:
    """A number as typed (« 12 000,50 »); None when empty. Raises Refus naming the field."""
    propre = texte.translate(ESPACES).replace(",", ".")
    if not propre:
        return None
    try:
        nombre = Decimal(propre)
    except InvalidOperation:
        nombre = Decimal("NaN")
    if not nombre.is_finite() or abs(nombre) >= Decimal(10) ** 13:
        raise Refus(f"{nom} : « {texte[:30]} » n'est pas un nombre. Saisissez par exemple 12 000,50.")
    if nombre != round(nombre, decimales):
        raise Refus(f"{nom} : « {texte[:30]} » a plus de {decimales} décimales.")
    return nombre


class Montant(forms.CharField):
    """Euros excl. VAT, to the cent, with a comma or a point, spaces allowed."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Decimal) or value in self.empty_values:
            return value or None
        try:
            return lire_nombre(str(value), str(self.label or "Montant"))
        except Refus as refus:
            raise forms.ValidationError(refus.phrase) from refus

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return f"{value:.2f}".replace(".", ",").removesuffix(",00")


class Jour(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        options.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        options.setdefault("error_messages", {"invalid": "Donnez une date, par exemple 31/12/2026."})
        super().__init__(**options)


class Motif(forms.CharField):
    """A reason, in a few lines."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 4000)
        super().__init__(**options)


def rangees(data: Mapping[str, Any], prefixe: str, champs: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows `prefixe-0-champ`, `prefixe-1-champ`… of a posted page, those that are empty left out."""
    lues = []
    for rang in range(_nombre(data, prefixe)):
        ligne = {c: str(data.get(f"{prefixe}-{rang}-{c}", "")).strip()[:4000] for c in champs}
        if any(ligne.values()):
            lues.append(ligne)
    return lues


def _nombre(data: Mapping[str, Any], prefixe: str) -> int:
    donne = str(data.get(f"{prefixe}-nombre", "0"))
    return min(int(donne), 1000) if donne.isdecimal() and len(donne) < 6 else 0
