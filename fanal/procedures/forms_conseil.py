"""The question put to the adviser."""

from datetime import date
from typing import Any

from django import forms

from fanal.marches.rules.modifications import NATURES


class ConseilForm(forms.Form):
    """A need: what it is, what it is worth over the whole GHT, when it is launched."""

    nature = forms.ChoiceField(label="Nature", choices=[(n, n.capitalize()) for n in NATURES])
    cpv = forms.RegexField(
        r"^[0-9]{2,8}$",
        label="Code CPV",
        required=False,
        help_text="De 2 à 8 chiffres : la famille homogène du besoin.",
        error_messages={"invalid": "Un code CPV a de 2 à 8 chiffres, par exemple 33600000."},
    )
    montant = forms.DecimalField(
        label="Valeur estimée (€ HT)",
        localize=True,
        max_digits=14,
        decimal_places=2,
        min_value=0,
        help_text="Pour tous les établissements du GHT, sur la durée totale.",
    )
    lancement = forms.DateField(
        label="Date de lancement",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Elle décide des règles qui s'appliquent.",
    )
    papier = forms.BooleanField(label="Envois non électroniques", required=False)
    preinformation = forms.BooleanField(label="Avis de préinformation publié", required=False)
    urgence = forms.BooleanField(label="Urgence motivée", required=False)

    @classmethod
    def asked(cls, data: Any, today: date) -> "ConseilForm":
        """The form of an address: filled when it carries an amount, else ready for today."""
        return (
            cls(data) if data.get("montant") else cls(initial={"lancement": today, "nature": "fournitures"})
        )
